import type { SpuId } from '@midplane/spu-id';
import { expect, it } from 'vitest';
import { type TypedSpu, WRR_WEIGHTS, weightsByType } from './index.ts';

const spu = (spuId: number, card: string, capacity: number): TypedSpu => ({ spuId: spuId as SpuId, card, capacity });
const mixed = [spu(0, 'SPC1', 0), spu(1, 'SPC1', 1_048_576), spu(4, 'SPC2', 6_291_456), spu(5, 'SPC2', 6_291_456)];

it('R-w-8: weightsByType() weighs SPUs by the type of their card, a dedicated central point 0', () => {
  expect(weightsByType(mixed).map(({ weight }) => weight)).toEqual([0, 1, 6, 6]);
  expect(weightsByType(mixed, { SPC1: 3, SPC2: 7 }).map(({ weight }) => weight)).toEqual([0, 3, 7, 7]);
});

it('R-w-8: an SPU whose capacity is overridden keeps the weight of its type', () => {
  expect(weightsByType([spu(1, 'SPC2', 10)])).toEqual([{ spuId: 1, weight: 6 }]);
});

it('R-w-6: the order of the SPUs does not matter', () => {
  expect(weightsByType([...mixed].reverse())).toEqual(weightsByType(mixed));
});

it('WRR_WEIGHTS are the session capacities, SPC1 = 1', () => {
  const capacities = { SPC1: 1_048_576, SPC2: 6_291_456, SPC3: 12_582_912 };
  for (const [card, capacity] of Object.entries(capacities)) expect(WRR_WEIGHTS[card]).toBe(capacity / 1_048_576);
});

it.each<[string, TypedSpu[], Record<string, number> | undefined, string]>([
  [
    'an unknown type',
    [spu(1, 'SPC4', 1)],
    undefined,
    'Cannot weigh SPU 1: its card must be one of SPC1, SPC2, SPC3: got "SPC4"',
  ],
  ['a type of the prototype', [spu(1, 'toString', 1)], undefined, 'got "toString"'],
  ['a weight below 0', [spu(1, 'X', 1)], { X: -1 }, 'weight of SPU 1 must be an integer from 0 to 2^53 - 1: got -1'],
  ['a capacity that is no integer', [spu(1, 'SPC1', 0.5)], undefined, 'got 0.5'],
  ['an SPU twice', [spu(1, 'SPC1', 1), spu(1, 'SPC1', 1)], undefined, 'got 1 twice'],
])('weightsByType() throws RangeError for %s', (_, spus, weights, message) => {
  expect(() => weightsByType(spus, weights)).toThrow(RangeError);
  expect(() => weightsByType(spus, weights)).toThrow(message);
});
