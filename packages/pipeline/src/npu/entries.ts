import type { SessionTable } from '@midplane/session-table';
import type { EventQueue } from '../engine/event-queue.ts';
import type { Messages } from '../engine/messages.ts';
import type { Spu } from '../spu/spu.ts';
import type { Npu } from './npu.ts';

/** Place of the NPUs that a session was sent to, in user word 0 of the session: their bits, so many to the left. */
export const REQUESTED_SHIFT = 16;

/**
 * Entries of NPU session tables, from the SPU's request to the end of the session.
 *
 * The owner keeps, in its session, which NPUs it has asked; what becomes of that at an NPU is up to the kind of entries.
 */
export abstract class NpuEntries {
  protected readonly npus: readonly Npu[];
  protected readonly spus: readonly Spu[];
  protected readonly messages: Messages;

  constructor(npus: readonly Npu[], spus: readonly Spu[], messages: Messages) {
    this.npus = npus;
    this.spus = spus;
    this.messages = messages;
  }

  /** A message arrives at an NPU. */
  abstract arrive(queue: EventQueue): void;
  /** A session is removed although NPUs may not have heard of its end. */
  abstract dropAll(spu: number, session: number): void;
  /** NPUs (bits) that a session which gives way leaves to the one of the same key that takes its place. */
  abstract leave(table: SessionTable, session: number): number;
  /** A session takes over the NPUs that another one of its key and owner has left. */
  abstract inherit(nowNs: number, spu: number, session: number, bits: number): void;
  /** Ends the input: entries that are idle by a tick count as aged out. */
  abstract finish(tick: number): void;

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

  /** The owner hears that an NPU does not have a session (any more): it may ask again. */
  protected forget(table: SessionTable, session: number, npu: Npu): void {
    table.setUser(session, 0, table.user(session, 0) & ~(npu.bit << REQUESTED_SHIFT));
  }
}
