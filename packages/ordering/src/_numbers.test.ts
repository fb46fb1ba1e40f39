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

it('LogHistogram gives quantiles to within 1/32, and exact ones below 64', () => {
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
        expect(got).toBeLessThanOrEqual(exact);
        expect(got).toBeGreaterThan(exact < 64 ? exact - 1 : exact * (31 / 32) - 1);
        expect(histogram.max).toBe(sorted.at(-1));
      },
    ),
    { seed: 9, numRuns: 200 },
  );
});
