import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock } from './_clock.ts';
import { UnitClock } from './_unit-clock.ts';

// Oracle: the definition of if_tsresol and if_tsoffset in integers of any size.
function secondsAndNanoseconds(units: bigint, base: number, exponent: number, offset: bigint): [number, number] {
  const perSecond = BigInt(base) ** BigInt(exponent);
  return [Number(units / perSecond + offset), Number(((units % perSecond) * 1_000_000_000n) / perSecond)];
}

const resolutions: [2 | 10, number][] = [
  ...Array.from({ length: 22 }, (_, exponent): [2 | 10, number] => [10, exponent]),
  [10, 127],
  ...[0, 1, 8, 20, 23, 24, 30, 37, 38, 51, 52, 63, 127].map((exponent): [2 | 10, number] => [2, exponent]),
];

describe('Clock', () => {
  it.each(resolutions)('convert() is exact for units of %i^-%i s', (timeBase, timeExponent) => {
    const near = fc
      .tuple(fc.bigInt({ min: 0n, max: 2n ** 34n }), fc.integer({ min: -2, max: 2 }))
      .map(([seconds, delta]) => {
        const units = seconds * BigInt(timeBase) ** BigInt(timeExponent) + BigInt(delta);
        return units < 0n ? 0n : units & 0xffff_ffff_ffff_ffffn;
      });
    const units = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 40n }), near);
    fc.assert(
      fc.property(
        fc.array(units, { minLength: 1, maxLength: 4 }),
        fc.bigInt({ min: -1000n, max: 1000n }),
        (all, offset) => {
          const clock = new Clock({ linkType: 1, timeBase, timeExponent, timeOffsetSeconds: offset });
          for (const one of [...all, ...all]) {
            const [seconds, nanoseconds] = secondsAndNanoseconds(one, timeBase, timeExponent, offset);
            const got = clock.convert(Number(one >> 32n), Number(one & 0xffff_ffffn));
            if (Number.isSafeInteger(seconds)) expect(got).toBe(seconds);
            expect(clock.nanoseconds).toBe(nanoseconds);
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe('UnitClock', () => {
  it.each(resolutions.filter(([base, exponent]) => exponent <= (base === 10 ? 15 : 23)))(
    'convert() is exact for units of %i^-%i s',
    (base, exponent) => {
      const perSecond = BigInt(base) ** BigInt(exponent);
      const most = Number((2n ** 64n - 1n) / perSecond) - 2;
      const seconds = fc.integer({ min: 0, max: Math.min(most, Number.MAX_SAFE_INTEGER) });
      fc.assert(
        fc.property(
          fc.array(fc.tuple(seconds, fc.integer({ min: 0, max: 999_999_999 })), { maxLength: 4 }),
          (times) => {
            const clock = new UnitClock(base, exponent);
            for (const [second, nanosecond] of times) {
              clock.convert(second, nanosecond);
              const units = BigInt(second) * perSecond + (BigInt(nanosecond) * perSecond) / 1_000_000_000n;
              expect((BigInt(clock.high) << 32n) | BigInt(clock.low)).toBe(units);
            }
          },
        ),
        { seed: 5, numRuns: 300 },
      );
    },
  );
});
