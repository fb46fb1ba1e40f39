import { PPP_IPV4 } from '../_constants.ts';
import * as link from '../link-type.ts';
import { macBytes } from './address.ts';
import { checkField, type EmitSite, type Layer } from './layer.ts';

/** Fields of an Ethernet header. */
export interface EthernetOptions {
  /** Source MAC address; default `02:00:00:00:00:01`. */
  readonly source?: string;
  /** Destination MAC address; default `02:00:00:00:00:02`. */
  readonly destination?: string;
  /** EtherType; default from what it carries, or the 802.3 length for LLC and SNAP. */
  readonly etherType?: number;
  /** Pads the frame with zeros up to this length, bytes without FCS; default 0. */
  readonly padTo?: number;
}

/** Ethernet; inside another packet it is what a bridging tunnel carries (EtherType 0x6558, IP protocol 143). */
export function ethernetLayer(options: EthernetOptions): Layer {
  const source = macBytes(options.source ?? '02:00:00:00:00:01');
  const destination = macBytes(options.destination ?? '02:00:00:00:00:02');
  const padTo = checkField('ethernet', 'padTo', options.padTo ?? 0, 65_535);
  if (options.etherType !== undefined) checkField('ethernet', 'etherType', options.etherType, 0xffff);
  return {
    name: 'ethernet',
    length: 14,
    linkType: link.LINKTYPE_ETHERNET,
    etherType: 0x6558,
    pppProtocol: 0x0031,
    ipProtocol: 143,
    trailer: (bodyLength) => Math.max(0, padTo - 14 - bodyLength),
    write({ bytes, view, at, inner, bodyAt, bodyEnd }) {
      bytes.set(destination, at);
      bytes.set(source, at + 6);
      view.setUint16(at + 12, typeOrLength(options.etherType, inner, bodyEnd - bodyAt));
    },
  };
}

/** What an Ethernet type field says of a body: EtherType, or 802.3 length for a body that has none. */
export function typeOrLength(given: number | undefined, inner: Layer | undefined, length: number): number {
  if (given !== undefined) return given;
  if (inner === undefined) return 0x88b5; // local experimental (IEEE 802)
  return inner.etherType ?? checkField('ethernet', '802.3 length', length, 1500);
}

/** A link type without header: the frame starts with IP. */
export function rawLayer(linkType: number): Layer {
  return { name: 'raw', length: 0, linkType, write() {} };
}

/** Fields of the NULL and LOOP pseudo-headers. */
export interface FamilyOptions {
  /** Address family; default 2 for IPv4, 30 (Darwin) for IPv6. */
  readonly family?: number;
  /** Byte order of the recording host; default little-endian for NULL. LOOP is always big-endian. */
  readonly littleEndian?: boolean;
}

/** NULL or LOOP: the address family in four bytes. */
export function familyLayer(linkType: number, options: FamilyOptions): Layer {
  const littleEndian = linkType === link.LINKTYPE_LOOP ? false : (options.littleEndian ?? true);
  return {
    name: linkType === link.LINKTYPE_LOOP ? 'loop' : 'null',
    length: 4,
    linkType,
    write({ view, at, inner }) {
      view.setUint32(at, options.family ?? (inner?.etherType === 0x86dd ? 30 : 2), littleEndian);
    },
  };
}

/** PPP, bare or in HDLC-like framing: address and control bytes, protocol. */
export function pppLayer(linkType: number, protocol: number | undefined): Layer {
  return {
    name: 'ppp',
    length: 4,
    linkType,
    write({ view, at, inner }: EmitSite) {
      view.setUint16(at, 0xff03);
      view.setUint16(at + 2, protocol ?? inner?.pppProtocol ?? PPP_IPV4);
    },
  };
}

/** Cisco HDLC: address (unicast), control, EtherType. */
export function ciscoHdlcLayer(etherType: number | undefined): Layer {
  return {
    name: 'c-hdlc',
    length: 4,
    linkType: link.LINKTYPE_C_HDLC,
    write({ view, at, inner, bodyAt, bodyEnd }) {
      view.setUint16(at, 0x0f00);
      view.setUint16(at + 2, typeOrLength(etherType, inner, bodyEnd - bodyAt));
    },
  };
}

/** Fields of the Linux cooked headers. */
export interface SllOptions {
  /** 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 from us; default 0. */
  readonly packetType?: number;
  /** ARPHRD_ type of the device; default 1, Ethernet. */
  readonly hardwareType?: number;
  /** EtherType; default from what it carries. */
  readonly protocol?: number;
  /** Index of the device, SLL2 only; default 1. */
  readonly interfaceIndex?: number;
}

/** Linux cooked capture, version 1 or 2. */
export function sllLayer(version: 1 | 2, options: SllOptions): Layer {
  const { packetType = 0, hardwareType = 1, interfaceIndex = 1 } = options;
  return {
    name: version === 1 ? 'sll' : 'sll2',
    length: version === 1 ? 16 : 20,
    linkType: version === 1 ? link.LINKTYPE_LINUX_SLL : link.LINKTYPE_LINUX_SLL2,
    write({ bytes, view, at, inner }) {
      const protocol = options.protocol ?? inner?.etherType ?? 4; // 4: LLC
      const address = Uint8Array.of(2, 0, 0, 0, 0, 1);
      if (version === 1) {
        view.setUint16(at, packetType);
        view.setUint16(at + 2, hardwareType);
        view.setUint16(at + 4, 6);
        bytes.set(address, at + 6);
        view.setUint16(at + 14, protocol);
      } else {
        view.setUint16(at, protocol);
        view.setUint32(at + 4, interfaceIndex);
        view.setUint16(at + 8, hardwareType);
        view.setUint8(at + 10, packetType);
        view.setUint8(at + 11, 6);
        bytes.set(address, at + 12);
      }
    },
  };
}
