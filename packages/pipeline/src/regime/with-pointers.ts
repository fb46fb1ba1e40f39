import { FLOW_KEY_WORDS } from '@midplane/flow';
import { hashWing } from '@midplane/session-table';
import { type Pointer, PointerTable } from '../central-point/pointer-table.ts';
import { EVENT_REGISTER, type EventQueue } from '../engine/event-queue.ts';
import { type Messages, REFUSED_CONFLICT, REFUSED_FULL, WING_IN, WING_OUT } from '../engine/messages.ts';
import { PATH_HASH, type PathBatch } from '../path-batch.ts';
import { STATE_INVALID, STATE_PENDING } from '../spu/lifetime.ts';
import type { Spu } from '../spu/spu.ts';
import type { HomeOf } from './distributed.ts';
import type { Regime } from './regime.ts';

/** What a distributed regime with pointer records is made with. */
export interface PointerOptions {
  readonly spus: readonly Spu[];
  readonly homeOf: HomeOf;
  readonly messages: Messages;
  /** Has an SPU give a pending session up for that of another one. */
  readonly yieldTo: (nowNs: number, spu: number, session: number, owner: number) => void;
}

/** A distributed regime in which the wings of a session can hash to different SPUs. */
export interface PointerRegime extends Regime {
  /** Pointer records by SPU position. */
  readonly pointers: readonly PointerTable[];
}

/**
 * From 15.1X49-D30 / 17.3R1, where addresses are translated or the hash is not symmetric: each wing is registered with the
 * SPU that it hashes to. The session is its own record there if that is its owner; another SPU holds a pointer record.
 *
 * A session is pending until every such SPU has said that it has the wing. Of two SPUs that have made a session of the
 * same conversation the one with the lower ID keeps it.
 */
