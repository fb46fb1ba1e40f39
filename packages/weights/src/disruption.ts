import type { SpuId } from '@midplane/spu-id';
import type { DistributionTable } from './distribution-table.ts';

/** What a change of tables does to one SPU. */
export interface SpuDisruption {
  /** The SPU. */
  readonly spuId: SpuId;
  /** Rows before. */
  readonly before: number;
  /** Rows after. */
  readonly after: number;
  /** Rows that it has before and after. */
  readonly kept: number;
  /** Rows that go to another SPU. */
  readonly lost: number;
  /** Rows that come from another SPU. */
  readonly gained: number;
}

/** What a change of tables moves. */
export interface Disruption {
  /** Rows compared. Where the lengths differ it is the longer one. */
  readonly rows: number;
  /** Rows whose SPU changes. */
  readonly moved: number;
  /** The fewest rows that any tables with these row counts per SPU would have to move. */
  readonly minimum: number;
  /** Per SPU that stands in either table, ascending by SPU ID. */
  readonly bySpu: readonly SpuDisruption[];
}

/**
 * Compares two distribution tables: which hash indexes change their SPU.
 *
 * Tables of different lengths can be compared where the longer is a multiple of the shorter, such as 256 and 65,536: every
 * hash of row r of the longer one falls into row r modulo the shorter length.
 *
 * @param before Table before the change.
 * @param after Table after the change.
 * @returns Rows moved, the possible minimum, and the rows lost and gained by SPU.
 * @throws {RangeError} If a table is empty, or neither length is a multiple of the other.
 * @example One SPU of four fails
 * ```ts
 * import { buildDistributionTable, disruption } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const four = [0, 1, 2, 3].map((spuId) => ({ spuId: spuId as SpuId, weight: 1 }));
 * const change = disruption(buildDistributionTable(four, 12), buildDistributionTable(four.slice(0, 3), 12));
 * assert.equal(change.minimum, 3); // only the rows of the failed SPU
 * assert.equal(change.moved, 9); // the table is built anew
 * ```
 */
export function disruption(before: DistributionTable, after: DistributionTable): Disruption {
  const rows = Math.max(before.length, after.length);
  const shorter = Math.min(before.length, after.length);
  if (shorter === 0 || rows % shorter !== 0) {
    throw new RangeError(
      `Cannot compare distribution tables: one length must be a multiple of the other: got ${before.length} and ${after.length}`,
    );
  }
  const had = new Uint32Array(65_536);
  const has = new Uint32Array(65_536);
  const kept = new Uint32Array(65_536);
  let moved = 0;
  for (let row = 0; row < rows; row++) {
    const from = before[row % before.length];
    const to = after[row % after.length];
    had[from]++;
    has[to]++;
    if (from === to) kept[from]++;
    else moved++;
  }
  let minimum = 0;
  const bySpu: SpuDisruption[] = [];
  for (let id = 0; id < had.length; id++) {
    if (had[id] === 0 && has[id] === 0) continue;
    if (had[id] > has[id]) minimum += had[id] - has[id];
    const [lost, gained] = [had[id] - kept[id], has[id] - kept[id]];
    bySpu.push({ spuId: id as SpuId, before: had[id], after: has[id], kept: kept[id], lost, gained });
  }
  return { rows, moved, minimum, bySpu };
}
