import { DOUBLE_ZERO } from './double-zero.ts';
import type { EventSink } from './event-heap.ts';

const FIRST_EVENTS = 64;

/** Events that come in as they go out, by time, then by rank: in a ring of typed arrays. */
export class EventRing {
  /** Time of the first event, ns, Infinity if there is none; and its rank. */
  nextNs: number = Number.POSITIVE_INFINITY;
  nextRank: number = DOUBLE_ZERO;
  size = 0;
  private times = new Float64Array(FIRST_EVENTS);
  private ranks = new Float64Array(FIRST_EVENTS);
  private words = new Int32Array(FIRST_EVENTS * 8);
  private head = 0;
  private lastNs: number = DOUBLE_ZERO;
  private lastRank: number = DOUBLE_ZERO;

  /** Whether an event comes behind all others. */
  isLast(timeNs: number, rank: number): boolean {
    const apart = rank - this.lastRank;
    return this.size === 0 || (timeNs - this.lastNs || apart) >= 0;
  }

  /** Adds an event behind all others. */
  add(timeNs: number, rank: number, kind: number, a: number, b: number, c: number, d: number): void {
    if (this.size === this.times.length) this.grow();
    const { times, ranks, words } = this;
    const at = (this.head + this.size) & (times.length - 1);
    times[at] = timeNs;
    ranks[at] = rank;
    words[at * 8] = kind;
    words[at * 8 + 1] = a;
    words[at * 8 + 2] = b;
    words[at * 8 + 3] = c;
    words[at * 8 + 4] = d;
    this.lastNs = timeNs;
    this.lastRank = rank;
    if (this.size++ > 0) return;
    this.nextNs = timeNs;
    this.nextRank = rank;
  }

  /** Takes the first event out; there must be one. */
  take(sink: EventSink): void {
    const { times, ranks, words, head } = this;
    sink.timeNs = times[head];
    sink.kind = words[head * 8];
    sink.a = words[head * 8 + 1];
    sink.b = words[head * 8 + 2];
    sink.c = words[head * 8 + 3];
    sink.d = words[head * 8 + 4];
    const next = (head + 1) & (times.length - 1);
    this.head = next;
    this.nextNs = --this.size > 0 ? times[next] : Number.POSITIVE_INFINITY;
    this.nextRank = ranks[next];
  }

  private grow(): void {
    const { head } = this;
    this.times = unrolled(this.times, head, new Float64Array(this.size * 2));
    this.ranks = unrolled(this.ranks, head, new Float64Array(this.size * 2));
    this.words = unrolled(this.words, head * 8, new Int32Array(this.size * 16));
    this.head = 0;
  }
}

/** Copies a full ring that begins at a place into a longer one, which begins at 0. */
function unrolled<T extends Float64Array | Int32Array>(ring: T, head: number, longer: T): T {
  longer.set(ring.subarray(head));
  longer.set(ring.subarray(0, head), ring.length - head);
  return longer;
}
