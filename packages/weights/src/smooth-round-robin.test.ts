import type { SpuId } from '@midplane/spu-id';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmoothRoundRobin, type SpuWeight } from './index.ts';

/** Weights for SPUs 0, 1, 2 ... */
function weightsOf(...weights: number[]): SpuWeight[] {
  return weights.map((weight, spuId) => ({ spuId: spuId as SpuId, weight }));
}

function turnsOf(chooser: SmoothRoundRobin, turns: number): number[] {
  return Array.from({ length: turns }, () => chooser.choose());
}

/** The same rule in integers of any size and in the plainest words. */
function turnsByHand(weights: readonly SpuWeight[], turns: number): number[] {
  const credits = weights.map(() => 0n);
  const sum = weights.reduce((total, { weight }) => total + BigInt(weight), 0n);
  return Array.from({ length: turns }, () => {
    const able = weights.map((_, i) => i).filter((i) => weights[i].weight > 0);
    for (const i of able) credits[i] += BigInt(weights[i].weight);
    const before = (a: number, b: number): boolean =>
      credits[a] > credits[b] || (credits[a] === credits[b] && weights[a].spuId < weights[b].spuId);
    const chosen = able.find((i) => able.every((other) => other === i || before(i, other))) as number;
    credits[chosen] -= sum;
    return chosen;
  });
}

const anyWeights = fc
  .uniqueArray(
    fc.record({ spuId: fc.nat({ max: 95 }), weight: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 20_000_000 })) }),
    { minLength: 1, maxLength: 44, selector: ({ spuId }) => spuId },
  )
  .filter((rows) => rows.some(({ weight }) => weight > 0)) as fc.Arbitrary<SpuWeight[]>;

describe('turns', () => {
  it.each([
    ['R-w-7, R-w-9: equal weights are plain round robin', [1, 1, 1], [0, 1, 2, 0, 1, 2, 0]],
    ['R-w-9: turns of the heavy one are spread', [5, 1, 1], [0, 0, 1, 0, 2, 0, 0, 0, 0]],
    ['an SPU of weight 0 has no turn', [0, 2, 0, 1], [1, 3, 1, 1, 3, 1]],
    ['one SPU has all', [0, 7], [1, 1, 1]],
    ['nobody has a weight', [0, 0], [-1, -1]],
    ['there are no SPUs', [], [-1]],
  ])('%s', (_, weights, turns) => {
    expect(turnsOf(new SmoothRoundRobin(weightsOf(...weights)), turns.length)).toEqual(turns);
  });

  it('R-w-9: among equals the lower SPU ID goes first, in whatever order they are listed', () => {
    const listed = [6, 4, 5].map((spuId) => ({ spuId: spuId as SpuId, weight: 1 }));
    expect(turnsOf(new SmoothRoundRobin(listed), 4)).toEqual([1, 2, 0, 1]);
  });

  it('agree with the rule by hand', () => {
    fc.assert(
      fc.property(anyWeights, (weights) => {
        expect(turnsOf(new SmoothRoundRobin(weights), 200)).toEqual(turnsByHand(weights, 200));
      }),
      { seed: 21 },
    );
  });

  it('R-w-9: after as many turns as the sum of the weights each SPU had exactly its weight, and the sequence repeats', () => {
    const small = fc
      .array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 })
      .filter((list) => list.some((w) => w > 0));
    fc.assert(
      fc.property(small, (list) => {
        const sum = list.reduce((total, weight) => total + weight, 0);
        const chooser = new SmoothRoundRobin(weightsOf(...list));
        const first = turnsOf(chooser, sum);
        expect(list.map((_, position) => first.filter((turn) => turn === position).length)).toEqual(list);
        expect(turnsOf(chooser, sum)).toEqual(first);
      }),
      { seed: 22 },
    );
  });

  it('R-w-9: SPUs of one SPC1 beside one SPC2 stay within one turn of their share, all along', () => {
    const weights = weightsOf(0, 1, 6, 6, 6, 6);
    const seen = weights.map(() => 0);
    const chooser = new SmoothRoundRobin(weights);
    let worst = 0;
    for (let turn = 1; turn <= 1000; turn++) {
      seen[chooser.choose()]++;
      for (const [i, { weight }] of weights.entries())
        worst = Math.max(worst, Math.abs(seen[i] - (turn * weight) / 25));
    }
    expect(worst).toBeLessThan(1);
  });
});

