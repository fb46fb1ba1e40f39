import * as c from '../_constants.ts';
import { addressBytes } from './address.ts';
import { checkField, type Layer } from './layer.ts';

/** Fields of an IPv6 header. */
export interface Ipv6Options {
  /** Source address; default `2001:db8::1`. */
  readonly source?: string;
  /** Destination address; default `2001:db8::2`. */
  readonly destination?: string;
  /** Next Header; default from what it carries, 253 (experimental, RFC 3692) for plain payload. */
  readonly nextHeader?: number;
  /** Hop limit; default 64. */
  readonly hopLimit?: number;
  /** Traffic class; default 0. */
  readonly trafficClass?: number;
  /** Flow label, 20 bits; default 0. */
  readonly flowLabel?: number;
  /** Payload length; default the true one. */
  readonly payloadLength?: number;
}

/** IPv6 header (RFC 8200). */
export function ipv6Layer(given: Ipv6Options): Layer {
  const source = addressBytes(given.source ?? '2001:db8::1', 6);
  const destination = addressBytes(given.destination ?? '2001:db8::2', 6);
  const trafficClass = checkField('ipv6', 'trafficClass', given.trafficClass ?? 0, 255);
  const flowLabel = checkField('ipv6', 'flowLabel', given.flowLabel ?? 0, 0xf_ffff);
  return {
    name: 'ipv6',
    length: 40,
    etherType: c.ETHERTYPE_IPV6,
    pppProtocol: c.PPP_IPV6,
    ipProtocol: 41,
    pseudoHeader: { family: 6, source, destination },
    write({ bytes, view, at, inner, bodyAt, bodyEnd }) {
      view.setUint32(at, ((6 << 28) | (trafficClass << 20) | flowLabel) >>> 0);
      view.setUint16(at + 4, checkField('ipv6', 'payloadLength', given.payloadLength ?? bodyEnd - bodyAt, 65_535));
      view.setUint8(at + 6, nextHeader('ipv6', given.nextHeader, inner));
      view.setUint8(at + 7, checkField('ipv6', 'hopLimit', given.hopLimit ?? 64, 255));
      bytes.set(source, at + 8);
      bytes.set(destination, at + 24);
    },
  };
}

/** Next Header value: as given, as the carried layer is called, or 253 (experimental) for plain payload. */
export function nextHeader(layer: string, given: number | undefined, inner: Layer | undefined): number {
  return checkField(layer, 'nextHeader', given ?? inner?.ipProtocol ?? 253, 255);
}

/** Fields of a Hop-by-Hop or Destination Options header. */
export interface Ipv6OptionsOptions {
  /** Options as bytes; default one PadN. Padded with Pad1 or PadN to a multiple of 8 with the first two bytes. */
  readonly options?: Uint8Array;
  /** Next Header; default from what it carries. */
  readonly nextHeader?: number;
}

/** Hop-by-Hop Options (0) or Destination Options (60) header (RFC 8200 sections 4.3 and 4.6). */
export function optionsLayer(name: 'hop-by-hop' | 'destination-options', given: Ipv6OptionsOptions): Layer {
  const options = given.options ?? new Uint8Array(0);
  checkField(name, 'length of options', options.length, 2046);
  const length = Math.ceil((options.length + 2) / 8) * 8;
  return {
    name,
    length,
    ipProtocol: name === 'hop-by-hop' ? c.IP_HOP_BY_HOP : c.IP_DESTINATION_OPTIONS,
    write({ bytes, view, at, inner }) {
      view.setUint8(at, nextHeader(name, given.nextHeader, inner));
      view.setUint8(at + 1, length / 8 - 1);
      bytes.set(options, at + 2);
      const pad = length - 2 - options.length;
      if (pad > 1) bytes.set([1, pad - 2], at + 2 + options.length); // PadN; Pad1 is the byte 0
    },
  };
}

/** Fields of a Routing header. */
export interface RoutingOptions {
  /** Routing type; default 4, Segment Routing (RFC 8754). */
  readonly type?: number;
  /** Addresses, in the order they stand in the header; default none. */
  readonly addresses?: readonly string[];
  /** Segments left; default 0. */
  readonly segmentsLeft?: number;
  /** Next Header; default from what it carries. */
  readonly nextHeader?: number;
}

/** Routing header (RFC 8200 section 4.4, RFC 8754). */
export function routingLayer(given: RoutingOptions): Layer {
  const type = checkField('routing', 'type', given.type ?? 4, 255);
  const addresses = (given.addresses ?? []).map((text) => addressBytes(text, 6));
  checkField('routing', 'number of addresses', addresses.length, 127);
  const segmentsLeft = checkField('routing', 'segmentsLeft', given.segmentsLeft ?? 0, 255);
  const last = addresses.at(type === 4 ? 0 : -1); // segment lists run backwards
  return {
    name: 'routing',
    length: 8 + 16 * addresses.length,
    ipProtocol: c.IP_ROUTING,
    ...(last && segmentsLeft > 0 ? { finalDestination: last } : {}),
    write({ bytes, view, at, inner }) {
      view.setUint8(at, nextHeader('routing', given.nextHeader, inner));
      view.setUint8(at + 1, addresses.length * 2);
      view.setUint8(at + 2, type);
      view.setUint8(at + 3, segmentsLeft);
      if (type === 4) view.setUint8(at + 4, Math.max(0, addresses.length - 1));
      addresses.forEach((address, i) => {
        bytes.set(address, at + 8 + 16 * i);
      });
    },
  };
}

/** Fields of an IPv6 Fragment header. */
export interface Ipv6FragmentOptions {
  /** Identification, 32 bits; default 1. */
  readonly identification?: number;
  /** Offset, bytes, a multiple of 8; default 0. */
  readonly offset?: number;
  /** More fragments follow; default `false`. */
  readonly more?: boolean;
  /** Next Header; default from what it carries. */
  readonly nextHeader?: number;
}

/** Fragment header (RFC 8200 section 4.5). */
export function ipv6FragmentLayer(given: Ipv6FragmentOptions): Layer {
  const offset = checkField('ipv6-fragment', 'offset', given.offset ?? 0, 65_528);
  if (offset % 8 !== 0) {
    throw new RangeError(`Cannot build ipv6-fragment: offset must be a multiple of 8: got ${offset}`);
  }
  const identification = checkField('ipv6-fragment', 'identification', given.identification ?? 1, 0xffff_ffff);
  return {
    name: 'ipv6-fragment',
    length: 8,
    ipProtocol: c.IP_FRAGMENT,
    write({ view, at, inner }) {
      view.setUint8(at, nextHeader('ipv6-fragment', given.nextHeader, inner));
      view.setUint16(at + 2, offset | (given.more ? 1 : 0));
      view.setUint32(at + 4, identification);
    },
  };
}
