/**
 * Slots of a new index; each is two words, hash and reference. So few that an index has grown several times before code
 * over it is compiled: growth that came later would have it compiled once more.
 */
const FIRST_SLOTS = 16;
/** Slots of the old array that every insertion moves while the index grows. */
const MOVE_SLOTS = 32;
/** Reference of a slot that was emptied in the old array. */
const TOMBSTONE = -1;

/**
 * Index from 32-bit hashes to references (positive integers): open addressing, linear probing.
 *
 * It is at most half full (a miss reads 2.5 slots, at 3/4 it would read 8.5), but for the last doubling, which a table
 * near its capacity goes without: at most 3/4 there.
 *
 * It grows without a pause: a table of twice the slots is put beside the full one and every insertion moves 32 slots
 * of the old one, until nothing is left in it. Until then a look-up that misses in the new one also reads the old one.
 * Moved slots are not erased in the old array; that is harmless because a reader checks the entry behind a reference.
 */
export class HashIndex {
  /** Slots: hash, reference; reference 0 = empty. */
  slots: Int32Array = new Int32Array(FIRST_SLOTS * 2);
  /** Word mask of `slots`. */
  mask: number = FIRST_SLOTS * 2 - 1;
  /** Slots that are still being moved; undefined when none are. */
  old: Int32Array | undefined = undefined;
  private moved = 0;
  private readonly mostSlots: number;
  /** Number of references. */
  size = 0;

  /** @param limit References that are expected at most; more are taken, too. */
  constructor(limit: number = 2 ** 28) {
    let slots = FIRST_SLOTS;
    while (slots * 3 < limit * 4) slots *= 2;
    this.mostSlots = slots;
  }

  /** Bytes of all slots. */
  get byteLength(): number {
    return this.slots.byteLength + (this.old?.byteLength ?? 0);
  }

  /** Adds a reference under a hash; several references may share a hash. */
  insert(hash: number, reference: number): void {
    if (this.old !== undefined) this.moveSome(this.old);
    else if (this.size >= this.growAt) this.grow();
    place(this.slots, this.mask, hash, reference);
    this.size++;
  }

  /** Removes a reference under a hash; false if it is not there. */
  remove(hash: number, reference: number): boolean {
    const inOld = this.old !== undefined && entomb(this.old, hash, reference);
    const inNew = take(this.slots, this.mask, hash, reference);
    if (inOld || inNew) this.size--;
    return inOld || inNew;
  }

  /** References from which on the next one makes the index grow. */
  private get growAt(): number {
    const slots = (this.mask + 1) >>> 1;
    return slots < this.mostSlots ? slots >>> 1 : (slots >>> 2) * 3;
  }

  private grow(): void {
    this.old = this.slots;
    this.moved = 0;
    this.slots = new Int32Array(this.slots.length * 2);
    this.mask = this.slots.length - 1;
    this.moveSome(this.old);
  }

  private moveSome(old: Int32Array): void {
    const end = Math.min(this.moved + MOVE_SLOTS * 2, old.length);
    for (let at = this.moved; at < end; at += 2) {
      if (old[at + 1] > 0) place(this.slots, this.mask, old[at], old[at + 1]);
    }
    this.moved = end;
    if (end === old.length) this.old = undefined;
  }
}

function place(slots: Int32Array, mask: number, hash: number, reference: number): void {
  let slot = (hash << 1) & mask;
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = hash;
  slots[slot + 1] = reference;
}

function findSlot(slots: Int32Array, mask: number, hash: number, reference: number): number {
  let slot = (hash << 1) & mask;
  while (slots[slot] !== hash || slots[slot + 1] !== reference) {
    if (slots[slot + 1] === 0) return -1;
    slot = (slot + 2) & mask;
  }
  return slot;
}

function entomb(old: Int32Array, hash: number, reference: number): boolean {
  const slot = findSlot(old, old.length - 1, hash, reference);
  if (slot >= 0) old[slot + 1] = TOMBSTONE;
  return slot >= 0;
}

/** Removes by shifting back: no tombstones, so look-ups never slow down with churn. */
function take(slots: Int32Array, mask: number, hash: number, reference: number): boolean {
  let hole = findSlot(slots, mask, hash, reference);
  if (hole < 0) return false;
  let probe = hole;
  for (;;) {
    probe = (probe + 2) & mask;
    if (slots[probe + 1] === 0) break;
    const home = (slots[probe] << 1) & mask;
    if (((probe - home) & mask) < ((probe - hole) & mask)) continue; // its home is behind the hole
    slots[hole] = slots[probe];
    slots[hole + 1] = slots[probe + 1];
    hole = probe;
  }
  slots[hole] = 0;
  slots[hole + 1] = 0;
  return true;
}
