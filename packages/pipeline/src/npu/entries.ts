import { FLOW_KEY_WORDS } from '@midplane/flow';
import type { SessionTable } from '@midplane/session-table';
import { EVENT_INSTALL, type EventQueue } from '../engine/event-queue.ts';
import type { Messages } from '../engine/messages.ts';
import { STATE_INVALID } from '../spu/lifetime.ts';
import type { Spu } from '../spu/spu.ts';
import { type Npu, wingsOf } from './npu.ts';

/** Place of the NPUs that a session was sent to, in user word 0 of the session: their bits, so many to the left. */
const REQUESTED_SHIFT = 16;

/**
 * Entries of NPU session tables, from the SPU's request to the end of the session.
 *
 * The session carries two bits for each NPU: a message is on its way or has arrived (user word 0), the entry is there (tag).
 */
export class NpuEntries {
  private readonly npus: readonly Npu[];
  private readonly spus: readonly Spu[];
  private readonly messages: Messages;
  private readonly key = new Int32Array(FLOW_KEY_WORDS);

  constructor(npus: readonly Npu[], spus: readonly Spu[], messages: Messages) {
    this.npus = npus;
    this.spus = spus;
    this.messages = messages;
  }

  /** The owner of a session asks an NPU to enter it, unless it has done so already. */
  request(nowNs: number, npu: number, spu: number, session: number): void {
    const table = this.spus[spu].table!;
    const bit = this.npus[npu].bit << REQUESTED_SHIFT;
    const word = table.user(session, 0);
    if (word & bit) return;
    table.setUser(session, 0, word | bit);
    this.messages.install(nowNs, npu, spu, session, table.user(session, 1));
  }

  /** The owner of a session tells all NPUs that it has sent it to that it is over. */
  withdraw(nowNs: number, spu: number, session: number): void {
    const table = this.spus[spu].table!;
    const requested = table.user(session, 0) >>> REQUESTED_SHIFT;
    for (let npu = 0; npu < this.npus.length; npu++) {
      if (requested & this.npus[npu].bit) this.messages.withdraw(nowNs, npu, spu, session, table.user(session, 1));
    }
  }

  /** A message arrives at an NPU. */
  arrive(queue: EventQueue): void {
    const { kind, a: position, b: spu, c: session, d: generation } = queue;
    const table = this.spus[spu].table!;
    if (!table.has(session) || table.user(session, 1) !== generation) return;
    const npu = this.npus[position];
    const bits = table.tag(session);
    if (kind === EVENT_INSTALL) {
      if (table.user(session, 0) & STATE_INVALID) return;
      const after = npu.install(bits, wingsOf(table.protocol(session)));
      table.setTag(session, after);
      if ((after & ~bits) !== 0) this.enter(npu, table, spu, session);
      // a full NPU is asked again when it misses again
      if ((after & npu.bit) === 0) this.forget(table, session, npu);
    } else if (bits & npu.bit) {
      this.drop(table, session, npu);
      npu.withdrawals++;
    }
  }

  /** The entry of a session was idle for too long. */
  ageOut(table: SessionTable, session: number, npu: Npu): void {
    this.drop(table, session, npu);
    this.forget(table, session, npu);
    npu.agedOut++;
  }

  /** A session goes although NPUs have not heard of its end. */
  dropAll(table: SessionTable, session: number): void {
    if (table.tag(session) === 0) return;
    for (const npu of this.npus) {
      if ((table.tag(session) & npu.bit) === 0) continue;
      this.drop(table, session, npu);
      npu.withdrawals++;
    }
  }

  /** A session takes the place of another one of the same key: entries stay, for they name the same key and owner. */
  inherit(table: SessionTable, session: number, bits: number): void {
    if (bits === 0) return;
    table.setTag(session, bits);
    for (const npu of this.npus) if (bits & npu.bit) this.rename(npu, table, session);
    table.setUser(session, 0, table.user(session, 0) | (bits << REQUESTED_SHIFT));
  }

  private enter(npu: Npu, table: SessionTable, spu: number, session: number): void {
    if (npu.table === undefined) return;
    table.keyInto(session << 1, this.key);
    const entry = npu.table.insert(this.key, 0, 0, 0);
    npu.table.setTag(entry, spu);
    npu.table.setUser(entry, 0, session);
  }

  /** The entry of a key names another session of the same SPU from now on. */
  private rename(npu: Npu, table: SessionTable, session: number): void {
    if (npu.table === undefined) return;
    table.keyInto(session << 1, this.key);
    const flow = npu.table.find(this.key, 0);
    if (flow >= 0) npu.table.setUser(flow >>> 1, 0, session);
  }

  private drop(table: SessionTable, session: number, npu: Npu): void {
    if (npu.table !== undefined) {
      table.keyInto(session << 1, this.key);
      const flow = npu.table.find(this.key, 0);
      if (flow >= 0) npu.table.remove(flow >>> 1);
    }
    npu.wings -= wingsOf(table.protocol(session));
    table.setTag(session, table.tag(session) & ~npu.bit);
  }

  private forget(table: SessionTable, session: number, npu: Npu): void {
    table.setUser(session, 0, table.user(session, 0) & ~(npu.bit << REQUESTED_SHIFT));
  }
}
