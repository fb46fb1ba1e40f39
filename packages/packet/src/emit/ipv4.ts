import { ETHERTYPE_IPV4, PPP_IPV4 } from '../_constants.ts';
import { addressBytes } from './address.ts';
import { internetChecksum } from './checksum.ts';
import { checkField, type Layer } from './layer.ts';

/** Fields of an IPv4 header. */
export interface Ipv4Options {
  /** Source address; default `192.0.2.1`. */
  readonly source?: string;
  /** Destination address; default `198.51.100.2`. */
  readonly destination?: string;
  /** Protocol number; default from what it carries, 253 (experimental, RFC 3692) for plain payload. */
  readonly protocol?: number;
  /** Time to live; default 64. */
  readonly ttl?: number;
  /** Type of service byte: DSCP and ECN; default 0. */
  readonly typeOfService?: number;
  /** Identification; default 1. */
  readonly identification?: number;
  /** Don't Fragment; default `false`. */
  readonly dontFragment?: boolean;
  /** More Fragments; default `false`. */
  readonly moreFragments?: boolean;
  /** Fragment offset, bytes, a multiple of 8; default 0. */
  readonly fragmentOffset?: number;
  /** Option bytes; padded with zeros to a multiple of 4, 40 at most. */
  readonly options?: Uint8Array;
  /** Total length; default the true one. */
  readonly totalLength?: number;
  /** Header checksum; default the true one. */
  readonly checksum?: number;
}

/** An IPv4 layer with the fields it was made of. */
export interface Ipv4Layer extends Layer {
  /** Fields as given. */
  readonly ipv4: Ipv4Options;
}

/** IPv4 header (RFC 791). */
export function ipv4Layer(given: Ipv4Options): Ipv4Layer {
  const source = addressBytes(given.source ?? '192.0.2.1', 4);
  const destination = addressBytes(given.destination ?? '198.51.100.2', 4);
  const options = given.options ?? new Uint8Array(0);
  checkField('ipv4', 'length of options', options.length, 40);
  const offset = checkField('ipv4', 'fragmentOffset', given.fragmentOffset ?? 0, 65_528);
  if (offset % 8 !== 0) {
    throw new RangeError(`Cannot build ipv4: fragmentOffset must be a multiple of 8: got ${offset}`);
  }
  const length = 20 + Math.ceil(options.length / 4) * 4;
  const flags = (given.dontFragment ? 0x4000 : 0) | (given.moreFragments ? 0x2000 : 0);
  return {
    name: 'ipv4',
    ipv4: given,
    length,
    etherType: ETHERTYPE_IPV4,
    pppProtocol: PPP_IPV4,
    ipProtocol: 4,
    pseudoHeader: { family: 4, source, destination },
    write({ bytes, view, at, inner, bodyEnd }) {
      view.setUint8(at, 0x40 | (length / 4));
      view.setUint8(at + 1, checkField('ipv4', 'typeOfService', given.typeOfService ?? 0, 255));
      view.setUint16(at + 2, checkField('ipv4', 'totalLength', given.totalLength ?? bodyEnd - at, 65_535));
      view.setUint16(at + 4, checkField('ipv4', 'identification', given.identification ?? 1, 65_535));
      view.setUint16(at + 6, flags | (offset / 8));
      view.setUint8(at + 8, checkField('ipv4', 'ttl', given.ttl ?? 64, 255));
      view.setUint8(at + 9, checkField('ipv4', 'protocol', given.protocol ?? inner?.ipProtocol ?? 253, 255));
      bytes.set(source, at + 12);
      bytes.set(destination, at + 16);
      bytes.set(options, at + 20);
      view.setUint16(at + 10, given.checksum ?? internetChecksum(bytes, at, at + length));
    },
  };
}
