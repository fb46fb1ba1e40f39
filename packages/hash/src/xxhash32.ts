import { checkSeed, readLittleEndian, rotateLeft, swapBytes } from './_word.ts';
import type { FlowHash } from './flow-hash.ts';

const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** Options of {@link createXxhash32}. */
export interface Xxhash32Options {
  /** Seed 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
  /** Name of the function; default `'xxhash32'`. */
  readonly name?: string;
}

function round(lane: number, word: number): number {
  return Math.imul(rotateLeft((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);
}

function mergeLanes(a: number, b: number, c: number, d: number): number {
  return (rotateLeft(a, 1) + rotateLeft(b, 7) + rotateLeft(c, 12) + rotateLeft(d, 18)) | 0;
}

function mixWord(value: number, word: number): number {
  return Math.imul(rotateLeft((value + Math.imul(word, PRIME_3)) | 0, 17), PRIME_4);
}

function finish(input: number): number {
  let value = input;
  value = Math.imul(value ^ (value >>> 15), PRIME_2);
  value = Math.imul(value ^ (value >>> 13), PRIME_3);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * Returns an xxHash32 function with a seed.
 *
 * Fidelity: assumed. The vendor's function is not published.
 *
 * @param options Seed and name.
 * @throws {RangeError} If the seed is outside 0 to 2^32 - 1.
 * @see https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md
 * @example
 * ```ts
 * import { createXxhash32, xxhash32 } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * const words = Int32Array.of(0x0a000001, 0x0a000002, 6);
 * assert.notEqual(createXxhash32({ seed: 1 }).hash(words, 0, 3), xxhash32.hash(words, 0, 3));
 * ```
 */
export function createXxhash32(options: Xxhash32Options = {}): FlowHash {
  const seed = checkSeed('xxhash32', options.seed ?? 0);
  return {
    name: options.name ?? 'xxhash32',
    hash(words: Int32Array, at: number, count: number): number {
      // hot: per packet, no allocation
      const end = at + count;
      let i = at;
      let value = (seed + PRIME_5) | 0;
      if (count >= 4) {
        let a = (seed + PRIME_1 + PRIME_2) | 0;
        let b = (seed + PRIME_2) | 0;
        let c = seed;
        let d = (seed - PRIME_1) | 0;
        for (; i + 4 <= end; i += 4) {
          a = round(a, swapBytes(words[i]));
          b = round(b, swapBytes(words[i + 1]));
          c = round(c, swapBytes(words[i + 2]));
          d = round(d, swapBytes(words[i + 3]));
        }
        value = mergeLanes(a, b, c, d);
      }
      value = (value + (count << 2)) | 0;
      for (; i < end; i++) value = mixWord(value, swapBytes(words[i]));
      return finish(value);
    },
  };
}

/** xxHash32 with seed 0. */
export const xxhash32: FlowHash = /* @__PURE__ */ createXxhash32();

/**
 * Returns the xxHash32 of bytes: the same value as the word function of that seed over the words that they make.
 *
 * @param bytes Any number of bytes.
 * @param seed Seed 0 to 2^32 - 1.
 * @returns Unsigned 32-bit hash.
 * @throws {RangeError} If the seed is outside 0 to 2^32 - 1.
 * @example
 * ```ts
 * import { xxhash32Bytes } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(xxhash32Bytes(new TextEncoder().encode('abc')), 0x32d153ff);
 * ```
 */
export function xxhash32Bytes(bytes: Uint8Array, seed = 0): number {
  const start = checkSeed('xxhash32', seed);
  const end = bytes.length;
  let i = 0;
  let value = (start + PRIME_5) | 0;
  if (end >= 16) {
    let a = (start + PRIME_1 + PRIME_2) | 0;
    let b = (start + PRIME_2) | 0;
    let c = start;
    let d = (start - PRIME_1) | 0;
    for (; i + 16 <= end; i += 16) {
      a = round(a, readLittleEndian(bytes, i));
      b = round(b, readLittleEndian(bytes, i + 4));
      c = round(c, readLittleEndian(bytes, i + 8));
      d = round(d, readLittleEndian(bytes, i + 12));
    }
    value = mergeLanes(a, b, c, d);
  }
  value = (value + end) | 0;
  for (; i + 4 <= end; i += 4) value = mixWord(value, readLittleEndian(bytes, i));
  for (; i < end; i++) value = Math.imul(rotateLeft((value + Math.imul(bytes[i], PRIME_5)) | 0, 11), PRIME_1);
  return finish(value);
}
