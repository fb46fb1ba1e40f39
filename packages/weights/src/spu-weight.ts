import type { SpuId } from '@midplane/spu-id';

/** One row of the SPU session weight table. */
export interface SpuWeight {
  /** The SPU. */
  readonly spuId: SpuId;
  /** Its weight, an integer from 0 to 2^53 - 1; 0 for an SPU that takes no sessions, such as a dedicated central point. */
  readonly weight: number;
}

/** An SPU and how many sessions it can hold. */
export interface SpuCapacity {
  /** The SPU. */
  readonly spuId: SpuId;
  /** Session capacity, an integer from 0 to 2^53 - 1. */
  readonly capacity: number;
}

/**
 * Builds the SPU session weight table from session capacities.
 *
 * The weight is the capacity as it stands, not reduced: a report then shows a number that the reader knows. The
 * distribution table depends on the ratios only.
 *
 * Fidelity: documented. "In hash-based session distribution, weights are based on session capacity", Junos "Flow
 * Distribution and Packet-Ordering". That the weight is the capacity itself is inferred.
 *
 * @param spus SPUs in any order, each SPU ID once.
 * @returns One row per SPU, ascending by SPU ID.
 * @throws {RangeError} If a capacity is not an integer from 0 to 2^53 - 1, or an SPU ID stands there twice.
 * @example
 * ```ts
 * import { weightsByCapacity } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const weights = weightsByCapacity([
 *   { spuId: 5 as SpuId, capacity: 6_291_456 },
 *   { spuId: 4 as SpuId, capacity: 0 },
 * ]);
 * assert.deepEqual(weights, [
 *   { spuId: 4, weight: 0 },
 *   { spuId: 5, weight: 6_291_456 },
 * ]);
 * ```
 */
export function weightsByCapacity(spus: readonly SpuCapacity[]): SpuWeight[] {
  return sortWeights(spus.map(({ spuId, capacity }) => ({ spuId, weight: capacity })));
}

/**
 * Builds the weight table of RR-based distribution: every SPU that can hold sessions has weight 1, others 0.
 *
 * Fidelity: documented. RR-based distribution is a value of `Distribution mode`; equal weights are inferred from its name.
 *
 * @param spus SPUs in any order, each SPU ID once.
 * @returns One row per SPU, ascending by SPU ID.
 * @throws {RangeError} If a capacity is not an integer from 0 to 2^53 - 1, or an SPU ID stands there twice.
 * @example
 * ```ts
 * import { equalWeights } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const weights = equalWeights([
 *   { spuId: 0 as SpuId, capacity: 0 },
 *   { spuId: 1 as SpuId, capacity: 1_048_576 },
 *   { spuId: 4 as SpuId, capacity: 6_291_456 },
 * ]);
 * assert.deepEqual(weights.map((row) => row.weight), [0, 1, 1]);
 * ```
 */
export function equalWeights(spus: readonly SpuCapacity[]): SpuWeight[] {
  return weightsByCapacity(spus).map(({ spuId, weight }) => ({ spuId, weight: weight > 0 ? 1 : 0 }));
}

/** Returns the rows checked and ascending by SPU ID, so that nothing after it depends on the order of the input. */
export function sortWeights(weights: readonly SpuWeight[]): SpuWeight[] {
  const sorted = [...weights].sort((a, b) => a.spuId - b.spuId);
  for (let i = 0; i < sorted.length; i++) {
    const { spuId, weight } = sorted[i];
    if (!Number.isInteger(spuId) || spuId < 0 || spuId > 65_535) {
      throw new RangeError(`Cannot use SPU weights: SPU ID must be an integer from 0 to 65535: got ${spuId}`);
    }
    if (!Number.isSafeInteger(weight) || weight < 0) {
      throw new RangeError(
        `Cannot use SPU weights: weight of SPU ${spuId} must be an integer from 0 to 2^53 - 1: got ${weight}`,
      );
    }
    if (i > 0 && sorted[i - 1].spuId === spuId) {
      throw new RangeError(`Cannot use SPU weights: each SPU ID must stand there once: got ${spuId} twice`);
    }
  }
  return sorted;
}
