import { FLOW_KEY_WORDS } from '@midplane/flow';
import { PacketBatch, type PacketRecords } from '@midplane/packet';
import { PathBatch } from '../path-batch.ts';

const FIRST_ROWS = 64;

/**
 * Packets that an SPU keeps: rows that outlive their batch, in lists.
 *
 * A row has all columns of a packet but its bytes. Rows keep their numbers; the batch behind them is another one after it
 * has grown.
 */
export class HeldPackets {
  /** The rows. */
  batch: PathBatch = newBatch(FIRST_ROWS);
  /** Rows in use. */
  size = 0;
  /** Next row of a list; -1 = last. */
  private next: Int32Array = new Int32Array(FIRST_ROWS);
  private free: number[] = [];
  private used = 0;

  /** Copies a row in; returns its number here. */
  keep(from: PathBatch, row: number): number {
    const to = this.add();
    copyRow(from, row, this.batch, to);
    return to;
  }

  /** As `keep`, with another flow key than that of the packet: the one of the session that it is about. */
  keepAs(from: PathBatch, row: number, key: Int32Array, at: number, wingHash: number): number {
    const to = this.keep(from, row);
    const { packets } = this.batch;
    for (let word = 0; word < FLOW_KEY_WORDS; word++) packets.key[to * FLOW_KEY_WORDS + word] = key[at + word];
    this.batch.wingHash[to] = wingHash;
    return to;
  }

  /** Writes all columns of a row: {@link HELD_FIGURES} numbers. */
  writeRow(row: number, out: Float64Array, at: number): void {
    const { batch } = this;
    const { packets } = batch;
    let to = at;
    for (const column of PACKET_COLUMNS) out[to++] = packets[column][row];
    for (const column of PATH_COLUMNS) out[to++] = batch[column][row];
    for (let word = 0; word < FLOW_KEY_WORDS; word++) out[to++] = packets.key[row * FLOW_KEY_WORDS + word];
    out[to++] = packets.records!.length[row];
    out[to] = batch.numberOf(row);
  }

  /** Keeps a row that another one's `writeRow` has written; returns its number here. */
  keepWritten(from: Float64Array, at: number): number {
    const row = this.add();
    const { batch } = this;
    const { packets } = batch;
    let next = at;
    for (const column of PACKET_COLUMNS) packets[column][row] = from[next++];
    for (const column of PATH_COLUMNS) batch[column][row] = from[next++];
    for (let word = 0; word < FLOW_KEY_WORDS; word++) packets.key[row * FLOW_KEY_WORDS + word] = from[next++];
    (packets.records!.length as Uint32Array)[row] = from[next++];
    batch.numbers![row] = from[next];
    return row;
  }

  /** Puts a row behind another one. */
  link(last: number, row: number): void {
    this.next[last] = row;
  }

  /** The row behind a row; -1 = none. */
  after(row: number): number {
    return this.next[row];
  }

  /** Gives a row back. */
  release(row: number): void {
    this.free.push(row);
    this.size--;
  }

  /** The rows in use, ascending. */
  rows(): number[] {
    const free = new Set(this.free);
    return Array.from({ length: this.used }, (_, row) => row).filter((row) => !free.has(row));
  }

  private add(): number {
    if (this.free.length === 0 && this.used === this.batch.packets.capacity) this.grow();
    const row = this.free.pop() ?? this.used++;
    this.next[row] = -1;
    this.size++;
    return row;
  }

  private grow(): void {
    const old = this.batch;
    const { capacity } = old.packets;
    this.batch = newBatch(capacity * 2);
    for (let row = 0; row < capacity; row++) copyRow(old, row, this.batch, row);
    const next = new Int32Array(capacity * 2);
    next.set(this.next);
    this.next = next;
  }
}

function newBatch(rows: number): PathBatch {
  const packets = new PacketBatch(rows);
  // of the record only the length is kept
  packets.records = { length: new Uint32Array(rows) } as unknown as PacketRecords;
  return new PathBatch(packets, true);
}

const PACKET_COLUMNS = [
  'kind',
  'fragment',
  'protocol',
  'flags',
  'etherType',
  'tcpFlags',
  'icmp',
  'fragmentId',
  'fragmentOffset',
] as const;
const PATH_COLUMNS = [
  'nowNs',
  'tick',
  'npu',
  'ingress',
  'hash',
  'hashIndex',
  'wingHash',
  'spu',
  'path',
  'known',
  'entry',
  'flow',
  'leaveNs',
  'outcome',
] as const;

/** Numbers that make up a row. */
export const HELD_FIGURES: number = PACKET_COLUMNS.length + PATH_COLUMNS.length + FLOW_KEY_WORDS + 2;

function copyRow(from: PathBatch, row: number, to: PathBatch, at: number): void {
  for (const column of PACKET_COLUMNS) to.packets[column][at] = from.packets[column][row];
  for (const column of PATH_COLUMNS) to[column][at] = from[column][row];
  for (let word = 0; word < FLOW_KEY_WORDS; word++) {
    to.packets.key[at * FLOW_KEY_WORDS + word] = from.packets.key[row * FLOW_KEY_WORDS + word];
  }
  (to.packets.records!.length as Uint32Array)[at] = from.packets.records!.length[row];
  to.numbers![at] = from.numberOf(row);
}
