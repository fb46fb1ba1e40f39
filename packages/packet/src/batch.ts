import { FLOW_KEY_WORDS } from '@midplane/flow';

/**
 * Packet records as columns over one window of bytes: what `decodePackets` reads.
 *
 * `RecordBatch` of `@midplane/capture` has this shape; any source of packets can provide it.
 */
export interface PacketRecords {
  /** Number of rows that are filled. */
  readonly count: number;
  /** Bytes that hold the frames of all rows; owned by the source, valid until it reads on. */
  readonly bytes: Uint8Array;
  /** A view of exactly `bytes` (same buffer, offset and length). */
  readonly view: DataView;
  /** Where each frame starts in `bytes`. */
  readonly offset: Int32Array;
  /** Bytes of each frame that are present. */
  readonly capturedLength: Int32Array;
  /** Length of each frame on the wire, bytes. */
  readonly length: Uint32Array;
  /** Link type of each frame (LINKTYPE_ registry of tcpdump.org). */
  readonly linkType: Uint16Array;
  /** Index of the capture interface. */
  readonly interfaceIndex: Int32Array;
  /** Whole seconds since 1970. */
  readonly seconds: Float64Array;
  /** Nanoseconds 0 to 999,999,999; -1 where the packet has no time stamp. */
  readonly nanoseconds: Int32Array;
}

/** Network-layer kind of a packet, by index of {@link PACKET_KINDS}. */
export type PacketKind = 'non-ip' | 'malformed' | 'ipv4' | 'ipv6';
/** Names of the values of `PacketBatch.kind`. */
export const PACKET_KINDS: readonly PacketKind[] = ['non-ip', 'malformed', 'ipv4', 'ipv6'];
/** `kind` of a frame without an IP header where one may be read. */
export const KIND_NON_IP = 0;
/** `kind` of a frame whose IP header is cut off or contradicts itself. */
export const KIND_MALFORMED = 1;
/** `kind` of an IPv4 packet. */
export const KIND_IPV4 = 2;
/** `kind` of an IPv6 packet. */
export const KIND_IPV6 = 3;

/** Fragment kind of a packet, by index of {@link FRAGMENT_KINDS}. */
export type FragmentKind = 'none' | 'first' | 'later' | 'atomic';
/** Names of the values of `PacketBatch.fragment`. */
export const FRAGMENT_KINDS: readonly FragmentKind[] = ['none', 'first', 'later', 'atomic'];
/** `fragment` of a whole packet. */
export const FRAGMENT_NONE = 0;
/** `fragment` of a fragment with offset 0 and more to come. */
export const FRAGMENT_FIRST = 1;
/** `fragment` of a fragment with an offset above 0. */
export const FRAGMENT_LATER = 2;
/** `fragment` of an IPv6 packet with a Fragment header, offset 0 and none to come (RFC 6946). */
export const FRAGMENT_ATOMIC = 3;

/** `protocol` where the chain of IPv6 extension headers is cut off. */
export const PROTOCOL_UNKNOWN = 256;

/** Flag bit of `PacketBatch.flags`: the selector word of the key was read (ports, SPI, ICMP identifier or type). */
export const FLAG_SELECTOR: number = 1 << 0;
/** Exactly one VLAN tag. */
export const FLAG_VLAN: number = 1 << 1;
/** Two or more VLAN tags; {@link FLAG_VLAN} is then not set. */
export const FLAG_VLAN_STACKED: number = 1 << 2;
/** At least one MPLS label. */
export const FLAG_MPLS: number = 1 << 3;
/** EtherType 0x8864. */
export const FLAG_PPPOE_SESSION: number = 1 << 4;
/** EtherType 0x8863. */
export const FLAG_PPPOE_DISCOVERY: number = 1 << 5;
/** Hop-by-Hop Options header in the chain. */
export const FLAG_HOP_BY_HOP: number = 1 << 6;
/** Routing header in the chain. */
export const FLAG_ROUTING: number = 1 << 7;
/** Fragment header in the chain (IPv6). */
export const FLAG_FRAGMENT_HEADER: number = 1 << 8;
/** Destination Options header in the chain. */
export const FLAG_DESTINATION_OPTIONS: number = 1 << 9;
/** ICMP or ICMPv6 (with its own IP version) whose type and code are present. */
export const FLAG_ICMP: number = 1 << 10;
/** Captured length is below the length on the wire. */
export const FLAG_TRUNCATED: number = 1 << 11;
/** Non-IP here, but an IP packet lies behind a second Ethernet header or an L2 tunnel. */
export const FLAG_IP_BEHIND_L2_TUNNEL: number = 1 << 12;
/** ICMP or ICMPv6 query or reply with an identifier (then in both halves of the selector). */
export const FLAG_ICMP_QUERY: number = 1 << 13;
/** ICMP or ICMPv6 error message; `decodeEmbedded` gives the key of the packet inside. */
export const FLAG_ICMP_ERROR: number = 1 << 14;

