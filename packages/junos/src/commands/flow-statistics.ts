import type { DeviceView } from '../device-view.ts';
import { group, leaf, type Part } from '../output/template.ts';
import { flowSpus, spuName } from './_sessions.ts';

interface Statistics {
  readonly heading: string;
  readonly countLabel: string;
  readonly sessions: number;
  readonly forwarded: number;
  readonly dropped: number;
  readonly fragments: number;
}

function statisticsOf(device: DeviceView): Statistics[] {
  const all = flowSpus(device).map(({ flow, packets, ...spu }): Statistics => {
    const heading = ` of ${spuName({ flow, packets, ...spu })}:`;
    return { heading, countLabel: 'Current sessions', sessions: flow.valid, ...packets };
  });
  const sum = (key: 'sessions' | 'forwarded' | 'dropped' | 'fragments') =>
    all.reduce((total, each) => total + each[key], 0);
  return [
    ...all,
    {
      heading: ' Summary:',
      countLabel: 'System total valid sessions',
      sessions: sum('sessions'),
      forwarded: sum('forwarded'),
      dropped: sum('dropped'),
      fragments: sum('fragments'),
    },
  ];
}

/**
 * `show security flow statistics`: packets of every SPU, and their sum.
 *
 * Fidelity: observed. Names of the elements, headings and values of an SPU; indents and the summary are those of older
 * documentation and taken for assumed. Lines that later releases add are left out.
 */
export const FLOW_STATISTICS_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, Statistics>(
    'flow-statistics-all',
    statisticsOf,
    [
      leaf('flow-spu-id', ({ heading }) => heading, 'Flow Statistics%s\n'),
      leaf('flow-session-count-valid', ({ sessions }) => sessions),
      { kind: 'words', text: ({ countLabel, sessions }) => `    ${countLabel}: ${sessions}\n` },
      leaf('flow-pkt-count-fwd', ({ forwarded }) => forwarded, '    Packets forwarded: %s\n'),
      leaf('flow-pkt-count-drop', ({ dropped }) => dropped, '    Packets dropped: %s\n'),
      leaf('flow-frag-count-fwd', ({ fragments }) => fragments, '    Fragment packets: %s\n'),
    ],
    { namespace: 'junos-flow', between: '\n' },
  ),
];
