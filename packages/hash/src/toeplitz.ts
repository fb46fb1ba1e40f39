import { ByteTableHash, sumOfWord } from './_byte-table-hash.ts';
import type { FlowHash } from './flow-hash.ts';

/** What {@link createToeplitz} makes a function of. */
export interface ToeplitzOptions {
  /**
   * The secret key, 4 to 128 bytes (network cards have 40 or 52). Input that is longer than the key reaches goes on with
   * the key's first byte: the key is used cyclically.
   */
  readonly key: Uint8Array;
  /** Name of the function; default `'toeplitz'`. */
  readonly name?: string;
}

/** A Toeplitz hash: a {@link FlowHash} that takes bytes too. */
export interface Toeplitz extends FlowHash {
  /**
   * Returns the hash of bytes: the same value as `hash` over the words that they make.
   *
   * @param bytes Any number of bytes.
   */
  hashBytes(bytes: Uint8Array): number;
}

/** Reads the key given in hexadecimal. */
function keyOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/**
 * The 40-byte key of Microsoft's verification suite for receive side scaling, which many drivers have as default.
 *
 * @see Microsoft Learn, "Verifying the RSS Hash Calculation"; Intel 82599 datasheet section 7.1.2.8.3
 */
export const RSS_DEFAULT_KEY: Uint8Array = /* @__PURE__ */ keyOf(
  '6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa',
);

/**
 * The bytes 0x6d 0x5a, 20 times: with it the hash is the same in both directions, without normalising.
 *
 * The price: both halves of every value are equal, so that a value has 16 bits of information.
 *
 * @see Woo and Park, "Scalable TCP Session Monitoring with Symmetric Receive-side Scaling", KAIST 2012
 */
export const RSS_SYMMETRIC_KEY: Uint8Array = /* @__PURE__ */ keyOf('6d5a'.repeat(20));

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

// Row p: what a byte at position p adds. The rows cover whole words and whole keys, so that they repeat exactly, and the
// longest hash key (40 bytes).
function buildTables(key: Uint8Array): Int32Array {
  const period = (key.length * 4) / greatestCommonDivisor(key.length, 4);
  const rows = period * Math.ceil(40 / period);
  const tables = new Int32Array(rows * 256);
  for (let row = 0; row < rows; row++) {
    let high = 0;
    for (let i = 0; i < 4; i++) high = (high << 8) | key[(row + i) % key.length];
    const low = key[(row + 4) % key.length];
    for (let byte = 1; byte < 256; byte++) {
      // what its last bit adds, and the byte without that bit, which stands before it
      const bit = Math.clz32(byte & -byte) - 24;
      const window = bit === 0 ? high : (high << bit) | (low >>> (8 - bit));
      tables[row * 256 + byte] = tables[row * 256 + (byte & (byte - 1))] ^ window;
    }
  }
  return tables;
}

/**
 * Returns a Toeplitz hash with a key: the function of receive side scaling (RSS) on network cards.
 *
 * Every input bit that is 1, from the left, adds the 32 bits of the key that start at its position. The key is used
 * cyclically beyond its end: a 40-byte key covers 36 bytes of input in the standard way, and an IPv6 hash key (40 bytes)
 * continues with the first four bytes of the key.
 *
 * Fidelity: assumed. The vendor's function and key are not published.
 *
 * @param options The key; it is copied into tables of 1 KiB per byte.
 * @throws {RangeError} If the key has fewer than 4 or more than 128 bytes.
 * @see Microsoft Learn, "RSS Hashing Functions"
 * @example
 * ```ts
 * import { createToeplitz, RSS_DEFAULT_KEY } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * const toeplitz = createToeplitz({ key: RSS_DEFAULT_KEY });
 * // 66.9.149.187:2794 > 161.142.100.80:1766 of the verification suite
 * assert.equal(toeplitz.hash(Int32Array.of(0x420995bb, 0xa18e6450, 0x0aea06e6), 0, 3), 0x51ccc178);
 * ```
 */
export function createToeplitz(options: ToeplitzOptions): Toeplitz {
  const { key, name = 'toeplitz' } = options;
  if (key.length < 4 || key.length > 128) {
    throw new RangeError(`Cannot create Toeplitz hash: key must have 4 to 128 bytes: got ${key.length}`);
  }
  const tables = buildTables(key);
  return new ToeplitzHash(name, tables);
}

/** The tables repeat for keys that are shorter than the longest hash key, so that those need no wrap-around. */
class ToeplitzHash extends ByteTableHash implements Toeplitz {
  readonly hashBytes: (bytes: Uint8Array) => number;

  constructor(name: string, tables: Int32Array) {
    const end = tables.length;
    const hash = (words: Int32Array, at: number, count: number): number => {
      // hot: per packet, no allocation
      let sum = 0;
      let row = 0;
      for (let i = at; i < at + count; i++) {
        sum ^= sumOfWord(tables, row, words[i]);
        row += 1024;
        if (row === end) row = 0;
      }
      return sum >>> 0;
    };
    super(name, hash, () => ({ tables, constant: 0 }));
    this.hashBytes = (bytes: Uint8Array): number => {
      let sum = 0;
      let row = 0;
      for (let i = 0; i < bytes.length; i++) {
        sum ^= tables[row + bytes[i]];
        row += 256;
        if (row === end) row = 0;
      }
      return sum >>> 0;
    };
  }
}

/** Toeplitz hash with {@link RSS_DEFAULT_KEY}. */
export const toeplitz: Toeplitz = /* @__PURE__ */ createToeplitz({ key: RSS_DEFAULT_KEY });

/** Toeplitz hash with {@link RSS_SYMMETRIC_KEY}: equal for both directions without normalising. */
export const toeplitzSymmetric: Toeplitz = /* @__PURE__ */ createToeplitz({
  key: RSS_SYMMETRIC_KEY,
  name: 'toeplitz-symmetric',
});
