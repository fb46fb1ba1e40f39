import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE, FLOW_KEY_WORDS } from '@midplane/flow';
import * as c from './_constants.ts';
import { decodeUpper } from './_decode-upper.ts';
import { extensionWalk, walkExtensions } from './_walk-extensions.ts';
import {
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  FRAGMENT_NONE,
  KIND_IPV4,
  KIND_IPV6,
  KIND_MALFORMED,
  type PacketBatch,
  PROTOCOL_UNKNOWN,
} from './batch.ts';

// Every function here fills one row whose columns fragment, protocol, tcpFlags, icmp, fragmentId, fragmentOffset and key
// hold 0: `decodePackets` zeroes them by column, which is cheaper.

/** Fills a row that has no IP packet: `kind` is `KIND_NON_IP` or `KIND_MALFORMED`. */
export function decodeNone(batch: PacketBatch, row: number, kind: number, flags: number, etherType: number): void {
  batch.kind[row] = kind;
  batch.flags[row] = flags;
  batch.etherType[row] = etherType;
  batch.l3Offset[row] = -1;
  batch.l4Offset[row] = -1;
}

/**
 * Fills a row from the place where an IP header is due; the version nibble decides between IPv4 and IPv6.
 *
 * @param l3 Offset of the IP header, `end` at most.
 * @param end Offset behind the last captured byte of the row.
 */
export function decodeIp(
  view: DataView,
  batch: PacketBatch,
  row: number,
  l3: number,
  end: number,
  flags: number,
  etherType: number,
): void {
  const version = l3 < end ? view.getUint8(l3) >> 4 : 0;
  if (version === 4) decodeIpv4(view, batch, row, l3, end, flags, etherType);
  else if (version === 6) decodeIpv6(view, batch, row, l3, end, flags, etherType);
  else decodeNone(batch, row, KIND_MALFORMED, flags, etherType);
}

function decodeIpv4(
  view: DataView,
  batch: PacketBatch,
  row: number,
  l3: number,
  end: number,
  flags: number,
  etherType: number,
): void {
  const headerLength = (view.getUint8(l3) & 15) * 4;
  const totalLength = l3 + 20 <= end ? view.getUint16(l3 + 2) : 0;
  if (l3 + 20 > end || headerLength < 20 || (totalLength !== 0 && totalLength < headerLength)) {
    decodeNone(batch, row, KIND_MALFORMED, flags, etherType);
    return;
  }
  const fragmentWord = view.getUint16(l3 + 6);
  const fragmentOffset = (fragmentWord & c.IPV4_FRAGMENT_OFFSET) * 8;
  const fragment =
    fragmentOffset !== 0
      ? FRAGMENT_LATER
      : (fragmentWord & c.IPV4_MORE_FRAGMENTS) !== 0
        ? FRAGMENT_FIRST
        : FRAGMENT_NONE;
  const protocol = view.getUint8(l3 + 9);
  const key = row * FLOW_KEY_WORDS;
  const keys = batch.key;
  batch.kind[row] = KIND_IPV4;
  batch.protocol[row] = protocol;
  batch.etherType[row] = etherType;
  batch.l3Offset[row] = l3;
  if (fragment !== FRAGMENT_NONE) {
    batch.fragment[row] = fragment;
    batch.fragmentId[row] = view.getUint16(l3 + 4);
    batch.fragmentOffset[row] = fragmentOffset;
  }
  keys[key + FLOW_KEY_SOURCE] = view.getInt32(l3 + 12);
  keys[key + FLOW_KEY_DESTINATION] = view.getInt32(l3 + 16);
  keys[key + FLOW_KEY_PROTOCOL] = (4 << 8) | protocol;
  // Total length 0: segmentation was left to the card, the packet is what was captured.
  const limit = totalLength === 0 ? end : Math.min(end, l3 + totalLength);
  const l4 = fragment === FRAGMENT_LATER ? limit : l3 + headerLength;
  batch.flags[row] = flags | decodeUpper(view, batch, row, 4, protocol, l4, limit);
}

function decodeIpv6(
  view: DataView,
  batch: PacketBatch,
  row: number,
  l3: number,
  end: number,
  flags: number,
  etherType: number,
): void {
  if (l3 + 40 > end) {
    decodeNone(batch, row, KIND_MALFORMED, flags, etherType);
    return;
  }
  // Payload length 0: jumbogram (RFC 2675), or segmentation left to the card.
  const payloadLength = view.getUint16(l3 + 4);
  const limit = payloadLength === 0 ? end : Math.min(end, l3 + 40 + payloadLength);
  const walk = extensionWalk;
  walkExtensions(view, view.getUint8(l3 + 6), l3 + 40, limit);
  const protocol = walk.protocol;
  const keyProtocol = protocol === PROTOCOL_UNKNOWN ? c.KEY_PROTOCOL_UNKNOWN : protocol;
  const key = row * FLOW_KEY_WORDS;
  const keys = batch.key;
  batch.kind[row] = KIND_IPV6;
  batch.fragment[row] = walk.fragment;
  batch.protocol[row] = protocol;
  batch.etherType[row] = etherType;
  batch.l3Offset[row] = l3;
  batch.fragmentId[row] = walk.fragmentId;
  batch.fragmentOffset[row] = walk.fragmentOffset;
  for (let word = 0; word < 8; word++) keys[key + word] = view.getInt32(l3 + 8 + word * 4);
  keys[key + FLOW_KEY_PROTOCOL] = (6 << 8) | keyProtocol;
  const l4 = walk.fragment === FRAGMENT_LATER || protocol === PROTOCOL_UNKNOWN ? limit : walk.at;
  batch.flags[row] = flags | walk.flags | decodeUpper(view, batch, row, 6, protocol, l4, limit);
}
