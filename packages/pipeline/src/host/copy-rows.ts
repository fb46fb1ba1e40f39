import { FLOW_KEY_WORDS } from '@midplane/flow';
import type { PathBatch } from '../path-batch.ts';
import type { Slot } from './ring-memory.ts';

/** Columns of packets, and those of them that only fragments and ICMP errors have. */
const PLAIN_COLUMNS = ['kind', 'fragment', 'protocol', 'flags', 'etherType', 'tcpFlags', 'icmp'] as const;
const RARE_COLUMNS = ['fragmentId', 'fragmentOffset'] as const;
const PATH_COLUMNS = ['nowNs', 'tick', 'hash', 'wingHash'] as const;

/** Writes all rows of a batch to a slot. */
export function copyAll(from: PathBatch, slot: Slot, mayHandOver: boolean): void {
  const { batch: to } = slot;
  const { packets, count } = from;
  for (const column of PLAIN_COLUMNS) copy(packets[column], to.packets[column], count);
  for (const column of PATH_COLUMNS) copy(from[column], to[column], count);
  copy(packets.key, to.packets.key, count * FLOW_KEY_WORDS);
  if (mayHandOver) {
    for (const column of RARE_COLUMNS) copy(packets[column], to.packets[column], count);
    copy(from.fromBytes!.dataLength, to.fromBytes!.dataLength, count);
    copy(from.fromBytes!.hasEmbedded, to.fromBytes!.hasEmbedded, count);
    copy(from.fromBytes!.embedded, to.fromBytes!.embedded, count * FLOW_KEY_WORDS);
  }
  copyRecords(from, slot);
}

/** Writes to a slot what is not in columns of a batch, of all rows of one. */
export function copyRecords({ packets, count, firstPacket }: PathBatch, slot: Slot): void {
  const { header, length, interfaceIndex, batch } = slot;
  copy(packets.records!.length, length, count);
  copy(packets.records!.interfaceIndex, interfaceIndex, count);
  for (let row = 0; row < count; row++) batch.numbers![row] = firstPacket + row;
  header[0] = count;
  header[4] = -1;
}

/** A typed array. */
interface Column {
  subarray(from: number, to: number): Column & ArrayLike<number>;
  set(from: ArrayLike<number>): void;
}

function copy(from: Column, to: Column, count: number): void {
  to.set(from.subarray(0, count));
}

/** Writes some rows of a column to another one. */
export function gather(from: Int32Array, rows: Int32Array, count: number, to: Int32Array): void {
  for (let i = 0; i < count; i++) to[i] = from[rows[i]];
}

/** Writes some rows of a batch to a slot: most columns, but for what only fragments and ICMP errors have. */
export function copyRows(from: PathBatch, rows: Int32Array, count: number, to: Slot): void {
  // hot: per packet, in one loop, word by word: with a loop for each column, or one over the words of a key, it takes twice
  // the time
  const { kind, fragment, tcpFlags, protocol, etherType, flags, key } = from.packets;
  const { length } = from.packets.records!;
  const { spu, wingHash, nowNs, firstPacket } = from;
  const { batch, length: toLength } = to;
  const { kind: toKind, fragment: toFragment, tcpFlags: toTcpFlags, protocol: toProtocol } = batch.packets;
  const { etherType: toEtherType, flags: toFlags, key: toKey } = batch.packets;
  const { spu: toSpu, wingHash: toWingHash, nowNs: toNow } = batch;
  const numbers = batch.numbers!;
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    toKind[i] = kind[row];
    toFragment[i] = fragment[row];
    toTcpFlags[i] = tcpFlags[row];
    toProtocol[i] = protocol[row];
    toEtherType[i] = etherType[row];
    toFlags[i] = flags[row];
    toLength[i] = length[row];
    toSpu[i] = spu[row];
    toWingHash[i] = wingHash[row];
    toNow[i] = nowNs[row];
    numbers[i] = firstPacket + row;
    const at = row * FLOW_KEY_WORDS;
    const into = i * FLOW_KEY_WORDS;
    toKey[into] = key[at];
    toKey[into + 1] = key[at + 1];
    toKey[into + 2] = key[at + 2];
    toKey[into + 3] = key[at + 3];
    toKey[into + 4] = key[at + 4];
    toKey[into + 5] = key[at + 5];
    toKey[into + 6] = key[at + 6];
    toKey[into + 7] = key[at + 7];
    toKey[into + 8] = key[at + 8];
    toKey[into + 9] = key[at + 9];
  }
}
