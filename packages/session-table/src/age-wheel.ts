import { ENTRY_NEXT, ENTRY_PREVIOUS } from './layout.ts';
import type { RowPool } from './row-pool.ts';

const BUCKETS = 2048;
const MASK = BUCKETS - 1;

/**
 * Timer wheel of 2,048 ticks over the entries of a pool, linked through two words of each entry.
 *
 * A packet only writes the entry's last tick. When a bucket comes due, each of its sessions either expires or is armed
 * again for its real deadline, so the number of visits is at most sessions + packets (timeouts above 2,047 ticks are
 * visited once per 2,047). Idle time costs nothing: a bitmap names the next bucket that holds something.
 */
export class AgeWheel {
  private readonly pool: RowPool;
  private readonly heads = new Int32Array(BUCKETS).fill(-1);
  private readonly occupied = new Int32Array(BUCKETS / 32);
  /** Last tick that was processed. */
  tick = 0;

  constructor(pool: RowPool) {
    this.pool = pool;
  }

  /** Bytes of the buckets. */
  get byteLength(): number {
    return this.heads.byteLength + this.occupied.byteLength;
  }

  /** Puts a session into the bucket of a deadline: after the current tick, at most 2,047 ticks ahead. Returns the bucket. */
  arm(session: number, deadline: number): number {
    let due = deadline;
    if (due <= this.tick) due = this.tick + 1;
    else if (due > this.tick + MASK) due = this.tick + MASK;
    const bucket = due & MASK;
    const head = this.heads[bucket];
    const chunk = this.pool.chunkOf(session);
    const at = this.pool.offsetOf(session);
    chunk[at + ENTRY_NEXT] = head;
    chunk[at + ENTRY_PREVIOUS] = ~bucket; // negative: head of this bucket
    if (head >= 0) this.pool.chunkOf(head)[this.pool.offsetOf(head) + ENTRY_PREVIOUS] = session;
    this.heads[bucket] = session;
    this.occupied[bucket >>> 5] |= 1 << (bucket & 31);
    return bucket;
  }

  /** The tick at which a bucket comes due. */
  tickOf(bucket: number): number {
    return this.tick + ((bucket - this.tick) & MASK);
  }

  /** Takes a session out of its bucket. */
  disarm(session: number): void {
    const chunk = this.pool.chunkOf(session);
    const at = this.pool.offsetOf(session);
    const next = chunk[at + ENTRY_NEXT];
    const previous = chunk[at + ENTRY_PREVIOUS];
    if (next >= 0) this.pool.chunkOf(next)[this.pool.offsetOf(next) + ENTRY_PREVIOUS] = previous;
    if (previous >= 0) {
      this.pool.chunkOf(previous)[this.pool.offsetOf(previous) + ENTRY_NEXT] = next;
      return;
    }
    const bucket = ~previous;
    this.heads[bucket] = next;
    if (next < 0) this.occupied[bucket >>> 5] &= ~(1 << (bucket & 31));
  }

  /**
   * Goes on to the next tick, at most `until`, that has sessions due, and hands them over as a list.
   *
   * @returns First session of the list, linked through ENTRY_NEXT; -1 when `until` is reached and nothing is due.
   */
  takeDue(until: number): number {
    if (this.tick >= until) return -1;
    const ahead = this.nextOccupied();
    if (ahead < 0 || this.tick + ahead > until) {
      this.tick = until;
      return -1;
    }
    this.tick += ahead;
    const bucket = this.tick & MASK;
    const head = this.heads[bucket];
    this.heads[bucket] = -1;
    this.occupied[bucket >>> 5] &= ~(1 << (bucket & 31));
    return head;
  }

  /** Distance from the current tick to the next bucket in use, 1 to 2,047; -1 if all are empty. */
  private nextOccupied(): number {
    const start = (this.tick + 1) & MASK;
    for (let step = 0; step <= BUCKETS / 32; step++) {
      const word = ((start >>> 5) + step) & (BUCKETS / 32 - 1);
      let bits = this.occupied[word];
      if (step === 0) bits &= -1 << (start & 31);
      if (bits !== 0) {
        const bucket = (word << 5) + (31 - Math.clz32(bits & -bits));
        return ((bucket - start) & MASK) + 1;
      }
    }
    return -1;
  }
}
