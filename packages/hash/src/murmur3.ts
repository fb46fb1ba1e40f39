import { checkSeed, readLittleEndian, rotateLeft, swapBytes } from './_word.ts';
import type { FlowHash } from './flow-hash.ts';

/** Options of {@link createMurmur3}. */
export interface Murmur3Options {
  /** Seed 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
  /** Name of the function; default `'murmur3'`. */
  readonly name?: string;
}

function scramble(word: number): number {
  return Math.imul(rotateLeft(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

function mixWord(value: number, word: number): number {
  return (Math.imul(rotateLeft(value ^ scramble(word), 13), 5) + 0xe6546b64) | 0;
}

function finish(input: number, lengthBytes: number): number {
  let value = input ^ lengthBytes;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * Returns a MurmurHash3 (x86, 32-bit) function with a seed.
 *
 * Fidelity: assumed. The vendor's function is not published.
 *
 * @param options Seed and name.
 * @throws {RangeError} If the seed is outside 0 to 2^32 - 1.
 * @see https://github.com/aappleby/smhasher, MurmurHash3_x86_32
 * @example
 * ```ts
 * import { createMurmur3, murmur3 } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * const words = Int32Array.of(0x0a000001, 0x0a000002, 6);
 * assert.notEqual(createMurmur3({ seed: 1 }).hash(words, 0, 3), murmur3.hash(words, 0, 3));
 * ```
 */
export function createMurmur3(options: Murmur3Options = {}): FlowHash {
  const seed = checkSeed('murmur3', options.seed ?? 0);
  return {
    name: options.name ?? 'murmur3',
    hash(words: Int32Array, at: number, count: number): number {
      // hot: per packet, no allocation
      let value = seed;
      for (let i = at; i < at + count; i++) value = mixWord(value, swapBytes(words[i]));
      return finish(value, count << 2);
    },
  };
}

/** MurmurHash3 (x86, 32-bit) with seed 0. */
export const murmur3: FlowHash = /* @__PURE__ */ createMurmur3();

/**
 * Returns the MurmurHash3 (x86, 32-bit) of bytes: the same value as the word function of that seed over the words that
 * they make.
 *
 * @param bytes Any number of bytes.
 * @param seed Seed 0 to 2^32 - 1.
 * @returns Unsigned 32-bit hash.
 * @throws {RangeError} If the seed is outside 0 to 2^32 - 1.
 * @example
 * ```ts
 * import { murmur3Bytes } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(murmur3Bytes(Uint8Array.of(0x21, 0x43, 0x65, 0x87)), 0xf55b516b);
 * ```
 */
export function murmur3Bytes(bytes: Uint8Array, seed = 0): number {
  let value = checkSeed('murmur3', seed);
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) value = mixWord(value, readLittleEndian(bytes, i));
  let tail = 0;
  for (let byte = bytes.length - 1; byte >= i; byte--) tail = (tail << 8) | bytes[byte];
  return finish(value ^ scramble(tail), bytes.length);
}
