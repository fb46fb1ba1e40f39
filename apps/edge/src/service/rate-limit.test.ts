import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

it('take() lets a minute of requests in at once, then as many as come back per second', () => {
  const rate = new RateLimit(60);
  const now = 1_000_000;
  const waits = Array.from({ length: 62 }, () => rate.take('a', now));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(60);
  expect(waits.slice(60)).toEqual([1, 1]);
  expect(rate.take('a', now + 999)).toBe(1);
  expect(rate.take('a', now + 1000)).toBe(0);
  expect(rate.take('b', now)).toBe(0);
  expect(Array.from({ length: 61 }, () => rate.take('a', now + 1e9)).filter((wait) => wait === 0)).toHaveLength(60);
});

it('take() says how long a client with a low rate waits', () => {
  const rate = new RateLimit(2);
  expect([rate.take('a', 0), rate.take('a', 0), rate.take('a', 0), rate.take('a', 29_000)]).toEqual([0, 0, 30, 1]);
});

it('take() forgets the client that was away longest, so that many clients take no memory', () => {
  const rate = new RateLimit(1);
  expect(rate.take('first', 0)).toBe(0);
  expect(rate.take('first', 0)).toBe(60);
  for (let i = 0; i < 10_000; i++) rate.take(`client ${i}`, 0);
  expect(rate.take('first', 0)).toBe(0);
});
