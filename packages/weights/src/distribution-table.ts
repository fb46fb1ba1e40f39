import type { SpuId } from '@midplane/spu-id';
import { apportionRows } from './apportion.ts';
import { interleaveRows } from './interleave.ts';
import { type SpuWeight, sortWeights } from './spu-weight.ts';

/** A row of the session distribution hash table: a hash reduced to 0 ... length - 1. */
export type HashIndex = number & { readonly __brand: 'HashIndex' };

/** The session distribution hash table: the SPU ID of every hash index. */
export type DistributionTable = Uint16Array;

/** Longest table that can be built, 2^24 rows. */
export const MAX_TABLE_LENGTH = 16_777_216;

/** How many rows of a table an SPU has. */
export interface SpuRows {
  /** The SPU. */
  readonly spuId: SpuId;
  /** Number of hash indexes that are assigned to it. */
  readonly rows: number;
}

/**
 * Builds the session distribution hash table.
 *
 * Rows per SPU are its exact share, `length * weight / sum`, rounded by largest remainder (ties to the lower SPU ID) and
 * so within one of it. An SPU with a weight has at least one row, which goes before that: where it leaves the others too
 * few, they share the rest by weight. Rows are interleaved so that the share is met not only by the whole table but, within
 * one row, from its start to any row; the same SPU follows itself only where nobody else is due.
 * Equal weights give the SPU IDs in turn. The result does not depend on the order of `weights`.
 *
 * Fidelity: documented. "The SPU session weight table is used to assign an SPU ID to each hash index", sessions
 * proportional to the weight, Junos "Flow Distribution and Packet-Ordering". Rounding and interleaving are assumed.
 *
 * @param weights Weight table in any order, each SPU ID once, weights 0 to 2^53 - 1.
 * @param length Number of rows, 1 to 16,777,216 and no less than there are SPUs with a weight.
 * @returns A new `Uint16Array` of `length` SPU IDs.
 * @throws {RangeError} If no weight is above 0, `length` is out of range, or a row of `weights` is.
 * @example
 * ```ts
 * import { buildDistributionTable } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const table = buildDistributionTable(
 *   [
 *     { spuId: 0 as SpuId, weight: 0 }, // central point
 *     { spuId: 1 as SpuId, weight: 3 },
 *     { spuId: 2 as SpuId, weight: 1 },
 *   ],
 *   8,
 * );
 * assert.deepEqual([...table], [1, 2, 1, 1, 2, 1, 1, 1]);
 * ```
 */
export function buildDistributionTable(weights: readonly SpuWeight[], length: number): DistributionTable {
  if (!Number.isInteger(length) || length < 1 || length > MAX_TABLE_LENGTH) {
    throw new RangeError(
      `Cannot build distribution table: length must be an integer from 1 to ${MAX_TABLE_LENGTH}: got ${length}`,
    );
  }
  const active = sortWeights(weights).filter((row) => row.weight > 0);
  if (active.length === 0) {
    throw new RangeError('Cannot build distribution table: weights must sum to at least 1: got 0');
  }
  if (active.length > length) {
    throw new RangeError(
      `Cannot build distribution table: length must be at least the number of SPUs with a weight, ${active.length}: got ${length}`,
    );
  }
  const rows = apportionRows(
    active.map((row) => row.weight),
    length,
  );
  return interleaveRows(
    active.map((row) => row.spuId),
    rows,
    length,
  );
}

/**
 * Reduces a 32-bit hash to a hash index.
 *
 * Power-of-two lengths take the low bits, others the remainder of the unsigned hash; both are the remainder, the first is
 * faster. Every NPU and every tool uses this one function.
 *
 * Fidelity: assumed. How a device reduces the hash is not published.
 *
 * @param hash 32-bit hash, signed or unsigned.
 * @param length Rows of the table, 1 to 16,777,216. Not checked: called per packet.
 * @returns A row, 0 to `length` - 1.
 * @example
 * ```ts
 * import { hashIndexOf } from '@midplane/weights';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(hashIndexOf(0xdeadbeef, 256), 0xef);
 * assert.equal(hashIndexOf(0xffffffff, 10), 5);
 * assert.equal(hashIndexOf(-1, 10), 5); // the same bits
 * ```
 */
export function hashIndexOf(hash: number, length: number): HashIndex {
  // hot: called per packet, allocates nothing
  return ((length & (length - 1)) === 0 ? hash & (length - 1) : (hash >>> 0) % length) as HashIndex;
}

/**
 * Returns the SPU that a table assigns to a hash.
 *
 * @param table Distribution table, not empty.
 * @param hash 32-bit hash, signed or unsigned.
 * @returns SPU ID of the row of that hash.
 * @example
 * ```ts
 * import { buildDistributionTable, selectSpu } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const table = buildDistributionTable([{ spuId: 4 as SpuId, weight: 1 }, { spuId: 5 as SpuId, weight: 1 }], 256);
 * assert.equal(selectSpu(table, 0xdeadbeef), 5);
 * ```
 */
export function selectSpu(table: DistributionTable, hash: number): SpuId {
  return table[hashIndexOf(hash, table.length)] as SpuId;
}

/**
 * Counts the rows of each SPU.
 *
 * @param table Distribution table.
 * @returns One entry per SPU that has rows, ascending by SPU ID.
 * @example
 * ```ts
 * import { buildDistributionTable, countRows } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const table = buildDistributionTable([{ spuId: 4 as SpuId, weight: 1 }, { spuId: 5 as SpuId, weight: 2 }], 256);
 * assert.deepEqual(countRows(table), [{ spuId: 4, rows: 85 }, { spuId: 5, rows: 171 }]);
 * ```
 */
export function countRows(table: DistributionTable): SpuRows[] {
  const counts = new Uint32Array(65_536);
  let end = 0;
  for (let row = 0; row < table.length; row++) {
    const spuId = table[row];
    counts[spuId]++;
    if (spuId >= end) end = spuId + 1;
  }
  const result: SpuRows[] = [];
  for (let spuId = 0; spuId < end; spuId++) {
    if (counts[spuId] > 0) result.push({ spuId: spuId as SpuId, rows: counts[spuId] });
  }
  return result;
}