/** A typed array that a column can be. */
export interface ColumnType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Makes a column of zeros; one of your own places columns in memory that threads share. */
export type AllocateColumn = <T>(type: ColumnType<T>, length: number) => T;

/** Makes a column with memory of its own. */
export const newColumn: AllocateColumn = (type, length) => new type(length);

/**
 * Decoded packets as columns, made once and refilled by `decodePackets`.
 *
 * Row `i` describes row `i` of `records`. No column is allocated per packet. Columns that do not apply to a row hold 0
 * unless said otherwise; rows at or above `count` are stale.
 *
 * @example
 * ```ts
 * import { decodePackets, packet, PacketBatch, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const batch = new PacketBatch(256);
 * decodePackets(recordsOf([packet('ping').ipv4().icmp().build()]), batch);
 * assert.equal(batch.count, 1);
 * assert.equal(batch.protocol[0], 1);
 * ```
 */
export class PacketBatch {
  /** Rows that fit. */
  readonly capacity: number;
  /** Rows that are filled. */
  count = 0;
  /** The records behind the rows; set by `decodePackets`. */
  records: PacketRecords | undefined = undefined;
  /** Index into {@link PACKET_KINDS}. */
  readonly kind: Uint8Array;
  /** Index into {@link FRAGMENT_KINDS}. */
  readonly fragment: Uint8Array;
  /** Protocol of the outermost IP header (IPv6: end of the extension header chain), or {@link PROTOCOL_UNKNOWN}. */
  readonly protocol: Uint16Array;
  /** FLAG_ bits. */
  readonly flags: Uint32Array;
  /** `capacity` flow keys of 10 words, row after row; layout in `@midplane/flow`. All words 0 for rows that are not IP. */
  readonly key: Int32Array;
  /**
   * Last EtherType or PPP protocol before the network header, behind tags (0x8847 behind MPLS labels); 0 where there is
   * none (802.3 length with LLC, raw IP).
   */
  readonly etherType: Uint16Array;
  /** Offset in `records.bytes` of the outermost IP header; -1 if not IP. */
  readonly l3Offset: Int32Array;
  /** Offset in `records.bytes` of the upper-layer header; -1 if it is not present (not IP, later fragment, cut off). */
  readonly l4Offset: Int32Array;
  /** TCP flag byte (CWR ECE URG ACK PSH RST SYN FIN); 0 unless TCP with 14 bytes present. */
  readonly tcpFlags: Uint8Array;
  /** ICMP `type << 8 | code`, valid with {@link FLAG_ICMP}. */
  readonly icmp: Uint16Array;
  /** Identification of a fragment, atomic ones too (IPv4: 16 bits, IPv6: 32 bits as signed word). */
  readonly fragmentId: Int32Array;
  /** Offset of a fragment, bytes. */
  readonly fragmentOffset: Uint16Array;

  /**
   * @param capacity Rows that fit, 1 to 65,536.
   * @param allocate Makes the columns; default {@link newColumn}.
   */
  constructor(capacity = 256, allocate: AllocateColumn = newColumn) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 65_536) {
      throw new RangeError(
        `Cannot create packet batch: capacity must be an integer from 1 to 65536: got ${String(capacity)}`,
      );
    }
    this.capacity = capacity;
    this.kind = allocate(Uint8Array, capacity);
    this.fragment = allocate(Uint8Array, capacity);
    this.protocol = allocate(Uint16Array, capacity);
    this.flags = allocate(Uint32Array, capacity);
    this.key = allocate(Int32Array, capacity * FLOW_KEY_WORDS);
    this.etherType = allocate(Uint16Array, capacity);
    this.l3Offset = allocate(Int32Array, capacity);
    this.l4Offset = allocate(Int32Array, capacity);
    this.tcpFlags = allocate(Uint8Array, capacity);
    this.icmp = allocate(Uint16Array, capacity);
    this.fragmentId = allocate(Int32Array, capacity);
    this.fragmentOffset = allocate(Uint16Array, capacity);
  }
}
