import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LogHistogram } from './_log-histogram.ts';
import { naturalLog } from './_natural-log.ts';

it('naturalLog() agrees with the engine to 15 digits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (value) => {
      expect(Math.abs(naturalLog(value) - Math.log(value))).toBeLessThanOrEqual(
        1e-15 * Math.abs(Math.log(value)) + 4e-16,
      );
    }),
    { seed: 8, numRuns: 300 },
  );
});

it('LogHistogram gives quantiles as bounds, to within 1/32, and exact ones below 64', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(100), fc.maxSafeNat()), { minLength: 1, maxLength: 50, size: 'max' }),
      fc.constantFrom(0, 0.01, 0.5, 0.99, 1),
      (values, share) => {
        const histogram = new LogHistogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
        const got = histogram.quantile(share);
        expect(got).toBeGreaterThanOrEqual(exact);
        expect(got).toBeLessThan(exact < 64 ? exact + 1 : exact * (33 / 32));
        expect(got).toBeLessThanOrEqual(sorted.at(-1)!);
        expect(histogram.max).toBe(sorted.at(-1));
      },
    ),
    { seed: 9, numRuns: 200 },
  );
});

it('LogHistogram gives no quantile that its other figures contradict', () => {
  const histogram = new LogHistogram();
  histogram.add(4000);
  expect([histogram.mean, histogram.quantile(0.5), histogram.quantile(0.99), histogram.max]).toEqual(
    Array(4).fill(4000),
  );
  histogram.add(Number.MAX_SAFE_INTEGER);
  expect(histogram.quantile(0.99)).toBe(Number.MAX_SAFE_INTEGER);
});
