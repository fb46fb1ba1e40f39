import { expect, it } from 'vitest';
import { Kept } from './kept.ts';

it('Kept makes what is not kept, keeps what is asked for again, and forgets what is not', () => {
  const kept = new Kept<number>(3);
  let made = 0;
  const ask = (key: string): number => kept.get(key, () => ++made);
  expect(['a', 'b', 'a', 'c'].map(ask)).toEqual([1, 2, 1, 3]);
  expect(['d', 'a', 'e'].map(ask)).toEqual([4, 1, 5]); // the first three are old now; `a` is asked for again
  expect(['f', 'a', 'g'].map(ask)).toEqual([6, 1, 7]); // `b` and `c` are forgotten
  expect(['b', 'a'].map(ask)).toEqual([8, 1]);
});

it('Kept has room for twice its size at most', () => {
  const kept = new Kept<number>(100);
  const ask = (key: number): void => void kept.get(String(key), () => key);
  for (let key = 0; key < 10_000; key++) ask(key);
  const { young, old } = kept as unknown as { young: Map<string, number>; old: Map<string, number> };
  expect(young.size + old.size).toBeLessThanOrEqual(200);
});
