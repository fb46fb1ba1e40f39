import { ByteTableHash, sumOfWord } from './_byte-table-hash.ts';
import { swapBytes } from './_word.ts';
import type { FlowHash } from './flow-hash.ts';

/** Polynomial of CRC-32C (Castagnoli), bits reversed. */
const POLYNOMIAL = 0x82f63b78;
/** Bytes whose tables are held: the longest hash key is ten words. */
const SPAN_BYTES = 40;
const SPAN_WORDS = SPAN_BYTES / 4;

// Row p: what a byte adds to the checksum when 39 - p bytes follow it, so that a key of n words starts at row 40 - 4n. The
// last row is the usual byte table.
const TABLES: Int32Array = /* @__PURE__ */ buildTables();
const LAST_ROW = (SPAN_BYTES - 1) * 256;

function buildTables(): Int32Array {
  const tables = new Int32Array(SPAN_BYTES * 256);
  const lastRow = tables.length - 256;
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    tables[lastRow + byte] = value;
  }
  for (let i = lastRow - 1; i >= 0; i--) {
    const before = tables[i + 256];
    tables[i] = tables[lastRow + (before & 255)] ^ (before >>> 8);
  }
  return tables;
}

function createCrc32c(): FlowHash {
  return new ByteTableHash('crc32c', hashWords, (count) => {
    const tables = TABLES.subarray((SPAN_WORDS - count) * 1024);
    // the initial ones stand in the first word; without a word they cancel the final ones
    return { tables, constant: count === 0 ? 0 : ~sumOfWord(tables, 0, -1) };
  });
}

function hashWords(words: Int32Array, at: number, count: number): number {
  // hot: per packet, no allocation. A CRC is linear, so every byte of the key adds the entry of a table of its own and no
  // look-up waits for another one; the initial ones are folded into the first word.
  const tables = TABLES;
  const end = at + count;
  let sum = 0;
  let carry = -1;
  for (let from = at; from < end; ) {
    const spanEnd = Math.min(from + SPAN_WORDS, end);
    let row = (SPAN_WORDS - spanEnd + from) << 10;
    sum = 0;
    for (; from < spanEnd; from++) {
      sum ^= sumOfWord(tables, row, words[from] ^ carry);
      carry = 0;
      row += 1024;
    }
    carry = swapBytes(sum);
  }
  return count === 0 ? 0 : ~sum >>> 0;
}

/**
 * CRC-32C (Castagnoli) of the words: polynomial 0x1edc6f41, reflected, initial value and final XOR all ones.
 *
 * Fidelity: assumed. It is the default because processors and switch chips compute it in hardware; the vendor's function
 * is not published.
 *
 * @see RFC 3720 section 12.1 and appendix B.4
 * @example
 * ```ts
 * import { crc32c } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(crc32c.hash(new Int32Array(8), 0, 8), 0x8a9136aa); // 32 bytes of zeroes
 * ```
 */
export const crc32c: FlowHash = /* @__PURE__ */ createCrc32c();

/**
 * Returns the CRC-32C of bytes: the same value as {@link crc32c} over the words that they make.
 *
 * @param bytes Any number of bytes.
 * @returns Unsigned 32-bit checksum; 0 for no bytes.
 * @see RFC 3720 appendix B.4
 * @example
 * ```ts
 * import { crc32cBytes } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(crc32cBytes(new TextEncoder().encode('123456789')), 0xe3069283);
 * ```
 */
export function crc32cBytes(bytes: Uint8Array): number {
  let value = -1;
  for (let i = 0; i < bytes.length; i++) value = TABLES[LAST_ROW + ((value ^ bytes[i]) & 255)] ^ (value >>> 8);
  return ~value >>> 0;
}
