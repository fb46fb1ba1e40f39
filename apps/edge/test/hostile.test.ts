import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { problemSchema } from '@midplane/api';
import { PcapWriter } from '@midplane/capture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/index.ts';
import { expectDocumented } from './_documented.ts';
import { missing, office, type RuntimeName, start, type Target } from './_targets.ts';

const LIMITS = {
  MIDPLANE_MAX_BODY_BYTES: '2000000000',
  MIDPLANE_MAX_CAPTURE_BYTES: '20000000',
  MIDPLANE_MAX_WALL_SECONDS: '8',
  MIDPLANE_MAX_IDLE_SECONDS: '4',
  MIDPLANE_MAX_SIMULATIONS: '4',
};
/** Sooner than a client that is silent is given up, in ms: what ends within it was noticed, not waited for. */
const AT_ONCE = 3500;
/** What is to happen at all, on however busy a machine, in ms. */
const PATIENCE = 25_000;
const capture = new Uint8Array(readFileSync(office));
const captures = process.env['MIDPLANE_CAPTURES'];
const hostile = captures === undefined ? undefined : join(captures, 'hostile');
if (hostile === undefined) {
  const message = 'SKIPPED: hostile captures: MIDPLANE_CAPTURES names no folder';
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1') throw new Error(message);
  console.warn(message);
}

/** A capture of so many bytes, which compresses to next to nothing. */
function largeCapture(bytes: number): Uint8Array<ArrayBuffer> {
  const writer = new PcapWriter();
  const frame = new Uint8Array(1500);
  for (let i = 0; i * 1516 < bytes; i++) writer.add(frame, 0, 1500, 1500, 1_700_000_000, 0);
  return new Uint8Array(writer.take());
}

const large = largeCapture(25_000_000);
const bomb = new Uint8Array(gzipSync(largeCapture(60_000_000)));
const zeros = new Uint8Array(gzipSync(new Uint8Array(30_000_000)));

/** A connection that says what it likes. */
async function raw(url: string): Promise<{ socket: Socket; heard: () => string; closed: Promise<void> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (data: Buffer) => {
    text += data.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => text, closed };
}

const head = (...lines: string[]): string => headOf('/v1/simulations', ...lines);
const headOf = (path: string, ...lines: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'Host: midplane', ...lines]
    .map((line) => `${line}\r\n`)
    .join('')
    .concat('\r\n');

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until something holds, for so long. */
async function until(holds: () => boolean | Promise<boolean>, milliseconds: number): Promise<void> {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (await holds()) return;
    await sleep(25);
  }
  if (!(await holds())) throw new Error(`not within ${milliseconds} ms: ${holds}`);
}

/** A server, and what is asked of it again and again. */
class Victim {
  readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  async post(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(this.target.url + path, { method: 'POST', body, headers });
    expectDocumented(path, response);
    return response;
  }

