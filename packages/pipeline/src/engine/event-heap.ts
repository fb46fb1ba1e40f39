/** Where an event is taken out to. */
export interface EventSink {
  timeNs: number;
  kind: number;
  a: number;
  b: number;
  c: number;
  d: number;
}

/** Events in a binary heap of typed arrays, by time, then by rank. */
export class EventHeap {
  size = 0;
  private times = new Float64Array(64);
  private ranks = new Float64Array(64);
  private slots = new Int32Array(64);
  private words = new Int32Array(64 * 8);
  private free = new Int32Array(64).map((_, slot) => slot);

  /** Time and rank of the first event; there must be one. */
  get nextNs(): number {
    return this.times[0];
  }
  get nextRank(): number {
    return this.ranks[0];
  }

  add(timeNs: number, rank: number, kind: number, a: number, b: number, c: number, d: number): void {
    if (this.size === this.times.length) this.grow();
    const slot = this.free[this.size];
    const { words } = this;
    words[slot * 8] = kind;
    words[slot * 8 + 1] = a;
    words[slot * 8 + 2] = b;
    words[slot * 8 + 3] = c;
    words[slot * 8 + 4] = d;
    const { times, ranks, slots } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const apart = ranks[parent] - rank;
      if ((times[parent] - timeNs || apart) < 0) break;
      times[at] = times[parent];
      ranks[at] = ranks[parent];
      slots[at] = slots[parent];
      at = parent;
    }
    times[at] = timeNs;
    ranks[at] = rank;
    slots[at] = slot;
  }

  /** Takes the first event out. */
  take(sink: EventSink): void {
    const { times, ranks, slots, words } = this;
    const slot = slots[0];
    sink.timeNs = times[0];
    sink.kind = words[slot * 8];
    sink.a = words[slot * 8 + 1];
    sink.b = words[slot * 8 + 2];
    sink.c = words[slot * 8 + 3];
    sink.d = words[slot * 8 + 4];
    const last = --this.size;
    this.free[last] = slot;
    const timeNs = times[last];
    const rank = ranks[last];
    const moved = slots[last];
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && this.isBefore(child + 1, child)) child++;
      const apart = rank - ranks[child];
      if ((timeNs - times[child] || apart) < 0) break;
      times[at] = times[child];
      ranks[at] = ranks[child];
      slots[at] = slots[child];
      at = child;
    }
    times[at] = timeNs;
    ranks[at] = rank;
    slots[at] = moved;
  }

  private isBefore(one: number, other: number): boolean {
    const { times, ranks } = this;
    const apart = ranks[one] - ranks[other];
    return (times[one] - times[other] || apart) < 0;
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
    this.words = longer(this.words, size * 8);
    const free = longer(this.free, size);
    for (let slot = size / 2; slot < size; slot++) free[slot] = slot;
    this.free = free;
  }
}
