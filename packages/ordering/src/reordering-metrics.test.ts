import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  densityByThreshold,
  displacements,
  occupancies,
  occupanciesByThreshold,
  reference4737,
} from './_reordering-reference.suite.ts';
import { OccupancyDensity } from './occupancy-density.ts';
import { ReorderDensity } from './reorder-density.ts';
import {
  ARRIVED_DUPLICATE,
  ARRIVED_IN_ORDER,
  ARRIVED_REORDERED,
  ARRIVED_RESENT,
  ARRIVED_TOO_LATE,
  ReorderingMeter,
} from './reordering-meter.ts';
import { ReorderingMetrics } from './reordering-metrics.ts';

/** Numbers around their places, some lost, some twice. */
const arrivals = fc
  .tuple(
    fc.array(fc.nat(12), { minLength: 1, maxLength: 60, size: 'max' }),
    fc.array(fc.nat(59), { maxLength: 8, size: 'max' }),
    fc.boolean(),
  )
  .map(([delays, again, withLoss]) => {
    const order = delays
      .map((delay, i) => ({ number: i + 1, at: i + delay }))
      .filter(({ at }) => !withLoss || at % 7 !== 3)
      .sort((a, b) => a.at - b.at)
      .map(({ number }) => number);
    for (const i of again) if (i < order.length) order.splice(i, 0, order[(i * 7) % order.length]);
    return order;
  });
