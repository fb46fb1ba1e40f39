import { describe, expect, it } from 'vitest';
import { RowPool } from './row-pool.ts';

const WORDS_LOG2 = 3;
/** First rows of the second, third and fourth chunk. */
const CHUNKS = [8192, 8192 * 2, 8192 * 3];

describe('RowPool', () => {
  it.each(CHUNKS)('goes on in a new chunk at row %i', (row) => {
    const pool = new RowPool(WORDS_LOG2, 0, row + 1);
    for (let n = 0; n <= row; n++) expect(pool.allocate()).toBe(n);
    expect(pool.chunkOf(row - 1)).not.toBe(pool.chunkOf(row));
    expect(pool.offsetOf(row - 1)).toBe(pool.chunkOf(row - 1).length - (1 << WORDS_LOG2));
    expect(pool.offsetOf(row)).toBe(0);
  });

  it('gives every row words of its own', () => {
    const rows = 8192 * 2 + 5;
    const pool = new RowPool(WORDS_LOG2, 0, rows);
    for (let row = 0; row < rows; row++) {
      pool.allocate();
      pool.chunkOf(row).fill(row, pool.offsetOf(row), pool.offsetOf(row) + (1 << WORDS_LOG2));
    }
    for (let row = 0; row < rows; row++) {
      const at = pool.offsetOf(row);
      const words = pool.chunkOf(row).subarray(at, at + (1 << WORDS_LOG2));
      if (words.length !== 8 || words.some((word) => word !== row)) expect.fail(`row ${row} holds ${words.join()}`);
    }
  });

  it.each([
    [1, 1],
    [8191, 8191],
    [8192, 8192],
    [8193, 8193],
    [8192 * 2 + 5, 8192 * 2 + 5],
  ])('allocates no more than its limit of %i rows', (limit, rows) => {
    const pool = new RowPool(WORDS_LOG2, 0, limit);
    expect(pool.byteLength).toBe(0);
    for (let n = 0; n < limit; n++) pool.allocate();
    expect(pool.byteLength).toBe(rows * 32);
  });

  it('reuses released rows last in, first out, before new ones', () => {
    const pool = new RowPool(WORDS_LOG2, 5, 100);
    for (let n = 0; n < 10; n++) pool.allocate();
    for (const row of [3, 9, 0]) pool.release(row);
    expect([pool.allocate(), pool.allocate(), pool.allocate(), pool.allocate()]).toEqual([0, 9, 3, 10]);
    expect(pool.highWater).toBe(11);
  });

  it('starts rows of 64 bytes 48 bytes into the buffer', () => {
    const pool = new RowPool(4, 0, 10);
    expect(pool.chunkOf(pool.allocate()).byteOffset).toBe(48);
  });

  it('counts more than 2^31 bytes', () => {
    const limit = 2 ** 25 + 1;
    const pool = new RowPool(4, 0, limit);
    // pages that nothing writes take no memory; skip to the last row of each chunk
    for (let chunk = 0; chunk < 4097; chunk++) {
      pool.allocate();
      pool.highWater = pool.byteLength / 64;
    }
    expect(pool.byteLength).toBe(limit * 64);
  });
});
