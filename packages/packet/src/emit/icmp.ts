import { IP_ICMP, IP_ICMPV6 } from '../_constants.ts';
import { internetChecksum, transportChecksum } from './checksum.ts';
import { checkField, type Layer, pseudoHeaderOf } from './layer.ts';

/** Fields of an ICMP or ICMPv6 header. */
export interface IcmpOptions {
  /** Type; default echo request: 8 for ICMP, 128 for ICMPv6. */
  readonly type?: number;
  /** Code; default 0. */
  readonly code?: number;
  /** Identifier of a query, bytes 4 and 5; default 1 for echo, otherwise 0. */
  readonly identifier?: number;
  /** Sequence number of a query, bytes 6 and 7 (pointer or MTU of some errors); default 1 for echo, otherwise 0. */
  readonly sequence?: number;
  /** Checksum; default the true one. */
  readonly checksum?: number;
}

/** ICMP (RFC 792) or ICMPv6 (RFC 4443) header of 8 bytes. */
export function icmpLayer(version: 4 | 6, given: IcmpOptions): Layer {
  const name = version === 4 ? 'icmp' : 'icmpv6';
  const ipProtocol = version === 4 ? IP_ICMP : IP_ICMPV6;
  const type = checkField(name, 'type', given.type ?? (version === 4 ? 8 : 128), 255);
  const code = checkField(name, 'code', given.code ?? 0, 255);
  const echo = version === 4 ? type === 8 || type === 0 : type === 128 || type === 129;
  const identifier = checkField(name, 'identifier', given.identifier ?? (echo ? 1 : 0), 65_535);
  const sequence = checkField(name, 'sequence', given.sequence ?? (echo ? 1 : 0), 65_535);
  return {
    name,
    length: 8,
    ipProtocol,
    write(site) {
      const { bytes, view, at, bodyEnd } = site;
      view.setUint8(at, type);
      view.setUint8(at + 1, code);
      view.setUint16(at + 4, identifier);
      view.setUint16(at + 6, sequence);
      const pseudo = version === 6 ? pseudoHeaderOf(site) : undefined;
      const sum = pseudo
        ? transportChecksum(pseudo, ipProtocol, bytes, at, bodyEnd)
        : internetChecksum(bytes, at, bodyEnd);
      view.setUint16(at + 2, given.checksum ?? sum);
    },
  };
}
