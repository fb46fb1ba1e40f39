/**
 * SPU session weights and the session distribution hash table.
 *
 * Turns session capacities into weights, weights into the table that maps a hash index to an SPU ID, and measures what
 * comes out: how evenly load follows the weights, and how much a change of tables moves. For distribution without a table:
 * weights of round robin, weighted round robin and adaptive mode, and the turns that they give. Which SPUs exist is left
 * to `@midplane/chassis`, the hash itself to `@midplane/hash`.
 *
 * @example
 * ```ts
 * import { buildDistributionTable, countRows, selectSpu, weightsByCapacity } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const weights = weightsByCapacity([
 *   { spuId: 4 as SpuId, capacity: 0 }, // dedicated central point
 *   { spuId: 5 as SpuId, capacity: 6_291_456 },
 *   { spuId: 6 as SpuId, capacity: 6_291_456 },
 *   { spuId: 7 as SpuId, capacity: 6_291_456 },
 * ]);
 * const table = buildDistributionTable(weights, 65_536);
 * assert.deepEqual(countRows(table).map((spu) => spu.rows), [21846, 21845, 21845]);
 * assert.equal(selectSpu(table, 0x12345678), 7);
 * ```
 *
 * @module
 */
export { ADAPTIVE_PERIOD_NS, AdaptiveWeights, type SpuReport } from './adaptive-weights.ts';
export { chiSquareP } from './chi-square.ts';
export { type Disruption, disruption, type SpuDisruption } from './disruption.ts';
export {
  buildDistributionTable,
  countRows,
  type DistributionTable,
  type HashIndex,
  hashIndexOf,
  MAX_TABLE_LENGTH,
  type SpuRows,
  selectSpu,
} from './distribution-table.ts';
export { type Evenness, evenness } from './evenness.ts';
export { SmoothRoundRobin } from './smooth-round-robin.ts';
export { equalWeights, type SpuCapacity, type SpuWeight, weightsByCapacity } from './spu-weight.ts';
export { type TypedSpu, WRR_WEIGHTS, weightsByType } from './weights-by-type.ts';
