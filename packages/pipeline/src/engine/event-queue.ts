import { DOUBLE_ZERO } from './double-zero.ts';
import { EventHeap, type EventSink } from './event-heap.ts';

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
 * on when they were put in. Most messages take equally long, so they come in as they go out: a ring keeps those, and a
 * heap the others. Nothing is allocated per event once both have grown.
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

  private readonly heap = new EventHeap();
  private readonly sequences = new Uint32Array(SOURCES);
  private times = new Float64Array(64);
  private ranks = new Float64Array(64);
  private words = new Int32Array(64 * 8);
  private head = 0;
  private count = 0;
  private lastNs = Number.NEGATIVE_INFINITY;
  private lastRank: number = DOUBLE_ZERO;

  /** Events. */
  get size(): number {
    return this.count + this.heap.size;
  }

  /**
   * Puts an event in.
   *
   * @param timeNs Time of arrival.
   * @param kind EVENT_ value.
   * @param source Number of the unit that sends it, 0 to 4,095.
   */
  add(timeNs: number, kind: number, source: number, a: number, b: number, c: number, d: number): void {
    // 5 bits of kind, 12 of source, 32 of sequence: exact in a double
    const rank = (kind * SOURCES + source) * 4_294_967_296 + this.sequences[source]++;
    if (timeNs < this.nextNs) this.nextNs = timeNs;
    const apart = rank - this.lastRank;
    if (this.count > 0 && (timeNs - this.lastNs || apart) < 0) {
      this.heap.add(timeNs, rank, kind, a, b, c, d);
      return;
    }
    if (this.count === this.times.length) this.grow();
    const at = (this.head + this.count++) & (this.times.length - 1);
    this.times[at] = timeNs;
    this.ranks[at] = rank;
    const { words } = this;
    words[at * 8] = kind;
    words[at * 8 + 1] = a;
    words[at * 8 + 2] = b;
    words[at * 8 + 3] = c;
    words[at * 8 + 4] = d;
    this.lastNs = timeNs;
    this.lastRank = rank;
  }

  /** Takes the first event out into `timeNs`, `kind`, `a` ... `d`; there must be one. */
  take(): void {
    // hot: called per message; ranks are compared always, for V8 compiles anew what it sees for the first time
    const { heap, head, words } = this;
    const apart = this.ranks[head] - heap.nextRank;
    const isRing = heap.size === 0 || (this.count > 0 && (this.times[head] - heap.nextNs || apart) < 0);
    if (isRing) {
      this.timeNs = this.times[head];
      this.kind = words[head * 8];
      this.a = words[head * 8 + 1];
      this.b = words[head * 8 + 2];
      this.c = words[head * 8 + 3];
      this.d = words[head * 8 + 4];
      this.head = (head + 1) & (this.times.length - 1);
      this.count--;
    } else {
      heap.take(this);
    }
    const first = this.count > 0 ? this.times[this.head] : Number.POSITIVE_INFINITY;
    this.nextNs = heap.size > 0 && heap.nextNs < first ? heap.nextNs : first;
  }

  private grow(): void {
    const old = this.times.length;
    const times = new Float64Array(old * 2);
    const ranks = new Float64Array(old * 2);
    const words = new Int32Array(old * 16);
    for (let i = 0; i < this.count; i++) {
      const from = (this.head + i) & (old - 1);
      times[i] = this.times[from];
      ranks[i] = this.ranks[from];
      words.set(this.words.subarray(from * 8, from * 8 + 8), i * 8);
    }
    this.times = times;
    this.ranks = ranks;
    this.words = words;
    this.head = 0;
  }
}
