import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLAYED } from './_played.ts';
import { binaries, missing, root, start } from './_targets.ts';

const SCRIPT = join(root, 'apps/edge/test/_play-in-workers.ts');
const SOURCE = '--conditions=midplane-source';
const scenarioOf = (spus: string, packets = 50_000): string =>
  JSON.stringify({
    schema: 'midplane-scenario/1',
    chassis: { sessionsPerSpu: { SPC2: 100_000 } },
    spus,
    traffic: [{ shape: 'small', packets }],
  });
const postTo = (url: string, body: string): Promise<Response> =>
  fetch(`${url}/v1/simulations`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
const RUN = {
  node: [SOURCE, '--disable-warning=ExperimentalWarning', SCRIPT],
  deno: ['run', '--quiet', SOURCE, '--no-lock', '--no-remote', '--allow-read', '--allow-env', SCRIPT],
  bun: [SOURCE, SCRIPT],
} as const;

describe.each(['node', 'deno', 'bun'] as const)('workers that host SPUs, on %s', (name) => {
  const reason = missing(name);
  it.skipIf(reason !== undefined)(
    'R-run-5: give the report of one thread; one that is killed or missing ends the run with worker-died',
    { timeout: 60_000 },
    () => {
      const out = execFileSync(binaries[name], RUN[name], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = JSON.parse(out);
      expect(said).toEqual(PLAYED);
      expect(said.killed.packets).toBeGreaterThanOrEqual(24_000);
      expect(said.killed.packets).toBeLessThanOrEqual(300_000); // Deno ends a thread when it has nothing to do
    },
  );
});

describe.each(['node', 'deno', 'bun', 'workerd'] as const)('an endpoint with workers, on %s', (name) => {
  const hasWorkers = name !== 'workerd';

  it.skipIf(missing(name) !== undefined)(
    'R-run-5: /version says what it has, and a scenario that asks for them gets the same report',
    { timeout: 60_000 },
    async () => {
      const target = await start(name, { MIDPLANE_WORKERS: '2', MIDPLANE_MAX_PACKETS: '200000' });
      try {
        const post = (body: string): Promise<Response> => postTo(target.url, body);
        const version = await (await fetch(`${target.url}/version`)).json();
        expect(version).toMatchObject(hasWorkers ? { spus: 'workers', workers: 2 } : { spus: 'inline', workers: 0 });
        const inline = await (await post(scenarioOf('inline'))).text();
        const many = await Promise.all([1, 2, 3].map(async () => (await post(scenarioOf('workers'))).text()));
        expect(new Set([...many, await (await post(scenarioOf('auto'))).text()])).toEqual(new Set([inline]));
        // what ends a run in the middle leaves workers for the next one
        expect((await post(scenarioOf('workers', 200_001))).status).toBe(413);
        expect(await (await post(scenarioOf('workers'))).text()).toBe(inline);
      } finally {
        await target.close();
      }
    },
  );
});

describe('an endpoint whose workers cannot be had, on deno', () => {
  it.skipIf(missing('deno') !== undefined)(
    'R-run-5: /version says that it has none, runs stay in its thread, and the log says why, once',
    { timeout: 60_000 },
    async () => {
      const target = await start('deno', { MIDPLANE_WORKERS: '2', MIDPLANE_LOG: '1' }, false);
      try {
        const response = await postTo(target.url, scenarioOf('workers'));
        expect(response.status).toBe(200);
        expect(await response.text()).toBe(await (await postTo(target.url, scenarioOf('inline'))).text());
        const version = await (await fetch(`${target.url}/version`)).json();
        expect(version).toMatchObject({ spus: 'inline', workers: 0 });
        const lines = target.said().split('\n');
        const faults = lines.filter((line) => line.includes('fault')).map((line) => JSON.parse(line));
        expect(faults).toMatchObject([
          {
            level: 'error',
            route: '/v1/simulations',
            code: 'worker-died',
            fault: expect.stringContaining('allow-read'),
          },
        ]);
      } finally {
        await target.close();
      }
    },
  );
});
