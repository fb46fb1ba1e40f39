import type { SpuId } from '@midplane/spu-id';
import { type SpuWeight, sortWeights } from './spu-weight.ts';

/** An SPU, the kind of card that carries it, and how many sessions it can hold. */
export interface TypedSpu {
  /** The SPU. */
  readonly spuId: SpuId;
  /** Type of its card, such as `SPC2`. */
  readonly card: string;
  /** Session capacity, an integer from 0 to 2^53 - 1; with 0 the SPU weighs 0 whatever its type. */
  readonly capacity: number;
}

/**
 * Weight of one SPU in weighted round robin, by the type of its card.
 *
 * Fidelity: assumed. It is documented that the weight depends on the type of the SPU, not the weights; these are in the
 * proportion of the session capacities.
 *
 * @example
 * ```ts
 * import { WRR_WEIGHTS } from '@midplane/weights';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(WRR_WEIGHTS, { SPC1: 1, SPC2: 6, SPC3: 12 });
 * ```
 */
export const WRR_WEIGHTS: Readonly<Record<string, number>> = Object.freeze({ SPC1: 1, SPC2: 6, SPC3: 12 });

/**
 * Builds the weight table of weighted round robin (WRR): by the type of the SPU, and fixed from then on.
 *
 * Nothing that happens later changes it: an SPU that is full or busy keeps its share. That is what adaptive distribution
 * improves on.
 *
 * Fidelity: documented. "The calculation and assignment is static, that is, it is done only once, at initialization", Junos
 * "Flow Distribution and Packet-Ordering", adaptive mode. The weights themselves are assumed.
 *
 * @param spus SPUs in any order, each SPU ID once.
 * @param weightOfType Weight by type of card, integers from 0 to 2^53 - 1.
 * @returns One row per SPU, ascending by SPU ID.
 * @throws {RangeError} If a type has no weight, a weight or capacity is out of range, or an SPU ID stands there twice.
 * @example
 * ```ts
 * import { weightsByType } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const weights = weightsByType([
 *   { spuId: 0 as SpuId, card: 'SPC1', capacity: 0 }, // dedicated central point
 *   { spuId: 1 as SpuId, card: 'SPC1', capacity: 1_048_576 },
 *   { spuId: 4 as SpuId, card: 'SPC2', capacity: 6_291_456 },
 * ]);
 * assert.deepEqual(weights.map((row) => row.weight), [0, 1, 6]);
 * ```
 */
export function weightsByType(
  spus: readonly TypedSpu[],
  weightOfType: Readonly<Record<string, number>> = WRR_WEIGHTS,
): SpuWeight[] {
  // checks SPU IDs and capacities
  sortWeights(spus.map(({ spuId, capacity }) => ({ spuId, weight: capacity })));
  return sortWeights(
    spus.map(({ spuId, card, capacity }) => {
      if (!Object.hasOwn(weightOfType, card)) {
        const known = Object.keys(weightOfType).join(', ');
        throw new RangeError(
          `Cannot weigh SPU ${spuId}: its card must be one of ${known}: got ${JSON.stringify(card)}`,
        );
      }
      return { spuId, weight: capacity === 0 ? 0 : weightOfType[card] };
    }),
  );
}
