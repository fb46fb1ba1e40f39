import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, log, logGamma } from './_elementary.ts';
import { chiSquareP, evenness } from './index.ts';

/*
 * Oracle: fixed-point arithmetic with 2,000 bits, from BigInt (e^-500 needs 720 of them before its first digit).
 */
const BITS = 2000n;
const ONE = 1n << BITS;

/** A double as a fixed-point number, exactly. */
function fixed(x: number): bigint {
  let scale = 0n;
  let value = x;
  while (!Number.isInteger(value)) {
    value *= 2;
    scale++;
  }
  return (BigInt(value) << BITS) >> scale;
}

/** A fixed-point number above 0 as a double; it has at least 60 bits. */
function toNumber(value: bigint): number {
  const excess = value.toString(2).length - 60;
  return Number(value >> BigInt(excess)) * 2 ** (excess - Number(BITS));
}

/** e^-x for x >= 0: e^-(x / 2^20) by its series, squared 20 times. */
function expMinus(x: bigint): bigint {
  const small = x >> 20n;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n; n++) {
    term = (-term * small) / ONE / n;
    sum += term;
  }
  for (let i = 0; i < 20; i++) sum = (sum * sum) >> BITS;
  return sum;
}

function sqrtFixed(x: bigint): bigint {
  const target = x << BITS;
  let root = 1n << (BigInt(target.toString(2).length) / 2n + 1n);
  for (;;) {
    const next = (root + target / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Pi by Machin's formula. */
function pi(): bigint {
  const arctanOfInverse = (n: bigint): bigint => {
    let term = ONE / n;
    let sum = term;
    for (let k = 3n; term !== 0n; k += 2n) {
      term = -term / (n * n);
      sum += term / k;
    }
    return sum;
  };
  return 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
}

/** Q(df / 2, statistic / 2) = 1 - e^-x x^a sum over n of x^n / Gamma(a + n + 1), a whole or half. */
function chiSquareOracle(statistic: number, df: number): number {
  const x = fixed(statistic) / 2n;
  // first term x^a / Gamma(a + 1): from 1, or from sqrt(x) / Gamma(3/2), up in steps of one
  let twiceA = df % 2 === 0 ? 0n : 1n;
  let term = df % 2 === 0 ? ONE : (sqrtFixed(x) * 2n * ONE) / sqrtFixed(pi());
  while (twiceA < BigInt(df)) {
    twiceA += 2n;
    term = (2n * term * x) / (twiceA * ONE);
  }
  let sum = 0n;
  for (let k = twiceA; term !== 0n; ) {
    sum += term;
    k += 2n;
    term = (2n * term * x) / (k * ONE);
  }
  return toNumber(ONE - ((sum * expMinus(x)) >> BITS));
}

function relativeError(got: number, expected: number): number {
  return Math.abs(got / expected - 1);
}

describe('chi-square p', () => {
  // Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, critical values of the chi-square distribution
  // (three decimals), so that p is the level to about three digits.
  it.each([
    [1, 0.1, 2.706],
    [1, 0.05, 3.841],
    [1, 0.01, 6.635],
    [1, 0.001, 10.828],
    [2, 0.05, 5.991],
    [5, 0.05, 11.07],
    [10, 0.1, 15.987],
    [10, 0.01, 23.209],
    [20, 0.05, 31.41],
    [42, 0.05, 58.124],
    [50, 0.01, 76.154],
    [100, 0.05, 124.342],
    [100, 0.001, 149.449],
  ])('%i degrees of freedom, level %d at %d', (df, level, critical) => {
    expect(relativeError(chiSquareP(critical, df), level)).toBeLessThan(4e-4);
  });

  it('is e^(-x / 2) with two degrees of freedom', () => {
    for (const x of [0.001, 0.5, 1, 3.9, 4.1, 10, 100, 700, 1400]) {
      expect(relativeError(chiSquareP(x, 2), Math.exp(-x / 2))).toBeLessThan(1e-12);
    }
  });

  it('agrees with arithmetic of 2,000 bits to 1e-11', () => {
    const statistics = [0.001, 0.3, 0.9999, 1, 2.5, 6.25, 13, 30.5, 43, 57.75, 90, 120];
    let worst = 0;
    for (const df of [1, 2, 3, 4, 6, 7, 10, 23, 42, 43, 86, 95]) {
      for (const statistic of statistics) {
        worst = Math.max(worst, relativeError(chiSquareP(statistic, df), chiSquareOracle(statistic, df)));
      }
    }
    expect(worst).toBeLessThan(1e-11);
  });

  it('agrees with arithmetic of 2,000 bits where the statistic is about the degrees of freedom, to 1,000 of them', () => {
    for (const df of [200, 511, 1000]) {
      for (const factor of [0.75, 0.9375, 1, 1.03125, 1.0625, 1.25]) {
        const oracle = chiSquareOracle(df * factor, df);
        expect([df, factor, relativeError(chiSquareP(df * factor, df), oracle) < 1e-11]).toEqual([df, factor, true]);
      }
    }
  });

  it('falls from 1 to 0 as the statistic rises', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 2000 }),
        (statistic, more, df) => {
          const [p, q] = [chiSquareP(statistic, df), chiSquareP(statistic + more, df)];
          expect(p).toBeLessThanOrEqual(1);
          expect(q).toBeGreaterThanOrEqual(0);
          expect(q).toBeLessThanOrEqual(p * (1 + 1e-11));
        },
      ),
      { seed: 1 },
    );
  });

  it('is 1 at 0, 0 at infinity and beyond the range of doubles', () => {
    expect([chiSquareP(0, 5), chiSquareP(Number.POSITIVE_INFINITY, 5), chiSquareP(1e15, 43)]).toEqual([1, 0, 0]);
  });

  it('ends in a moment for very many degrees of freedom', () => {
    const p = chiSquareP(10_000_000, 10_000_000);
    expect(p).toBeGreaterThan(0.499);
    expect(p).toBeLessThan(0.5);
  });

  it.each([
    [-1, 1],
    [Number.NaN, 1],
    [1, 0],
    [1, 1.5],
    [1, Number.NaN],
    [1, 1e9],
  ])('throws RangeError for statistic %d with %d degrees of freedom', (statistic, df) => {
    expect(() => chiSquareP(statistic, df)).toThrow(RangeError);
  });

  // The bits themselves: another engine, or a change of an operation's order, shows here.
  it('has these bits', () => {
    const view = new DataView(new ArrayBuffer(8));
    const bits = [
      [3.84, 1],
      [58.124, 42],
      [30, 42],
      [700, 6],
    ].map(([statistic, df]) => {
      view.setFloat64(0, chiSquareP(statistic, df));
      return view.getBigUint64(0).toString(16);
    });
    expect(bits).toMatchSnapshot();
  });
});

