/** Kinds of events, in the order in which those of one instant happen. */
export const EVENT_INSTALL = 0;
export const EVENT_WITHDRAW = 1;

const SOURCES = 4096;

/**
 * Messages on their way, by the time at which they arrive.
 *
 * Those of one instant come in the order of kind, source unit and the source's own sequence: an order that does not depend
 * on when they were put in. A binary heap in typed arrays; nothing is allocated per event once it has grown.
 */
export class EventQueue {
  /** Time of the first event, ns; Infinity if there is none. */
  nextNs: number = Number.POSITIVE_INFINITY;
  /** Events. */
  size = 0;
  /** What `take` took. */
  timeNs = 0;
  kind = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;

  private times = new Float64Array(64);
  private ranks = new Float64Array(64);
  private slots = new Int32Array(64);
  private payload = new Int32Array(64 * 4);
  private free = new Int32Array(64).map((_, slot) => slot);
  private readonly sequences = new Float64Array(SOURCES);

  /**
   * Puts an event in.
   *
   * @param timeNs Time of arrival.
   * @param kind EVENT_ value.
   * @param source Number of the unit that sends it, 0 to 4,095.
   */
  add(timeNs: number, kind: number, source: number, a: number, b: number, c: number, d: number): void {
    if (this.size === this.times.length) this.grow();
    const slot = this.free[this.size];
    this.payload[slot * 4] = a;
    this.payload[slot * 4 + 1] = b;
    this.payload[slot * 4 + 2] = c;
    this.payload[slot * 4 + 3] = d;
    // 5 bits of kind, 12 of source, 32 of sequence: exact in a double
    const rank = (kind * SOURCES + source) * 2 ** 32 + (this.sequences[source]++ % 2 ** 32);
    const { times, ranks, slots } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent] < timeNs || (times[parent] === timeNs && ranks[parent] < rank)) break;
      times[at] = times[parent];
      ranks[at] = ranks[parent];
      slots[at] = slots[parent];
      at = parent;
    }
    times[at] = timeNs;
    ranks[at] = rank;
    slots[at] = slot;
    this.nextNs = times[0];
  }

  /** Takes the first event out into `timeNs`, `kind`, `a` ... `d`; there must be one. */
  take(): void {
    const { times, ranks, slots, payload } = this;
    const slot = slots[0];
    this.timeNs = times[0];
    this.kind = Math.floor(ranks[0] / 2 ** 32 / SOURCES);
    this.a = payload[slot * 4];
    this.b = payload[slot * 4 + 1];
    this.c = payload[slot * 4 + 2];
    this.d = payload[slot * 4 + 3];
    const last = --this.size;
    this.free[last] = slot;
    const timeNs = times[last];
    const rank = ranks[last];
    const moved = slots[last];
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= last) break;
      const other = child + 1;
      if (
        other < last &&
        (times[other] < times[child] || (times[other] === times[child] && ranks[other] < ranks[child]))
      )
        child = other;
      if (timeNs < times[child] || (timeNs === times[child] && rank < ranks[child])) break;
      times[at] = times[child];
      ranks[at] = ranks[child];
      slots[at] = slots[child];
      at = child;
    }
    times[at] = timeNs;
    ranks[at] = rank;
    slots[at] = moved;
    this.nextNs = last > 0 ? times[0] : Number.POSITIVE_INFINITY;
  }

  private grow(): void {
    const size = this.times.length * 2;
    const longer = <T extends Float64Array | Int32Array>(array: T, length: number): T => {
      const copy = new (array.constructor as new (length: number) => T)(length);
      copy.set(array);
      return copy;
    };
    this.times = longer(this.times, size);
    this.ranks = longer(this.ranks, size);
    this.slots = longer(this.slots, size);
    this.payload = longer(this.payload, size * 4);
    const free = longer(this.free, size);
    for (let slot = size / 2; slot < size; slot++) free[slot] = slot;
    this.free = free;
  }
}
