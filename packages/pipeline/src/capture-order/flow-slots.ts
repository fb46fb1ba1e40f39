const GOLDEN = 0x9e3779b1;
const NONE = -1;

/**
 * A fixed number of slots for keys of 32-bit words; when all are taken, the one that was used longest ago makes room.
 *
 * The caller keeps what it knows about a key under the number of its slot, and clears it when `isNew` says so.
 */
export class FlowSlots {
  readonly capacity: number;
  /** Keys that have a slot. */
  size = 0;
  /** Keys that lost theirs. */
  evicted = 0;
  /** Whether the last `find` gave the slot to a key that had none. */
  isNew = false;
  /** Keys by slot. */
  readonly keys: Int32Array;
  readonly words: number;
  /** Called with a slot before another key gets it. */
  private readonly onEvict: (slot: number) => void;
  private readonly mask: number;
  /** Slot + 1 by place, 0 = empty: open addressing, removal by shifting back. */
  private readonly places: Int32Array;
  private readonly hashes: Int32Array;
  // Slots in order of use
  private readonly before: Int32Array;
  private readonly behind: Int32Array;
  private newest = NONE;
  private oldest = NONE;

  constructor(capacity: number, words: number, onEvict: (slot: number) => void) {
    this.capacity = capacity;
    this.words = words;
    this.onEvict = onEvict;
    this.keys = new Int32Array(capacity * words);
    this.mask = 2 ** (33 - Math.clz32(capacity)) - 1;
    this.places = new Int32Array(this.mask + 1);
    this.hashes = new Int32Array(capacity);
    this.before = new Int32Array(capacity);
    this.behind = new Int32Array(capacity);
  }

  /** Slot of a key; it becomes the newest one. */
  find(key: Int32Array, at: number): number {
    // hot: once per packet, allocates nothing
    const { keys, words, places, mask, hashes } = this;
    let hash = 0;
    for (let i = 0; i < words; i++) {
      hash = Math.imul(hash ^ key[at + i], GOLDEN);
      hash ^= hash >>> 15;
    }
    let place = hash & mask;
    for (let found = places[place]; found !== 0; found = places[place]) {
      const slot = found - 1;
      if (hashes[slot] === hash && this.hasKey(slot, key, at)) {
        this.isNew = false;
        if (slot !== this.newest) {
          this.unlink(slot);
          this.link(slot);
        }
        return slot;
      }
      place = (place + 1) & mask;
    }
    this.isNew = true;
    let slot = this.size;
    if (slot === this.capacity) {
      slot = this.oldest;
      this.onEvict(slot);
      this.evicted++;
      this.unlink(slot);
      this.remove(slot);
      for (place = hash & mask; places[place] !== 0; ) place = (place + 1) & mask;
    } else {
      this.size++;
    }
    for (let i = 0; i < words; i++) keys[slot * words + i] = key[at + i];
    hashes[slot] = hash;
    places[place] = slot + 1;
    this.link(slot);
    return slot;
  }

  private hasKey(slot: number, key: Int32Array, at: number): boolean {
    const { keys, words } = this;
    for (let i = 0; i < words; i++) if (keys[slot * words + i] !== key[at + i]) return false;
    return true;
  }

  private remove(slot: number): void {
    const { places, hashes, mask } = this;
    let hole = hashes[slot] & mask;
    while (places[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; places[place] !== 0; place = (place + 1) & mask) {
      const home = hashes[places[place] - 1] & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = places[place];
      hole = place;
    }
    places[hole] = 0;
  }

  private link(slot: number): void {
    this.behind[slot] = this.newest;
    this.before[slot] = NONE;
    if (this.newest === NONE) this.oldest = slot;
    else this.before[this.newest] = slot;
    this.newest = slot;
  }

  private unlink(slot: number): void {
    const before = this.before[slot];
    const behind = this.behind[slot];
    if (before === NONE) this.newest = behind;
    else this.behind[before] = behind;
    if (behind === NONE) this.oldest = before;
    else this.before[behind] = before;
  }
}
