import * as c from '../_constants.ts';
import { checkField, type Layer } from './layer.ts';
import { typeOrLength } from './link.ts';

/** Fields of a VLAN tag. */
export interface VlanOptions {
  /** VLAN identifier, 0 to 4095; default 1. */
  readonly id?: number;
  /** Priority code point, 0 to 7; default 0. */
  readonly priority?: number;
  /** Drop eligible indicator; default `false`. */
  readonly dropEligible?: boolean;
  /** Tag protocol identifier; default 0x8100. */
  readonly tpid?: number;
  /** EtherType behind the tag; default from what it carries. */
  readonly etherType?: number;
}

/** VLAN tag (IEEE 802.1Q). */
export function vlanLayer(options: VlanOptions): Layer {
  const id = checkField('vlan', 'id', options.id ?? 1, 4095);
  const priority = checkField('vlan', 'priority', options.priority ?? 0, 7);
  const tag = (priority << 13) | (options.dropEligible ? 0x1000 : 0) | id;
  return {
    name: 'vlan',
    length: 4,
    etherType: options.tpid ?? c.ETHERTYPE_VLAN,
    write({ view, at, inner, bodyAt, bodyEnd }) {
      view.setUint16(at, tag);
      view.setUint16(at + 2, typeOrLength(options.etherType, inner, bodyEnd - bodyAt));
    },
  };
}

/** Fields of an MPLS label stack entry. */
export interface MplsOptions {
  /** Label, 20 bits; default 16. */
  readonly label?: number;
  /** Traffic class, 0 to 7; default 0. */
  readonly trafficClass?: number;
  /** Bottom of stack; default: whether something else than a label follows. */
  readonly bottom?: boolean;
  /** Time to live; default 64. */
  readonly ttl?: number;
}

/** MPLS label stack entry (RFC 3032). */
export function mplsLayer(options: MplsOptions): Layer {
  const label = checkField('mpls', 'label', options.label ?? 16, 0xf_ffff);
  const trafficClass = checkField('mpls', 'trafficClass', options.trafficClass ?? 0, 7);
  const ttl = checkField('mpls', 'ttl', options.ttl ?? 64, 255);
  return {
    name: 'mpls',
    length: 4,
    etherType: c.ETHERTYPE_MPLS,
    pppProtocol: c.PPP_MPLS,
    ipProtocol: 137,
    write({ view, at, inner }) {
      const bottom = options.bottom ?? inner?.name !== 'mpls';
      view.setUint32(at, ((label << 12) | (trafficClass << 9) | (bottom ? 0x100 : 0) | ttl) >>> 0);
    },
  };
}

/** Fields of a PPPoE session header. */
export interface PppoeOptions {
  /** Session identifier; default 1. */
  readonly session?: number;
  /** PPP protocol; default from what it carries. */
  readonly protocol?: number;
}

/** PPPoE session header with PPP protocol field (RFC 2516). */
export function pppoeLayer(options: PppoeOptions): Layer {
  const session = checkField('pppoe', 'session', options.session ?? 1, 0xffff);
  return {
    name: 'pppoe',
    length: 8,
    etherType: c.ETHERTYPE_PPPOE_SESSION,
    write({ view, at, inner, bodyEnd }) {
      view.setUint16(at, 0x1100);
      view.setUint16(at + 2, session);
      view.setUint16(at + 4, bodyEnd - at - 6);
      view.setUint16(at + 6, options.protocol ?? inner?.pppProtocol ?? c.PPP_IPV4);
    },
  };
}

/** Fields of a PPPoE discovery header. */
export interface PppoeDiscoveryOptions {
  /** Code; default 0x09, initiation. */
  readonly code?: number;
  /** Session identifier; default 0. */
  readonly session?: number;
}

/** PPPoE discovery header (RFC 2516); the payload is its tags. */
export function pppoeDiscoveryLayer(options: PppoeDiscoveryOptions): Layer {
  const code = checkField('pppoe-discovery', 'code', options.code ?? 0x09, 255);
  const session = checkField('pppoe-discovery', 'session', options.session ?? 0, 0xffff);
  return {
    name: 'pppoe-discovery',
    length: 6,
    etherType: c.ETHERTYPE_PPPOE_DISCOVERY,
    write({ view, at, bodyAt, bodyEnd }) {
      view.setUint16(at, 0x1100 | code);
      view.setUint16(at + 2, session);
      view.setUint16(at + 4, bodyEnd - bodyAt);
    },
  };
}

/** Fields of an LLC header. */
export interface LlcOptions {
  /** Service access point of source and destination; default 0x06 (IP) or 0x42 (spanning tree) for plain payload. */
  readonly sap?: number;
}

/** LLC header with unnumbered information (IEEE 802.2). */
export function llcLayer(options: LlcOptions): Layer {
  if (options.sap !== undefined) checkField('llc', 'sap', options.sap, 255);
  return {
    name: 'llc',
    length: 3,
    write({ bytes, at, inner }) {
      const sap = options.sap ?? (inner ? 0x06 : 0x42);
      bytes.set([sap, sap, 0x03], at);
    },
  };
}

/** Fields of an LLC and SNAP header. */
export interface SnapOptions {
  /** Organization code, 24 bits; default 0, EtherType follows. */
  readonly oui?: number;
  /** Protocol identifier; default the EtherType of what it carries. */
  readonly protocol?: number;
}

/** LLC with SNAP (RFC 1042). */
export function snapLayer(options: SnapOptions): Layer {
  const oui = checkField('snap', 'oui', options.oui ?? 0, 0xff_ffff);
  return {
    name: 'snap',
    length: 8,
    write({ bytes, view, at, inner }) {
      bytes.set([0xaa, 0xaa, 0x03, oui >> 16, (oui >> 8) & 255, oui & 255], at);
      view.setUint16(at + 6, options.protocol ?? inner?.etherType ?? 0x88b5);
    },
  };
}
