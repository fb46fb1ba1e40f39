import type { SpuId } from '@midplane/spu-id';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildDistributionTable,
  countRows,
  disruption,
  equalWeights,
  hashIndexOf,
  MAX_TABLE_LENGTH,
  type SpuWeight,
  selectSpu,
  weightsByCapacity,
} from './index.ts';

/** Weights for SPUs 0, 1, 2 ... */
function weightsOf(...weights: number[]): SpuWeight[] {
  return weights.map((weight, spuId) => ({ spuId: spuId as SpuId, weight }));
}

/** Rows per SPU, in the order of the weights. */
function rowsOf(table: ArrayLike<number>, weights: readonly SpuWeight[]): number[] {
  return weights.map(({ spuId }) => Array.from(table).filter((owner) => owner === spuId).length);
}

/**
 * Rows per SPU by trying: every SPU with a weight has one row first if its share is below one, then row after row goes
 * to the SPU with the largest remainder. Slow, and only right where the guaranteed rows fit.
 */
function apportionByCounting(weights: readonly SpuWeight[], length: number): number[] {
  const total = weights.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  const left = weights.map(({ weight }) => BigInt(weight) * BigInt(length));
  const rows = weights.map(() => 0);
  for (let i = 0; i < rows.length; i++) {
    while (left[i] >= total) {
      left[i] -= total;
      rows[i]++;
    }
  }
  let free = length - rows.reduce((a, b) => a + b, 0);
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] > 0 || weights[i].weight === 0) continue;
    rows[i] = 1;
    left[i] = -1n;
    free--;
  }
  for (; free > 0; free--) {
    let best = 0;
    for (let i = 1; i < rows.length; i++) if (left[i] > left[best]) best = i;
    rows[best]++;
    left[best] = -1n;
  }
  return rows;
}

/** Fewest rows that must follow a row of the same SPU: what the largest SPU has too many to be parted by the others. */
function leastRepeats(rows: readonly number[], length: number): number {
  return Math.max(0, 2 * Math.max(...rows) - 1 - length);
}

/** Rounds (a new one where the SPU ID does not rise) with how often each comes in a row: `36 x 5 6 7 8`. */
function runLength(table: ArrayLike<number>): string[] {
  const rounds: string[] = [];
  let round: number[] = [];
  for (let row = 0; row <= table.length; row++) {
    if (row === table.length || (row > 0 && table[row] <= table[row - 1])) {
      rounds.push(round.join(' '));
      round = [];
    }
    round.push(table[row]);
  }
  const runs: { count: number; round: string }[] = [];
  for (const text of rounds) {
    const last = runs.at(-1);
    if (last?.round === text) last.count++;
    else runs.push({ count: 1, round: text });
  }
  return runs.map(({ count, round: text }) => `${count} x ${text}`);
}

/** 1 to 12 SPUs, some with weight 0, at least one without, weights small or up to 2^53 - 1, in any order. */
const anyWeights = fc
  .uniqueArray(
    fc.record({
      spuId: fc.integer({ min: 0, max: 95 }).map((id) => id as SpuId),
      weight: fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 20_000_000 }), fc.maxSafeNat()),
    }),
    { minLength: 1, maxLength: 12, selector: ({ spuId }) => spuId },
  )
  .filter((weights) => weights.some(({ weight }) => weight > 0));
const anyLength = fc.oneof(fc.integer({ min: 12, max: 60 }), fc.constantFrom(256, 1000, 1021, 4096));

