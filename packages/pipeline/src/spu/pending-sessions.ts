import { outcomeOf } from '../drop-reasons.ts';
import type { EventQueue } from '../engine/event-queue.ts';
import type { HeldPackets } from '../engine/held-packets.ts';
import { REFUSED_FULL } from '../engine/messages.ts';
import type { NpuEntries } from '../npu/entries.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import { OUTCOME_HELD, OUTCOME_PENDING, type PathBatch } from '../path-batch.ts';
import type { HandOver } from './hand-over.ts';
import { STATE_PENDING, STATE_TEMPLATE, withSteady } from './lifetime.ts';
import type { SessionEnds } from './session-ends.ts';
import type { Spu } from './spu.ts';

const CENTRAL_POINT_FULL = outcomeOf('central-point-full');
const WING_CONFLICT = outcomeOf('wing-conflict');
const QUEUE_FULL = outcomeOf('pending-queue-full');

/** A session that waits for its central points, and the packets that wait for it. */
export interface Pending {
  /** Wings (WING_ bits) that are not entered yet. */
  waits: number;
  /** NPUs (bits) that are told once it is confirmed. */
  npus: number;
  /** Packets that wait, in a list of held rows. */
  packets: number;
  first: number;
  last: number;
  /** Whether it was cleared meanwhile. */
  isCleared: boolean;
}

/** What pending sessions need. */
export interface PendingOptions {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly values: ParameterValues;
  readonly entries: NpuEntries;
  readonly held: HeldPackets;
  readonly handOver: HandOver;
  readonly ends: SessionEnds;
  /** Copies a packet of a multicast session. */
  readonly copy: (batch: PathBatch, row: number, spu: Spu, session: number) => void;
}

/** Sessions between their first packet and the word of their central points. */
export class PendingSessions {
  private readonly options: PendingOptions;

  constructor(options: PendingOptions) {
    this.options = options;
  }

  /** A session waits from now on for so many wings to be entered. */
  begin(spu: Spu, session: number, waits: number, npus: number): void {
    spu.pending.set(session, { waits, npus, packets: 0, first: -1, last: -1, isCleared: false });
  }

  /** Has a packet wait for its session; it is dropped if enough of them wait. */
  hold(batch: PathBatch, row: number, spu: Spu, session: number): void {
    const { held, values, npus } = this.options;
    const pending = spu.pending.get(session)!;
    if (pending.packets >= values.pendingQueuePackets) {
      batch.outcome[row] = QUEUE_FULL;
      return;
    }
    pending.npus |= npus[batch.npu[row]].bit;
    batch.outcome[row] = OUTCOME_HELD;
    const kept = held.keep(batch, row);
    if (pending.packets++ === 0) pending.first = kept;
    else held.link(pending.last, kept);
    pending.last = kept;
  }

  /** Whether a packet more can wait. */
  hasRoom(spu: Spu, session: number): boolean {
    return spu.pending.get(session)!.packets < this.options.values.pendingQueuePackets;
  }

  /** A central point has entered a wing. When all have, the session is valid, and its NPUs hear of it. */
  confirm(queue: EventQueue): void {
    const { spus, npus, entries, held, handOver } = this.options;
    const { a: wing, b: position, c: session, timeNs } = queue;
    const spu = spus[position];
    const pending = this.find(queue);
    if (pending === undefined) return;
    pending.waits &= ~wing;
    if (pending.waits !== 0) return;
    spu.pending.delete(session);
    const table = spu.table!;
    const state = table.user(session, 0) & ~STATE_PENDING;
    table.setUser(session, 0, withSteady(state, table.protocol(session)));
    for (let npu = 0; npu < npus.length; npu++) {
      if (pending.npus & npus[npu].bit) entries.request(timeNs, npu, position, session);
    }
    for (let row = pending.first, next = -1; row >= 0; row = next) {
      next = held.after(row);
      handOver.wake(row, timeNs);
      held.batch.outcome[row] = OUTCOME_PENDING;
      if (state & STATE_TEMPLATE) this.options.copy(held.batch, row, spu, session);
      handOver.leave(held.batch, row);
    }
    if (pending.isCleared) this.options.ends.clearOne(spu, position, session, timeNs);
  }

  /** A central point has not entered a wing: the session goes, and its packets go to the owner if there is one. */
  refuse(queue: EventQueue): void {
    const { a: owner, b: position, c: session, timeNs } = queue;
    if (this.find(queue) === undefined) return;
    if (owner >= 0) {
      this.yieldTo(timeNs, position, session, owner);
      return;
    }
    const { spus, held, handOver, ends } = this.options;
    const spu = spus[position];
    const { first } = spu.pending.get(session)!;
    spu.failed++;
    spu.created--;
    ends.withdraw(spu, position, session);
    for (let row = first, next = -1; row >= 0; row = next) {
      next = held.after(row);
      handOver.wake(row, timeNs);
      held.batch.flow[row] = -1;
      held.batch.outcome[row] = owner === REFUSED_FULL ? CENTRAL_POINT_FULL : WING_CONFLICT;
      handOver.leave(held.batch, row);
    }
  }

  /** A pending session makes way for that of another SPU, to which its packets are handed over. */
  yieldTo(nowNs: number, position: number, session: number, owner: number): void {
    const { spus, held, handOver, ends } = this.options;
    const spu = spus[position];
    const { first } = spu.pending.get(session)!;
    spu.yielded++;
    spu.created--;
    ends.withdraw(spu, position, session);
    for (let row = first, next = -1; row >= 0; row = next) {
      next = held.after(row);
      held.batch.flow[row] = -1;
      handOver.sendHeld(row, nowNs, owner);
    }
  }

  private find({ b: position, c: session, d: generation }: EventQueue): Pending | undefined {
    const { table, pending } = this.options.spus[position];
    if (!table!.has(session) || table!.user(session, 1) !== generation) return undefined;
    return pending.get(session);
  }
}
