import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureNumbersOrder } from './measure-numbers.ts';
import { renderNumbersOrder } from './render-order.ts';

describe('measureNumbersOrder()', () => {
  it('counts a number that is below one before it as reordered, the slow way too', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 60 }, (_, n) => n + 1)), (numbers) => {
        const { packets, figures } = measureNumbersOrder(numbers);
        const late = numbers.filter((number, i) => numbers.slice(0, i).some((earlier) => earlier > number));
        expect([packets, figures.received, figures.reordered]).toEqual([numbers.length, numbers.length, late.length]);
      }),
      { seed: 20_261_121, numRuns: 200 },
    );
  });

  it('goes on after 2^32 - 1 with 0, and counts what comes twice as a duplicate', () => {
    const { figures } = measureNumbersOrder([0xffff_fffe, 0xffff_ffff, 1, 0, 1, 2]);
    expect([figures.received, figures.reordered, figures.duplicates]).toEqual([5, 1, 1]);
  });

  it('says nothing about times, which a list does not have', () => {
    const order = measureNumbersOrder([1, 3, 2, 5, 4]);
    expect(Object.keys(order.figures)).not.toContain('lateNs');
    expect(order.figures.gaps).toEqual({ count: 1, mean: 2 });
    expect(renderNumbersOrder(order)).not.toMatch(/late|NaN|undefined/);
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('refuses %j', (number) => {
    expect(() => measureNumbersOrder([number])).toThrow(RangeError);
  });
});