export function createPointerRegime(options: PointerOptions): PointerRegime {
  const { spus, homeOf, messages, yieldTo } = options;
  const pointers = spus.map(({ spec }) => new PointerTable(Math.max(1, Math.floor(1.2 * spec.maxSessions))));
  const key = new Int32Array(FLOW_KEY_WORDS);
  const other = new Int32Array(FLOW_KEY_WORDS);

  /** Calls back for each wing of a session whose central point is not its owner; leaves that wing's key in `key`. */
  function forEachAbroad(spu: number, session: number, each: (home: number, wing: number) => void): void {
    const table = spus[spu].table!;
    for (const wing of [WING_IN, WING_OUT]) {
      if (wing === WING_OUT && table.isOneWing(session)) return;
      table.keyInto((session << 1) | (wing === WING_OUT ? 1 : 0), key);
      const home = homeOf(key, 0);
      if (home !== spu) each(home, wing);
    }
  }

  /** Whether a session of an SPU has the other wing of a flow, too: then both are of one conversation. */
  function isSame(there: number, sessionThere: number, spu: number, flow: number): boolean {
    const table = spus[spu].table!;
    if (table.isOneWing(flow >>> 1)) return true;
    table.keyInto(flow ^ 1, other);
    return spus[there].table!.flowOf(sessionThere, other, 0) >= 0;
  }

  /** The record of a wing at an SPU, if it names a session of another SPU that is not over. */
  function livePointer(home: number, flowKey: Int32Array, wingHash: number, spu: number): Pointer | undefined {
    const record = pointers[home].find(flowKey, 0, wingHash);
    if (record < 0) return undefined;
    const pointer = pointers[home].read(record);
    const { owner, session, generation } = pointer;
    const isLive = owner !== spu && isOf(spus[owner], session, generation) && !isOver(spus[owner], session);
    return isLive ? pointer : undefined;
  }

  /** Enters a wing at its home; returns what to answer: the position of the asker if it is entered. */
  function enter(nowNs: number, home: number, wing: number, spu: number, session: number, generation: number): number {
    const flowThere = (session << 1) | (wing === WING_OUT ? 1 : 0);
    spus[spu].table!.keyInto(flowThere, key);
    const wingHash = hashWing(key, 0);
    const table = spus[home].table;
    const flow = table?.find(key, 0, wingHash) ?? -1;
    if (flow >= 0 && (table!.user(flow >>> 1, 0) & STATE_INVALID) === 0) {
      if (!isSame(home, flow >>> 1, spu, flowThere)) return REFUSED_CONFLICT;
      if (home < spu || (table!.user(flow >>> 1, 0) & STATE_PENDING) === 0) return home;
      yieldTo(nowNs, home, flow >>> 1, spu);
      spus[spu].table!.keyInto(flowThere, key); // `key` has been used for the wings of the session that is gone
    }
    const pointer = livePointer(home, key, wingHash, spu);
    if (pointer !== undefined) {
      return isSame(pointer.owner, pointer.session, spu, flowThere) ? pointer.owner : REFUSED_CONFLICT;
    }
    return pointers[home].enter(key, 0, wingHash, spu, session, generation) ? spu : REFUSED_FULL;
  }

  return {
    isByHash: false,
    pointers,
    miss(batch: PathBatch, row: number): void {
      batch.path[row] = PATH_HASH;
    },
    homeOf,
    claim(position, flowKey, at, wingHash): number {
      const home = homeOf(flowKey, at);
      return home === position ? pointers[position].ownerOf(flowKey, at, wingHash, position) : home;
    },
    ownerOf: (position, flowKey, at, wingHash) => pointers[position].ownerOf(flowKey, at, wingHash, -1),
    isTaken: (spu, out, wingHash) => homeOf(out, 0) === spu && livePointer(spu, out, wingHash, spu) !== undefined,
    begin(nowNs, spu, session, generation): number {
      let waits = 0;
      forEachAbroad(spu, session, (home, wing) => {
        messages.register(nowNs, home, wing, spu, session, generation);
        waits |= wing;
      });
      return waits;
    },
    end(nowNs, spu, session, generation): void {
      forEachAbroad(spu, session, (home, wing) => messages.release(nowNs, home, wing, spu, session, generation));
    },
    forget(spu, session): void {
      const generation = spus[spu].table!.user(session, 1);
      forEachAbroad(spu, session, (home) => pointers[home].release(key, 0, hashWing(key, 0), spu, generation));
    },
    abandon: () => {},
    arrive(queue: EventQueue): void {
      const { kind, a, b: spu, c: session, d: generation, timeNs } = queue;
      const home = a & 0xff;
      const wing = a >>> 8;
      if (!isOf(spus[spu], session, generation)) return;
      if (kind !== EVENT_REGISTER) {
        spus[spu].table!.keyInto((session << 1) | (wing === WING_OUT ? 1 : 0), key);
        pointers[home].release(key, 0, hashWing(key, 0), spu, generation);
        return;
      }
      if (isOver(spus[spu], session)) return;
      const owner = enter(timeNs, home, wing, spu, session, generation);
      if (owner === spu) messages.registered(timeNs, home, wing, spu, session, generation);
      else messages.refused(timeNs, home, owner, spu, session, generation);
    },
    recordOf(spu, flow) {
      spus[spu].table!.keyInto(flow, key);
      const position = homeOf(key, 0);
      if (position === spu) return { position, index: flow >>> 1 };
      const index = pointers[position].find(key, 0, hashWing(key, 0));
      return index < 0 || pointers[position].read(index).owner !== spu ? undefined : { position, index };
    },
    install: () => {}, // the table behind `homeOf` is another one
    lose(): void {
      for (const each of pointers) each.clear();
    },
    tick: () => {},
  };
}

/** Whether an SPU still has a session. */
function isOf({ table }: Spu, session: number, generation: number): boolean {
  return table!.has(session) && table!.user(session, 1) === generation;
}

function isOver({ table }: Spu, session: number): boolean {
  return (table!.user(session, 0) & STATE_INVALID) !== 0;
}
