import { resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { expect, it } from 'vitest';
import { reportOfBatches, spawnFromSource, WORKER } from './_hosts.suite.ts';
import type { SpawnWorker } from './worker-link.ts';
import { WorkerPool } from './worker-pool.ts';

/** Runs; `MIDPLANE_RUNS=10000` for more. */
const RUNS = Number(process.env['MIDPLANE_RUNS'] ?? 600);

it('so many runs leave no thread, no port and no memory behind', { timeout: 30_000 + RUNS * 200 }, async () => {
  let threads = 0;
  const spawn: SpawnWorker = (url) => {
    threads++;
    return spawnFromSource(url);
  };
  const pool = new WorkerPool({ url: WORKER, spawn });
  const chassis = resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' });
  const queries = Array.from({ length: 512 }, (_, n) => packet().ethernet().ipv4().udp({ sourcePort: n }).build());
  const once = () =>
    reportOfBatches([recordsOf(queries)], { chassis }, { hosting: 'workers', workers: 2, isRepeatable: true, pool });
  const first = await once();
  for (let n = 1; n < RUNS / 2; n++) await once();
  const resources = process.getActiveResourcesInfo().length;
  const before = process.memoryUsage().rss;
  for (let n = RUNS / 2; n < RUNS; n++) expect((await once()).report).toBe(first.report);
  const grown = process.memoryUsage().rss - before;
  pool.close();
  console.log(`${RUNS} runs: ${(grown / 1e6).toFixed(0)} MB more in the second half`);
  expect(threads).toBe(2);
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resources + 2);
  expect(grown).toBeLessThan(60e6); // the rings of a run are 20 MB: 300 times that would be 6 GB
});
