import { FLOW_KEY_WORDS } from '@midplane/flow';
import { decodeIp, decodeNonIp } from './_decode-ip.ts';
import { linkWalk, walkLink } from './_walk-link.ts';
import { FLAG_SELECTOR, FLAG_TRUNCATED, KIND_IPV4, KIND_IPV6, type PacketBatch, type PacketRecords } from './batch.ts';

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
 * assert.equal(batch.key[8]! & 0xffff, 443);
 * assert.equal(batch.tcpFlags[0], 0x02);
 * ```
 */
export function decodePackets(records: PacketRecords, batch: PacketBatch, from = 0): number {
  // hot: no allocation, called per packet. Ethernet with IPv4 or IPv6 and whole TCP or UDP here, all else in decodeIp.
  const count = records.count;
  if (count > batch.capacity) {
    throw new RangeError(
      `Cannot decode packets: records must fit the batch of ${batch.capacity} rows: got ${count} records`,
    );
  }
  const { view, offset, capturedLength, length, linkType } = records;
  const { kind, fragment, protocol, flags, key, etherType } = batch;
  const { l3Offset, l4Offset, tcpFlags, icmp, fragmentId, fragmentOffset } = batch;
  batch.records = records;
  batch.count = count;
  for (let row = from; row < count; row++) {
    const start = offset[row]!;
    const captured = capturedLength[row]!;
    const end = start + captured;
    const truncated = captured < length[row]! ? FLAG_TRUNCATED : 0;

    // Ethernet II with 20 bytes of IPv4 or more
    if (linkType[row] === 1 && captured >= 34) {
      const l3 = start + 14;
      // EtherType, version, header length, type of service: one word
      const head = view.getInt32(start + 12);
      if (head >> 12 === 0x08004) {
        const fragmentAndTtl = view.getInt32(l3 + 6);
        const proto = fragmentAndTtl & 0xff;
        const totalLength = view.getUint16(l3 + 2);
        const headerLength = (head >> 6) & 0x3c;
        const l4 = l3 + headerLength;
        const ipEnd = l3 + totalLength;
        const limit = Math.min(ipEnd, end);
        // whole packet (no fragment), header within it, ports and for TCP flags within it
        if (
          (fragmentAndTtl & 0x3fff0000) === 0 &&
          headerLength >= 20 &&
          ((proto === 6 && l4 + 14 <= limit) || (proto === 17 && l4 + 4 <= limit))
        ) {
          const k = row * FLOW_KEY_WORDS;
          key[k] = view.getInt32(l3 + 12);
          key[k + 1] = 0;
          key[k + 2] = 0;
          key[k + 3] = 0;
          key[k + 4] = view.getInt32(l3 + 16);
          key[k + 5] = 0;
          key[k + 6] = 0;
          key[k + 7] = 0;
          key[k + 8] = view.getInt32(l4);
          key[k + 9] = 0x400 | proto;
          kind[row] = KIND_IPV4;
          fragment[row] = 0;
          protocol[row] = proto;
          flags[row] = truncated | FLAG_SELECTOR;
          etherType[row] = 0x0800;
          l3Offset[row] = l3;
          l4Offset[row] = l4;
          tcpFlags[row] = proto === 6 ? view.getUint8(l4 + 13) : 0;
          icmp[row] = 0;
          fragmentId[row] = 0;
          fragmentOffset[row] = 0;
        } else {
          decodeIp(view, batch, row, l3, end, truncated, 0x0800);
        }
        continue;
      }
      if (head >>> 12 === 0x86dd6 && captured >= 58) {
        const lengthAndNext = view.getInt32(l3 + 4);
        const proto = (lengthAndNext >> 8) & 0xff;
        const l4 = l3 + 40;
        const ipEnd = l4 + (lengthAndNext >>> 16);
        const limit = Math.min(ipEnd, end);
        if ((proto === 6 && l4 + 14 <= limit) || (proto === 17 && l4 + 4 <= limit)) {
          const k = row * FLOW_KEY_WORDS;
          key[k] = view.getInt32(l3 + 8);
          key[k + 1] = view.getInt32(l3 + 12);
          key[k + 2] = view.getInt32(l3 + 16);
          key[k + 3] = view.getInt32(l3 + 20);
          key[k + 4] = view.getInt32(l3 + 24);
          key[k + 5] = view.getInt32(l3 + 28);
          key[k + 6] = view.getInt32(l3 + 32);
          key[k + 7] = view.getInt32(l3 + 36);
          key[k + 8] = view.getInt32(l4);
          key[k + 9] = 0x600 | proto;
          kind[row] = KIND_IPV6;
          fragment[row] = 0;
          protocol[row] = proto;
          flags[row] = truncated | FLAG_SELECTOR;
          etherType[row] = 0x86dd;
          l3Offset[row] = l3;
          l4Offset[row] = l4;
          tcpFlags[row] = proto === 6 ? view.getUint8(l4 + 13) : 0;
          icmp[row] = 0;
          fragmentId[row] = 0;
          fragmentOffset[row] = 0;
        } else {
          decodeIp(view, batch, row, l3, end, truncated, 0x86dd);
        }
        continue;
      }
    }

    // Any other link layer
    walkLink(view, start, end, linkType[row]!);
    const l3 = linkWalk.l3;
    const linkFlags = linkWalk.flags | truncated;
    if (l3 < 0) decodeNonIp(batch, row, linkFlags, linkWalk.etherType);
    else decodeIp(view, batch, row, l3, end, linkFlags, linkWalk.etherType);
  }
  return count > from ? count - from : 0;
}
