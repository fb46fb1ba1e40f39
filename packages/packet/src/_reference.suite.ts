// A second decoder, slow and recursive, over a copy of one frame: it cannot see neighbours. It shares no code with the
// decoder under test but the values of flags and kinds. More than 300 lines: a whole decoder, which reads best in one piece.

import type { Row } from './_row.suite.ts';
import * as b from './batch.ts';

/** Thrown by {@link Bytes} where the frame ends. */
class Cut extends Error {}

/** A part of a frame that knows its place in it. */
class Bytes {
  readonly data: readonly number[];
  readonly origin: number;
  constructor(data: readonly number[], origin = 0) {
    this.data = data;
    this.origin = origin;
  }
  get length(): number {
    return this.data.length;
  }
  u8(at: number): number {
    if (at >= this.data.length) throw new Cut();
    return this.data[at];
  }
  u16(at: number): number {
    return this.u8(at) * 256 + this.u8(at + 1);
  }
  u32(at: number): number {
    return this.u16(at) * 65_536 + this.u16(at + 2);
  }
  from(at: number): Bytes {
    if (at > this.data.length) throw new Cut();
    return new Bytes(this.data.slice(at), this.origin + at);
  }
  upTo(length: number): Bytes {
    return new Bytes(this.data.slice(0, Math.max(0, length)), this.origin);
  }
}

interface Link {
  flags: number;
  etherType: number;
  vlans: number;
  tunnel: boolean;
  ip?: Bytes;
}

const VLAN_TYPES = [0x8100, 0x88a8, 0x9100, 0x9200];

function ip(link: Link, bytes: Bytes): void {
  if (!link.tunnel) {
    link.ip = bytes;
    return;
  }
  const version = bytes.u8(0) >> 4;
  const whole =
    (version === 4 && bytes.length >= 20 && (bytes.u8(0) & 15) >= 5) || (version === 6 && bytes.length >= 40);
  if (whole) link.flags |= b.FLAG_IP_BEHIND_L2_TUNNEL;
}

function ethernet(link: Link, bytes: Bytes): void {
  typed(link, bytes.u16(12), bytes.from(14), true);
}

function llc(link: Link, bytes: Bytes): void {
  if (bytes.u8(2) !== 3) return;
  if (bytes.u8(0) === 6) {
    ip(link, bytes.from(3));
    return;
  }
  if (bytes.u8(0) !== 0xaa || (bytes.u8(1) | 1) !== 0xab) return;
  if (bytes.u8(3) !== 0 || bytes.u8(4) !== 0 || ![0, 0xf8].includes(bytes.u8(5))) return;
  typed(link, bytes.u16(6), bytes.from(8), false);
}

function typed(link: Link, type: number, bytes: Bytes, lengthAllowed: boolean): void {
  if (!link.tunnel) link.etherType = type > 1500 ? type : 0;
  if (type <= 1500) {
    if (lengthAllowed) llc(link, bytes);
    return;
  }
  if (type === 0x0800 || type === 0x86dd) {
    ip(link, bytes);
    return;
  }
  if (VLAN_TYPES.includes(type)) {
    const inner = bytes.u16(2);
    if (!link.tunnel) link.vlans++;
    typed(link, inner, bytes.from(4), true);
    return;
  }
  if (type === 0x8847 || type === 0x8848) {
    mpls(link, bytes);
    return;
  }
  if (type === 0x8864) {
    if (!link.tunnel) link.flags |= b.FLAG_PPPOE_SESSION;
    ppp(link, bytes.from(6));
    return;
  }
  if (type === 0x8863) {
    if (!link.tunnel) link.flags |= b.FLAG_PPPOE_DISCOVERY;
    return;
  }
  link.tunnel = true;
  switch (type) {
    case 0x6558:
      ethernet(link, bytes);
      return;
    case 0x88e7:
      ethernet(link, bytes.from(4));
      return;
    case 0x8903:
      ethernet(link, bytes.from(2));
      return;
    case 0x22f3:
      ethernet(link, bytes.from(6 + 4 * (Math.floor(bytes.u16(0) / 64) % 32)));
      return;
    case 0x88e5: {
      const tci = bytes.u8(0);
      bytes.from(8);
      if (tci & 4 || tci & 8) return;
      const header = tci & 0x20 ? 14 : 6;
      typed(link, bytes.u16(header), bytes.from(header + 2), false);
      return;
    }
    case 0x894f:
      serviceHeader(link, bytes);
      return;
  }
}

