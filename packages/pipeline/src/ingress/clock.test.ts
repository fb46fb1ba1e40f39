import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';

const DAY = 86_400_000_000_000;

/** The definition, in exact integers. */
function plainTimes(stamps: readonly (readonly [number, number])[], maxGapNs: number): number[] {
  let newest: bigint | undefined;
  let now = 0n;
  return stamps.map(([seconds, nanoseconds]) => {
    if (nanoseconds >= 0) {
      const stamp = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
      if (newest === undefined) newest = stamp;
      else if (stamp > newest) {
        const step = stamp - newest;
        now += step > BigInt(maxGapNs) ? BigInt(maxGapNs) : step;
        newest = stamp;
      }
    }
    return Number(now);
  });
}

describe('Clock', () => {
  it('counts from the first time stamp, in exact nanoseconds', () => {
    const clock = new Clock(DAY);
    expect(clock.advance(1_700_000_000, 999_999_999)).toBe(0);
    expect(clock.advance(1_700_000_001, 0)).toBe(1);
    expect(clock.advance(1_700_000_001, 123)).toBe(124);
  });

  it('R-run-2: gives a packet without time stamp the time of the one before', () => {
    const clock = new Clock(DAY);
    clock.advance(5, 0);
    clock.advance(6, 0);
    expect(clock.advance(0, -1)).toBe(1_000_000_000);
    expect(clock.withoutTimestamp).toBe(1);
  });

  it('R-run-1, R-run-3: agrees with exact integers on any time stamps', () => {
    const stamp = fc.tuple(fc.oneof(fc.nat(100_000), fc.nat(0xffffffff)), fc.integer({ min: -1, max: 999_999_999 }));
    fc.assert(
      fc.property(fc.array(stamp, { maxLength: 40 }), (stamps) => {
        const clock = new Clock(DAY);
        expect(stamps.map(([seconds, ns]) => clock.advance(seconds, ns))).toEqual(plainTimes(stamps, DAY));
      }),
    );
  });

  it('gives rows the times that packets get one by one, and the second after as tick', () => {
    const nanosecond = fc.oneof(fc.integer({ min: -1, max: 20 }), fc.integer({ min: 999_999_980, max: 999_999_999 }));
    const stamp = fc.tuple(fc.constantFrom(7, 8, 9, 100_000_000), nanosecond);
    const cut = fc.array(fc.array(stamp, { maxLength: 12 }), { maxLength: 6 });
    fc.assert(
      fc.property(cut, (batches) => {
        const plain = new Clock(DAY);
        const clock = new Clock(DAY);
        for (const batch of batches) {
          const records = {
            count: batch.length,
            seconds: Float64Array.from(batch, ([seconds]) => seconds),
            nanoseconds: Int32Array.from(batch, ([, ns]) => ns),
          };
          const nowNs = new Float64Array(batch.length);
          const tick = new Int32Array(batch.length);
          clock.advanceRows(records as never, nowNs, tick);
          const times = batch.map(([seconds, ns]) => plain.advance(seconds, ns));
          expect([...nowNs]).toEqual(times);
          expect([...tick]).toEqual(times.map((time) => Math.floor(time / 1e9) + 1));
        }
        const { nowNs, backwards, withoutTimestamp, gapCount, gaps } = plain;
        expect(clock).toMatchObject({ nowNs, backwards, withoutTimestamp, gapCount, gaps });
      }),
      { numRuns: 500 },
    );
  });

  it('R-run-3: lists the first 16 pauses that it cuts and counts all', () => {
    const clock = new Clock(1000);
    for (let second = 0; second < 30; second++) clock.advance(second, 0);
    expect(clock.gapCount).toBe(29);
    expect(clock.gaps).toHaveLength(16);
    expect(clock.nowNs).toBe(29_000);
  });
});