describe('elementary functions', () => {
  it('exp() agrees with Math.exp to a few units of the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => relativeError(exp(x), Math.exp(x)) < 1e-15),
      { seed: 2, numRuns: 5000 },
    );
    expect([exp(0), exp(-800), exp(800), exp(-745) > 0]).toEqual([1, 0, Number.POSITIVE_INFINITY, true]);
  });

  it('log() agrees with Math.log to a few units of the last place, over all magnitudes', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        const off = Math.abs(log(x) - Math.log(x));
        expect(off).toBeLessThanOrEqual(4e-16 * Math.abs(Math.log(x)));
      }),
      { seed: 3, numRuns: 5000 },
    );
    expect(log(1)).toBe(0);
  });

  it('logGamma() gives factorials, and ln sqrt(pi) at 1/2', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(1e-14 * Math.max(1, Math.log(factorial)) * 4);
      factorial *= n;
    }
    expect(Math.abs(logGamma(0.5) - Math.log(Math.PI) / 2)).toBeLessThan(2e-14);
  });
});

describe('evenness', () => {
  it('is perfect where counts are proportional to weights', () => {
    expect(evenness([100, 600, 600], [1_048_576, 6_291_456, 6_291_456])).toEqual({
      spus: 3,
      total: 1300,
      outside: 0,
      maxOverMean: 1,
      coefficientOfVariation: 0,
      jain: 1,
      chiSquare: 0,
      degreesOfFreedom: 2,
      pValue: 1,
    });
  });

  it('one SPU has everything: Jain 1 / n, max n times the mean', () => {
    const figures = evenness([0, 0, 0, 1000], [1, 1, 1, 1]);
    expect([figures.jain, figures.maxOverMean, figures.chiSquare]).toEqual([0.25, 4, 3000]);
    expect(figures.coefficientOfVariation).toBeCloseTo(Math.sqrt(3), 14);
    expect(figures.pValue).toBe(0);
  });

  // A fair die: 10 throws a face would be even. Statistic by hand: (5^2 + 2^2 + 1 + 2^2 + 0 + 10^2) / 10.
  it('gives the statistic and p of a textbook die', () => {
    const figures = evenness([5, 8, 9, 8, 10, 20], [1, 1, 1, 1, 1, 1]);
    expect([figures.chiSquare, figures.degreesOfFreedom]).toEqual([13.4, 5]);
    expect(relativeError(figures.pValue as number, chiSquareOracle(13.4, 5))).toBeLessThan(1e-11);
  });

  it('leaves SPUs of weight 0 out and counts what they got', () => {
    expect(evenness([7, 100, 100], [0, 1, 1])).toEqual({ ...evenness([100, 100], [1, 1]), outside: 7 });
  });

  it.each([
    ['no SPUs', [], []],
    ['no counts', [0, 0], [1, 1]],
    ['only weight 0', [3], [0]],
  ])('has no figures with %s', (_, counts, weights) => {
    const { maxOverMean, coefficientOfVariation, jain, chiSquare, pValue } = evenness(counts, weights);
    expect([maxOverMean, coefficientOfVariation, jain, chiSquare, pValue]).toEqual([null, null, null, null, null]);
  });

  it('has no p with one SPU', () => {
    expect(evenness([5], [3])).toMatchObject({ spus: 1, jain: 1, maxOverMean: 1, degreesOfFreedom: 0, pValue: null });
  });

  it('does not depend, to the bit, on the order of the SPUs', () => {
    const spu = fc.record({ count: fc.nat({ max: 1e9 }), weight: fc.nat({ max: 20_000_000 }) });
    fc.assert(
      fc.property(
        fc
          .array(spu, { minLength: 1, maxLength: 44 })
          .chain((spus) => fc.tuple(fc.constant(spus), fc.shuffledSubarray(spus, { minLength: spus.length }))),
        ([spus, shuffled]) => {
          const figures = (list: typeof spus): unknown =>
            evenness(
              list.map(({ count }) => count),
              list.map(({ weight }) => weight),
            );
          expect(figures(shuffled)).toEqual(figures(spus));
        },
      ),
      { seed: 4 },
    );
  });

  it('stays in its ranges: Jain in (0, 1], max over mean at least 1', () => {
    const spu = fc.record({ count: fc.maxSafeNat(), weight: fc.integer({ min: 1, max: 20_000_000 }) });
    fc.assert(
      fc.property(fc.array(spu, { minLength: 1, maxLength: 44 }), (spus) => {
        fc.pre(spus.reduce((sum, { count }) => sum + count, 0) > 0);
        const figures = evenness(
          spus.map(({ count }) => count),
          spus.map(({ weight }) => weight),
        );
        expect(figures.jain as number).toBeGreaterThan(1 / spus.length - 1e-12);
        expect(figures.jain as number).toBeLessThan(1 + 1e-12);
        expect(figures.maxOverMean as number).toBeGreaterThan(1 - 1e-12);
        // Jain = 1 / (1 + cv^2)
        const cv = figures.coefficientOfVariation as number;
        expect(figures.jain as number).toBeCloseTo(1 / (1 + cv * cv), 10);
      }),
      { seed: 5 },
    );
  });

  it.each<[string, number[], number[]]>([
    ['lists of different length', [1], [1, 2]],
    ['a negative count', [-1], [1]],
    ['a count that is no number', [Number.NaN], [1]],
    ['an infinite count', [Number.POSITIVE_INFINITY], [1]],
    ['a negative weight', [1], [-1]],
    ['a tiny weight', [1], [1e-300]],
  ])('throws RangeError for %s', (_, counts, weights) => {
    expect(() => evenness(counts, weights)).toThrow(RangeError);
  });
});
