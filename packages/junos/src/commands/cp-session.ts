import { formatSpuId } from '@midplane/spu-id';
import type { DeviceView, Source } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';
import { type CpSessionView, compareSessionIds, type SessionState } from '../session-view.ts';
import { spuName } from './_sessions.ts';
import { cpSpus } from './cp-session-summary.ts';

interface ListedCp {
  readonly name: string;
  readonly sessions: Source<CpSessionView>;
  shown: number;
}

interface Direction {
  readonly name: 'In' | 'Out';
  readonly wing: NonNullable<CpSessionView['in']>;
}

const STATE_WORDS: Readonly<Record<SessionState, string>> = {
  valid: 'Valid',
  pending: 'Pending',
  invalidated: 'Invalidated',
  other: 'Other',
};

function listed(device: DeviceView): ListedCp[] {
  return cpSpus(device).map(({ spu }): ListedCp => {
    const entry: ListedCp = { name: spuName(spu), sessions: counted(spu.cpSessions, () => entry.shown++), shown: 0 };
    return entry;
  });
}

function counted(source: Source<CpSessionView>, count: () => void): Source<CpSessionView> {
  if (!(Symbol.iterator in source)) return countedLater(source, count);
  return countedNow(
    Array.isArray(source) ? source.toSorted((a, b) => compareSessionIds(a.cpSessionId, b.cpSessionId)) : source,
    count,
  );
}

function* countedNow(source: Iterable<CpSessionView>, count: () => void): Generator<CpSessionView> {
  for (const session of source) {
    count();
    yield session;
  }
}

async function* countedLater(source: AsyncIterable<CpSessionView>, count: () => void): AsyncGenerator<CpSessionView> {
  for await (const session of source) {
    count();
    yield session;
  }
}

function directionsOf(session: CpSessionView): Direction[] {
  const directions: Direction[] = [];
  if (session.in !== null) directions.push({ name: 'In', wing: session.in });
  if (session.out !== null) directions.push({ name: 'Out', wing: session.out });
  return directions;
}

/**
 * `show security flow cp-session`: what the central point of every SPU holds, and which SPU owns it.
 *
 * Fidelity: assumed. Layout and names after those of `show security flow session` and of the summary; that it
 * names the owner is documented.
 */
export const CP_SESSION_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, ListedCp>(
    'flow-session-information',
    listed,
    [
      leaf('dcp-flow-fpc-pic-id', ({ name }) => ` on ${name}:`, 'DCP Flow Sessions%s\n'),
      group<ListedCp, CpSessionView>('flow-session', ({ sessions }) => sessions, [
        words('\n'),
        leaf('session-identifier', ({ cpSessionId }) => cpSessionId, 'Session ID: %s'),
        leaf('session-spu-id', ({ ownerSpuId }) => formatSpuId(ownerSpuId, 'cli'), ', SPU: %s'),
        leaf('sess-state', ({ state }) => STATE_WORDS[state], ', %s\n'),
        group('flow-information', directionsOf, [
          leaf('direction', ({ name }) => name, '  %s: '),
          leaf('source-address', ({ wing }) => wing.source, '%s'),
          leaf('source-port', ({ wing }) => wing.sourcePort, '/%s'),
          leaf('destination-address', ({ wing }) => wing.destination, ' --> %s'),
          leaf('destination-port', ({ wing }) => wing.destinationPort, '/%s'),
          leaf('protocol', ({ wing }) => wing.protocol, ';%s\n'),
        ]),
      ]),
      leaf('displayed-session-count', ({ shown }) => shown, 'Total sessions: %s\n'),
    ],
    { namespace: 'junos-flow', between: '\n' },
  ),
];
