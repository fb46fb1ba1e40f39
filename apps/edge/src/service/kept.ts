/**
 * The answers that were asked for lately, by what was asked: at least as many as its size, at most twice that.
 *
 * Two generations instead of an order of use: a hit changes nothing, which costs less than to put it behind all others.
 */
export class Kept<T> {
  private readonly size: number;
  private young = new Map<string, T>();
  private old = new Map<string, T>();

  constructor(size: number) {
    this.size = size;
  }

  /** Returns what is kept under a key, or makes and keeps it. */
  get(key: string, make: () => T): T {
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const value = this.old.get(key) ?? make();
    if (this.young.size === this.size) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
    return value;
  }
}
