import { describe, expect, it } from 'vitest';
import { ReorderingMetrics } from './reordering-metrics.ts';

// Worked examples of the definitions of RFC 4737 (sections 3, 4.1 to 4.6, 5; the patterns of the first four are those of
// its section 7) and RFC 5236 (sections 4 and 5). Numbers begin at 1.
// nReordered: packets that are 1-reordered, 2-reordered, ...; runs: lengths of the complete ones, then the last;
// densities as counts: rd by displacement, rbd by packets that wait.
const EXAMPLES = [
  {
    name: 'nothing reordered',
    arrivals: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    extents: [],
    nReordered: [],
    discontinuities: 0,
    runs: [10],
    rd: { 0: 10 },
    rbd: [10],
    mean: 0,
    entropy: 0,
  },
  {
    name: 'packet 4 after 8',
    arrivals: [1, 2, 3, 5, 6, 7, 8, 4, 9, 10],
    extents: [4],
    nReordered: [1, 1, 1, 1],
    discontinuities: 1,
    runs: [7, 2],
    rd: { '-1': 4, 0: 5, 4: 1 },
    rbd: [6, 1, 1, 1, 1],
    mean: 4 / 5,
    entropy: 0.943348392,
  },
  {
    name: 'packets 5 and 6 after 7: 6 has an extent, and is not even 1-reordered',
    arrivals: [1, 2, 3, 4, 7, 5, 6, 8, 9, 10],
    extents: [1, 2],
    nReordered: [1],
    discontinuities: 1,
    runs: [5, 0, 3],
    rd: { '-2': 1, 0: 7, 1: 2 },
    rbd: [8, 2],
    mean: 2 / 5,
    entropy: 0.801818553,
  },
  {
    name: 'packets 4 to 6 after 7 to 10',
    arrivals: [1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11],
    extents: [4, 5, 6],
    nReordered: [1, 1, 1, 1],
    discontinuities: 1,
    runs: [7, 0, 0, 1],
    rd: { '-3': 4, 0: 4, 4: 3 },
    rbd: [5, 1, 1, 1, 3],
    mean: 24 / 11,
    entropy: 1.090059659,
  },
  {
    name: 'an adjacent swap',
    arrivals: [1, 2, 3, 5, 4, 6],
    extents: [1],
    nReordered: [1],
    discontinuities: 1,
    runs: [4, 1],
    rd: { '-1': 1, 0: 4, 1: 1 },
    rbd: [5, 1],
    mean: 1 / 3,
    entropy: 0.867563228,
  },
  {
    name: 'an adjacent swap, and 3 lost',
    arrivals: [1, 2, 5, 4, 6],
    extents: [1],
    nReordered: [1],
    discontinuities: 1,
    runs: [3, 1],
    rd: { '-1': 1, 0: 3, 1: 1 },
    rbd: [4, 1],
    mean: 2 / 5,
    entropy: 0.950270539,
  },
  {
    name: 'duplicates are left out first',
    arrivals: [1, 2, 3, 3, 5, 4, 4, 6],
    duplicates: 2,
    extents: [1],
    nReordered: [1],
    discontinuities: 1,
    runs: [4, 1],
    rd: { '-1': 1, 0: 4, 1: 1 },
    rbd: [5, 1],
    mean: 1 / 3,
    entropy: 0.867563228,
  },
  {
    name: 'reversed',
    arrivals: [5, 4, 3, 2, 1],
    extents: [1, 2, 3, 4],
    nReordered: [4, 3, 2, 1],
    discontinuities: 1,
    runs: [1, 0, 0, 0, 0],
    rd: { '-4': 1, '-2': 1, 0: 1, 2: 1, 4: 1 },
    rbd: [1, 1, 1, 1, 1],
    mean: 12 / 5,
    entropy: 1.609437912,
  },
  {
    name: 'pairs swapped',
    arrivals: [2, 1, 4, 3, 6, 5, 8, 7],
    extents: [1, 1, 1, 1],
    nReordered: [4],
    discontinuities: 4,
    runs: [1, 1, 1, 1, 0],
    rd: { '-1': 4, 1: 4 },
    rbd: [4, 4],
    mean: 1,
    entropy: Math.LN2,
  },
  {
    name: 'packet 2 three places late, with a threshold of 2: it counts as lost in the densities',
    arrivals: [1, 3, 4, 5, 2, 6, 7],
    threshold: 2,
    extents: [3],
    nReordered: [1, 1, 1],
    discontinuities: 1,
    runs: [4, 2],
    rd: { 0: 6 },
    rbd: [6],
    mean: 0,
    entropy: 0,
  },
];

describe('RFC 4737 and RFC 5236', () => {
  it.each(EXAMPLES)('$name', (example) => {
    const metrics = new ReorderingMetrics({ threshold: example.threshold ?? 100 });
    metrics.start(1);
    for (const [i, number] of example.arrivals.entries()) metrics.offer(number, i * 10);
    const { extents, runs, duplicates = 0 } = example;
    const received = example.arrivals.length - duplicates;
    const figures = metrics.figures();
    expect(figures).toMatchObject({
      received,
      reordered: extents.length,
      ratio: extents.length / received,
      duplicates,
      discontinuities: example.discontinuities,
      nReordered: example.nReordered,
    });
    expect(figures.extent.max).toBe(Math.max(0, ...extents));
    expect(figures.extent.mean * extents.length).toBeCloseTo(
      extents.reduce((sum, extent) => sum + extent, 0),
      9,
    );
    const complete = runs.slice(0, -1);
    expect(figures.runs).toEqual({
      count: complete.length,
      mean: complete.length === 0 ? 0 : complete.reduce((sum, run) => sum + run, 0) / complete.length,
      longest: Math.max(0, ...complete),
      squares: complete.reduce((sum, run) => sum + run * run, 0),
    });
    expect(metrics.streamFigures(0).run).toBe(runs.at(-1));
    const { rd, rbd } = figures;
    expect(Object.fromEntries(rd.density.map((each) => [each.displacement, each.share * rd.packets]))).toEqual(
      example.rd,
    );
    expect(rd.meanDisplacement).toBeCloseTo(example.mean, 12);
    expect(rd.entropy).toBeCloseTo(example.entropy, 8);
    expect(rbd.density.map((share) => share * rbd.packets)).toEqual(example.rbd);
  });
});
