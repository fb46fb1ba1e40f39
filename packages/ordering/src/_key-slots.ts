/** Fibonacci hashing: spreads keys that follow each other. */
const GOLDEN = 0x9e3779b1;

/**
 * Slots for as many keys as are in use, found by key: open addressing, removal by shifting back.
 *
 * Keys are integers of 32 bits; slots are 0 to `capacity - 1`, the one freed last is given first.
 */
export class KeySlots {
  private readonly mask: number;
  private readonly shift: number;
  /** Slot + 1 at each place; 0 = empty. */
  private readonly places: Int32Array;
  private readonly keys: Int32Array;
  /** Slots that are free, as a stack. */
  private readonly free: Int32Array;
  private freeCount: number;

  constructor(capacity: number) {
    // at most half full
    const log2 = Math.max(1, 32 - Math.clz32(2 * capacity - 1));
    this.mask = 2 ** log2 - 1;
    this.shift = 32 - log2;
    this.places = new Int32Array(2 ** log2);
    this.keys = new Int32Array(capacity);
    this.free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.freeCount = capacity;
  }

  /** Slot of a key, taken if the key has none; the caller keeps the number of keys within the capacity. */
  take(key: number): number {
    const { places, keys, mask } = this;
    let place = Math.imul(key, GOLDEN) >>> this.shift;
    for (let found = places[place]; found !== 0; found = places[place]) {
      if (keys[found - 1] === key) return found - 1;
      place = (place + 1) & mask;
    }
    const slot = this.free[--this.freeCount];
    keys[slot] = key;
    places[place] = slot + 1;
    return slot;
  }

  /** Frees the slot of a key. */
  release(slot: number): void {
    const { places, keys, mask, shift } = this;
    let hole = Math.imul(keys[slot], GOLDEN) >>> shift;
    while (places[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; places[place] !== 0; place = (place + 1) & mask) {
      const home = Math.imul(keys[places[place] - 1], GOLDEN) >>> shift;
      // moves back unless its home lies cyclically behind the hole
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = places[place];
      hole = place;
    }
    places[hole] = 0;
    this.free[this.freeCount++] = slot;
  }
}
