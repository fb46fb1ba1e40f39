import { chiSquareP } from './chi-square.ts';

/** How evenly counts follow weights. Figures are `null` where there is nothing to measure. */
export interface Evenness {
  /** SPUs with a weight above 0; the figures are over these. */
  readonly spus: number;
  /** Sum of their counts. */
  readonly total: number;
  /** Sum of the counts of SPUs with weight 0, which no other figure includes. */
  readonly outside: number;
  /** Largest load divided by the mean load, 1 when even; load = count / weight. */
  readonly maxOverMean: number | null;
  /** Standard deviation (of all, not of a sample) of the load divided by its mean, 0 when even. */
  readonly coefficientOfVariation: number | null;
  /** Jain's fairness index, 1 when even, 1 / n when one SPU has everything. */
  readonly jain: number | null;
  /** Pearson's statistic: sum of (count - expected)^2 / expected, expected = total x weight / sum of weights. */
  readonly chiSquare: number | null;
  /** SPUs - 1. */
  readonly degreesOfFreedom: number;
  /** Probability of a statistic at least as large by chance; `null` with fewer than two SPUs. */
  readonly pValue: number | null;
}

/**
 * Measures how evenly counts (packets, bytes, sessions, rows) follow the weights.
 *
 * Each SPU's load is its count divided by its weight, so that figures compare across mixed cards. The result does not
 * depend on the order of the SPUs, and has the same bits on every engine. The p-value assumes independent items: it suits
 * sessions; for packets, which come in flows, it is close to 0 even where the distribution is fine.
 *
 * @param counts Count per SPU, 0 to 2^53 - 1.
 * @param weights Weight per SPU in the same order, 0 or from 1e-9 to 2^53 - 1.
 * @returns The figures.
 * @throws {RangeError} If the lists differ in length, or a value is out of range.
 * @see Jain, Chiu, Hawe, "A Quantitative Measure of Fairness", DEC TR-301, 1984
 * @example
 * ```ts
 * import { evenness } from '@midplane/weights';
 * import assert from 'node:assert/strict';
 *
 * const even = evenness([100, 200], [1, 2]);
 * assert.equal(even.maxOverMean, 1);
 * assert.equal(even.jain, 1);
 *
 * const skewed = evenness([300, 100], [1, 1]);
 * assert.equal(skewed.maxOverMean, 1.5);
 * assert.equal(skewed.jain, 0.8);
 * assert.equal(skewed.chiSquare, 100);
 * ```
 */
export function evenness(counts: ArrayLike<number>, weights: ArrayLike<number>): Evenness {
  if (counts.length !== weights.length) {
    throw new RangeError(
      `Cannot measure evenness: counts and weights must have the same length: got ${counts.length} and ${weights.length}`,
    );
  }
  let total = 0;
  let outside = 0;
  let weightTotal = 0;
  const rows: { count: number; weight: number; load: number }[] = [];
  for (let i = 0; i < counts.length; i++) {
    const count = check('count', counts[i], 0);
    const weight = check('weight', weights[i], 1e-9);
    if (weight === 0) {
      outside += count;
      continue;
    }
    rows.push({ count, weight, load: count / weight });
    total += count;
    weightTotal += weight;
  }
  // floating-point sums depend on their order: one order for every order of the input
  rows.sort((a, b) => a.load - b.load || a.weight - b.weight);
  const spus = rows.length;
  const degreesOfFreedom = spus > 0 ? spus - 1 : 0;
  if (total === 0) {
    const none = { maxOverMean: null, coefficientOfVariation: null, jain: null, chiSquare: null, pValue: null };
    return { spus, total, outside, ...none, degreesOfFreedom };
  }
  let sum = 0;
  let sumOfSquares = 0;
  let chiSquare = 0;
  for (const { count, weight, load } of rows) {
    sum += load;
    sumOfSquares += load * load;
    const expected = (total * weight) / weightTotal;
    chiSquare += ((count - expected) * (count - expected)) / expected;
  }
  const mean = sum / spus;
  let deviation = 0;
  for (const { load } of rows) deviation += (load - mean) * (load - mean);
  return {
    spus,
    total,
    outside,
    maxOverMean: rows[spus - 1].load / mean,
    coefficientOfVariation: Math.sqrt(deviation / spus) / mean,
    jain: (sum * sum) / (spus * sumOfSquares),
    chiSquare,
    degreesOfFreedom,
    pValue: degreesOfFreedom > 0 ? chiSquareP(chiSquare, degreesOfFreedom) : null,
  };
}

function check(name: string, value: number, least: number): number {
  if (value === 0 || (value >= least && value <= Number.MAX_SAFE_INTEGER)) return value;
  throw new RangeError(`Cannot measure evenness: every ${name} must be from 0 to 2^53 - 1: got ${value}`);
}
