import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StallWatch } from './stall-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each([true, false])('StallWatch (one timer for all: %s)', (isShared) => {
  it('tells of each wait when its own time is over, and of none that has ended', () => {
    const watch = new StallWatch(100, isShared);
    const told: string[] = [];
    const begin = (name: string) => watch.watch(() => told.push(name));
    begin('a');
    vi.advanceTimersByTime(60);
    const endOfB = begin('b');
    begin('c');
    vi.advanceTimersByTime(30);
    begin('d');
    endOfB();
    vi.advanceTimersByTime(9);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['a']);
    vi.advanceTimersByTime(60);
    expect(told).toEqual(['a', 'c']);
    vi.advanceTimersByTime(30);
    expect(told).toEqual(['a', 'c', 'd']);
    begin('e');
    vi.advanceTimersByTime(100);
    expect(told).toEqual(['a', 'c', 'd', 'e']);
  });
});

it('StallWatch with one timer for all sets none where one runs', () => {
  const watch = new StallWatch(100, true);
  for (let i = 0; i < 1000; i++) watch.watch(() => {})();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});
