import { DOUBLE_ZERO } from './double-zero.ts';
import { EventHeap, type EventSink } from './event-heap.ts';
import { EventRing } from './event-ring.ts';

/** Kinds of events, in the order in which those of one instant happen. */
export const EVENT_INSTALL = 0;
export const EVENT_WITHDRAW = 1;
export const EVENT_STALE = 2;
export const EVENT_REGISTER = 3;
export const EVENT_RELEASE = 4;
export const EVENT_REGISTERED = 5;
export const EVENT_REFUSED = 6;
export const EVENT_PACKET = 7;
export const EVENT_COMMAND = 8;
export const EVENT_REPORT = 9;
export const EVENT_CHASSIS = 10;

const SOURCES = 4096;

/**
 * Messages on their way, by the time at which they arrive.
 *
 * Those of one instant come in the order of kind, source unit and the source's own sequence: an order that does not depend
 * on when they were put in. Many messages come in as they go out, withdrawals above all: of all sessions that age out in a
 * second at once. Rings keep those, and a heap the others, which stays small so. Nothing is allocated per event once these
 * have grown.
 */
export class EventQueue implements EventSink {
  /** Time of the first event, ns; Infinity if there is none. */
  nextNs: number = Number.POSITIVE_INFINITY;
  /** What `take` took. */
  timeNs: number = DOUBLE_ZERO;
  kind = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;

  /** Of withdrawals, and of all others. */
  private readonly rings: readonly [EventRing, EventRing] = [new EventRing(), new EventRing()];
  private readonly heap = new EventHeap();
  private readonly sequences = new Uint32Array(SOURCES);

  /** Events. */
  get size(): number {
    return this.rings[0].size + this.rings[1].size + this.heap.size;
  }

  /**
   * Puts an event in.
   *
   * @param timeNs Time of arrival.
   * @param kind EVENT_ value.
   * @param source Number of the unit that sends it, 0 to 4,095.
   */
  add(timeNs: number, kind: number, source: number, a: number, b: number, c: number, d: number): void {
    // hot: called per message. 5 bits of kind, 12 of source, 32 of sequence: exact in a double
    const rank = (kind * SOURCES + source) * 4_294_967_296 + this.sequences[source]++;
    const ring = this.rings[kind === EVENT_WITHDRAW ? 0 : 1];
    if (timeNs < this.nextNs) this.nextNs = timeNs;
    if (ring.isLast(timeNs, rank)) ring.add(timeNs, rank, kind, a, b, c, d);
    else this.heap.add(timeNs, rank, kind, a, b, c, d);
  }

  /** Takes the first event out into `timeNs`, `kind`, `a` ... `d`; there must be one. */
  take(): void {
    // hot: called per message; ranks are compared always, for V8 compiles anew what it sees for the first time
    const { rings, heap } = this;
    const withdrawals = rings[0]; // by index: a pattern would make an array and ask its iterator, per message
    const others = rings[1];
    const apart = withdrawals.nextRank - others.nextRank;
    const first = (withdrawals.nextNs - others.nextNs || apart) < 0 ? withdrawals : others;
    const behind = first.nextRank - heap.nextRank;
    if (heap.size === 0 || (first.nextNs - heap.nextNs || behind) < 0) first.take(this);
    else heap.take(this);
    const soonest = Math.min(withdrawals.nextNs, others.nextNs);
    this.nextNs = heap.size > 0 ? Math.min(heap.nextNs, soonest) : soonest;
  }
}
