import { exp, log, logGamma } from './_elementary.ts';

/**
 * Returns the probability that a chi-square variable is at least as large as a statistic.
 *
 * It is the regularised upper incomplete gamma function Q(df / 2, x / 2). Computed from + - * / alone, so that the result
 * has the same bits on every engine. Relative error below 1e-11 where checked (df to 1,000); below about 1e-307 it is 0.
 *
 * @param statistic Chi-square statistic, 0 or more; Infinity gives 0.
 * @param degreesOfFreedom Integer, 1 or more.
 * @returns p, 0 to 1. Small: the counts differ from the weights by more than chance.
 * @throws {RangeError} If `statistic` is negative or not a number, or `degreesOfFreedom` is not
 * an integer from 1 to 10,000,000.
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.19 and 6.5
 * @example
 * ```ts
 * import { chiSquareP } from '@midplane/weights';
 * import assert from 'node:assert/strict';
 *
 * assert.ok(Math.abs(chiSquareP(3.841458820694124, 1) - 0.05) < 1e-12);
 * ```
 */
export function chiSquareP(statistic: number, degreesOfFreedom: number): number {
  if (!(statistic >= 0)) {
    throw new RangeError(`Cannot compute chi-square p: statistic must be 0 or more: got ${statistic}`);
  }
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1 || degreesOfFreedom > 10_000_000) {
    throw new RangeError(
      `Cannot compute chi-square p: degrees of freedom must be an integer from 1 to 10000000: got ${degreesOfFreedom}`,
    );
  }
  if (statistic === Number.POSITIVE_INFINITY) return 0;
  const a = degreesOfFreedom / 2;
  const x = statistic / 2;
  if (x === 0) return 1;
  // x^a e^-x / Gamma(a)
  const scale = exp(a * log(x) - x - logGamma(a));
  if (x < a + 1) {
    const p = 1 - scale * lowerSeries(a, x);
    return Math.max(p, 0);
  }
  return scale * upperFraction(a, x);
}

/** Sum of x^n / (a (a + 1) ... (a + n)), which times the scale is the lower function P(a, x). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Legendre's continued fraction of Q(a, x) without the scale, by the modified Lentz method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1_000_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (d === 0) d = 1e-300;
    c = b + numerator / c;
    if (c === 0) c = 1e-300;
    d = 1 / d;
    const factor = c * d;
    fraction *= factor;
    if (factor > 1 - 2e-16 && factor < 1 + 2e-16) break;
  }
  return fraction;
}
