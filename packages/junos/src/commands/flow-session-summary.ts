import { type DeviceView, type Source, type SpuView, sessionsInUse } from '../device-view.ts';
import { group, leaf, type Part } from '../output/template.ts';
import { matchesSessionFilter, type SessionFilter } from '../session-filter.ts';
import { SESSION_STATES, type SessionState, type SessionView } from '../session-view.ts';
import { flowSpus, spuName } from './_sessions.ts';

/**
 * `show security flow session summary`.
 *
 * Fidelity: observed. Text and names of the elements are those of published output; that `flow-fpc-pic-id` stands in the
 * same element is assumed.
 */
export const FLOW_SESSION_SUMMARY_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, SpuView>(
    'flow-session-summary-information',
    flowSpus,
    [
      leaf('flow-fpc-pic-id', (spu) => ` on ${spuName(spu)}:`, 'Flow Sessions%s\n'),
      leaf('active-unicast-sessions', ({ flow }) => flow.unicast, 'Unicast-sessions: %s\n'),
      leaf('active-multicast-sessions', ({ flow }) => flow.multicast, 'Multicast-sessions: %s\n'),
      leaf('failed-sessions', ({ flow }) => flow.failed, 'Failed-sessions: %s\n'),
      leaf('active-sessions', ({ flow }) => sessionsInUse(flow), 'Sessions-in-use: %s\n'),
      leaf('active-session-valid', ({ flow }) => flow.valid, '  Valid sessions: %s\n'),
      leaf('active-session-pending', ({ flow }) => flow.pending, '  Pending sessions: %s\n'),
      leaf('active-session-invalidated', ({ flow }) => flow.invalidated, '  Invalidated sessions: %s\n'),
      leaf('active-session-other', ({ flow }) => flow.other, '  Sessions in other states: %s\n'),
      leaf('max-sessions', ({ flow }) => flow.maximum, 'Maximum-sessions: %s\n'),
    ],
    { namespace: 'junos-flow', between: '\n' },
  ),
];

interface CountedSpu extends Record<SessionState, number> {
  readonly spu: SpuView;
}

/**
 * `show security flow session FILTER summary`: it counts the sessions that pass, and shows no maximum.
 *
 * Fidelity: documented. Junos "show security flow session summary family" and published XML; the heading per SPU is
 * inferred from the summary without a filter.
 */
export function filteredSummaryParts(filter: SessionFilter): readonly Part<DeviceView>[] {
  return [
    group<DeviceView, CountedSpu>(
      'flow-session-information',
      (device) => countSessions(flowSpus(device), filter),
      [
        leaf('flow-fpc-pic-id', ({ spu }) => ` on ${spuName(spu)}:`, 'Flow Sessions%s\n'),
        leaf('displayed-session-valid', (spu) => spu.valid, 'Valid sessions: %s\n'),
        leaf('displayed-session-pending', (spu) => spu.pending, 'Pending sessions: %s\n'),
        leaf('displayed-session-invalidated', (spu) => spu.invalidated, 'Invalidated sessions: %s\n'),
        leaf('displayed-session-other', (spu) => spu.other, 'Sessions in other states: %s\n'),
        leaf('displayed-session-count', sessionsInUse, 'Total sessions: %s\n'),
      ],
      { namespace: 'junos-flow', between: '\n' },
    ),
  ];
}

function countSessions(spus: readonly SpuView[], filter: SessionFilter): Source<CountedSpu> {
  return spus.every(({ sessions }) => Symbol.iterator in sessions) ? countNow(spus, filter) : countLater(spus, filter);
}

function* countNow(spus: readonly SpuView[], filter: SessionFilter): Generator<CountedSpu> {
  for (const spu of spus) {
    const counted = newCount(spu);
    for (const session of spu.sessions as Iterable<SessionView>) {
      if (matchesSessionFilter(filter, session)) counted[session.state]++;
    }
    yield counted;
  }
}

async function* countLater(spus: readonly SpuView[], filter: SessionFilter): AsyncGenerator<CountedSpu> {
  for (const spu of spus) {
    const counted = newCount(spu);
    for await (const session of spu.sessions) {
      if (matchesSessionFilter(filter, session)) counted[session.state]++;
    }
    yield counted;
  }
}

function newCount(spu: SpuView): CountedSpu {
  return { spu, ...(Object.fromEntries(SESSION_STATES.map((state) => [state, 0])) as Record<SessionState, number>) };
}
