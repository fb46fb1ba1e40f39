/**
 * A hash function over the words of a hash key.
 *
 * Every object of this shape works wherever a hash function is asked for; nothing has to be registered. The words stand
 * for bytes in network order: word `0x01020304` is the bytes 1, 2, 3, 4. A function is pure: the same words give the
 * same value, on every runtime.
 *
 * Fidelity: assumed. Which function the NPU uses, and its seed, are not published; so there are several.
 *
 * @example A function of your own
 * ```ts
 * import { type FlowHash, hashKey } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const fold: FlowHash = {
 *   name: 'fold',
 *   hash(words, at, count) {
 *     let value = 0;
 *     for (let i = at; i < at + count; i++) value ^= words[i];
 *     return value >>> 0;
 *   },
 * };
 * const key = parseFlow('0.0.0.1 > 0.0.0.2/gre');
 * assert.equal(hashKey(key, 0, { hash: fold }), 1 ^ 2 ^ 47);
 * ```
 */
export interface FlowHash {
  /** The name by which the command, the endpoint and reports call the function. */
  readonly name: string;
  /**
   * Returns the hash of some words, an unsigned 32-bit number.
   *
   * @param words Array that holds the words; not changed.
   * @param at Offset of the first word.
   * @param count Number of words, 0 or more. Hash keys have 3 to 10.
   */
  hash(words: Int32Array, at: number, count: number): number;
}
