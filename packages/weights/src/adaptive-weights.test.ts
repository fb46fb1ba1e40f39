import type { SpuId } from '@midplane/spu-id';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADAPTIVE_PERIOD_NS, AdaptiveWeights, type SpuReport, type SpuWeight } from './index.ts';

/** Weights for SPUs 0, 1, 2 ... */
function weightsOf(...weights: number[]): SpuWeight[] {
  return weights.map((weight, spuId) => ({ spuId: spuId as SpuId, weight }));
}

/** One report per SPU: `[CPU %, sessions, capacity]`. */
type Reports = readonly (readonly [number, number, number])[];

function reportAll(adaptive: AdaptiveWeights, reports: Reports): void {
  for (const [spuId, [cpuPercent, sessions, capacity]] of reports.entries()) {
    adaptive.report(spuId as SpuId, { cpuPercent, sessions, capacity });
  }
}

/** Weights after one tick over these reports. */
function weigh(sum: number, reports: Reports): number[] {
  const adaptive = new AdaptiveWeights(weightsOf(...reports.map(() => 1)), sum);
  reportAll(adaptive, reports);
  adaptive.tick();
  return adaptive.weights.map(({ weight }) => weight);
}

describe('formula', () => {
  it.each<[string, number, Reports, number[]]>([
    // Junos "Flow Distribution and Packet-Ordering", adaptive mode: 100*90*50/(50*90+80*60) and 100*80*60/(50*90+80*60)
    [
      'R-w-10: documented example',
      100,
      [
        [10, 500_000, 1_000_000],
        [20, 400_000, 1_000_000],
      ],
      [48, 52],
    ],
    [
      'finer steps: 48.387 and 51.613',
      100_000,
      [
        [10, 500_000, 1_000_000],
        [20, 400_000, 1_000_000],
      ],
      [48_387, 51_613],
    ],
    [
      'idle SPUs weigh the same, whatever they hold',
      100,
      [
        [0, 0, 1_048_576],
        [0, 0, 6_291_456],
      ],
      [50, 50],
    ],
    [
      'a full SPU gets nothing',
      100,
      [
        [0, 10, 10],
        [50, 5, 10],
      ],
      [0, 100],
    ],
    [
      'an SPU at 100 % gets nothing',
      100,
      [
        [100, 0, 10],
        [99, 9, 10],
      ],
      [0, 100],
    ],
    [
      'R-w-12: ties of the remainder go to the lower SPU ID',
      100,
      [
        [0, 0, 3],
        [0, 0, 3],
        [0, 0, 3],
      ],
      [34, 33, 33],
    ],
    [
      'R-w-12: two left over go to the largest remainders',
      10,
      [
        [0, 0, 1],
        [0, 1, 2],
        [0, 0, 1],
      ],
      [4, 2, 4],
    ],
    [
      'R-w-14: no SPU has anything left',
      100,
      [
        [100, 0, 10],
        [0, 10, 10],
      ],
      [0, 0],
    ],
    [
      'a share below half a step rounds to nothing',
      100,
      [
        [0, 0, 1000],
        [99, 999, 1000],
      ],
      [100, 0],
    ],
  ])('%s', (_, sum, reports, weights) => {
    expect(weigh(sum, reports)).toEqual(weights);
  });

  // Remainders that differ by less than a double shows: 1/3 of an odd sum, with capacities near 2^53.
  it('R-w-12: decides by integers where doubles could not', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(
      weigh(1, [
        [0, 2, most],
        [0, 1, most],
      ]),
    ).toEqual([0, 1]);
    expect(
      weigh(1, [
        [0, 1, most],
        [0, 1, most],
      ]),
    ).toEqual([1, 0]);
    expect(
      weigh(1, [
        [0, 1, most - 1],
        [0, 1, most],
      ]),
    ).toEqual([0, 1]);
  });

  const anyReports = fc.array(
    fc
      .integer({ min: 1, max: 12_582_912 })
      .chain((capacity) =>
        fc.tuple(
          fc.nat({ max: 100 }),
          fc.oneof(fc.nat({ max: capacity }), fc.constant(capacity)),
          fc.constant(capacity),
        ),
      ),
    { minLength: 1, maxLength: 44 },
  );

  it('R-w-10, R-w-12: every weight is within one of the exact share, and the sum stays', () => {
    fc.assert(
      fc.property(anyReports, fc.integer({ min: 1, max: 300_000_000 }), (reports, sum) => {
        const weights = weigh(sum, reports);
        const capacities = reports.reduce((product, [, , capacity]) => product * BigInt(capacity), 1n);
        const products = reports.map(
          ([cpu, sessions, capacity]) =>
            (BigInt(100 - cpu) * BigInt(capacity - sessions) * capacities) / BigInt(capacity),
        );
        const total = products.reduce((one, other) => one + other, 0n);
        if (total === 0n) {
          expect(weights.every((weight) => weight === 0)).toBe(true);
          return;
        }
        expect(weights.reduce((one, other) => one + other, 0)).toBe(sum);
        for (const [i, weight] of weights.entries()) {
          const off = BigInt(weight) * total - BigInt(sum) * products[i];
          expect(off < total && off > -total).toBe(true);
        }
      }),
      { seed: 31 },
    );
  });

  it('more CPU or more sessions in use never raise the weight of an SPU', () => {
    fc.assert(
      fc.property(anyReports, (reports) => {
        const [cpu, sessions, capacity] = reports[0];
        const before = weigh(1000, reports)[0];
        fc.pre(before > 0);
        expect(weigh(1000, reports.with(0, [Math.min(100, cpu + 7), sessions, capacity]))[0]).toBeLessThanOrEqual(
          before,
        );
        const fuller = Math.min(capacity, sessions + 100_000);
        expect(weigh(1000, reports.with(0, [cpu, fuller, capacity]))[0]).toBeLessThanOrEqual(before);
      }),
      { seed: 32 },
    );
  });
});

