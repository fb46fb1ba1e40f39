import { FLOW_KEY_WORDS } from '@midplane/flow';
import { RowPool } from './row-pool.ts';

/**
 * What does not fit into an entry: IPv6 address pairs (8 words a row) and `out` wings that are not the reverse of the
 * `in` wing (16 words a row, 10 of them the key).
 */
export class WingStore {
  private readonly addresses: RowPool;
  private readonly outWings: RowPool;

  /** @param limit Most sessions. */
  constructor(limit: number) {
    this.addresses = new RowPool(3, 0, limit);
    this.outWings = new RowPool(4, 0, limit);
  }

  /** Bytes of all rows. */
  get byteLength(): number {
    return this.addresses.byteLength + this.outWings.byteLength;
  }

  /** Stores source and destination address of a key; returns the row. */
  add(key: Int32Array, at: number): number {
    const row = this.addresses.allocate();
    const words = this.addresses.chunkOf(row);
    const base = this.addresses.offsetOf(row);
    for (let word = 0; word < 8; word++) words[base + word] = key[at + word];
    return row;
  }

  remove(row: number): void {
    this.addresses.release(row);
  }

  /** Writes the two addresses of a row to two places. */
  addressesInto(row: number, out: Int32Array, source: number, destination: number): void {
    const words = this.addresses.chunkOf(row);
    const base = this.addresses.offsetOf(row);
    for (let word = 0; word < 4; word++) {
      out[source + word] = words[base + word];
      out[destination + word] = words[base + 4 + word];
    }
  }

  /** Whether a row has the addresses of a key in the same order. */
  isForward(row: number, key: Int32Array, at: number): boolean {
    const words = this.addresses.chunkOf(row);
    const base = this.addresses.offsetOf(row);
    for (let word = 0; word < 8; word++) if (words[base + word] !== key[at + word]) return false;
    return true;
  }

  /** Whether a row has the addresses of a key in opposite order. */
  isReverse(row: number, key: Int32Array, at: number): boolean {
    const words = this.addresses.chunkOf(row);
    const base = this.addresses.offsetOf(row);
    for (let word = 0; word < 8; word++) if (words[base + (word ^ 4)] !== key[at + word]) return false;
    return true;
  }

  /** Stores a whole key; returns its row. */
  addOut(key: Int32Array, at: number): number {
    const row = this.outWings.allocate();
    const words = this.outWings.chunkOf(row);
    const base = this.outWings.offsetOf(row);
    for (let word = 0; word < FLOW_KEY_WORDS; word++) words[base + word] = key[at + word];
    return row;
  }

  /** Whether a row holds a key. */
  isOut(row: number, key: Int32Array, at: number): boolean {
    const words = this.outWings.chunkOf(row);
    const base = this.outWings.offsetOf(row);
    for (let word = 0; word < FLOW_KEY_WORDS; word++) if (words[base + word] !== key[at + word]) return false;
    return true;
  }

  /** Writes the key of a row. */
  outInto(row: number, out: Int32Array, at: number): void {
    const words = this.outWings.chunkOf(row);
    const base = this.outWings.offsetOf(row);
    for (let word = 0; word < FLOW_KEY_WORDS; word++) out[at + word] = words[base + word];
  }

  removeOut(row: number): void {
    this.outWings.release(row);
  }
}
