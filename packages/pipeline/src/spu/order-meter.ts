import { type ReorderingFigures, ReorderingMeter } from '@midplane/ordering';

/** Sessions that are measured side by side; those above share the place of another one. */
const STREAMS = 16_384;

/** Why packets of a session reached their owner in another order than they came in. */
export type LostOrderCause = 'fragments' | 'central point' | 'redirected' | 'other';

interface Departure {
  readonly atNs: number;
  readonly session: number;
  readonly sequence: number;
}

/**
 * Measures, at one SPU, the order of the packets of each session: where they leave against where they arrive (RFC 4737),
 * and where they arrive against the order in which the NPUs received them.
 */
export class OrderMeter {
  /** Packets that arrived after a later one of their session, by what had delayed them. */
  readonly lostBefore: Record<LostOrderCause, number> = {
    fragments: 0,
    'central point': 0,
    redirected: 0,
    other: 0,
  };
  private readonly meter = new ReorderingMeter({ streams: STREAMS, nLimit: 1 });
  private readonly sequences = new Map<number, number>();
  private readonly lastNumber = new Map<number, number>();
  private readonly heap: Departure[] = [];

  /** A session begins: its number may have been another one's. */
  begin(session: number): void {
    this.drain(Number.POSITIVE_INFINITY, session);
    this.sequences.set(session, 0);
    this.lastNumber.delete(session);
    this.meter.reset(session % STREAMS);
  }

  /**
   * A packet of a session.
   *
   * @param number Its number among all packets offered.
   */
  add(session: number, number: number, arrivalNs: number, leaveNs: number, cause: LostOrderCause): void {
    this.drain(arrivalNs);
    const sequence = (this.sequences.get(session) ?? 0) + 1;
    this.sequences.set(session, sequence);
    if (sequence === 1) this.meter.start(1, session % STREAMS);
    if (number < (this.lastNumber.get(session) ?? 0)) this.lostBefore[cause]++;
    else this.lastNumber.set(session, number);
    this.push({ atNs: leaveNs, session, sequence });
  }

  /** What was measured, once everything has left. */
  figures(): ReorderingFigures {
    this.drain(Number.POSITIVE_INFINITY);
    return this.meter.figures();
  }

  /** Lets packets leave up to a time, or those of one session only. */
  private drain(untilNs: number, session?: number): void {
    const { heap } = this;
    if (session !== undefined && !heap.some((each) => each.session === session)) return;
    while (heap.length > 0 && heap[0].atNs <= untilNs) {
      const first = this.pop();
      this.meter.offer(first.sequence, first.atNs, 1, first.session % STREAMS);
    }
  }

  private push(departure: Departure): void {
    const { heap } = this;
    let at = heap.push(departure) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent], departure)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = departure;
  }

  private pop(): Departure {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

/** Those of one instant leave in the order in which they came. */
function isBefore(a: Departure, b: Departure): boolean {
  if (a.atNs !== b.atNs) return a.atNs < b.atNs;
  return a.session !== b.session ? a.session < b.session : a.sequence < b.sequence;
}