function serviceHeader(link: Link, bytes: Bytes): void {
  bytes.from(8);
  const words = bytes.u8(1) % 64;
  if (words < 2) return;
  const next = bytes.u8(3);
  if (next === 1 || next === 2) ip(link, bytes.from(words * 4));
  else if (next === 3) ethernet(link, bytes.from(words * 4));
  else if (next === 4) serviceHeader(link, bytes.from(words * 4));
  else if (next === 5) mpls(link, bytes.from(words * 4));
}

function mpls(link: Link, bytes: Bytes): void {
  const entry = bytes.u32(0);
  if (!link.tunnel) link.flags |= b.FLAG_MPLS;
  const rest = bytes.from(4);
  if (Math.floor(entry / 256) % 2 === 0) {
    mpls(link, rest);
    return;
  }
  const nibble = rest.u8(0) >> 4;
  if (nibble === 4 || nibble === 6) {
    ip(link, rest);
    return;
  }
  link.tunnel = true;
  const likely = [0x0800, 0x86dd, 0x8847, 0x8848, 0x8864, ...VLAN_TYPES];
  if (nibble === 0 && rest.length >= 18 && likely.includes(rest.u16(16))) {
    ethernet(link, rest.from(4));
    return;
  }
  if (rest.length >= 14 && likely.includes(rest.u16(12))) {
    ethernet(link, rest);
    return;
  }
}

function ppp(link: Link, bytes: Bytes): void {
  const short = bytes.u8(0) % 2 === 1;
  const protocol = short ? bytes.u8(0) : bytes.u16(0);
  const rest = bytes.from(short ? 1 : 2);
  if (!link.tunnel) link.etherType = protocol;
  if (protocol === 0x21 || protocol === 0x57) {
    ip(link, rest);
    return;
  }
  if (protocol === 0x281 || protocol === 0x283) {
    mpls(link, rest);
    return;
  }
  link.tunnel = true;
  if (protocol === 0x31) {
    ethernet(link, rest.from(2));
    return;
  }
}

function start(link: Link, bytes: Bytes, linkType: number): void {
  const hdlc = (): void => typed(link, bytes.u16(2), bytes.from(4), false);
  const bare = (): void => ppp(link, bytes.length >= 2 && bytes.u16(0) === 0xff03 ? bytes.from(2) : bytes);
  const cooked = (header: number, arphrd: number, protocolAt: number): void => {
    bytes.from(header);
    if ([801, 802, 803, 824].includes(bytes.u16(arphrd))) return;
    const protocol = bytes.u16(protocolAt);
    if (protocol === 4) llc(link, bytes.from(header));
    else typed(link, protocol, bytes.from(header), false);
  };
  switch (linkType) {
    case 0:
    case 108: {
      const little = bytes.u8(0) + bytes.u8(1) * 256 + bytes.u8(2) * 65_536 + bytes.u8(3) * 16_777_216;
      const family = Math.min(little, bytes.u32(0));
      const rest = bytes.from(4);
      if ([2, 24, 28, 30].includes(family)) ip(link, rest);
      else if ((family === 10 || family === 23) && rest.u8(0) >> 4 === 6) ip(link, rest);
      return;
    }
    case 1:
      ethernet(link, bytes);
      return;
    case 9:
      bare();
      return;
    case 50:
      if (bytes.u8(0) === 0x0f || bytes.u8(0) === 0x8f) hdlc();
      else bare();
      return;
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      ip(link, bytes);
      return;
    case 104:
      hdlc();
      return;
    case 113:
      cooked(16, 2, 14);
      return;
    case 276:
      cooked(20, 8, 0);
      return;
  }
}

function signed(word: number): number {
  return word | 0;
}

/** Decodes one frame. */
export function decodeReference(frame: Uint8Array, linkType: number, wireLength: number): Row {
  const link: Link = { flags: 0, etherType: 0, vlans: 0, tunnel: false };
  try {
    start(link, new Bytes([...frame]), linkType);
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
  }
  const row: Row = {
    kind: b.KIND_NON_IP,
    fragment: 0,
    protocol: 0,
    flags: link.flags,
    key: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    etherType: link.etherType,
    l3Offset: -1,
    l4Offset: -1,
    tcpFlags: 0,
    icmp: 0,
    fragmentId: 0,
    fragmentOffset: 0,
  };
  if (link.vlans === 1) row.flags |= b.FLAG_VLAN;
  if (link.vlans > 1) row.flags |= b.FLAG_VLAN_STACKED;
  if (frame.length < wireLength) row.flags |= b.FLAG_TRUNCATED;
  if (link.ip) {
    row.kind = b.KIND_MALFORMED;
    const version = link.ip.length > 0 ? link.ip.u8(0) >> 4 : 0;
    if (version === 4) ipv4(row, link.ip);
    if (version === 6) ipv6(row, link.ip);
  }
  return row;
}

