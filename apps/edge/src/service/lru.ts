/** The answers that were asked for last, by what was asked. */
export class Lru<T> {
  private readonly size: number;
  private readonly entries = new Map<string, T>();

  constructor(size: number) {
    this.size = size;
  }

  /** Returns what is kept under a key, or makes and keeps it. */
  get(key: string, make: () => T): T {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    const made = make();
    this.entries.set(key, made);
    if (this.entries.size > this.size) this.entries.delete(this.entries.keys().next().value!);
    return made;
  }
}