describe('time', () => {
  const example: Reports = [
    [10, 500_000, 1_000_000],
    [20, 400_000, 1_000_000],
  ];

  it('R-w-10: the period is one second', () => {
    expect(ADAPTIVE_PERIOD_NS).toBe(1e9);
  });

  it('R-w-11: reports change nothing until the tick', () => {
    const adaptive = new AdaptiveWeights(weightsOf(50, 50));
    reportAll(adaptive, example);
    expect(adaptive.weights).toEqual(weightsOf(50, 50));
    expect(adaptive.tick()).toBe(true);
    expect(adaptive.weights).toEqual(weightsOf(48, 52));
  });

  it('R-w-11: the last report before the tick counts, and holds for later ones', () => {
    const adaptive = new AdaptiveWeights(weightsOf(50, 50));
    reportAll(adaptive, [
      [99, 0, 1],
      [0, 0, 1],
    ]);
    reportAll(adaptive, example);
    adaptive.tick();
    const { weights } = adaptive;
    expect(adaptive.tick()).toBe(false);
    expect(adaptive.weights).toBe(weights);
  });

  it('R-w-13: the weights of the start hold until every SPU that takes part has reported', () => {
    const adaptive = new AdaptiveWeights(weightsOf(0, 1, 6));
    adaptive.report(2 as SpuId, { cpuPercent: 90, sessions: 0, capacity: 1 });
    expect(adaptive.tick()).toBe(false);
    expect(adaptive.weights).toEqual(weightsOf(0, 1, 6));
    adaptive.report(1 as SpuId, { cpuPercent: 0, sessions: 0, capacity: 1 });
    expect(adaptive.tick()).toBe(true);
    expect(adaptive.weights).toEqual(weightsOf(0, 6, 1));
  });

  it('R-w-14: the sum is back with the first tick that finds room', () => {
    const adaptive = new AdaptiveWeights(weightsOf(1, 6));
    reportAll(adaptive, [
      [100, 0, 1],
      [100, 0, 1],
    ]);
    adaptive.tick();
    expect(adaptive.weights).toEqual(weightsOf(0, 0));
    adaptive.report(0 as SpuId, { cpuPercent: 99, sessions: 0, capacity: 1 });
    adaptive.tick();
    expect(adaptive.weights).toEqual(weightsOf(7, 0));
  });
});

describe('start', () => {
  it('R-w-6: rows come ascending by SPU ID, in whatever order they were given', () => {
    expect(new AdaptiveWeights(weightsOf(1, 2, 3).reverse()).weights).toEqual(weightsOf(1, 2, 3));
  });

  it('scales the weights of the start to the sum', () => {
    const adaptive = new AdaptiveWeights(weightsOf(0, 1, 6, 6), 1000);
    expect([adaptive.sum, adaptive.weights]).toEqual([1000, weightsOf(0, 77, 462, 461)]);
  });

  it.each<[string, SpuWeight[], number | undefined, string]>([
    ['no SPU', [], undefined, 'one weight at the start must be above 0: got none'],
    ['only weight 0', weightsOf(0), undefined, 'got none'],
    ['sum 0', weightsOf(1), 0, 'their sum must be an integer from 1 to 2^51: got 0'],
    ['sum that is no integer', weightsOf(1), 1.5, 'got 1.5'],
    ['sum that is too large', weightsOf(1), 2 ** 52, 'got 4503599627370496'],
    ['an SPU twice', [...weightsOf(1), ...weightsOf(1)], undefined, 'got 0 twice'],
  ])('throws RangeError for %s', (_, weights, sum, message) => {
    expect(() => new AdaptiveWeights(weights, sum)).toThrow(RangeError);
    expect(() => new AdaptiveWeights(weights, sum)).toThrow(message);
  });

  it.each<[string, number, Partial<SpuReport>, string]>([
    ['an SPU that is not there', 9, {}, 'Cannot take report of SPU 9: SPU ID must be one of 1, 2: got 9'],
    ['the dedicated central point', 0, {}, 'SPU ID must be one of 1, 2: got 0'],
    ['CPU above 100 %', 1, { cpuPercent: 101 }, 'cpuPercent must be an integer from 0 to 100: got 101'],
    ['CPU that is no integer', 1, { cpuPercent: 0.5 }, 'got 0.5'],
    ['CPU that is no number', 1, { cpuPercent: Number.NaN }, 'got NaN'],
    [
      'more sessions than capacity',
      1,
      { sessions: 11 },
      'sessions must be an integer from 0 to the capacity, 10: got 11',
    ],
    ['sessions below 0', 1, { sessions: -1 }, 'got -1'],
    ['capacity 0', 1, { capacity: 0 }, 'capacity must be an integer from 1 to 2^53 - 1: got 0'],
  ])('report() throws RangeError for %s', (_, spuId, change, message) => {
    const adaptive = new AdaptiveWeights(weightsOf(0, 1, 6));
    const report = { cpuPercent: 0, sessions: 0, capacity: 10, ...change };
    expect(() => adaptive.report(spuId as SpuId, report)).toThrow(RangeError);
    expect(() => adaptive.report(spuId as SpuId, report)).toThrow(message);
  });
});