function ipv4(row: Row, bytes: Bytes): void {
  if (bytes.length < 20) return;
  const header = (bytes.u8(0) % 16) * 4;
  const total = bytes.u16(2);
  if (header < 20 || (total > 0 && total < header)) return;
  row.kind = b.KIND_IPV4;
  row.l3Offset = bytes.origin;
  row.protocol = bytes.u8(9);
  row.key[0] = signed(bytes.u32(12));
  row.key[4] = signed(bytes.u32(16));
  row.key[9] = 4 * 256 + row.protocol;
  const offset = (bytes.u16(6) % 8192) * 8;
  const more = Math.floor(bytes.u16(6) / 8192) % 2 === 1;
  if (offset > 0 || more) {
    row.fragment = offset > 0 ? b.FRAGMENT_LATER : b.FRAGMENT_FIRST;
    row.fragmentId = bytes.u16(4);
    row.fragmentOffset = offset;
  }
  const packet = total > 0 ? bytes.upTo(total) : bytes;
  if (offset === 0 && packet.length > header) upper(row, packet.from(header), 4);
}

function ipv6(row: Row, bytes: Bytes): void {
  if (bytes.length < 40) return;
  row.kind = b.KIND_IPV6;
  row.l3Offset = bytes.origin;
  for (let word = 0; word < 8; word++) row.key[word] = signed(bytes.u32(8 + 4 * word));
  const payload = bytes.u16(4);
  const packet = payload > 0 ? bytes.upTo(40 + payload) : bytes;
  let next = bytes.u8(6);
  let at = 40;
  let met = false;
  try {
    while ([0, 43, 44, 60].includes(next)) {
      const known = new Map([
        [0, b.FLAG_HOP_BY_HOP],
        [43, b.FLAG_ROUTING],
        [44, b.FLAG_FRAGMENT_HEADER],
        [60, b.FLAG_DESTINATION_OPTIONS],
      ]);
      row.flags |= known.get(next) as number;
      if (next === 44) {
        const offset = packet.u16(at + 2) - (packet.u16(at + 2) % 8);
        const identification = signed(packet.u32(at + 4));
        if (!met || offset > 0) {
          row.fragment = offset > 0 ? b.FRAGMENT_LATER : packet.u16(at + 2) % 2 ? b.FRAGMENT_FIRST : b.FRAGMENT_ATOMIC;
          row.fragmentId = identification;
          row.fragmentOffset = offset;
        }
        met = true;
        next = packet.u8(at);
        at += 8;
        if (offset > 0) break;
      } else {
        const length = packet.u8(at + 1) * 8 + 8;
        next = packet.u8(at);
        at += length;
      }
    }
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    row.protocol = b.PROTOCOL_UNKNOWN;
    row.key[9] = 6 * 256 + 255;
    return;
  }
  row.protocol = next;
  row.key[9] = 6 * 256 + next;
  if (row.fragment !== b.FRAGMENT_LATER && packet.length > at) upper(row, packet.from(at), 6);
}

function upper(row: Row, bytes: Bytes, family: 4 | 6): void {
  row.l4Offset = bytes.origin;
  const select = (at: number): void => {
    if (bytes.length < at + 4) return;
    row.key[8] = signed(bytes.u32(at));
    row.flags |= b.FLAG_SELECTOR;
  };
  const icmp = family === 4 ? 1 : 58;
  if ([6, 17, 132, 50].includes(row.protocol)) select(0);
  if (row.protocol === 51) select(4);
  if (row.protocol === 6 && bytes.length >= 14) row.tcpFlags = bytes.u8(13);
  if (row.protocol !== icmp || bytes.length < 2) return;
  const type = bytes.u8(0);
  row.icmp = bytes.u16(0);
  row.flags |= b.FLAG_ICMP;
  const queries = family === 4 ? [0, 8, 13, 14, 15, 16, 17, 18, 42, 43] : [128, 129, 160, 161];
  if (queries.includes(type)) {
    if (bytes.length < 6) return;
    row.flags |= b.FLAG_ICMP_QUERY | b.FLAG_SELECTOR;
    row.key[8] = signed(bytes.u16(4) * 65_536 + bytes.u16(4));
    return;
  }
  row.flags |= b.FLAG_SELECTOR;
  if (family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 128) row.flags |= b.FLAG_ICMP_ERROR;
}
