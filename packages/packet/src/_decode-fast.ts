import type { PacketBatch, PacketRecords } from './batch.ts';

// Values of other modules as local constants: an import is a load for each use (bench/decode: 2 ns a packet). A test
// compares them with the originals by decoding with the general path.
const KEY_WORDS = 10;
const IPV4 = 2;
const IPV6 = 3;
const SELECTOR = 1 << 0;
const VLAN = 1 << 1;
const TRUNCATED = 1 << 11;
/** Bits 6 and 17. */
const TCP_OR_UDP = 0x20040;

/**
 * Decodes rows of Ethernet with a whole IPv4 packet of TCP or UDP, up to the first row that is anything else.
 *
 * The columns that these rows leave at 0 must hold 0.
 *
 * @param tag Bytes of tags between the MAC addresses and the EtherType: 0, or 4 for one tag 0x8100.
 * @returns The first row not decoded, or `count`.
 */
export function decodeFastIpv4(
  records: PacketRecords,
  batch: PacketBatch,
  from: number,
  count: number,
  tag: 0 | 4,
): number {
  // hot: no allocation, called per run of packets. One way round the loop and returns out of it: with a `continue` for
  // other rows, or the IPv6 branch inside, 16 to 18 ns a packet instead of 11 (bench/decode, Node 26).
  const base = tag === 0 ? SELECTOR : SELECTOR | VLAN;
  const { view, offset, capturedLength, length, linkType } = records;
  const { kind, protocol, flags, key, etherType, l3Offset, l4Offset, tcpFlags } = batch;
  for (let row = from; row < count; row++) {
    const start = offset[row];
    const captured = capturedLength[row];
    if (linkType[row] !== 1 || captured < 42) return row;
    if (tag !== 0 && view.getUint16(start + 12) !== 0x8100) return row;
    // EtherType, version, header length, type of service: one word
    const head = view.getInt32(start + 12 + tag);
    if (head >> 12 !== 0x08004) return row;
    const l3 = start + 14 + tag;
    const fragmentAndTtl = view.getInt32(l3 + 6);
    const proto = fragmentAndTtl & 0xff;
    const headerLength = (head >> 6) & 0x3c;
    const l4 = l3 + headerLength;
    const limit = Math.min(l3 + view.getUint16(l3 + 2), start + captured);
    const tcpMask = (proto >> 4) - 1; // -1 for TCP, 0 for UDP
    if (
      (fragmentAndTtl & 0x3fff0000) !== 0 ||
      headerLength < 20 ||
      proto > 17 ||
      ((TCP_OR_UDP >> proto) & 1) === 0 ||
      l4 + 4 + (10 & tcpMask) > limit
    ) {
      return row;
    }
    const wire = length[row] | 0; // captured < length below, unsigned, without a branch: a snaplen makes it a coin toss
    const k = row * KEY_WORDS;
    key[k] = view.getInt32(l3 + 12);
    key[k + 4] = view.getInt32(l3 + 16);
    key[k + 8] = view.getInt32(l4);
    key[k + 9] = 0x400 | proto;
    kind[row] = IPV4;
    protocol[row] = proto;
    flags[row] = ((((~captured & wire) | ((~captured | wire) & (captured - wire))) >>> 31) * TRUNCATED) | base;
    etherType[row] = 0x0800;
    l3Offset[row] = l3;
    l4Offset[row] = l4;
    tcpFlags[row] = view.getUint8(l4 + (13 & tcpMask)) & tcpMask;
  }
  return count;
}

/**
 * Decodes rows of Ethernet with a whole IPv6 packet of TCP or UDP and no extension header, up to the first other row.
 *
 * The columns that these rows leave at 0 must hold 0.
 *
 * @param tag Bytes of tags between the MAC addresses and the EtherType: 0, or 4 for one tag 0x8100.
 * @returns The first row not decoded, or `count`.
 */
export function decodeFastIpv6(
  records: PacketRecords,
  batch: PacketBatch,
  from: number,
  count: number,
  tag: 0 | 4,
): number {
  // hot: no allocation, called per run of packets.
  const base = tag === 0 ? SELECTOR : SELECTOR | VLAN;
  const { view, offset, capturedLength, length, linkType } = records;
  const { kind, protocol, flags, key, etherType, l3Offset, l4Offset, tcpFlags } = batch;
  for (let row = from; row < count; row++) {
    const start = offset[row];
    const captured = capturedLength[row];
    if (linkType[row] !== 1 || captured < 62) return row;
    if (tag !== 0 && view.getUint16(start + 12) !== 0x8100) return row;
    const head = view.getInt32(start + 12 + tag);
    if (head >>> 12 !== 0x86dd6) return row;
    const l3 = start + 14 + tag;
    const lengthAndNext = view.getInt32(l3 + 4);
    const proto = (lengthAndNext >> 8) & 0xff;
    const l4 = l3 + 40;
    const limit = Math.min(l4 + (lengthAndNext >>> 16), start + captured);
    const tcpMask = (proto >> 4) - 1;
    if (proto > 17 || ((TCP_OR_UDP >> proto) & 1) === 0 || l4 + 4 + (10 & tcpMask) > limit) return row;
    const wire = length[row] | 0;
    const k = row * KEY_WORDS;
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
    kind[row] = IPV6;
    protocol[row] = proto;
    flags[row] = ((((~captured & wire) | ((~captured | wire) & (captured - wire))) >>> 31) * TRUNCATED) | base;
    etherType[row] = 0x86dd;
    l3Offset[row] = l3;
    l4Offset[row] = l4;
    tcpFlags[row] = view.getUint8(l4 + (13 & tcpMask)) & tcpMask;
  }
  return count;
}
