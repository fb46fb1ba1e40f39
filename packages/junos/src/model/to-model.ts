import { bootSettingsOf } from '../configuration/boot-settings.ts';
import { Configuration } from '../configuration/configuration.ts';
import { ROOT_SCHEMA } from '../configuration/schema/root.ts';
import type { Statement } from '../configuration/statement.ts';
import { Applications } from './_applications.ts';
import { readInterfaces } from './_interfaces.ts';
import { NatReader } from './_nat.ts';
import { readPolicies } from './_policies.ts';
import { ModelReader, named } from './_reader.ts';
import type { ConfiguredDevice, ConfiguredFlow, ConfiguredModel } from './configured-model.ts';

/**
 * Translates a configuration into data for a simulation.
 *
 * What is inactive does not count, groups are followed. Everything that has no effect in the model, or another one than on
 * the device, is named in `warnings`; what would contradict itself is left out, so that the rest can be used. Modes are
 * those that the configuration says: those that run may still be the ones before the reboot, see `Configuration.running`.
 *
 * Fidelity: inferred. Meanings are those of the Junos statement reference. Prefixes behind interfaces follow from their
 * addresses and from static routes; without zones and policies sessions are permitted, which is assumed.
 *
 * @param configuration What is active there counts; or a tree.
 * @param options Node of a cluster, which `apply-groups "${node}"` follows.
 * @returns Plain data.
 * @example
 * ```ts
 * import { parseConfiguration, toModel } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const { root } = parseConfiguration(`
 *   set chassis fpc 7 np-cache
 *   set security flow tcp-session tcp-initial-timeout 40
 *   set interfaces xe-7/0/0 unit 0 family inet address 10.0.0.1/8
 *   set security zones security-zone trust interfaces xe-7/0/0.0
 *   set security flow tcp-mss all-tcp mss 1350
 * `);
 * const { chassis, flow, device, warnings } = toModel(root);
 * assert.deepEqual(chassis.npCache, [7]);
 * assert.equal(flow.tcpInitialTimeoutS, 40);
 * assert.deepEqual(device.sides, { '10.0.0.0/8': 'xe-7/0/0.0' });
 * assert.equal(device.defaultPolicy, 'deny');
 * assert.equal(warnings[0].message, 'security flow tcp-mss all-tcp mss has no effect in the model');
 * ```
 */
export function toModel(
  configuration: Configuration | Statement,
  options: { readonly node?: 0 | 1 } = {},
): ConfiguredModel {
  const root = configuration instanceof Configuration ? configuration.active : configuration;
  if (root.schema !== ROOT_SCHEMA) {
    throw new TypeError(
      `Cannot translate configuration: it must be a whole one: got ${root.words.join(' ') || 'another'}`,
    );
  }
  const reader = new ModelReader(root, options.node ?? 0);
  const { orderingMode, distributionMode } = bootSettingsOf(reader.root);
  const forwarding = {
    inet6: forwardingOf(reader, 'inet6'),
    mpls: forwardingOf(reader, 'mpls'),
    iso: forwardingOf(reader, 'iso'),
  };
  const fpcs = named(reader.find('chassis'), 'fpc');
  const cluster = reader.find('chassis', 'cluster');
  const model = {
    hostName: reader.valueOf('system', 'host-name'),
    chassis: {
      npCache: fpcs
        .filter((fpc) => fpc.find('np-cache'))
        .map(({ words }) => Number(words[1]))
        .sort((a, b) => a - b),
      cluster: cluster === undefined ? null : { rethCount: reader.numberOf('chassis', 'cluster', 'reth-count') ?? 0 },
    },
    orderingMode,
    distributionMode,
    forwarding,
    flow: readFlow(reader),
    device: readDevice(reader, forwarding.inet6),
  };
  reader.warnOfTheRest();
  return { ...model, warnings: reader.warnings };
}

/** A family without the statement is dropped, as the guide's output shows it. */
function forwardingOf(reader: ModelReader, family: string): 'flow-based' | 'drop' {
  const level = reader.find('security', 'forwarding-options', 'family', family);
  const mode = level?.find('mode')?.values[0] ?? 'drop';
  if (level !== undefined && (mode === 'packet-based' || (mode === 'flow-based' && family !== 'inet6'))) {
    reader.warn(level, `${mode} forwarding of ${family} is not part of the model: it is dropped`);
    return 'drop';
  }
  return mode as 'flow-based' | 'drop';
}

function readFlow(reader: ModelReader): ConfiguredFlow {
  const number = (...keywords: string[]) => reader.numberOf('security', 'flow', ...keywords);
  return {
    tcpInitialTimeoutS: number('tcp-session', 'tcp-initial-timeout'),
    tcpTimeWaitS: number('tcp-session', 'time-wait-state', 'session-timeout'),
    synCheck: reader.find('security', 'flow', 'tcp-session', 'no-syn-check') === undefined,
    aging: {
      earlyAgeoutS: number('aging', 'early-ageout'),
      highWatermarkPercent: number('aging', 'high-watermark'),
      lowWatermarkPercent: number('aging', 'low-watermark'),
    },
    pendingQueue: reader.valueOf('security', 'flow', 'pending-sess-queue-length') as ConfiguredFlow['pendingQueue'],
  };
}

function readDevice(reader: ModelReader, inet6: 'flow-based' | 'drop'): ConfiguredDevice {
  const interfaces = readInterfaces(reader);
  const applications = new Applications(reader);
  const policies = readPolicies(reader, applications, Object.keys(interfaces.device.zones ?? {}));
  const named = new Set(policies.policies?.flatMap(({ application }) => application ?? []));
  const nat = new NatReader(reader, applications, interfaces).read();
  // rules of NAT carry protocol and ports themselves
  const used = [...applications.used].filter(([name]) => named.has(name));
  return {
    ...interfaces.device,
    ...(used.length > 0 && { applications: Object.fromEntries(used) }),
    ...policies,
    ...nat,
    forwarding: { inet6 },
  };
}
