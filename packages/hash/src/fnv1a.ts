import type { FlowHash } from './flow-hash.ts';

const OFFSET_BASIS = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/**
 * FNV-1a, 32 bits: one XOR and one multiplication per byte.
 *
 * A change in the last bytes reaches few of the upper bits; take it where a weak hash is to be compared.
 *
 * Fidelity: assumed. The vendor's function is not published.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/, draft-eastlake-fnv
 * @example
 * ```ts
 * import { fnv1a } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(fnv1a.hash(new Int32Array(0), 0, 0), 0x811c9dc5);
 * ```
 */
export const fnv1a: FlowHash = {
  name: 'fnv1a',
  hash(words: Int32Array, at: number, count: number): number {
    // hot: per packet, no allocation
    let value = OFFSET_BASIS;
    for (let i = at; i < at + count; i++) {
      const word = words[i];
      value = Math.imul(value ^ (word >>> 24), PRIME);
      value = Math.imul(value ^ ((word >>> 16) & 255), PRIME);
      value = Math.imul(value ^ ((word >>> 8) & 255), PRIME);
      value = Math.imul(value ^ (word & 255), PRIME);
    }
    return value >>> 0;
  },
};

/**
 * Returns the FNV-1a hash of bytes: the same value as {@link fnv1a} over the words that they make.
 *
 * @param bytes Any number of bytes.
 * @returns Unsigned 32-bit hash.
 * @example
 * ```ts
 * import { fnv1aBytes } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(fnv1aBytes(new TextEncoder().encode('foobar')), 0xbf9cf968);
 * ```
 */
export function fnv1aBytes(bytes: Uint8Array): number {
  let value = OFFSET_BASIS;
  for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ bytes[i], PRIME);
  return value >>> 0;
}
