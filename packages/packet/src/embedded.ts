import {
  FLOW_KEY_DESTINATION,
  FLOW_KEY_PROTOCOL,
  FLOW_KEY_SELECTOR,
  FLOW_KEY_SOURCE,
  FLOW_KEY_WORDS,
} from '@midplane/flow';
import * as c from './_constants.ts';
import { isIcmpQuery } from './_icmp.ts';
import { extensionWalk, walkExtensions } from './_walk-extensions.ts';
import { FLAG_ICMP_ERROR, FRAGMENT_LATER, KIND_IPV4, type PacketBatch, PROTOCOL_UNKNOWN } from './batch.ts';

/** Bytes of an ICMP error before the offending packet (RFC 792, RFC 4443 section 3). */
const ICMP_ERROR_HEADER = 8;
/** Returned by {@link readSelector} where the needed bytes are cut off; above every word. */
const CUT_OFF = 2 ** 32;

/**
 * Reads the flow key of the packet inside an ICMP or ICMPv6 error, as that packet was sent.
 *
 * Its session is found by this key, or by its reverse if the error answers the other direction. Lengths inside the
 * embedded packet are not trusted, since errors cut it: only bytes captured within the outer packet count.
 *
 * @param batch Rows decoded by `decodePackets`, whose `records` are still valid.
 * @param row Row of the error message.
 * @param outKey Receives 10 words in the layout of `@midplane/flow`; unchanged if the result is `false`.
 * @param outAt Offset of the first word.
 * @returns `false` if the row is no ICMP error, or what it carries is no IP packet of the same version or is cut off
 * before ports, SPI or identifier.
 * @see RFC 792, RFC 4443 section 2.4
 * @example A port unreachable names the query that caused it
 * ```ts
 * import { decodeEmbedded, decodePackets, packet, PacketBatch, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const query = packet('query').ipv4({ source: '192.0.2.1' }).udp({ sourcePort: 5353, destinationPort: 53 });
 * const error = packet('port unreachable').ethernet().ipv4().icmp({ type: 3, code: 3 }).embed(query).build();
 * const batch = new PacketBatch(1);
 * decodePackets(recordsOf([error]), batch);
 * const key = new Int32Array(10);
 * assert.equal(decodeEmbedded(batch, 0, key), true);
 * assert.equal(key[8], (5353 << 16) | 53);
 * ```
 */
export function decodeEmbedded(batch: PacketBatch, row: number, outKey: Int32Array, outAt = 0): boolean {
  const records = batch.records;
  if (records === undefined || row >= batch.count || (batch.flags[row] & FLAG_ICMP_ERROR) === 0) return false;
  const { view } = records;
  const outer = batch.l3Offset[row];
  const end = records.offset[row] + records.capturedLength[row];
  const at = batch.l4Offset[row] + ICMP_ERROR_HEADER;
  if (batch.kind[row] === KIND_IPV4) {
    const total = view.getUint16(outer + 2);
    return readIpv4(view, at, total === 0 ? end : Math.min(end, outer + total), outKey, outAt);
  }
  const payload = view.getUint16(outer + 4);
  return readIpv6(view, at, payload === 0 ? end : Math.min(end, outer + 40 + payload), outKey, outAt);
}

function readIpv4(view: DataView, at: number, limit: number, outKey: Int32Array, outAt: number): boolean {
  if (at + 20 > limit || view.getUint8(at) >> 4 !== 4) return false;
  const headerLength = (view.getUint8(at) & 15) * 4;
  if (headerLength < 20) return false;
  const protocol = view.getUint8(at + 9);
  const later = (view.getUint16(at + 6) & c.IPV4_FRAGMENT_OFFSET) !== 0;
  const selector = later ? 0 : readSelector(view, 4, protocol, at + headerLength, limit);
  if (selector === CUT_OFF) return false;
  outKey.fill(0, outAt, outAt + FLOW_KEY_WORDS);
  outKey[outAt + FLOW_KEY_SOURCE] = view.getInt32(at + 12);
  outKey[outAt + FLOW_KEY_DESTINATION] = view.getInt32(at + 16);
  outKey[outAt + FLOW_KEY_SELECTOR] = selector;
  outKey[outAt + FLOW_KEY_PROTOCOL] = (4 << 8) | protocol;
  return true;
}

function readIpv6(view: DataView, at: number, limit: number, outKey: Int32Array, outAt: number): boolean {
  if (at + 40 > limit || view.getUint8(at) >> 4 !== 6) return false;
  walkExtensions(view, view.getUint8(at + 6), at + 40, limit);
  const { protocol, fragment } = extensionWalk;
  if (protocol === PROTOCOL_UNKNOWN) return false;
  const selector = fragment === FRAGMENT_LATER ? 0 : readSelector(view, 6, protocol, extensionWalk.at, limit);
  if (selector === CUT_OFF) return false;
  for (let word = 0; word < 8; word++) outKey[outAt + word] = view.getInt32(at + 8 + word * 4);
  outKey[outAt + FLOW_KEY_SELECTOR] = selector;
  outKey[outAt + FLOW_KEY_PROTOCOL] = (6 << 8) | protocol;
  return true;
}

/** Selector word of an upper-layer header, 0 where the protocol has none, {@link CUT_OFF} if it is not present. */
function readSelector(view: DataView, family: 4 | 6, protocol: number, at: number, limit: number): number {
  switch (protocol) {
    case c.IP_TCP:
    case c.IP_UDP:
    case c.IP_SCTP:
    case c.IP_ESP:
      return at + 4 > limit ? CUT_OFF : view.getInt32(at);
    case c.IP_AH:
      return at + 8 > limit ? CUT_OFF : view.getInt32(at + 4);
    case c.IP_ICMP:
    case c.IP_ICMPV6: {
      if ((protocol === c.IP_ICMP) !== (family === 4)) return 0;
      if (at >= limit) return CUT_OFF;
      if (!isIcmpQuery(family, view.getUint8(at))) return 0;
      if (at + 6 > limit) return CUT_OFF;
      const identifier = view.getUint16(at + 4);
      return (identifier << 16) | identifier;
    }
    default:
      return 0;
  }
}