describe('setWeights()', () => {
  it('counts from the next choice on', () => {
    const chooser = new SmoothRoundRobin(weightsOf(1, 0));
    expect(turnsOf(chooser, 2)).toEqual([0, 0]);
    chooser.setWeights(weightsOf(0, 1));
    expect(turnsOf(chooser, 2)).toEqual([1, 1]);
  });

  it('keeps whose turn it is while the sum stays', () => {
    const chooser = new SmoothRoundRobin(weightsOf(1, 1));
    expect(chooser.choose()).toBe(0);
    chooser.setWeights(weightsOf(1, 1));
    expect(chooser.choose()).toBe(1);
  });

  it('starts anew with another sum: old credits of a larger scale do not bias the new turns', () => {
    const chooser = new SmoothRoundRobin(weightsOf(1_000_000, 999_999, 1));
    turnsOf(chooser, 1001);
    chooser.setWeights(weightsOf(1, 1, 1));
    expect(turnsOf(chooser, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('all 0 and back: nobody, then as from the start', () => {
    const chooser = new SmoothRoundRobin(weightsOf(2, 1));
    chooser.choose();
    chooser.setWeights(weightsOf(0, 0));
    expect(chooser.choose()).toBe(-1);
    chooser.setWeights(weightsOf(2, 1));
    expect(turnsOf(chooser, 3)).toEqual([0, 1, 0]);
  });

  // Weights of adaptive mode move every second by a little; nobody may gain from the change itself.
  it('over weights that change with a constant sum, every SPU stays within two turns of its summed share', () => {
    const parts = fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 })).map(([a, b]) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      return [low, high - low, 100 - high];
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(parts, fc.integer({ min: 1, max: 50 })), { maxLength: 20 }), (seconds) => {
        const chooser = new SmoothRoundRobin(weightsOf(34, 33, 33));
        const due = [0, 0, 0];
        const had = [0, 0, 0];
        for (const [weights, turns] of seconds) {
          chooser.setWeights(weightsOf(...weights));
          for (let turn = 0; turn < turns; turn++) {
            for (let i = 0; i < 3; i++) due[i] += weights[i] / 100;
            had[chooser.choose()]++;
          }
        }
        for (let i = 0; i < 3; i++) expect(Math.abs(had[i] - due[i])).toBeLessThan(2);
      }),
      { seed: 23, numRuns: 500 },
    );
  });

  it.each<[string, SpuWeight[], string]>([
    ['fewer SPUs', weightsOf(1), 'Cannot set weights: SPU IDs must be 0, 1: got 0'],
    ['none', [], 'got none'],
    ['other SPUs', weightsOf(1, 1, 1).slice(1), 'SPU IDs must be 0, 1: got 1, 2'],
    ['another order', weightsOf(1, 1).reverse(), 'got 1, 0'],
    ['a weight that is no integer', weightsOf(1, 0.5), 'weight of SPU 1 must be an integer'],
    ['weights that sum to too much', weightsOf(2 ** 51, 1), 'they must sum to 2^51 at most: got 2251799813685249'],
  ])('throws RangeError for %s, and changes nothing', (_, weights, message) => {
    const chooser = new SmoothRoundRobin(weightsOf(2, 1));
    expect(() => chooser.setWeights(weights)).toThrow(RangeError);
    expect(() => chooser.setWeights(weights)).toThrow(message);
    expect(turnsOf(chooser, 3)).toEqual([0, 1, 0]);
  });

  it('the constructor throws RangeError for an SPU that stands there twice', () => {
    expect(() => new SmoothRoundRobin([...weightsOf(1), ...weightsOf(1)])).toThrow('got 0 twice');
  });
});
