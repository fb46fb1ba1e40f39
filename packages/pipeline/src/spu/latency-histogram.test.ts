import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

it('gives percentiles within 6.25 % of those of the sorted values', () => {
  const values = fc.array(
    fc.oneof(
      fc.nat(100),
      fc.nat(2_000_000),
      fc.maxSafeNat().map((n) => Math.floor(n / 2)),
    ),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(values, fc.constantFrom(0, 1, 50, 90, 99, 99.9, 100), (list, percent) => {
      const histogram = new LatencyHistogram();
      for (const value of list) histogram.add(value);
      const sorted = list.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil((percent * list.length) / 100)) - 1]!;
      const told = histogram.percentile(percent);
      expect(told).toBeGreaterThanOrEqual(exact);
      expect(told).toBeLessThanOrEqual(exact * 1.0625);
      expect([histogram.count, histogram.max]).toEqual([list.length, sorted.at(-1)]);
    }),
    { numRuns: 500 },
  );
});

it('has nothing to tell of nothing, and adds up with another', () => {
  const one = new LatencyHistogram();
  expect([one.percentile(50), one.max]).toEqual([0, 0]);
  const other = new LatencyHistogram();
  other.add(7, 3);
  one.merge(other);
  expect([one.count, one.percentile(50), one.max]).toEqual([3, 7, 7]);
});