describe('rows per SPU', () => {
  it.each([
    [[1, 1, 1, 1], 256, [64, 64, 64, 64]],
    [[1, 1, 1], 256, [86, 85, 85]],
    [[0, 1, 1], 256, [0, 128, 128]],
    [[1, 6], 256, [37, 219]],
    [[1_048_576, 6_291_456, 6_291_456], 65_536, [5041, 30_248, 30_247]],
    [[1, 2 ** 53 - 1], 256, [1, 255]],
    [[1, 1, 1_000_000], 256, [1, 1, 254]],
    [[1, 1, 1], 3, [1, 1, 1]],
    [[5], 1, [1]],
  ])('R-w-2: buildDistributionTable() of weights %j over %i rows', (weights, length, expected) => {
    expect(rowsOf(buildDistributionTable(weightsOf(...weights), length), weightsOf(...weights))).toEqual(expected);
  });

  it('R-w-3: are those of counting, wherever the guaranteed rows take nothing from others', () => {
    fc.assert(
      fc.property(anyWeights, anyLength, (weights, length) => {
        const sorted = [...weights].sort((a, b) => a.spuId - b.spuId);
        const expected = apportionByCounting(sorted, length);
        fc.pre(expected.reduce((a, b) => a + b, 0) === length);
        expect(rowsOf(buildDistributionTable(weights, length), sorted)).toEqual(expected);
      }),
      { seed: 1 },
    );
  });

  it('R-w-4: every SPU with a weight has a row, weight 0 has none, the sum is the length', () => {
    fc.assert(
      fc.property(anyWeights, anyLength, (weights, length) => {
        const table = buildDistributionTable(weights, length);
        const rows = rowsOf(table, weights);
        expect(rows.map((count) => count > 0)).toEqual(weights.map(({ weight }) => weight > 0));
        expect(table.length).toBe(length);
        expect(rows.reduce((a, b) => a + b, 0)).toBe(length);
      }),
      { seed: 2 },
    );
  });

  it('R-w-3: are within one of the exact share where every share is at least one row', () => {
    fc.assert(
      fc.property(anyWeights, anyLength, (weights, length) => {
        const total = weights.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
        fc.pre(weights.every(({ weight }) => weight === 0 || BigInt(weight) * BigInt(length) >= total));
        const rows = rowsOf(buildDistributionTable(weights, length), weights);
        for (const [i, { weight }] of weights.entries()) {
          const off = BigInt(rows[i]) * total - BigInt(weight) * BigInt(length);
          expect(off < total && off > -total).toBe(true);
        }
      }),
      { seed: 3 },
    );
  });

  it('do not fall when the weight of the SPU rises', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 6 }),
        anyLength,
        (weights, length) => {
          const before = rowsOf(buildDistributionTable(weightsOf(...weights), length), weightsOf(...weights));
          const more = weights.with(0, weights[0] + 1);
          const after = rowsOf(buildDistributionTable(weightsOf(...more), length), weightsOf(...more));
          expect(after[0]).toBeGreaterThanOrEqual(before[0]);
        },
      ),
      { seed: 4 },
    );
  });

  it('countRows() counts them', () => {
    fc.assert(
      fc.property(anyWeights, anyLength, (weights, length) => {
        const table = buildDistributionTable(weights, length);
        const sorted = weights.filter(({ weight }) => weight > 0).sort((a, b) => a.spuId - b.spuId);
        expect(countRows(table)).toEqual(sorted.map(({ spuId }, i) => ({ spuId, rows: rowsOf(table, sorted)[i] })));
      }),
      { seed: 5 },
    );
  });
});

