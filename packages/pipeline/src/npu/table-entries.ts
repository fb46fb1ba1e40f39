import { FLOW_KEY_WORDS } from '@midplane/flow';
import { hashWing, type SessionTable } from '@midplane/session-table';
import { EVENT_INSTALL, EVENT_STALE, type EventQueue } from '../engine/event-queue.ts';
import { STATE_INVALID } from '../spu/lifetime.ts';
import { NpuEntries, REQUESTED_SHIFT } from './entries.ts';
import type { Npu } from './npu.ts';

/**
 * Entries in tables of the NPUs' own, where a session can be on any SPU: one per wing, each with its owner and its number
 * there.
 *
 * An entry can outlive what it names. The owner finds out when a packet comes by it, and has it taken out.
 */
export class TableEntries extends NpuEntries {
  private readonly key = new Int32Array(FLOW_KEY_WORDS);

  arrive(queue: EventQueue): void {
    const { kind, a, b: spu, c, d } = queue;
    const npu = this.npus[a];
    if (kind === EVENT_STALE) {
      const entries = npu.table!;
      if (entries.has(d) && entries.tag(d) === spu && entries.user(d, 0) === c) this.remove(npu, d, 'withdrawals');
      return;
    }
    const table = this.spus[spu].table!;
    if (!table.has(c) || table.user(c, 1) !== d) return;
    if (kind !== EVENT_INSTALL) {
      this.take(npu, table, spu, c);
    } else if ((table.user(c, 0) & STATE_INVALID) === 0) {
      this.install(npu, table, spu, c);
    }
  }

  /** Looks a flow up, as a packet of a tick does; its entry, -1 = none. One that was idle for too long is taken out. */
  find(npu: Npu, key: Int32Array, at: number, wingHash: number, tick: number): number {
    const entries = npu.table!;
    const found = entries.find(key, at, wingHash);
    if (found < 0) return -1;
    const entry = found >>> 1;
    if (tick - entries.lastTick(entry) > npu.idleTimeoutS) {
      this.ageOut(npu, entry);
      return -1;
    }
    entries.touch(entry, tick);
    return entry;
  }

  dropAll(spu: number, session: number): void {
    const table = this.spus[spu].table!;
    const requested = table.user(session, 0) >>> REQUESTED_SHIFT;
    for (const npu of this.npus) if (requested & npu.bit) this.take(npu, table, spu, session);
  }

  leave(table: SessionTable, session: number): number {
    return table.user(session, 0) >>> REQUESTED_SHIFT;
  }

  inherit(nowNs: number, spu: number, session: number, bits: number): void {
    for (let npu = 0; npu < this.npus.length; npu++) {
      if (bits & this.npus[npu].bit) this.request(nowNs, npu, spu, session);
    }
  }

  finish(tick: number): void {
    for (const npu of this.npus) {
      const entries = npu.table!;
      for (let entry = entries.next(0); entry >= 0; entry = entries.next(entry + 1)) {
        if (tick - entries.lastTick(entry) > npu.idleTimeoutS) this.ageOut(npu, entry);
      }
    }
  }

  private install(npu: Npu, table: SessionTable, spu: number, session: number): void {
    const entries = npu.table!;
    const wings = table.isOneWing(session) ? 1 : 2;
    let missing = 0;
    let known = 0;
    for (let wing = 0; wing < wings; wing++) {
      table.keyInto((session << 1) | wing, this.key);
      const found = entries.find(this.key, 0);
      if (found < 0) missing++;
      else if (entries.tag(found >>> 1) === spu && entries.user(found >>> 1, 0) === ((session << 1) | wing)) known++;
    }
    if (known === wings) return;
    if (entries.wings + missing > npu.capacity) {
      npu.refusals++;
      this.forget(table, session, npu); // a full NPU is asked again when it misses again
      return;
    }
    const tick = table.lastTick(session);
    const before = entries.wings; // a flow to itself is its own reverse: one entry for both wings
    for (let wing = 0; wing < wings; wing++) {
      table.keyInto((session << 1) | wing, this.key);
      const wingHash = hashWing(this.key, 0);
      const found = entries.find(this.key, 0, wingHash);
      const entry = found >= 0 ? found >>> 1 : entries.insertOneWing(this.key, 0, tick, 0, wingHash);
      entries.touch(entry, tick);
      entries.setTag(entry, spu);
      entries.setUser(entry, 0, (session << 1) | wing);
    }
    npu.note('installs', table.family(session), entries.wings - before);
  }

  /** Takes the entries of a session out. */
  private take(npu: Npu, table: SessionTable, spu: number, session: number): void {
    const entries = npu.table!;
    let wings = 0;
    for (let wing = 0; wing < (table.isOneWing(session) ? 1 : 2); wing++) {
      table.keyInto((session << 1) | wing, this.key);
      const found = entries.find(this.key, 0);
      if (found < 0 || entries.tag(found >>> 1) !== spu) continue;
      if (entries.user(found >>> 1, 0) >>> 1 !== session) continue;
      entries.remove(found >>> 1);
      wings++;
    }
    if (wings > 0) npu.note('withdrawals', table.family(session), -wings);
  }

  private ageOut(npu: Npu, entry: number): void {
    const entries = npu.table!;
    const { table } = this.spus[entries.tag(entry)];
    const session = entries.user(entry, 0) >>> 1;
    if (table!.has(session)) this.forget(table!, session, npu);
    this.remove(npu, entry, 'agedOut');
  }

  private remove(npu: Npu, entry: number, why: 'withdrawals' | 'agedOut'): void {
    const family = npu.table!.family(entry);
    npu.table!.remove(entry);
    npu.note(why, family, -1);
  }
}
