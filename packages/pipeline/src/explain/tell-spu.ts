import { FLAG_ICMP_ERROR, FRAGMENT_FIRST, KIND_NON_IP } from '@midplane/packet';
import { outcomeOf } from '../drop-reasons.ts';
import { formatDuration } from '../report/duration.ts';
import { isClosed, STATE_INVALID, stateName } from '../spu/lifetime.ts';
import type { ExplainRuleId } from './rules.ts';
import { isSameSession } from './session-sight.ts';
import { phaseOf, startsWithoutSyn } from './session-state.ts';
import type { Sighting } from './sighting.ts';
import { idOf, spuName, type TellContext, type Told } from './tell.ts';

const TCP = 6;
const UDP = 17;
const PENDING_QUEUE_FULL = outcomeOf('pending-queue-full');
const SPU_QUEUE_FULL = outcomeOf('spu-queue-full');
const MEMORY_FULL = outcomeOf('packet-memory-full');
const CENTRAL_POINT_FULL = outcomeOf('central-point-full');
const NO_SPU_LEFT = outcomeOf('no-spu-left');

/** What the SPUs, and the central point between them, did with a packet. */
export function tellSpu(seen: Sighting, context: TellContext): Told {
  const at = spuName(context, seen.arrivedAt);
  const end = spuName(context, seen.endedAt);
  const isMoved = seen.endedAt !== seen.arrivedAt;
  if (seen.outcome === SPU_QUEUE_FULL) return [`${end}: all flow threads are busy, and its queue is full`, 'R-load-2'];
  if (seen.outcome === MEMORY_FULL) return [`${end}: its packet memory is full`, 'R-egr-4'];
  if (seen.kind === KIND_NON_IP) return [`${at}: no session is made of what is not IP`, 'R-fam-2'];
  if (isByFragment(seen)) return tellFragment(seen, context, at, end);
  if (seen.flags & FLAG_ICMP_ERROR) return tellIcmpError(seen, at, end, isMoved);
  const detour = tellDetour(seen, context, at, end);
  return join(detour, tellPass(seen, end));
}

/** What became of the session; undefined if the packet has none. */
export function tellSession(seen: Sighting, { regime, units }: TellContext): Told | undefined {
  const { met, after } = seen;
  if (after === undefined) return undefined;
  const protocol = seen.about![9] & 0xff;
  const id = idOf(after, units);
  const phase = phaseOf(after.state, protocol);
  const name = stateName(after.state);
  const isNew = after.firstPacket === seen.packet;
  // a timeout of 0 is what an ICMP error leaves of a session
  const isEnded = after.timeoutS === 0;
  const rules: ExplainRuleId[] = isEnded ? ['R-spu-8'] : [...phase.rules];
  let text = `session ${id}, ${isNew ? 'made by this packet' : `${after.wing === 0 ? 'in' : 'out'} wing`}: ${name}`;
  if (isNew) rules.unshift('R-sid-3', 'R-spu-5');
  else if (after.wing === 1) rules.unshift('R-own-2');
  if (seen.waitedForConfirmation) {
    text += isNew
      ? ', pending until the central points of its wings had confirmed it'
      : ', for whose confirmation the packet waited';
    rules.push('R-own-6', ...(regime === 'distributed' ? (['R-cp-10'] as const) : (['R-cp-4'] as const)));
  }
  const before = met !== undefined && isSameSession(met, after) ? met : undefined;
  if (!isNew && before !== undefined && before.state !== after.state) {
    const was = phaseOf(before.state, protocol).text;
    text += was === phase.text ? `, ${phase.text}` : `, was ${was}, is now ${phase.text}`;
  } else if (protocol === TCP || protocol === UDP || !isNew) {
    text += `, ${phase.text}`;
  }
  text += isEnded
    ? '; over with the next second, as an ICMP error is about it'
    : `; ages out ${after.timeoutS} s after its last packet`;
  if (!isNew && !isEnded) rules.push('R-age-1');
  const askedBefore = before?.requested ?? 0;
  const asked = units.iocs.filter((_, npu) => (after.requested & ~askedBefore & ~after.entries & (1 << npu)) !== 0);
  if (asked.length > 0 && !isByFragment(seen)) {
    const slots = asked.map(({ slot }) => slot).join(', ');
    text += asked.length === 1 ? `; the NPU in slot ${slots} is` : `; the NPUs in slots ${slots} are`;
    text += ' told to enter it';
    rules.push('R-npu-5', 'R-own-3');
  }
  return [text, ...rules];
}

/** Whether a packet came as a fragment: by its hash, or to the owner that the NPU had learnt. */
function isByFragment({ path }: Sighting): boolean {
  return path === 'fragment' || path === 'np-cache';
}

