import { IP_AH, IP_ESP } from '../_constants.ts';
import { internetChecksum } from './checksum.ts';
import { nextHeader } from './ipv6.ts';
import { checkField, type Layer } from './layer.ts';

/** Fields of an Authentication Header or of ESP. */
export interface IpsecOptions {
  /** Security parameters index; default 256. */
  readonly spi?: number;
  /** Sequence number; default 1. */
  readonly sequence?: number;
}

/** Authentication Header (RFC 4302) with 12 zero bytes as integrity check value. */
export function ahLayer(given: IpsecOptions): Layer {
  return {
    name: 'ah',
    length: 24,
    ipProtocol: IP_AH,
    write({ view, at, inner }) {
      view.setUint8(at, nextHeader('ah', undefined, inner));
      view.setUint8(at + 1, 24 / 4 - 2);
      view.setUint32(at + 4, checkField('ah', 'spi', given.spi ?? 256, 0xffff_ffff));
      view.setUint32(at + 8, checkField('ah', 'sequence', given.sequence ?? 1, 0xffff_ffff));
    },
  };
}

/** ESP header (RFC 4303); what follows stands for its encrypted part. */
export function espLayer(given: IpsecOptions): Layer {
  return {
    name: 'esp',
    length: 8,
    ipProtocol: IP_ESP,
    write({ view, at }) {
      view.setUint32(at, checkField('esp', 'spi', given.spi ?? 256, 0xffff_ffff));
      view.setUint32(at + 4, checkField('esp', 'sequence', given.sequence ?? 1, 0xffff_ffff));
    },
  };
}

/** Fields of a GRE header. */
export interface GreOptions {
  /** EtherType of the payload; default from what it carries. */
  readonly protocol?: number;
  /** Key; absent if not given. */
  readonly key?: number;
  /** Sequence number; absent if not given. */
  readonly sequence?: number;
  /** Whether a checksum is present; default `false`. */
  readonly checksum?: boolean;
}

/** GRE header (RFC 2784, RFC 2890). */
export function greLayer(given: GreOptions): Layer {
  const { key, sequence, checksum = false } = given;
  return {
    name: 'gre',
    length: 4 + (checksum ? 4 : 0) + (key === undefined ? 0 : 4) + (sequence === undefined ? 0 : 4),
    ipProtocol: 47,
    write({ bytes, view, at, inner, bodyEnd }) {
      const flags = (checksum ? 0x8000 : 0) | (key === undefined ? 0 : 0x2000) | (sequence === undefined ? 0 : 0x1000);
      view.setUint16(at, flags);
      view.setUint16(at + 2, given.protocol ?? inner?.etherType ?? 0x88b5);
      let next = at + (checksum ? 8 : 4);
      if (key !== undefined) {
        view.setUint32(next, checkField('gre', 'key', key, 0xffff_ffff));
        next += 4;
      }
      if (sequence !== undefined) view.setUint32(next, checkField('gre', 'sequence', sequence, 0xffff_ffff));
      if (checksum) view.setUint16(at + 4, internetChecksum(bytes, at, bodyEnd));
    },
  };
}
