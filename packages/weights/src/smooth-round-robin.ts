import { type SpuWeight, sortWeights } from './spu-weight.ts';

/** Credits reach three times the sum of the weights, and must stay exact. */
const MAX_SUM = 2 ** 51;

/**
 * Smooth weighted round robin: each SPU comes up as often as its weight says, and its turns are spread evenly.
 *
 * At every choice each SPU earns its weight as credit; the one with the most credit is chosen, ties to the lower SPU ID, and
 * pays the sum of all weights. Weights 5, 1, 1 give `a a b a c a a`, not `a a a a a b c`. With equal weights it is plain
 * round robin. Integers throughout, so the sequence is the same on every engine.
 *
 * Fidelity: assumed. Round robin is documented, weighted and not; the order of its turns is not.
 *
 * @example
 * ```ts
 * import { SmoothRoundRobin } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const turns = new SmoothRoundRobin([
 *   { spuId: 4 as SpuId, weight: 0 }, // takes no sessions
 *   { spuId: 5 as SpuId, weight: 5 },
 *   { spuId: 6 as SpuId, weight: 1 },
 *   { spuId: 7 as SpuId, weight: 1 },
 * ]);
 * assert.deepEqual(Array.from({ length: 7 }, () => turns.choose()), [1, 1, 2, 1, 3, 1, 1]);
 * ```
 */
export class SmoothRoundRobin {
  private readonly spuIds: readonly number[];
  private readonly weights: Float64Array;
  private readonly credits: Float64Array;
  /** Positions ascending by SPU ID: the order that settles ties. */
  private readonly order: Int32Array;
  private sum = 0;

  /**
   * @param weights Weight table in any order, each SPU ID once; positions in this list are what {@link choose} returns.
   * @throws {RangeError} If a row is out of range, or the weights sum to more than 2^51.
   */
  constructor(weights: readonly SpuWeight[]) {
    this.spuIds = weights.map(({ spuId }) => spuId);
    this.weights = new Float64Array(weights.length);
    this.credits = new Float64Array(weights.length);
    const order = weights.map((_, position) => position);
    this.order = Int32Array.from(order.sort((a, b) => weights[a].spuId - weights[b].spuId));
    this.setWeights(weights);
  }

  /**
   * Chooses the SPU of the next session.
   *
   * @returns Its position in the list that the constructor got; -1 if every weight is 0.
   */
  choose(): number {
    // hot: called per new session, allocates nothing
    const { weights, credits, order } = this;
    let best = -1;
    for (let i = 0; i < order.length; i++) {
      const position = order[i];
      const weight = weights[position];
      if (weight === 0) continue;
      const credit = credits[position] + weight;
      credits[position] = credit;
      if (best < 0 || credit > credits[best]) best = position;
    }
    if (best >= 0) credits[best] -= this.sum;
    return best;
  }

  /**
   * Changes the weights; the next choice goes by them.
   *
   * While the sum stays, as it does with adaptive weights, credits are kept, so that an SPU which was due next still is.
   * With another sum they would be of another scale, and all start from 0.
   *
   * @param weights The SPUs of the constructor in the same order, with other weights.
   * @throws {RangeError} If the SPUs are others, a row is out of range, or the weights sum to more
   * than 2^51; nothing changes then.
   */
  setWeights(weights: readonly SpuWeight[]): void {
    sortWeights(weights); // checks the rows
    if (weights.length !== this.spuIds.length || weights.some(({ spuId }, i) => spuId !== this.spuIds[i])) {
      const got = weights.map(({ spuId }) => spuId).join(', ');
      throw new RangeError(`Cannot set weights: SPU IDs must be ${this.spuIds.join(', ')}: got ${got || 'none'}`);
    }
    const sum = weights.reduce((total, { weight }) => total + weight, 0);
    if (sum > MAX_SUM) throw new RangeError(`Cannot set weights: they must sum to 2^51 at most: got ${sum}`);
    for (let i = 0; i < weights.length; i++) this.weights[i] = weights[i].weight;
    if (sum !== this.sum) this.credits.fill(0);
    this.sum = sum;
  }
}
