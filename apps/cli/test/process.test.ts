import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  finished,
  midplane,
  midplaneJson,
  NODE_ARGS,
  office,
  root,
  start,
  temporaryFile,
  temporaryFolder,
} from './_midplane.ts';

const capture = readFileSync(office);

describe('input', () => {
  it.each([
    ['gzip', gzipSync(capture)],
    ['zstd', zstdCompressSync(capture)],
  ])('%s gives the same as the plain file, from a file and from standard input', async (name, bytes) => {
    const file = join(temporaryFolder(), `office.pcapng.${name === 'gzip' ? 'gz' : 'zst'}`);
    writeFileSync(file, bytes);
    const plain = await midplane('run', office, '--json');
    expect(await midplane('run', file, '--json')).toEqual(plain);
    const { value } = await midplaneJson('inspect', file);
    expect(value).toMatchObject({ id: 'office', status: 'ok', counts: { packets_total: 7230 } });

    const child = start('run', '-', '--json');
    child.stdin?.end(bytes);
    expect(await finished(child)).toMatchObject({ code: 0, out: plain.out, err: '' });
  });

  it('- reads standard input, however it is cut', async () => {
    const plain = await midplane('run', office, '--json');
    const child = start('run', '-', '--json');
    createReadStream(office, { highWaterMark: 7919 }).pipe(child.stdin!);
    expect(await finished(child)).toMatchObject({ code: 0, out: plain.out, err: '' });
  });

  it('- reads a file that the shell opened', async () => {
    const input = openSync(office, 'r');
    const { status, stdout } = spawnSync(process.execPath, [...NODE_ARGS, 'inspect', '-'], {
      stdio: [input, 'pipe', 'pipe'],
    });
    closeSync(input);
    expect([status, String(stdout)]).toEqual([0, (await midplane('inspect', office)).out]);
  });

  it('a named pipe is read once', async () => {
    const pipe = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = start('inspect', pipe);
    const said = finished(child);
    writeFileSync(pipe, capture);
    expect(await said).toMatchObject({ code: 0, out: (await midplane('inspect', office)).out });
  });

  it('corrupt input ends the command though the writer still holds the pipe', async () => {
    const child = start('run', '-');
    child.stdin?.write('this is no capture');
    const { code, err } = await finished(child);
    expect(code).toBe(2);
    expect(err).toMatch(/^midplane: Cannot read capture from standard input: .* \[capture-bad-magic\]\n$/);
  });
});

describe('output', () => {
  it('has no colour and no progress where no person watches', async () => {
    const child = start('run', office);
    const { code, out, err } = await finished(child);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe((await midplane('run', office)).out);
  });

  it('traffic -o - writes the capture to standard output, --json the summary to standard error', async () => {
    const file = join(temporaryFolder(), 'x.pcap');
    await midplane('traffic', '--packets', '300', '-o', file);
    const args = [...NODE_ARGS, 'traffic', '--packets', '300', '-o', '-', '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args);
    expect(status).toBe(0);
    expect(stdout.equals(readFileSync(file))).toBe(true);
    expect(JSON.parse(String(stderr))).toMatchObject({ file: '-', packets: 300, bytes: stdout.length });
  });

  it.each([
    ['traffic', '--packets', '300000', '-o', '-'],
    ['inspect', office, office, office, '--community-id'],
    ['run', office, '--json'],
  ])('a reader that has seen enough ends %s quietly', async (...args) => {
    const child = start(...args);
    const said = finished(child);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await said).toMatchObject({ code: 0, err: '' });
  });

  it.skipIf(process.platform !== 'linux')('a full disk is one sentence', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [...NODE_ARGS, 'chassis'], {
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(status).toBe(2);
    expect(String(stderr)).toMatch(
      /^midplane: Cannot write output: it must be writable: got ENOSPC \[write-failed\]\n$/,
    );
  });

  it('Ctrl-C ends a long command at once and quietly', async () => {
    const child = start('traffic', '--packets', '100000000', '-o', '-');
    const said = finished(child);
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    expect(await said).toMatchObject({ signal: 'SIGINT', err: '' });
  });

  it('errors go to standard error with exit code 2', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...NODE_ARGS, 'run', 'none.pcap', '--json'], {
      cwd: root,
    });
    expect([status, String(stdout)]).toEqual([2, '']);
    expect(JSON.parse(String(stderr)).error.code).toBe('no-such-file');
  });
});

