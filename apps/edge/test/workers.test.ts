import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binaries, missing, root } from './_targets.ts';

const SCRIPT = join(root, 'apps/edge/test/_play-in-workers.ts');
const SOURCE = '--conditions=midplane-source';
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
      expect(said).toEqual({
        supported: true,
        plain: 'same',
        thrown: {
          name: 'RangeError',
          isRange: true,
          message: expect.stringMatching(/^Cannot schedule event 0: atNs must be/),
        },
        again: 'same',
        killed: {
          name: 'WorkerDied',
          code: 'worker-died',
          message: expect.stringMatching(/^Cannot go on: the workers that host the SPUs must live: got one that has/),
          packets: expect.any(Number),
          isRange: false,
        },
        missing: {
          name: 'WorkerDied',
          code: 'worker-died',
          message: expect.stringMatching(/must live: got /),
          packets: 0,
          isRange: false,
        },
      });
      expect(said.killed.packets).toBeGreaterThanOrEqual(24_000);
      expect(said.killed.packets).toBeLessThanOrEqual(300_000); // Deno ends a thread when it has nothing to do
    },
  );
});
