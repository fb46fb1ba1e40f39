import { FLOW_KEY_WORDS } from '@midplane/flow';
import { decodeFastIpv4, decodeFastIpv6 } from './_decode-fast.ts';
import { decodeIp, decodeNone } from './_decode-ip.ts';
import { linkWalk, walkLink } from './_walk-link.ts';
import { FLAG_TRUNCATED, KIND_NON_IP, type PacketBatch, type PacketRecords } from './batch.ts';

/**
 * Decodes packets from the link layer up to the flow key, ports and TCP flags, into columns.
 *
 * Row `i` of the batch describes row `i` of the records. Nothing is allocated, nothing throws for what a frame holds,
 * and no byte outside a row's captured length is read. Only the outermost IP header counts; nothing is looked up inside
 * GRE, IP-in-IP, AH or ICMP errors.
 *
 * @param records Source rows; the batch keeps the reference.
 * @param batch Filled here; `count` becomes `records.count`.
 * @param from First row to decode; rows before it stay as they are.
 * @returns Number of rows decoded: `records.count - from`, 0 if that is negative.
 * @throws {RangeError} If `records.count` is above `batch.capacity`.
 * @example
 * ```ts
 * import { decodePackets, KIND_IPV4, packet, PacketBatch, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const syn = packet('SYN').ethernet().ipv4({ source: '192.0.2.1' }).tcp({ destinationPort: 443, flags: 'S' }).build();
 * const batch = new PacketBatch();
 * assert.equal(decodePackets(recordsOf([syn]), batch), 1);
 * assert.equal(batch.kind[0], KIND_IPV4);
 * assert.equal(batch.key[8] & 0xffff, 443);
 * assert.equal(batch.tcpFlags[0], 0x02);
 * ```
 */
export function decodePackets(records: PacketRecords, batch: PacketBatch, from = 0): number {
  // hot: no allocation, called per batch. Ethernet with IP and whole TCP or UDP in the fast loops, all else in decodeRow.
  const count = records.count;
  if (count > batch.capacity) {
    throw new RangeError(
      `Cannot decode packets: records must fit the batch of ${batch.capacity} rows: got ${count} records`,
    );
  }
  batch.records = records;
  batch.count = count;
  if (from >= count) return 0;
  // Zero by column: cheaper than a store per row and column.
  batch.fragment.fill(0, from, count);
  batch.protocol.fill(0, from, count);
  batch.tcpFlags.fill(0, from, count);
  batch.icmp.fill(0, from, count);
  batch.fragmentId.fill(0, from, count);
  batch.fragmentOffset.fill(0, from, count);
  batch.key.fill(0, from * FLOW_KEY_WORDS, count * FLOW_KEY_WORDS);
  let row = from;
  while (row < count) {
    const run = row;
    row = decodeFastIpv4(records, batch, row, count, 0);
    if (row < count) row = decodeFastIpv6(records, batch, row, count, 0);
    if (row > run) continue;
    row = decodeFastIpv4(records, batch, row, count, 4);
    if (row < count) row = decodeFastIpv6(records, batch, row, count, 4);
    if (row === run) row = decodeSlow(records, batch, row, count);
  }
  return count - from;
}

/** Decodes at least one row by the general path, and those behind it that the fast loops would not take. */
function decodeSlow(records: PacketRecords, batch: PacketBatch, from: number, count: number): number {
  const { view, offset, capturedLength, length, linkType } = records;
  let row = from;
  do {
    const start = offset[row];
    const captured = capturedLength[row];
    walkLink(view, start, start + captured, linkType[row]);
    const { l3, etherType } = linkWalk;
    const flags = linkWalk.flags | (captured < length[row] ? FLAG_TRUNCATED : 0);
    if (l3 < 0) decodeNone(batch, row, KIND_NON_IP, flags, etherType);
    else decodeIp(view, batch, row, l3, start + captured, flags, etherType);
    row++;
  } while (row < count && !(linkType[row] === 1 && capturedLength[row] >= 42 && isPlain(view, offset[row])));
  return row;
}

/** Whether an Ethernet frame of 42 bytes or more carries TCP or UDP, behind one tag at most: the fast loops then try. */
function isPlain(view: DataView, start: number): boolean {
  let at = start + 12;
  if (view.getUint16(at) === 0x8100) at += 4;
  const etherType = view.getUint16(at);
  const protocol = etherType === 0x0800 ? view.getUint8(at + 11) : etherType === 0x86dd ? view.getUint8(at + 8) : 0;
  return protocol === 6 || protocol === 17;
}
