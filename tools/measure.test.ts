import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Command, compareCommands, formatMeasurement, measure, median } from './measure.ts';

const node = (name: string, code: string, more: Partial<Command> = {}): Command => ({
  name,
  argv: [process.execPath, '-e', code],
  ...more,
});

describe.skipIf(!existsSync('/proc/self/stat'))('measure()', () => {
  it('tells CPU time that was used and not time that was slept', async () => {
    const busy = await measure(
      node('busy', 'const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);'),
    );
    const idle = await measure(node('idle', 'setTimeout(() => {}, 400)'));
    expect(busy.cpuSeconds).toBeGreaterThan(0.18);
    expect(idle.wallSeconds).toBeGreaterThan(0.38);
    expect(idle.cpuSeconds).toBeLessThan(0.3);
  });

  it('tells the peak of memory, even when it is given back', async () => {
    const code = 'let a = Buffer.alloc(2e8, 1); setTimeout(() => { a = undefined; setTimeout(() => {}, 50); }, 50)';
    const { peakBytes } = await measure(node('memory', code));
    expect(peakBytes).toBeGreaterThan(2e8);
    expect(peakBytes).toBeLessThan(4e8);
  });

  it('feeds standard input and keeps output when asked', async () => {
    const code = 'let n = 0; process.stdin.on("data", (d) => n += d.length).on("end", () => console.log(n))';
    const stdin = function* () {
      for (let i = 0; i < 10; i++) yield new Uint8Array(100_000);
    };
    expect((await measure(node('cat', code, { stdin, keepOutput: true }))).stdout).toBe('1000000\n');
  });

  it('throws with the end of standard error when the command fails', async () => {
    await expect(measure(node('bad', 'console.error("what happened"); process.exit(3)'))).rejects.toThrow(
      /Cannot measure bad: it must exit with 0: got 3\nwhat happened/,
    );
    await expect(measure({ name: 'lost', argv: ['/nonexistent'] })).rejects.toThrow('ENOENT');
  });

  it('runs commands alternately', async () => {
    const results = await compareCommands([node('a', '1'), node('b', '2')], 2);
    expect(results.map(({ name, samples }) => [name, samples.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });
});

describe('median()', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected));
});

describe('formatMeasurement()', () => {
  it('gives CPU time per packet', () => {
    const line = formatMeasurement({ name: 'x', samples: [], cpuSeconds: 2, wallSeconds: 2.5, peakBytes: 3e8 }, 1e6);
    expect(line.replaceAll(/ +/g, ' ')).toBe(' x 2,000 ns 2.50 s 300 MB');
  });
});