// util-linux' `script` gives a command a terminal of its own
if (process.platform === 'linux' && existsSync('/usr/bin/script')) {
  describe('on a terminal', () => {
    const onTerminal = (command: string, env: NodeJS.ProcessEnv = {}): string => {
      const line = `${[process.execPath, ...NODE_ARGS].map((word) => `'${word}'`).join(' ')} ${command}`;
      // Node takes a terminal in CI for one without colours
      const { NO_COLOR: _, CI: __, ...others } = process.env;
      const settings = { cwd: root, env: { ...others, TERM: 'xterm-256color', ...env } };
      return String(spawnSync('/usr/bin/script', ['-qec', line, '/dev/null'], settings).stdout);
    };
    const BOLD = '\x1b[1m';

    it('headings are bold, unless NO_COLOR is set', () => {
      expect(onTerminal('chassis')).toContain(`${BOLD}Slots`);
      expect(onTerminal('chassis', { NO_COLOR: '1' })).not.toContain('\x1b');
    });

    it('standard input must not be the terminal, nor the output of traffic', () => {
      expect(onTerminal('run -')).toMatch(/standard input must be a capture.*got a terminal \[input-is-terminal\]/);
      expect(onTerminal('traffic -o -')).toMatch(
        /standard output must be a file.*got a terminal \[output-is-terminal\]/,
      );
    });
  });
}

describe('--spus', () => {
  it.each(['workers', 'auto'])(
    '%s gives the report of one thread, and says on standard error where SPUs are',
    async (spus) => {
      const plain = await midplane('run', office, '--json');
      const { code, out, err } = await finished(start('run', office, '--json', '--spus', spus));
      expect({ code, out }).toEqual({ code: 0, out: plain.out });
      const { workers, why } = JSON.parse(err).runInfo.spus;
      if (spus === 'auto') expect([workers, why]).toEqual([0, expect.stringMatching(/packets are over before/)]);
      else expect(workers).toBeGreaterThanOrEqual(2); // as many as there are processors, less one
    },
  );

  it('workers takes one where SPUs are bound together, and says why', async () => {
    const plain = await midplane('run', office, '--asymmetric');
    const { code, out, err } = await finished(start('run', office, '--asymmetric', '--spus', 'workers'));
    expect({ code, out }).toEqual({ code: 0, out: plain.out });
    expect(err).toBe('midplane: SPUs in a worker: asymmetric hashing ties SPUs together by pointer records\n');
  });

  it('workers begins anew with one worker where NPU tables could become full', async () => {
    const scenario = temporaryFile(
      'small-tables.yaml',
      `schema: midplane-scenario/1\nchassis: { npuTableWings: 300 }\nspus: workers\ntraffic: [{ capture: ${JSON.stringify(office)} }]\n`,
    );
    const plain = await midplane('run', scenario, '--spus', 'inline', '--json');
    const { code, out, err } = await finished(start('run', scenario, '--json'));
    expect({ code, out }).toEqual({ code: 0, out: plain.out });
    expect(JSON.parse(out).npus[0].refusals).toBeGreaterThan(0);
    const workers = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).runInfo.spus.workers);
    expect(workers).toEqual([workers[0], 1]);
    expect(workers[0]).toBeGreaterThanOrEqual(2);
  });

  it('workers reads standard input, which comes once', async () => {
    const plain = await midplane('run', office, '--json');
    const child = start('run', '-', '--json', '--spus', 'workers');
    child.stdin?.end(capture);
    expect(await finished(child)).toMatchObject({
      code: 0,
      out: plain.out,
      err: expect.stringMatching(/cannot be read again/),
    });
  });
});
