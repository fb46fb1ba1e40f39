/**
 * The last arrivals of each stream before they are judged, and the early ones that still wait for their turn: the two
 * stores that the algorithms of RFC 5236 look into, of fixed size.
 *
 * Numbers are 32-bit words compared around the circle: all that are present lie within half of it.
 */
export class ArrivalWindow {
  readonly size: number;
  private readonly numbers: Int32Array;
  /** A word of the user's for each arrival. */
  private readonly notes: Int32Array;
  private readonly start: Int32Array;
  readonly count: Int32Array;
  /** By stream: arrivals that are smaller than the one before them. */
  private readonly descents: Int32Array;
  private readonly waiting: Int32Array;
  readonly waitingCount: Int32Array;
  /** What `rotate` took out. */
  passed = 0;

  constructor(streams: number, size: number) {
    this.size = size;
    this.numbers = new Int32Array(streams * size);
    this.notes = new Int32Array(streams * size);
    this.start = new Int32Array(streams);
    this.count = new Int32Array(streams);
    this.descents = new Int32Array(streams);
    this.waiting = new Int32Array(streams * size);
    this.waitingCount = new Int32Array(streams);
  }

  reset(stream: number): void {
    this.start[stream] = 0;
    this.count[stream] = 0;
    this.descents[stream] = 0;
    this.waitingCount[stream] = 0;
  }

  /** Whether arrivals ascend and none waits: the first one is the smallest of all. */
  isSorted(stream: number): boolean {
    return this.descents[stream] === 0 && this.waitingCount[stream] === 0;
  }

  at(stream: number, index: number): number {
    return this.numbers[this.place(stream, index)];
  }

  note(stream: number, index: number): number {
    return this.notes[this.place(stream, index)];
  }

  setNote(stream: number, index: number, note: number): void {
    this.notes[this.place(stream, index)] = note;
  }

  push(stream: number, number: number): void {
    const count = this.count[stream]++;
    if (count > 0 && ((number - this.at(stream, count - 1)) | 0) < 0) this.descents[stream]++;
    this.numbers[this.place(stream, count)] = number;
  }

  /**
   * Puts an arrival into a full window in exchange for the first one, which is then `passed`, if all is in order: arrivals
   * ascend, none waits, the new one is the largest and the first not below `least`.
   */
  rotate(stream: number, number: number, least: number): boolean {
    // hot: all that is done for packets in order
    const { size, numbers } = this;
    if (this.count[stream] !== size || !this.isSorted(stream)) return false;
    const base = stream * size;
    const start = this.start[stream];
    const first = numbers[base + start];
    const last = numbers[base + (start === 0 ? size : start) - 1];
    if (((number - last) | 0) <= 0 || ((first - least) | 0) < 0) return false;
    numbers[base + start] = number;
    this.start[stream] = start + 1 === size ? 0 : start + 1;
    this.passed = first;
    return true;
  }

  /** Takes the first arrival out. */
  shift(stream: number): number {
    const first = this.at(stream, 0);
    if (this.count[stream] > 1 && ((this.at(stream, 1) - first) | 0) < 0) this.descents[stream]--;
    const next = this.start[stream] + 1;
    this.start[stream] = next === this.size ? 0 : next;
    this.count[stream]--;
    return first;
  }

  /** Index of a number among the arrivals, -1 if it is not there. */
  find(stream: number, number: number): number {
    for (let index = 0; index < this.count[stream]; index++) if (this.at(stream, index) === number) return index;
    return -1;
  }

  /** Whether a number is present, as arrival or waiting. */
  has(stream: number, number: number): boolean {
    const count = this.count[stream];
    if (count > 0 && this.isSorted(stream) && ((number - this.at(stream, count - 1)) | 0) > 0) return false;
    return this.find(stream, number) >= 0 || this.findWaiting(stream, number) >= 0;
  }

  /** Index of the smallest arrival; there must be one. */
  smallest(stream: number): number {
    let best = 0;
    for (let index = 1; index < this.count[stream]; index++) {
      if (((this.at(stream, index) - this.at(stream, best)) | 0) < 0) best = index;
    }
    return best;
  }

  /** Makes a number wait; false if there is no room. */
  wait(stream: number, number: number): boolean {
    const count = this.waitingCount[stream];
    if (count === this.size) return false;
    this.waiting[stream * this.size + count] = number;
    this.waitingCount[stream]++;
    return true;
  }

  release(stream: number, index: number): void {
    const last = --this.waitingCount[stream];
    this.waiting[stream * this.size + index] = this.waiting[stream * this.size + last];
  }

  waitingAt(stream: number, index: number): number {
    return this.waiting[stream * this.size + index];
  }

  /** Index of a number among those waiting, -1 if it is not there. */
  findWaiting(stream: number, number: number): number {
    for (let index = 0; index < this.waitingCount[stream]; index++) {
      if (this.waitingAt(stream, index) === number) return index;
    }
    return -1;
  }

  private place(stream: number, index: number): number {
    const place = this.start[stream] + index;
    return stream * this.size + (place < this.size ? place : place - this.size);
  }
}
