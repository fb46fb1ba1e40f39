import type { Statement } from './statement.ts';

/** What takes effect with a reboot. */
export interface BootSettings {
  /** Who puts packets of a session back in order. */
  readonly orderingMode: 'hardware' | 'software';
  /** How new sessions are spread; `null`: as the release and the cards have it. */
  readonly distributionMode: 'hash-based' | 'rr-based' | 'wrr' | 'adaptive' | null;
  /** What becomes of IPv6. */
  readonly inet6: 'flow-based' | 'drop' | 'packet-based';
}

/** Reads them from an effective tree. */
export function bootSettingsOf(root: Statement): BootSettings {
  const security = root.find('security');
  const services = security?.find('forwarding-process')?.find('application-services');
  const mode = services?.find('session-distribution-mode')?.values[0] ?? null;
  const family = security?.find('forwarding-options')?.find('family');
  return {
    orderingMode: (services?.find('packet-ordering-mode')?.values[0] ?? 'hardware') as BootSettings['orderingMode'],
    distributionMode: (mode === 'normal' ? 'rr-based' : mode) as BootSettings['distributionMode'],
    // a device without the statement drops IPv6
    inet6: (family?.find('inet6')?.find('mode')?.values[0] ?? 'drop') as BootSettings['inet6'],
  };
}

const REBOOT = 'If you have deployed a cluster, be sure to reboot all nodes.';

/**
 * Warnings about what a commit changes and only a reboot brings into effect.
 *
 * Fidelity: documented. The text about the ordering mode is that of Junos "Changing Packet-Ordering Mode on SRX5000 Line
 * Devices"; the text about the distribution mode is assumed, that about IPv6 too.
 */
export function rebootWarnings(before: BootSettings, after: BootSettings): string[] {
  const warnings = [];
  if (before.orderingMode !== after.orderingMode) {
    warnings.push(`System packet ordering mode changed, reboot is required to take effect. ${REBOOT}`);
  }
  if (before.distributionMode !== after.distributionMode) {
    warnings.push(`System session distribution mode changed, reboot is required to take effect. ${REBOOT}`);
  }
  if (before.inet6 !== after.inet6) {
    warnings.push(`You have changed inet6 flow. You must reboot the system for your change to take effect. ${REBOOT}`);
  }
  return warnings;
}