  /** Status and code of a problem. */
  async refusal(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<[number, string]> {
    const response = await this.post(path, body, headers);
    return [response.status, problemSchema.parse(await response.json()).code];
  }

  async running(): Promise<number> {
    const text = await (await fetch(`${this.target.url}/metrics`)).text();
    return Number(/^midplane_runs_running (\d+)$/m.exec(text)![1]);
  }

  /** It runs nothing any more, and does its work. */
  async isWell(): Promise<void> {
    await until(async () => (await this.running()) === 0, PATIENCE);
    const response = await this.post('/v1/simulations', capture);
    expect((await response.json()).totals.offered).toBe(7230);
  }
}

const names = (['node', 'deno', 'bun', 'workerd'] as const satisfies readonly RuntimeName[]).filter(
  (name) => missing(name) === undefined,
);
let victims: Victim[] = [];

beforeAll(async () => {
  victims = await Promise.all(names.map(async (name) => new Victim(await start(name, LIMITS))));
});
afterAll(async () => {
  await Promise.all(victims.map(({ target }) => target.close()));
});

/** Does the same to all servers and looks whether they are well: at the same time what waits, one after the other what works. */
function toAll(
  attack: (victim: Victim) => Promise<void>,
  how: 'together' | 'in turn' = 'together',
): () => Promise<void> {
  const one = async (victim: Victim): Promise<void> => {
    try {
      await attack(victim);
      await victim.isWell();
    } catch (error) {
      throw new Error(`on ${victim.target.name}: ${(error as Error).message}`, { cause: error });
    }
  };
  return async () => {
    if (how === 'together') await Promise.all(victims.map(one));
    else for (const victim of victims) await one(victim);
  };
}

describe(`what the internet sends to ${names.join(', ')}`, { timeout: 120_000 }, () => {
  it(
    '1 GB that is declared and does not come is given up',
    toAll(async ({ target }) => {
      const { socket, heard, closed } = await raw(target.url);
      socket.write(head('Content-Length: 1073741824', 'Content-Type: application/octet-stream'));
      socket.write(capture.subarray(0, 1024));
      await until(() => heard().includes('upload-stalled'), PATIENCE);
      expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
      if (target.name !== 'deno') await closed; // Deno leaves it open
      socket.destroy();
    }),
  );

  it(
    'a body that is declared larger than may be is refused before it comes',
    toAll(async ({ target }) => {
      const { socket, heard } = await raw(target.url);
      socket.write(head('Content-Length: 2000000001', 'Content-Type: application/octet-stream'));
      await until(() => /^HTTP\/1\.1 413 /.test(heard()), PATIENCE);
      socket.destroy();
    }),
  );

  it(
    'a slow upload ends when its time is over',
    toAll(async ({ target }) => {
      const { socket, heard } = await raw(target.url);
      socket.write(head('Content-Length: 3000000', 'Content-Type: application/octet-stream'));
      let at = 0;
      const drip = setInterval(() => {
        socket.write(capture.subarray(at, at + 100));
        at += 100;
      }, 100);
      await until(() => heard().includes('took-too-long'), PATIENCE).finally(() => clearInterval(drip));
      expect(heard()).toMatch(/^HTTP\/1\.1 503 /);
      socket.destroy();
    }),
  );

  it.each([
    ['of a declared length', 'Content-Length: 1000', ' '],
    ['in chunks', 'Transfer-Encoding: chunked', '1\r\n \r\n'],
  ])('a question %s that comes byte by byte ends when its time is over', (_what, line, byte) =>
    toAll(async ({ target }) => {
      const { socket, heard, closed } = await raw(target.url);
      socket.write(headOf('/v1/where', line, 'Content-Type: application/json'));
      const drip = setInterval(() => socket.write(byte), 200);
      void closed.then(() => clearInterval(drip));
      await until(() => heard().includes('upload-stalled'), PATIENCE);
      expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
      if (target.name !== 'deno') await closed; // Deno leaves it open
      socket.destroy();
    })(),
  );

  it(
    'an upload that is broken off ends the run',
    toAll(async (victim) => {
      const { socket } = await raw(victim.target.url);
      socket.write(head('Content-Length: 3000000', 'Content-Type: application/octet-stream'));
      socket.write(capture.subarray(0, 200_000));
      await until(async () => (await victim.running()) === 1, PATIENCE);
      socket.destroy();
      await until(async () => (await victim.running()) === 0, AT_ONCE);
    }),
  );

  it(
    'a reader that goes away in the middle of events ends the run',
    toAll(async (victim) => {
      const { socket, heard } = await raw(victim.target.url);
      socket.write(head('Transfer-Encoding: chunked', 'Accept: application/x-ndjson'));
      socket.write('8000\r\n');
      socket.write(capture.subarray(0, 0x8000));
      socket.write('\r\n');
      await until(async () => heard() !== '' || (await victim.running()) === 1, PATIENCE);
      socket.destroy();
      await until(async () => (await victim.running()) === 0, AT_ONCE);
    }),
  );

  it.each([
    ['/v1/traffic', '{"traffic":{"shape":"small","packets":1000000}}'],
    ['/v1/sessions', '{"schema":"midplane-scenario/1","traffic":[{"shape":"many","packets":300000}]}'],
  ])('an answer of %s whose time is over while it is read does not pass as a whole one', (path, body) =>
    toAll(async ({ target }) => {
      const response = await fetch(target.url + path, { method: 'POST', body });
      expect(response.status).toBe(200);
      const reader = response.body!.getReader();
      expect((await reader.read()).done).toBe(false);
      await sleep(Number(LIMITS.MIDPLANE_MAX_WALL_SECONDS) * 1000);
      const rest = async (): Promise<void> => {
        while (!(await reader.read()).done);
      };
      await expect(rest()).rejects.toThrow();
    })(),
  );

  it(
    'chunks that are none end the connection, not the server',
    toAll(async ({ target }) => {
      const { socket, heard, closed } = await raw(target.url);
      socket.write(head('Transfer-Encoding: chunked'));
      socket.write('zz\r\nthis is no chunk\r\n0\r\n\r\n');
      await Promise.race([closed, until(() => heard() !== '', PATIENCE)]);
      if (heard() !== '') expect(heard()).toMatch(/^HTTP\/1\.1 400 /);
      socket.destroy();
    }),
  );

  it(
    'deep JSON, deep YAML and a bomb of aliases are refused',
    toAll(async (victim) => {
      expect(await victim.refusal('/v1/where', '{"flow":'.repeat(100_000))).toEqual([400, 'json-syntax']);
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      expect(await victim.refusal('/v1/where', deep)).toEqual([400, 'request-bad-value']);
      const yaml = { 'Content-Type': 'application/yaml' };
      const tooDeep = await victim.refusal('/v1/simulations', `schema: ${deep}`, yaml);
      expect(tooDeep).toEqual([413, 'scenario-too-large']);
      const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`).slice(1);
      const aliases = `a0: &a0 [x]\n${levels.join('\n')}\nschema: midplane-scenario/1\n`;
      expect(await victim.refusal('/v1/simulations', aliases, yaml)).toEqual([400, 'scenario-alias']);
    }, 'in turn'),
  );

  it(
    'a bomb in gzip stops at the size that a capture may have',
    toAll(async (victim) => {
      expect(await victim.refusal('/v1/simulations', bomb)).toEqual([413, 'capture-too-large']);
      expect(await victim.refusal('/v1/inspect', bomb)).toEqual([413, 'capture-too-large']);
      expect(await victim.refusal('/v1/simulations', zeros)).toEqual([400, 'capture-bad-magic']);
    }, 'in turn'),
  );

  it(
    'an upload that turns out to be too large reads its refusal',
    toAll(async (victim) => {
      expect(await victim.refusal('/v1/simulations', large)).toEqual([413, 'capture-too-large']);
      expect(await victim.refusal('/v1/plan', large)).toEqual([413, 'capture-too-large']);
      const stream = new Blob([large]).stream();
      const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
      const response = await fetch(`${victim.target.url}/v1/inspect`, init);
      expect([response.status, (await response.json()).code]).toEqual([413, 'capture-too-large']);
    }, 'in turn'),
  );

  it(
    '200 at a time: some run, the rest is told to come back, questions are answered',
    toAll(async (victim) => {
      const cut = capture.slice(0, 20_000);
      const path = '/v1/simulations?tableLength=256';
      const all = Array.from({ length: 200 }, () => victim.post(path, cut));
      const where = victim.post('/v1/where', '{"flow":"192.0.2.1:1 > 192.0.2.2:2/tcp"}');
      const responses = await Promise.all(all);
      const statuses = responses.map(({ status }) => status);
      expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4);
      for (const response of responses) {
        if (response.status === 429) expect(response.headers.get('retry-after')).toBe('1');
        await response.arrayBuffer();
      }
      expect((await where).status).toBe(200);
    }, 'in turn'),
  );

  it.skipIf(hostile === undefined)(
    'every corrupt capture has the answer that the app has in this process',
    async () => {
      const app = createApp({ limits: { requestsPerMinute: 0, captureBytes: 20_000_000, simulations: 100 } });
      const files = readdirSync(hostile!).filter((file) => !/\.(json|tsv)$/.test(file));
      const paths = ['/v1/simulations', '/v1/inspect', '/v1/ordering/metrics', '/v1/compare?toHash=toeplitz'];
      const asked = files.flatMap((file) => paths.map((path) => ({ file, path })));
      const expected = await Promise.all(
        asked.map(async ({ file, path }) => {
          const body = new Uint8Array(readFileSync(join(hostile!, file)));
          const response = await app.request(path, { method: 'POST', body });
          expect([200, 400], file).toContain(response.status);
          return [file, response.status, comparable(await response.text())];
        }),
      );
      await toAll(async (victim) => {
        for (const [index, { file, path }] of asked.entries()) {
          const response = await victim.post(path, new Uint8Array(readFileSync(join(hostile!, file))));
          expect([file, response.status, comparable(await response.text())]).toEqual(expected[index]);
        }
      })();
    },
  );

  it('memory stays bounded through all of that', () => {
    const peaks = victims.map(({ target }) => [target.name, Math.round(peakBytes(target.pid) / 1e6)] as const);
    console.log(`peak memory, MB: ${peaks.map(([name, peak]) => `${name} ${peak}`).join(', ')}`);
    for (const [name, peak] of peaks) expect(peak, name).toBeLessThan(1000);
  });
});

/** Without the request's ID and what a platform says of compressed data. */
function comparable(text: string): string {
  return text.replace(/"requestId": ".*"/, '').replace(/got [^"]*\(after/, '(after');
}

/** Peak memory of a process, or of the one that it has started. */
function peakBytes(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  if (child !== '') return peakBytes(Number(child));
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}
