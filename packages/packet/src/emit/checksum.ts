import type { PseudoHeader } from './layer.ts';

/** Sum of 16-bit words in network order, not folded; exact for any frame (below 2^53). */
function sumWords(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i + 1 < to; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  if ((to - from) % 2 === 1) sum += bytes[to - 1] << 8;
  return sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return folded;
}

/**
 * Computes the Internet checksum of bytes whose checksum field is 0.
 *
 * @param bytes Array that holds them.
 * @param from Offset of the first byte.
 * @param to Offset behind the last byte.
 * @returns 0 to 65,535, to be written big-endian.
 * @see RFC 1071
 * @example The bytes of RFC 1071 section 3
 * ```ts
 * import { internetChecksum } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 * assert.equal(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)), 0xffff - 0xddf2);
 * ```
 */
export function internetChecksum(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  return 0xffff - fold(sumWords(bytes, from, to));
}

/** Internet checksum over pseudo-header and segment (RFC 793, RFC 8200 section 8.1). */
export function transportChecksum(
  pseudo: PseudoHeader,
  protocol: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  const { source, destination } = pseudo;
  const addresses = sumWords(source, 0, source.length) + sumWords(destination, 0, destination.length);
  const length = to - from;
  return 0xffff - fold(addresses + protocol + (length >>> 16) + (length & 0xffff) + sumWords(bytes, from, to));
}

/** CRC32c of bytes, bit by bit (RFC 9260 appendix A); its bytes are written least significant first. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1;
  for (let i = from; i < to; i++) {
    crc ^= bytes[i];
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  return ~crc >>> 0;
}
