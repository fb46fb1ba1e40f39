import { fpcPicOf } from '@midplane/spu-id';
import { type DeviceView, type SpuView, sessionsInUse } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';

function onlineSpus(device: DeviceView): SpuView[] {
  return device.spus.filter((spu) => spu.online);
}

const HEADING =
  '                  Flow session   Flow session     CP session     CP session\n' +
  'FPC PIC CPU Mem        current        maximum        current        maximum\n';

function totalLine(device: DeviceView): string {
  const sums = [0, 0, 0, 0];
  for (const { flow, cp } of onlineSpus(device)) {
    sums[0] += sessionsInUse(flow);
    sums[1] += flow.maximum;
    if (cp !== null) {
      sums[2] += sessionsInUse(cp);
      sums[3] += cp.maximum;
    }
  }
  return `Total Sessions:${sums.map((sum) => ` ${String(sum).padStart(14)}`).join('')}\n`;
}

/**
 * `show security monitoring`: a table of all SPUs.
 *
 * Fidelity: observed. Heading, columns and the names of the elements; an SPU without a table of central-point sessions
 * shows 0 of 0.
 */
export const MONITORING_PARTS: readonly Part<DeviceView>[] = [
  words(HEADING),
  group<DeviceView, DeviceView>(
    'performance-summary-information',
    (device) => [device],
    [
      group<DeviceView, SpuView>('performance-summary-statistics', onlineSpus, [
        leaf('fpc-number', ({ spuId }) => fpcPicOf(spuId).fpc, '%3s'),
        leaf('pic-number', ({ spuId }) => fpcPicOf(spuId).pic, ' %3s'),
        leaf('spu-cpu-utilization', ({ cpuPercent }) => cpuPercent, ' %3s'),
        leaf('spu-memory-utilization', ({ memoryPercent }) => memoryPercent, ' %3s'),
        leaf('spu-current-flow-session', ({ flow }) => sessionsInUse(flow), ' %14s'),
        leaf('spu-max-flow-session', ({ flow }) => flow.maximum, ' %14s'),
        leaf('spu-current-cp-session', ({ cp }) => (cp === null ? 0 : sessionsInUse(cp)), ' %14s'),
        leaf('spu-max-cp-session', ({ cp }) => cp?.maximum ?? 0, ' %14s\n'),
      ]),
    ],
    { namespace: 'junos-perf' },
  ),
  words(totalLine),
];

/**
 * `show security monitoring fpc N`: the SPUs of one card, and how fast sessions are created.
 *
 * Fidelity: observed. The text, from boxes with one SPU; `fpc`, `pic` and what stands in them are observed, the names of
 * the other elements assumed. The rates are those of the whole box: assumed.
 */
export function monitoringFpcParts(fpc: number): readonly Part<DeviceView>[] {
  return [
    group<DeviceView, DeviceView>(
      'spu-utilization-statistics',
      (device) => [device],
      [
        group<DeviceView, DeviceView>('fpc', (device) => [device], [
          leaf('fpc-number', () => fpc, 'FPC %s\n'),
          group<DeviceView, SpuView>(
            'pic',
            (device) => onlineSpus(device).filter(({ spuId }) => fpcPicOf(spuId).fpc === fpc),
            [
              leaf('pic-number', ({ spuId }) => fpcPicOf(spuId).pic, '  PIC %s\n'),
              leaf('spu-cpu-utilization', (spu) => spu.cpuPercent, '    CPU utilization          : %4s %\n'),
              leaf('spu-memory-utilization', (spu) => spu.memoryPercent, '    Memory utilization       : %4s %\n'),
              leaf(
                'spu-current-flow-session',
                ({ flow }) => sessionsInUse(flow),
                '    Current flow session     : %4s\n',
              ),
              leaf('spu-current-flow-session-ipv4', ({ flow }) => flow.ipv4, '    Current flow session IPv4: %4s\n'),
              leaf('spu-current-flow-session-ipv6', ({ flow }) => flow.ipv6, '    Current flow session IPv6: %4s\n'),
              leaf('spu-max-flow-session', ({ flow }) => flow.maximum, '    Max flow session         : %4s\n'),
              leaf('spu-current-cp-session', ({ cp }) => (cp === null ? null : sessionsInUse(cp))),
              leaf('spu-max-cp-session', ({ cp }) => cp?.maximum ?? null),
            ],
          ),
        ]),
        leaf(
          'session-creation-per-second',
          ({ sessionsPerSecond }) => sessionsPerSecond.total,
          'Total Session Creation Per Second (for last 96 seconds on average): %4s\n',
        ),
        leaf(
          'session-creation-per-second-ipv4',
          ({ sessionsPerSecond }) => sessionsPerSecond.ipv4,
          'IPv4  Session Creation Per Second (for last 96 seconds on average): %4s\n',
        ),
        leaf(
          'session-creation-per-second-ipv6',
          ({ sessionsPerSecond }) => sessionsPerSecond.ipv6,
          'IPv6  Session Creation Per Second (for last 96 seconds on average): %4s\n',
        ),
      ],
      { namespace: 'junos-perf' },
    ),
  ];
}

/** Between two entries of a row. One published sample looks as if it were two spaces. */
const ENTRY_GAP = '   ';

/** `Last 60 seconds:` and ten rows of six, newest first. */
function historyText(history: readonly number[]): string {
  let text = 'Last 60 seconds:\n';
  for (let second = 0; second < 60; second++) {
    const entry = `${String(second).padStart(2)}: ${String(history[second] ?? 0).padStart(3)}`;
    text += entry + (second % 6 === 5 ? '\n' : ENTRY_GAP);
  }
  return text;
}

/** The last 60 seconds of every SPU. */
function performanceParts(
  kind: 'spu' | 'session',
  historyOf: (spu: SpuView) => readonly number[],
): readonly Part<DeviceView>[] {
  return [
    group<DeviceView, DeviceView>(
      `performance-${kind}-information`,
      (device) => [device],
      [
        group<DeviceView, SpuView>(`performance-${kind}-statistics`, onlineSpus, [
          leaf('fpc-number', ({ spuId }) => fpcPicOf(spuId).fpc, 'fpc %2s'),
          leaf('pic-number', ({ spuId }) => fpcPicOf(spuId).pic, '  pic %2s\n'),
          leaf('performance-info', (spu) => `\n${historyText(historyOf(spu))}`),
          words((spu) => historyText(historyOf(spu))),
        ]),
      ],
      { namespace: 'junos-perf' },
    ),
  ];
}

/**
 * `show security monitoring performance spu`: CPU utilization of the last 60 seconds.
 *
 * Fidelity: observed. The text of one SPU, and in XML that the rows are one text in `performance-info`; that the next SPU
 * follows without a blank line is assumed.
 */
export const PERFORMANCE_SPU_PARTS: readonly Part<DeviceView>[] = performanceParts('spu', (spu) => spu.cpuHistory);

/**
 * `show security monitoring performance session`: sessions created in each of the last 60 seconds.
 *
 * Fidelity: assumed. Layout and names after those of `performance spu`; that it counts new sessions.
 */
export const PERFORMANCE_SESSION_PARTS: readonly Part<DeviceView>[] = performanceParts(
  'session',
  (spu) => spu.sessionRateHistory,
);
