import type { FlowHash } from './flow-hash.ts';

/** The tables for keys of one length. */
export interface ByteTableLayout {
  /** From its start, 256 entries per byte of the key, in order; the entry of byte 0 is 0. */
  readonly tables: Int32Array;
  /** What is added once. */
  readonly constant: number;
}

/**
 * A hash that is linear over its input bits: every byte adds (XOR) the entry of a table of its position.
 *
 * `hashBatch` reads the tables itself, without a call and without putting the words together first.
 */
export class ByteTableHash implements FlowHash {
  readonly name: string;
  readonly hash: (words: Int32Array, at: number, count: number) => number;
  /** By number of words, 0 to 10. */
  readonly layouts: readonly ByteTableLayout[];

  constructor(
    name: string,
    hash: (words: Int32Array, at: number, count: number) => number,
    layout: (count: number) => ByteTableLayout,
  ) {
    this.name = name;
    this.hash = hash;
    this.layouts = Array.from({ length: 11 }, (_, count) => layout(count));
  }
}

/** What the four bytes of a word add, given where the tables of the first of them start. */
export function sumOfWord(tables: Int32Array, start: number, word: number): number {
  return (
    tables[start + (word >>> 24)] ^
    tables[start + 256 + ((word >>> 16) & 255)] ^
    tables[start + 512 + ((word >>> 8) & 255)] ^
    tables[start + 768 + (word & 255)]
  );
}
