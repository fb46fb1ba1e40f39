import { FLOW_KEY_WORDS } from '@midplane/flow';
import { decodeEmbedded, FLAG_ICMP_ERROR, FRAGMENT_LATER } from '@midplane/packet';
import { hashWing } from '@midplane/session-table';
import { REQUESTED_SHIFT } from '../npu/entries.ts';
import type { PathBatch } from '../path-batch.ts';
import { STATE_PENDING } from '../spu/lifetime.ts';
import type { SpuStageOptions } from '../spu/spu-stage.ts';
import type { SessionSight } from './sighting.ts';
import { keyOf } from './sighting-of.ts';

/** The key of the session that a packet is about, as its SPU is going to see it. */
export function aboutOf(batch: PathBatch, row: number, { spus }: SpuStageOptions): Int32Array | undefined {
  const { packets } = batch;
  if (packets.fragment[row] === FRAGMENT_LATER) {
    const key = new Int32Array(FLOW_KEY_WORDS);
    const { fragments } = spus[batch.spu[row]];
    const at = row * FLOW_KEY_WORDS;
    return fragments.recallInto(packets.key, at, packets.fragmentId[row], batch.tick[row], key) ? key : undefined;
  }
  if (packets.flags[row] & FLAG_ICMP_ERROR) {
    const key = new Int32Array(FLOW_KEY_WORDS);
    return decodeEmbedded(packets, row, key, 0) ? key : undefined;
  }
  return keyOf(batch, row);
}

/** The session of a key, on whichever SPU it is. */
export function findSession(options: SpuStageOptions, key: Int32Array): SessionSight | undefined {
  for (const position of options.spus.keys()) {
    const found = findSessionAt(options, position, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The session of a key on one SPU. */
export function findSessionAt(options: SpuStageOptions, position: number, key: Int32Array): SessionSight | undefined {
  const flow = options.spus[position].table?.find(key, 0, hashWing(key, 0)) ?? -1;
  return flow < 0 ? undefined : sightOf(options, position, flow);
}

/** Whether two sights are of the same session. */
export function isSameSession(a: SessionSight, b: SessionSight): boolean {
  return a.position === b.position && a.session === b.session && a.firstPacket === b.firstPacket;
}

/** A session as a packet had left it that waited, with what its confirmation has changed meanwhile. */
export function confirmedSight(left: SessionSight, now: SessionSight): SessionSight {
  // the packets behind it have been counted, too: how far the session has come, and its timeout, are theirs
  return { ...left, state: left.state & ~(STATE_PENDING & ~now.state), entries: now.entries };
}

/** What is to be seen of a session, by the SPU and the flow. */
export function sightOf({ spus }: SpuStageOptions, position: number, flow: number): SessionSight {
  const { sourceNat, bindings, pending } = spus[position];
  const table = spus[position].table!;
  const session = flow >>> 1;
  const out = table.hasOwnOutWing(session) ? new Int32Array(FLOW_KEY_WORDS) : undefined;
  if (out !== undefined) table.keyInto((session << 1) | 1, out);
  const word = table.user(session, 0);
  return {
    position,
    session,
    wing: flow & 1,
    firstPacket: table.user(session, 1) >>> 0,
    state: word & ((1 << REQUESTED_SHIFT) - 1),
    timeoutS: table.timeout(session),
    entries: table.tag(session),
    requested: (word >>> REQUESTED_SHIFT) | (pending.get(session)?.npus ?? 0),
    out,
    nat: sourceNat?.nameOf(bindings.get(session) ?? -1) ?? undefined,
  };
}
