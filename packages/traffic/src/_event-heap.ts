const FIRST_CAPACITY = 256;

/**
 * Events by time: a heap of four children a node over two typed arrays. Item at `items[0]` is due first, at `times[0]`.
 *
 * Equal times leave in an order that depends on the calls alone.
 */
export class EventHeap {
  /** Events that wait. */
  size = 0;
  /** When each is due, ns; a new array after `push` has grown it. */
  times: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** What is due; a new array after `push` has grown it. */
  items: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);

  /** Adds an event. */
  push(time: number, item: number): void {
    if (this.size === this.items.length) this.#grow();
    const { times, items } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      items[at] = items[parent]!;
      at = parent;
    }
    times[at] = time;
    items[at] = item;
  }

  /** Puts the first event off to `time`. */
  postpone(time: number): void {
    this.#sink(time, this.items[0]!);
  }

  /** Removes the first event. */
  remove(): void {
    const last = --this.size;
    if (last > 0) this.#sink(this.times[last]!, this.items[last]!);
  }

  /** Lets an event sink from the top to its place. */
  #sink(time: number, item: number): void {
    // hot: called per packet, no allocation
    const { times, items, size } = this;
    let at = 0;
    for (;;) {
      const first = (at << 2) + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let least = first;
      let leastTime = times[first]!;
      for (let child = first + 1; child < end; child++) {
        const other = times[child]!;
        if (other < leastTime) {
          least = child;
          leastTime = other;
        }
      }
      if (leastTime >= time) break;
      times[at] = leastTime;
      items[at] = items[least]!;
      at = least;
    }
    times[at] = time;
    items[at] = item;
  }

  #grow(): void {
    const times = new Float64Array(this.items.length * 2);
    const items = new Int32Array(this.items.length * 2);
    times.set(this.times);
    items.set(this.items);
    this.times = times;
    this.items = items;
  }
}
