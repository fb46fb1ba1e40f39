import type { DistributionMode } from '@midplane/chassis';
import type { DeviceView, FlowStatusView, OrderingMode } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';

/** `RR-based` and `Hash-based` are documented; the words of the other two modes are assumed. */
const DISTRIBUTION_WORDS: Readonly<Record<DistributionMode, string>> = {
  'hash-based': 'Hash-based',
  'rr-based': 'RR-based',
  wrr: 'WRR-based',
  adaptive: 'Adaptive',
};

const ORDERING_WORDS: Readonly<Record<OrderingMode, string>> = { hardware: 'Hardware', software: 'Software' };

/** What runs, and what comes with the reboot; of packet ordering these words are documented, else they are assumed. */
function inForce(running: string, configured: string): string {
  return running === configured ? running : `${running} (reboot needed to change to ${configured})`;
}

function orderingWord({ ordering: { running, configured } }: FlowStatusView): string {
  return inForce(ORDERING_WORDS[running], ORDERING_WORDS[configured]);
}

function distributionWord({ distribution, afterReboot }: FlowStatusView): string {
  return inForce(DISTRIBUTION_WORDS[distribution], DISTRIBUTION_WORDS[afterReboot?.distribution ?? distribution]);
}

function inet6Word({ forwarding: { inet6 }, afterReboot }: FlowStatusView): string {
  return inForce(inet6, afterReboot?.inet6 ?? inet6);
}

function same<T>(item: T): [T] {
  return [item];
}

const DISTRIBUTION: Part<FlowStatusView> = group('flow-session-distribution', same<FlowStatusView>, [
  words('  Flow session distribution\n'),
  leaf('mode', distributionWord, '    Distribution mode: %s\n'),
]);

const ORDERING: Part<FlowStatusView> = group('flow-packet-ordering', same<FlowStatusView>, [
  words('  Flow packet ordering\n'),
  leaf('ordering-mode', orderingWord, '    Ordering mode: %s\n'),
]);

/**
 * `show security forwarding-process`: the modes that `security forwarding-process application-services` sets.
 *
 * Fidelity: assumed. No output was found: lines and elements are those of `show security flow status`.
 */
export const FORWARDING_PROCESS_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, FlowStatusView>(
    'forwarding-process-information',
    ({ flowStatus }) => [flowStatus],
    [DISTRIBUTION, ORDERING],
    { namespace: 'junos-flow' },
  ),
];

/**
 * `show security flow status`.
 *
 * Fidelity: documented. Junos "Flow Distribution and Packet-Ordering" shows the text, published XML the elements. Lines
 * that later releases add are left out.
 */
export const FLOW_STATUS_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, FlowStatusView>(
    'flow-status-all',
    ({ flowStatus }) => [flowStatus],
    [
      group('flow-forwarding-mode', same<FlowStatusView>, [
        words('  Flow forwarding mode:\n'),
        leaf('flow-forwarding-mode-inet', ({ forwarding }) => forwarding.inet, '    Inet forwarding mode: %s\n'),
        leaf('flow-forwarding-mode-inet6', inet6Word, '    Inet6 forwarding mode: %s\n'),
        leaf('flow-forwarding-mode-mpls', ({ forwarding }) => forwarding.mpls, '    MPLS forwarding mode: %s\n'),
        leaf('flow-forwarding-mode-iso', ({ forwarding }) => forwarding.iso, '    ISO forwarding mode: %s\n'),
      ]),
      group('flow-trace-option', same<FlowStatusView>, [
        words('  Flow trace status\n'),
        leaf('flow-trace-status', ({ tracing }) => (tracing ? 'on' : 'off'), '    Flow tracing status: %s\n'),
      ]),
      DISTRIBUTION,
      ORDERING,
    ],
    { namespace: 'junos-flow' },
  ),
];
