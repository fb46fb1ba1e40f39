import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium, openPage } from './_chromium.ts';
import { PLAYED } from './_played.ts';
import { command, REFERENCES } from './_references.ts';
import { root } from './_targets.ts';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('a page in a browser', { timeout: 120_000 }, () => {
  it('R-run-5: has workers that give the report of one thread, and an error where one is killed or missing', async () => {
    const said = await openPage(chromium!, join(root, 'apps/edge/test/_play-in-workers.ts'));
    expect(said).toEqual(PLAYED);
    const { killed, missing } = said as Record<string, { message: string }>;
    expect(killed!.message).toMatch(/: got one that has done nothing for \d+ ms$/); // a browser does not say that one was ended
    expect(missing!.message).toMatch(/: got a module that cannot be loaded$/);
  });

  it('R-run-5: runs the app itself with the reports of the command, byte for byte, and the client', async () => {
    const files = Object.fromEntries(REFERENCES.map(({ body }, n) => [`/body-${n}`, body]));
    const references = JSON.stringify(REFERENCES.map(({ type, query }) => ({ type, query })));
    const said = await openPage(chromium!, join(root, 'apps/edge/test/_app-in-page.ts'), {
      '/references.json': references,
      ...files,
    });
    const reports = await Promise.all(REFERENCES.map(({ args }) => command((folder) => [...args(folder), '--json'])));
    expect(said).toEqual({
      digests: reports.map((report) => createHash('sha256').update(report).digest('hex')),
      runtime: 'node',
      where: expect.any(Number),
      watched: 'same',
      events: 'report progress',
      refused: ['ProblemError', 'malformed-flow'],
      aborted: 'AbortError',
      running: 0,
      bytes: expect.any(Number),
    });
    expect(said['bytes']).toBeGreaterThan(64_000);
  });
});
