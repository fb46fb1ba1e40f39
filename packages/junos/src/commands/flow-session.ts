import type { DeviceView, Source, SpuView } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';
import { matchesSessionFilter, type SessionFilter } from '../session-filter.ts';
import type { SessionState, SessionView, WingView } from '../session-view.ts';
import { flowSpus, inIdOrder, spuName } from './_sessions.ts';

interface ListedSpu {
  readonly spu: SpuView;
  readonly sessions: Source<SessionView>;
  /** Sessions shown so far; complete when the list has been rendered. */
  shown: number;
}

/** `Valid` is observed; the other words are assumed. */
const STATE_WORDS: Readonly<Record<SessionState, string>> = {
  valid: 'Valid',
  pending: 'Pending',
  invalidated: 'Invalidated',
  other: 'Other',
};

/**
 * `show security flow session`, brief or extensive.
 *
 * Fidelity: observed. Brief text and XML names are those of published output of SRX5000 devices with a distributed
 * central point. Extensive text follows published output, without the lines of what is not modelled (flags, tokens,
 * routes, sequence numbers): assumed.
 */
export function flowSessionParts(
  level: 'brief' | 'extensive',
  filter: SessionFilter | undefined,
): readonly Part<DeviceView>[] {
  const listed = (spu: SpuView): ListedSpu => {
    const entry: ListedSpu = {
      spu,
      sessions: inIdOrder(spu.sessions, (session) => {
        const isShown = filter === undefined || matchesSessionFilter(filter, session);
        if (isShown) entry.shown++;
        return isShown;
      }),
      shown: 0,
    };
    return entry;
  };
  return [
    group<DeviceView, ListedSpu>(
      'flow-session-information',
      (device) => flowSpus(device).map(listed),
      [
        leaf('flow-fpc-pic-id', ({ spu }) => ` on ${spuName(spu)}:`, 'Flow Sessions%s\n'),
        group('flow-session', ({ sessions }) => sessions, SESSION_PARTS[level], { style: level }),
        leaf('displayed-session-count', ({ shown }) => shown, 'Total sessions: %s\n'),
      ],
      { namespace: 'junos-flow', between: '\n' },
    ),
  ];
}

interface Direction {
  readonly name: 'In' | 'Out';
  readonly wing: WingView;
}

function directionsOf({ in: first, out }: SessionView): Direction[] {
  const directions: Direction[] = [{ name: 'In', wing: first }];
  if (out !== null) directions.push({ name: 'Out', wing: out });
  return directions;
}

/** Both levels have the same elements in the same order; only the text differs. */
function sessionParts(level: 'brief' | 'extensive'): readonly Part<SessionView>[] {
  const text = (brief: string | undefined, extensive: string | undefined) => (level === 'brief' ? brief : extensive);
  const onlyIn = (which: 'brief' | 'extensive', part: (session: SessionView) => string) =>
    words<SessionView>((session) => (level === which ? part(session) : ''));
  return [
    words('\n'),
    leaf('session-identifier', (session) => session.sessionId, 'Session ID: %s'),
    leaf('status', () => 'Normal', text(undefined, ', Status: %s')),
    leaf('session-state', clusterWord, text(undefined, ', State: %s')),
    onlyIn('extensive', () => '\n'),
    leaf('policy', policyWord, text(', Policy name: %s', 'Policy name: %s\n')),
    onlyIn('brief', (session) => (session.clusterState === null ? '' : `, State: ${clusterWord(session)}`)),
    leaf('nat-source-pool-name', (session) => session.natSourcePool ?? 'Null', text(undefined, 'Source NAT pool: %s')),
    leaf('application-name', (session) => session.application, text(undefined, ', Application: %s')),
    onlyIn('extensive', () => '\n'),
    leaf('configured-timeout', (session) => session.timeoutSeconds ?? 'N/A', text(undefined, 'Maximum timeout: %s')),
    leaf('timeout', (session) => session.remainingSeconds ?? 'N/A', text(', Timeout: %s', ', Current timeout: %s\n')),
    leaf('sess-state', (session) => STATE_WORDS[session.state], text(', %s\n', 'Session State: %s\n')),
    leaf('start-time', (session) => session.startSeconds, text(undefined, 'Start time: %s')),
    leaf('duration', (session) => session.durationSeconds, text(undefined, ', Duration: %s\n')),
    group('flow-information', directionsOf, wingParts(text), { style: level }),
  ];
}

function wingParts(
  text: (brief: string | undefined, extensive: string | undefined) => string | undefined,
): readonly Part<Direction>[] {
  return [
    leaf('direction', ({ name }) => name, text('  %s: ', '   %s: ')),
    leaf('source-address', ({ wing }) => wing.source, '%s'),
    leaf('source-port', ({ wing }) => wing.sourcePort, '/%s'),
    leaf('destination-address', ({ wing }) => wing.destination, ' --> %s'),
    leaf('destination-port', ({ wing }) => wing.destinationPort, '/%s'),
    leaf('protocol', ({ wing }) => wing.protocol, text(';%s', ';%s, \n')),
    leaf('conn-tag', () => '0x0', text(', Conn Tag: %s', '  Conn Tag: %s')),
    leaf('interface-name', ({ wing }) => wing.interface, text(', If: %s', ', Interface: %s, \n')),
    leaf('pkt-cnt', ({ wing }) => wing.packets, text(', Pkts: %s', '    Pkts: %s')),
    leaf('byte-cnt', ({ wing }) => wing.bytes, text(', Bytes: %s', ', Bytes: %s')),
    leaf('dcp-session-id', ({ wing }) => wing.cpSessionId, text(', CP Session ID: %s', '\n    CP Session ID: %s')),
    words('\n'),
  ];
}

function clusterWord({ clusterState }: SessionView): string | null {
  return clusterState === null ? null : clusterState === 'active' ? 'Active' : 'Backup';
}

function policyWord({ policy }: SessionView): string {
  return policy === null ? 'N/A' : `${policy.name}/${policy.index}`;
}

const SESSION_PARTS = { brief: sessionParts('brief'), extensive: sessionParts('extensive') } as const;