/** How a packet came to its owner by way of the central point; nothing where that was not asked. */
function tellDetour(seen: Sighting, context: TellContext, at: string, end: string): Told {
  const { regime } = context;
  const { centralPointAsked: asked, centralPointKnew: knew } = seen;
  if (regime === 'distributed') {
    if (seen.endedAt < 0 || at === end) return [''];
    if (seen.yieldedAt >= 0) {
      const where = spuName(context, seen.yieldedAt);
      return [`it waits at ${where}, in a session that gives way to that of ${end}; `, 'R-own-8', 'R-own-2'];
    }
    if (seen.path === 'npu-hit') {
      return [
        `${at}, which the entry names, does not have the session: the packet goes to ${end}; `,
        'R-own-10',
        'R-cp-13',
      ];
    }
    return [`${at} has a pointer record of this wing, which names the owner, ${end}; `, 'R-cp-9', 'R-cp-11'];
  }
  if (!asked || seen.endedAt < 0) return [''];
  if (seen.outcome === CENTRAL_POINT_FULL) return [`the central point knows no owner and has no room; `, 'R-cp-16'];
  if (seen.outcome === NO_SPU_LEFT) return [`the central point knows no owner and has no SPU to choose; `, 'R-w-14'];
  if (regime === 'centric') {
    if (seen.path !== 'central-point') {
      return knew
        ? [`${at} asks the central point, which names ${end}; `, 'R-cp-1']
        : [`${at} asks the central point, which chooses ${end}; `, 'R-cp-2', 'R-cp-3'];
    }
    if (knew) return [`the central point knows the session and forwards to its owner, ${end}; `, 'R-cp-1', 'R-cp-3'];
    return [`the central point does not know the flow and chooses ${end}; `, 'R-cp-2', 'R-cp-3'];
  }
  return knew
    ? [`${at} asks the central point, which knows the session and names its owner, ${end}; `, 'R-cp-6']
    : [`${at} asks the central point, which knows no owner and takes down ${end}; `, 'R-cp-6', 'R-cp-7'];
}

/** First path or fast path. */
function tellPass(seen: Sighting, end: string): Told {
  const { after, met } = seen;
  if (after === undefined) {
    const why =
      seen.outcome === PENDING_QUEUE_FULL ? 'the session is pending and its queue full' : 'no session can be made';
    return [`${end}: ${why}`, 'R-spu-1'];
  }
  if (after.firstPacket !== seen.packet) {
    return [`${end}: fast path, its own table has the session`, 'R-spu-3', 'R-spu-1'];
  }
  const protocol = seen.about![9] & 0xff;
  const looked: ExplainRuleId[] = ['R-spu-3', 'R-spu-2', 'R-spu-1'];
  if (met !== undefined) {
    if (met.state & STATE_INVALID) {
      return [`${end}: first path, in place of the session that is over and lingers`, ...looked, 'R-spu-6'];
    }
    if (isClosed(met.state)) {
      return [
        `${end}: first path, a SYN for a session that is closed starts another in its place`,
        ...looked,
        'R-spu-10',
      ];
    }
  }
  if (!isByFragment(seen) && startsWithoutSyn(protocol, seen.tcpFlags)) {
    return [`${end}: first path, it has no session; TCP may start without SYN`, ...looked, 'R-spu-11'];
  }
  return [`${end}: first path, it has no session of this flow`, ...looked];
}

function tellFragment(seen: Sighting, context: TellContext, at: string, end: string): Told {
  const isMoved = seen.endedAt !== seen.arrivedAt;
  const { about, heldNs, fragment } = seen;
  const where = seen.path === 'np-cache' ? 'R-frag-6' : 'R-frag-1';
  if (about === undefined) {
    return [`${at}: the first fragment, which names the ports, has not come`, where, 'R-frag-3'];
  }
  const learnt =
    fragment === FRAGMENT_FIRST
      ? `${at} learns the ports from it`
      : heldNs === undefined
        ? `${at} knows the ports from the first fragment`
        : `${at} holds it for ${formatDuration(heldNs)}, until the first fragment names the ports,`;
  const rules: ExplainRuleId[] = heldNs === undefined ? [where] : [where, 'R-frag-3'];
  if (seen.centralPointAsked) {
    return join([`${learnt}; `, ...rules], join(tellDetour(seen, context, at, end), tellPass(seen, end)));
  }
  if (isMoved) rules.push('R-frag-2');
  return join(
    [learnt + (isMoved ? ' and hands it to the owner; ' : ' and is the owner; '), ...rules],
    tellPass(seen, end),
  );
}

function tellIcmpError(seen: Sighting, at: string, end: string, isMoved: boolean): Told {
  if (seen.after === undefined) return [`${at}: no session has the packet inside the error`, 'R-spu-13'];
  const whose = 'the packet inside the error belongs to a session';
  return isMoved
    ? [`${at}: ${whose} of ${end}, to which it is handed; fast path`, 'R-spu-13', 'R-spu-3']
    : [`${at}: ${whose} of this SPU; fast path`, 'R-spu-13', 'R-spu-3'];
}

function join([first, ...firstRules]: Told, [second, ...secondRules]: Told): Told {
  return [first + second, ...firstRules, ...secondRules];
}