const base = fc.constantFrom(0, 1, 100, 0xffff - 20, 0xffff_ffff - 20);
/** Values and how often they occur, ascending. */
function counts(values: readonly number[]): [number, number][] {
  const byValue = new Map<number, number>();
  for (const value of [...values].sort((a, b) => a - b)) byValue.set(value, (byValue.get(value) ?? 0) + 1);
  return [...byValue];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('against the definitions over whole sequences', () => {
  it('RFC 4737, with numbers that wrap around', () => {
    fc.assert(
      fc.property(arrivals, base, fc.boolean(), (order, offset, bits16) => {
        const meter = new ReorderingMeter({ nLimit: 64, sequenceBits: bits16 ? 16 : 32 });
        const timeOf = (i: number) => i * i * 100;
        meter.start(1 + offset);
        for (const [i, number] of order.entries()) meter.offer(number + offset, timeOf(i));
        const expected = reference4737(order, 1, timeOf);
        const { extent, lateNs, nReordered, gaps, runs, ...figures } = meter.figures();
        expect(figures).toEqual({
          received: expected.received,
          reordered: expected.extents.length,
          ratio: expected.received === 0 ? 0 : expected.extents.length / expected.received,
          duplicates: expected.duplicates,
          resent: 0,
          tooLate: 0,
          discontinuities: expected.discontinuities,
        });
        expect(extent.max).toBe(Math.max(0, ...expected.extents));
        expect(extent.mean * figures.reordered).toBeCloseTo(sum(expected.extents), 6);
        expect(lateNs.max).toBe(Math.max(0, ...expected.lateNs));
        expect(lateNs.mean * figures.reordered).toBeCloseTo(sum(expected.lateNs), 3);
        const most = Math.max(0, ...expected.ns);
        const degrees = Array.from({ length: most }, (_, i) => expected.ns.filter((n) => n > i).length);
        expect(nReordered).toEqual(degrees);
        expect([gaps.count, Math.round(gaps.mean * gaps.count)]).toEqual([expected.gaps.length, sum(expected.gaps)]);
        expect([runs.count, runs.longest]).toEqual([expected.runs.length, Math.max(0, ...expected.runs)]);
        expect(meter.streamFigures(0).run).toBe(expected.trailing);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('RFC 5236, with numbers that wrap around', () => {
    fc.assert(
      fc.property(arrivals, base, fc.boolean(), fc.boolean(), (order, offset, byRank, bits16) => {
        const options = { threshold: 100, sequenceBits: bits16 ? 16 : 32 };
        const rd = new ReorderDensity({ ...options, byRank });
        const rbd = new OccupancyDensity(options);
        for (const number of order) {
          rd.offer(number + offset);
          rbd.offer(number + offset);
        }
        const { density, packets } = rd.figures();
        expect(density.map((each) => [each.displacement, Math.round(each.share * packets)])).toEqual(
          counts(displacements(order, byRank)),
        );
        const got = rbd.figures().density.map((share, k) => [k, Math.round(share * packets)]);
        expect(got.filter(([, count]) => count > 0)).toEqual(counts(occupancies(order)));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('RFC 5236 with small thresholds', () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0, 0xffff_fff0),
        (order, threshold, offset) => {
          const rd = new ReorderDensity({ threshold });
          const rbd = new OccupancyDensity({ threshold });
          for (const number of order) {
            rd.offer(number + offset);
            rbd.offer(number + offset);
          }
          const [displaced, leftOut] = densityByThreshold(order, threshold);
          const { density, packets, discarded } = rd.figures();
          expect(density.map((each) => [each.displacement, Math.round(each.share * packets)])).toEqual(
            counts(displaced),
          );
          expect([packets, discarded]).toEqual([displaced.length, leftOut]);
          const [occupied, alsoLeftOut] = occupanciesByThreshold(order, threshold);
          const figures = rbd.figures();
          const got = figures.density.map((share, k) => [k, Math.round(share * figures.packets)]);
          expect(got.filter(([, count]) => count > 0)).toEqual(counts(occupied));
          expect([figures.packets, figures.discarded]).toEqual([occupied.length, alsoLeftOut]);
        },
      ),
      { seed: 10, numRuns: 300 },
    );
  });

  it('any numbers at all: every arrival is counted once, and figures keep their bounds', () => {
    const number = fc.oneof(fc.nat(30), fc.nat(), fc.integer());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.integer({ min: 1, max: 9 })), { maxLength: 150, size: 'max' }),
        (packets) => {
          const metrics = new ReorderingMetrics({ holes: 4, nLimit: 4, threshold: 3 });
          for (const [i, [sequence, length]] of packets.entries()) metrics.offer(sequence, i, length);
          const { rd, rbd, ...figures } = metrics.figures();
          expect(figures.received + figures.duplicates + figures.resent + figures.tooLate).toBe(packets.length);
          expect(figures.ratio).toBeGreaterThanOrEqual(0);
          expect(figures.ratio).toBeLessThanOrEqual(1);
          if (figures.reordered > 0) expect(figures.extent.p50).toBeGreaterThanOrEqual(1);
          for (const { packets: counted, discarded } of [rd, rbd]) expect(counted + discarded).toBe(figures.received);
          if (rd.packets > 0) expect(sum(rd.density.map(({ share }) => share))).toBeCloseTo(1, 9);
          if (rbd.packets > 0) expect(sum(rbd.density)).toBeCloseTo(1, 9);
          expect(rd.density.every(({ displacement }) => Math.abs(displacement) <= 3)).toBe(true);
          expect(rbd.density.length).toBeLessThanOrEqual(4);
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });

  it('bytes: a packet is a duplicate when all of its bytes were seen', () => {
    const segment = fc.record({ from: fc.nat(80), length: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 60, size: 'max' }), (segments) => {
        const meter = new ReorderingMeter({ holes: 128 });
        const seen = new Set<number>();
        meter.start(0);
        let expected = 0;
        for (const [i, { from, length }] of segments.entries()) {
          const bytes = Array.from({ length }, (_, k) => from + k);
          const below = bytes.filter((byte) => byte < expected && !seen.has(byte));
          const allSeen = bytes.every((byte) => seen.has(byte));
          const late = from < expected && below.length > 0;
          expect(meter.offer(from, i, length)).toBe(
            allSeen ? ARRIVED_DUPLICATE : late ? ARRIVED_REORDERED : ARRIVED_IN_ORDER,
          );
          for (const byte of bytes) seen.add(byte);
          expected = Math.max(expected, from + length);
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('a meter', () => {
  it('takes what comes long after it was overtaken for lost and sent again', () => {
    const meter = new ReorderingMeter({ lostAfterNs: 1000 });
    const codes = [
      meter.offer(1, 0),
      meter.offer(3, 100),
      meter.offer(5, 200),
      meter.offer(2, 1100), // 1000 ns late: reordered
      meter.offer(4, 1201), // 1001 ns late: sent again
      meter.offer(4, 1300),
      meter.offer(7, 1400),
      meter.offer(6, 1400, 1, 0, -1), // known to be sent again
    ];
    expect(codes).toEqual([
      ...[ARRIVED_IN_ORDER, ARRIVED_IN_ORDER, ARRIVED_IN_ORDER, ARRIVED_REORDERED],
      ...[ARRIVED_RESENT, ARRIVED_DUPLICATE, ARRIVED_IN_ORDER, ARRIVED_RESENT],
    ]);
    expect(meter.figures()).toMatchObject({ received: 5, reordered: 1, resent: 2, duplicates: 1, ratio: 1 / 5 });
  });

  it('forgets the oldest missing numbers when there are too many, and says so', () => {
    const meter = new ReorderingMeter({ holes: 2 });
    meter.start(1);
    for (const number of [2, 4, 6, 8]) meter.offer(number, 0); // 1, 3, 5, 7 are missing: 5 and 7 are remembered
    expect([1, 3, 5, 7].map((number) => meter.offer(number, 0))).toEqual([
      ...[ARRIVED_TOO_LATE, ARRIVED_TOO_LATE, ARRIVED_REORDERED, ARRIVED_REORDERED],
    ]);
    expect(meter.figures()).toMatchObject({ received: 6, reordered: 2, tooLate: 2, discontinuities: 4 });
  });

  it('tells the extent of the packet that was reordered last', () => {
    const meter = new ReorderingMeter();
    const extents = [1, 3, 4, 2, 5, 7, 6].map((number) => {
      meter.offer(number, 0);
      return meter.lastExtent;
    });
    expect(extents).toEqual([0, 0, 0, 2, 2, 2, 1]);
  });

  it('takes the first number as it comes, and smaller ones as reordered', () => {
    const meter = new ReorderingMeter();
    expect([10, 9, 11, 9].map((number) => meter.offer(number, 0))).toEqual([
      ...[ARRIVED_IN_ORDER, ARRIVED_REORDERED, ARRIVED_IN_ORDER, ARRIVED_DUPLICATE],
    ]);
    expect(meter.figures().discontinuities).toBe(0);
  });

  it('keeps streams apart, and the sum of all when one is reset', () => {
    const meter = new ReorderingMeter({ streams: 2 });
    for (const number of [1, 3, 2]) meter.offer(number, 0, 1, 0);
    for (const number of [1, 2, 3]) meter.offer(number, 0, 1, 1);
    expect([meter.streamFigures(0).reordered, meter.streamFigures(1).reordered]).toEqual([1, 0]);
    meter.reset(0);
    expect(meter.streamFigures(0)).toEqual({
      received: 0,
      reordered: 0,
      duplicates: 0,
      resent: 0,
      tooLate: 0,
      maxExtent: 0,
      run: 0,
    });
    expect(meter.offer(500, 0, 1, 0)).toBe(ARRIVED_IN_ORDER);
    expect(meter.figures()).toMatchObject({ received: 7, reordered: 1 });
  });

  it('gives mean gaps in packets and time', () => {
    const meter = new ReorderingMeter();
    // overtakers are the arrivals 2, 5 and 8, at 200, 500 and 800 ns
    for (const [i, number] of [1, 3, 2, 4, 6, 5, 7, 9, 8].entries()) meter.offer(number, (i + 1) * 100);
    expect(meter.figures().gaps).toEqual({ count: 2, mean: 3, meanNs: 300 });
  });
});

it.each([
  [() => new ReorderingMeter({ streams: 0 })],
  [() => new ReorderingMeter({ sequenceBits: 33 })],
  [() => new ReorderingMeter({ holes: 3 })],
  [() => new ReorderingMeter({ nLimit: 2048 })],
  [() => new ReorderDensity({ threshold: 0 })],
  [() => new OccupancyDensity({ sequenceBits: 0 })],
  [() => new ReorderingMetrics({ streams: 2 ** 21 })],
])('%s throws', (make) => {
  expect(make).toThrow(/^Cannot create (reordering meter|density): \w+ must be /);
});
