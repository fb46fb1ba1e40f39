import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { finished, office, type Said, start, temporaryFile } from './_midplane.ts';

const HEAD = 'schema: midplane-scenario/1\ntraffic:\n';
const SHAPE = '  - shape: small\n    packets: 100\n';
const CAPTURE = '  - capture: "-"\n';

/** Runs a command with something on its standard input. */
async function given(input: string | Uint8Array, ...args: string[]): Promise<Said> {
  const child = start(...args);
  child.stdin?.end(input);
  return finished(child);
}

const capture = readFileSync(office);

describe('standard input, which can be read once, is refused where it is read twice', () => {
  it.each([
    ['inspect', ['inspect', '-', '-']],
    ['inspect, apart from each other', ['inspect', '-', office, '-', '--json']],
    ['ordering', ['ordering', '-', '-']],
    ['compare', ['compare', '-', '-', '--to-hash', 'fnv1a']],
    ['diagnose', ['diagnose', '-', '-']],
  ])('as captures of %s', async (_, args) => {
    const { code, out, err } = await given(capture, ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/Cannot read command line: - must be given once, .*: got it 2 times/);
    expect(err).toContain('one-standard-input');
  });

  it.each([
    ['run', []],
    ['sessions', []],
    ['explain', ['--packet', '1']],
    ['compare', ['--to-hash', 'fnv1a']],
    ['plan', []],
    ['shell', ['-c', 'show version']],
  ])('as captures of one scenario: %s', async (command, options) => {
    const file = temporaryFile('s.yaml', HEAD + CAPTURE + SHAPE + CAPTURE);
    const { code, out, err } = await given(capture, command, file, ...options);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /s\.yaml: traffic\.2\.capture must be a file, .* traffic\.0\.capture is read from it \(line 6, column 14\): got "-" \[scenario-bad-value\]\n$/,
    );
  });

  it('as a scenario and a capture of it', async () => {
    const { code, out, err } = await given(HEAD + SHAPE + CAPTURE, 'run', '-');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /from standard input: traffic\.1\.capture must be a file, .* the scenario is read from it \(line 5, column 14\): got "-" \[scenario-bad-value\]\n$/,
    );
  });

  it('as captures of two sides of a comparison, unless they have the same traffic', async () => {
    const one = temporaryFile('one.yaml', HEAD + CAPTURE);
    const more = temporaryFile('more.yaml', HEAD + CAPTURE + SHAPE);
    const { code, err } = await given(capture, 'compare', '-', more);
    expect([code, err]).toEqual([
      2,
      `midplane: Cannot compare: standard input must be read for one side, or for both as the same traffic, as it can be read once: got it for - and for ${more} [one-standard-input]\n`,
    ]);
    const same = await given(capture, 'compare', '-', one, '--to-hash', 'fnv1a', '--json');
    expect([same.code, JSON.parse(same.out).after.input.packets]).toEqual([0, 7230]);
    const scenario = await given(HEAD + SHAPE, 'compare', '-', one);
    expect(scenario.err).toContain('[one-standard-input]');
  });

  it('as the traffic of a shell and its lines', async () => {
    const one = temporaryFile('one.yaml', HEAD + CAPTURE);
    for (const path of ['-', one]) {
      const { code, out, err } = await given(capture, 'shell', path);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(
        /Cannot open shell: lines must be given with -c where .*: got none \[one-standard-input\]\n$/,
      );
    }
    const { code, out } = await given(capture, 'shell', '-', '-c', 'show security flow session summary | count');
    expect([code, out]).toMatchObject([0, expect.stringMatching(/^Count: \d+ lines\n$/)]);
  });

  it('as the traffic of a shell, and again when that is played', async () => {
    const { code, err } = await given(capture, 'shell', '-', '-c', 'request simulation start');
    expect(code).toBe(2);
    expect(err).toContain('Cannot read capture: it must be a file where it is read again: got standard input');
  });
});