describe('order of rows', () => {
  it('R-w-6: does not depend on the order of the weights', () => {
    fc.assert(
      fc.property(
        anyWeights.chain((weights) =>
          fc.tuple(fc.constant(weights), fc.shuffledSubarray(weights, { minLength: weights.length })),
        ),
        anyLength,
        ([weights, shuffled], length) => {
          expect(buildDistributionTable(shuffled, length)).toEqual(buildDistributionTable(weights, length));
        },
      ),
      { seed: 6 },
    );
  });

  it('does not depend on a common factor of the weights, nor on SPUs of weight 0', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 9 }), anyLength, (weights, length) => {
        fc.pre(weights.some((weight) => weight > 0));
        const table = buildDistributionTable(weightsOf(...weights), length);
        const scaled = weightsOf(...weights.map((weight) => weight * 6_291_456));
        expect(buildDistributionTable(scaled, length)).toEqual(table);
        const without = weightsOf(...weights).filter(({ weight }) => weight > 0);
        expect(buildDistributionTable(without, length)).toEqual(table);
      }),
      { seed: 7 },
    );
  });

  it('R-w-5: repeats an SPU no more often than its share forces', () => {
    fc.assert(
      fc.property(anyWeights, anyLength, (weights, length) => {
        const table = buildDistributionTable(weights, length);
        let repeats = 0;
        for (let row = 1; row < length; row++) if (table[row] === table[row - 1]) repeats++;
        expect(repeats).toBe(leastRepeats(rowsOf(table, weights), length));
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  it('keeps every SPU within one row of its pace from the start to any row', () => {
    fc.assert(
      fc.property(anyWeights, anyLength, (weights, length) => {
        const table = buildDistributionTable(weights, length);
        const rows = rowsOf(table, weights);
        const seen = weights.map(() => 0);
        let worst = 0;
        for (let row = 0; row < length; row++) {
          seen[weights.findIndex(({ spuId }) => spuId === table[row])]++;
          worst = Math.max(worst, ...seen.map((count, i) => Math.abs(count * length - (row + 1) * rows[i]) / length));
        }
        expect(worst).toBeLessThan(1);
      }),
      { seed: 9, numRuns: 50 },
    );
  });

  // Seven flow SPUs of two SPC2 with a dedicated central point; one SPC1 beside one SPC2.
  it.each([
    [[0, 1, 1, 1, 1, 1, 1, 1], 256],
    [[0, 1, 6, 6, 6, 6], 256],
    [[2, 1, 1], 16],
    [[6, 1], 16],
  ])('golden table of weights %j over %i rows, by rounds', (weights, length) => {
    expect(runLength(buildDistributionTable(weightsOf(...weights), length))).toMatchSnapshot();
  });
});

describe('errors', () => {
  it.each<[string, SpuWeight[], number, string]>([
    ['no SPUs', [], 256, 'Cannot build distribution table: weights must sum to at least 1: got 0'],
    ['only weight 0', weightsOf(0, 0), 256, 'Cannot build distribution table: weights must sum to at least 1: got 0'],
    [
      'a length below the number of SPUs',
      weightsOf(1, 0, 1, 1),
      2,
      'Cannot build distribution table: length must be at least the number of SPUs with a weight, 3: got 2',
    ],
    ['length 0', weightsOf(1), 0, 'length must be an integer from 1 to 16777216: got 0'],
    ['length not whole', weightsOf(1), 1.5, 'length must be an integer from 1 to 16777216: got 1.5'],
    ['length too large', weightsOf(1), MAX_TABLE_LENGTH + 1, 'got 16777217'],
    ['negative weight', weightsOf(1, -1), 256, 'weight of SPU 1 must be an integer from 0 to 2^53 - 1: got -1'],
    ['weight not whole', weightsOf(0.5), 256, 'weight of SPU 0 must be an integer from 0 to 2^53 - 1: got 0.5'],
    ['weight not a number', weightsOf(Number.NaN), 256, 'got NaN'],
    ['weight too large', weightsOf(2 ** 53), 256, 'got 9007199254740992'],
    ['an SPU twice', [...weightsOf(1), ...weightsOf(2)], 256, 'each SPU ID must stand there once: got 0 twice'],
    ['an SPU ID out of range', [{ spuId: 65_536 as SpuId, weight: 1 }], 256, 'SPU ID must be an integer'],
  ])('buildDistributionTable() throws RangeError for %s', (_, weights, length, message) => {
    expect(() => buildDistributionTable(weights, length)).toThrow(RangeError);
    expect(() => buildDistributionTable(weights, length)).toThrow(message);
  });

  it.each([-1, 0.5, Number.NaN])('weightsByCapacity() throws RangeError for capacity %d', (capacity) => {
    expect(() => weightsByCapacity([{ spuId: 0 as SpuId, capacity }])).toThrow(RangeError);
    expect(() => equalWeights([{ spuId: 0 as SpuId, capacity }])).toThrow(RangeError);
  });
});

describe('hash index', () => {
  it('hashIndexOf() is the remainder of the unsigned hash, for every length and either sign', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 1, max: MAX_TABLE_LENGTH }),
        (hash, length) => {
          const expected = Number(BigInt(hash) % BigInt(length));
          expect(hashIndexOf(hash, length)).toBe(expected);
          expect(hashIndexOf(hash | 0, length)).toBe(expected);
        },
      ),
      { seed: 10 },
    );
    for (let bits = 0; bits <= 24; bits++) {
      expect(hashIndexOf(-1, 2 ** bits)).toBe(2 ** bits - 1);
      expect(hashIndexOf(0x80000000, 2 ** bits)).toBe(0);
    }
  });

  it('R-hash-12: selectSpu() reads the row of the hash', () => {
    const table = buildDistributionTable(weightsOf(1, 2, 3), 1021);
    for (const hash of [0, 1, 1020, 1021, -1, 0x7fffffff]) {
      expect(selectSpu(table, hash)).toBe(table[hashIndexOf(hash, 1021)]);
    }
  });
});

