/** Two lists of numbers per SPU, refilled for each batch: hashes to look up and sessions to read. */
export class TouchLists {
  private readonly sizes: Int32Array;
  private lists: Int32Array[];

  /** @param spus Number of SPUs. */
  constructor(spus: number) {
    this.sizes = new Int32Array(spus * 2);
    this.lists = Array.from(this.sizes, () => new Int32Array(0));
  }

  /** Empties all lists and makes them long enough for a batch. */
  reset(rows: number): void {
    this.sizes.fill(0);
    if (this.lists[0].length < rows) this.lists = Array.from(this.sizes, () => new Int32Array(rows));
  }

  /** Adds a number to list 0 or 1 of an SPU. */
  add(spu: number, value: number, which: 0 | 1): void {
    const list = spu * 2 + which;
    this.lists[list][this.sizes[list]++] = value;
  }

  /** The array of a list; valid up to its size. */
  list(spu: number, which: 0 | 1): Int32Array {
    return this.lists[spu * 2 + which];
  }

  /** Numbers in a list. */
  size(spu: number, which: 0 | 1): number {
    return this.sizes[spu * 2 + which];
  }
}
