import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A stream that keeps what is written to it. */
function stream(isTTY: boolean, columns = 80): { written: string[]; stream: NodeJS.WriteStream } {
  const written: string[] = [];
  return { written, stream: { isTTY, columns, write: (text: string) => written.push(text) } as never };
}

it('createProgress() shows nothing where no person watches', () => {
  const { written, stream: file } = stream(false);
  const progress = createProgress(file);
  vi.advanceTimersByTime(10_000);
  progress.update(1, 2, 1e6);
  progress.end();
  expect(written).toEqual([]);
});

it('createProgress() shows nothing for work of less than half a second', () => {
  const { written, stream: terminal } = stream(true);
  const progress = createProgress(terminal);
  vi.advanceTimersByTime(499);
  progress.update(1, 2, 1e6);
  progress.end();
  expect(written).toEqual([]);
});

it('createProgress() draws a bar at most ten times a second and wipes it away at the end', () => {
  const { written, stream: terminal } = stream(true);
  const progress = createProgress(terminal);
  vi.advanceTimersByTime(1000);
  for (let i = 0; i < 5; i++) progress.update(1, 2, 3e6);
  expect(written).toEqual([`\r\x1b[K${'█'.repeat(15)}${'░'.repeat(15)}  50 %  3.0 M packets, 3.0 M/s`]);
  vi.advanceTimersByTime(100);
  progress.update(2, 2, 6e6);
  progress.end();
  expect(written).toHaveLength(3);
  expect(written[2]).toBe('\r\x1b[K');
});

it('createProgress() shows packets only where the size is not known', () => {
  const { written, stream: terminal } = stream(true);
  const progress = createProgress(terminal);
  vi.advanceTimersByTime(2000);
  progress.update(1e9, undefined, 3e6);
  expect(written).toEqual(['\r\x1b[K3.0 M packets, 1.5 M/s']);
});

it('createProgress() leaves the bar out where the line would wrap', () => {
  const { written, stream: terminal } = stream(true, 40);
  const progress = createProgress(terminal);
  vi.advanceTimersByTime(1000);
  progress.update(1, 2, 3e6);
  expect(written).toEqual(['\r\x1b[K  50 %  3.0 M packets, 3.0 M/s']);
});