describe('disruption', () => {
  it('is nothing for the same table', () => {
    const table = buildDistributionTable(weightsOf(1, 2), 256);
    expect(disruption(table, table)).toEqual({
      rows: 256,
      moved: 0,
      minimum: 0,
      bySpu: [
        { spuId: 0, before: 85, after: 85, kept: 85, lost: 0, gained: 0 },
        { spuId: 1, before: 171, after: 171, kept: 171, lost: 0, gained: 0 },
      ],
    });
  });

  it('balances: rows lost = rows gained = rows moved, never below the minimum', () => {
    fc.assert(
      fc.property(anyWeights, anyWeights, anyLength, (one, other, length) => {
        const change = disruption(buildDistributionTable(one, length), buildDistributionTable(other, length));
        const sum = (name: 'lost' | 'gained' | 'kept' | 'before' | 'after'): number =>
          change.bySpu.reduce((total, spu) => total + spu[name], 0);
        expect([sum('lost'), sum('gained')]).toEqual([change.moved, change.moved]);
        expect([sum('before'), sum('after')]).toEqual([length, length]);
        expect(sum('kept')).toBe(length - change.moved);
        expect(change.minimum).toBeLessThanOrEqual(change.moved);
      }),
      { seed: 11 },
    );
  });

  it('compares tables of 256 and 65,536 rows by the rows that hashes fall into', () => {
    const [short, long] = [256, 65_536].map((length) => buildDistributionTable(weightsOf(1, 1, 1), length));
    let moved = 0;
    for (let hash = 0; hash < 65_536; hash++) if (selectSpu(short, hash) !== selectSpu(long, hash)) moved++;
    expect(disruption(short, long)).toMatchObject({ rows: 65_536, moved });
    expect(disruption(long, short)).toMatchObject({ rows: 65_536, moved });
  });

  it('throws RangeError for lengths of which none is a multiple of the other', () => {
    expect(() => disruption(new Uint16Array(256), new Uint16Array(100))).toThrow(
      new RangeError('Cannot compare distribution tables: one length must be a multiple of the other: got 256 and 100'),
    );
    expect(() => disruption(new Uint16Array(0), new Uint16Array(0))).toThrow(RangeError);
  });

  it("one of n SPUs fails: the table is built anew, and about (n - 1) / n of the others' rows move", () => {
    const moved = [2, 3, 7, 43].map((spus) => {
      const weights = weightsOf(...Array<number>(spus).fill(1));
      const change = disruption(
        buildDistributionTable(weights, 65_536),
        buildDistributionTable(weights.slice(0, -1), 65_536),
      );
      const others = change.bySpu.slice(0, -1);
      const lost = others.reduce((sum, spu) => sum + spu.lost, 0);
      return Math.round((100 * lost) / others.reduce((sum, spu) => sum + spu.before, 0));
    });
    expect(moved).toMatchSnapshot();
  });
});
