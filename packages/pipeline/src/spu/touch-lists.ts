/** A list of numbers per SPU, refilled for each batch: hashes to look up. */
export class TouchLists {
  private readonly sizes: Int32Array;
  private lists: Int32Array[];

  /** @param spus Number of SPUs. */
  constructor(spus: number) {
    this.sizes = new Int32Array(spus);
    this.lists = Array.from(this.sizes, () => new Int32Array(0));
  }

  /** Empties all lists and makes them long enough for a batch. */
  reset(rows: number): void {
    this.sizes.fill(0);
    if (this.lists[0].length < rows) this.lists = Array.from(this.sizes, () => new Int32Array(rows));
  }

  /** Adds a number to the list of an SPU. */
  add(spu: number, value: number): void {
    this.lists[spu][this.sizes[spu]++] = value;
  }

  /** The array of a list; valid up to its size. */
  list(spu: number): Int32Array {
    return this.lists[spu];
  }

  /** Numbers in a list. */
  size(spu: number): number {
    return this.sizes[spu];
  }
}
