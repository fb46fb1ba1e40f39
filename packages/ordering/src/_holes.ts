/**
 * The sequence numbers that each stream has passed over and not seen: the newest of them, as ranges.
 *
 * A hole is opened by the arrival that passed over it, which is the earliest arrival with a larger number than any
 * number in the hole. Holes of a stream ascend; places in the arrays form a ring per stream.
 */
export class Holes {
  readonly capacity: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Position of the arrival that opened the hole, and its time. */
  readonly arrival: Float64Array;
  readonly timeNs: Float64Array;
  /** Whether a packet has come into what the arrival opened. */
  readonly marked: Uint8Array;
  /** By stream: below this number, holes have been forgotten. */
  readonly forgottenBelow: Float64Array;
  private readonly start: Int32Array;
  private readonly count: Int32Array;
  private readonly mask: number;

  constructor(streams: number, capacity: number) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    const places = streams * capacity;
    this.from = new Float64Array(places);
    this.to = new Float64Array(places);
    this.arrival = new Float64Array(places);
    this.timeNs = new Float64Array(places);
    this.marked = new Uint8Array(places);
    this.start = new Int32Array(streams);
    this.count = new Int32Array(streams);
    this.forgottenBelow = new Float64Array(streams).fill(Number.NEGATIVE_INFINITY);
  }

  /** Opens a hole above all others; the oldest one is forgotten if there are too many. */
  open(stream: number, from: number, to: number, arrival: number, timeNs: number): void {
    if (this.count[stream] === this.capacity) {
      this.forgottenBelow[stream] = this.to[this.place(stream, 0)];
      this.start[stream] = (this.start[stream] + 1) & this.mask;
      this.count[stream]--;
    }
    const place = this.place(stream, this.count[stream]++);
    this.from[place] = from;
    this.to[place] = to;
    this.arrival[place] = arrival;
    this.timeNs[place] = timeNs;
    this.marked[place] = 0;
  }

  /** Index of the lowest hole that overlaps numbers, -1 if none does. */
  find(stream: number, from: number, to: number): number {
    let found = -1;
    for (let index = this.count[stream] - 1; index >= 0; index--) {
      const place = this.place(stream, index);
      if (this.to[place] <= from) break;
      if (this.from[place] < to) found = index;
    }
    return found;
  }

  /** Place of a hole in the arrays. */
  place(stream: number, index: number): number {
    return stream * this.capacity + ((this.start[stream] + index) & this.mask);
  }

  /** Takes numbers out of the holes from `index` on. */
  fill(stream: number, index: number, from: number, to: number): void {
    let at = index;
    while (at < this.count[stream]) {
      const place = this.place(stream, at);
      if (this.from[place] >= to) return;
      const below = this.from[place] < from;
      const above = this.to[place] > to;
      if (below && above) this.split(stream, at, from, to);
      else if (below) this.to[place] = from;
      else if (above) this.from[place] = to;
      if (below || above) at++;
      else this.remove(stream, at);
    }
  }

  reset(stream: number): void {
    this.start[stream] = 0;
    this.count[stream] = 0;
    this.forgottenBelow[stream] = Number.NEGATIVE_INFINITY;
  }

  private split(stream: number, index: number, from: number, to: number): void {
    if (this.count[stream] === this.capacity) {
      this.forgottenBelow[stream] = Math.max(this.forgottenBelow[stream], from); // no room for two parts
      this.from[this.place(stream, index)] = to;
      return;
    }
    for (let at = this.count[stream]++; at > index; at--) this.copy(stream, at - 1, at);
    this.to[this.place(stream, index)] = from;
    this.from[this.place(stream, index + 1)] = to;
  }

  private remove(stream: number, index: number): void {
    for (let at = index + 1; at < this.count[stream]; at++) this.copy(stream, at, at - 1);
    this.count[stream]--;
  }

  private copy(stream: number, source: number, target: number): void {
    const a = this.place(stream, source);
    const b = this.place(stream, target);
    this.from[b] = this.from[a];
    this.to[b] = this.to[a];
    this.arrival[b] = this.arrival[a];
    this.timeNs[b] = this.timeNs[a];
    this.marked[b] = this.marked[a];
  }
}
