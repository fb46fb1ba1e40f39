// Plays a few runs with workers in the runtime that this is started with, and prints as JSON what came of them.
import { resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { createPipeline } from '@midplane/pipeline';
import { createSpuHost, spawnWorker, supportsWorkers, WorkerPool, type WorkerThread } from '@midplane/pipeline/host';

const options = { chassis: resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' }) };
const queries = Array.from({ length: 1000 }, (_, n) =>
  packet()
    .ethernet()
    .ipv4({ source: `192.0.2.${n % 200}` })
    .udp({ sourcePort: 1000 + n, destinationPort: 53 })
    .build(),
);
const batches = Array.from({ length: 300 }, (_, seconds) => recordsOf(queries, { seconds }));
const hosting = { hosting: 'workers', workers: 2, isRepeatable: true } as const;

const pipeline = createPipeline(options);
for (const records of batches) pipeline.offer(records);
const inline = JSON.stringify(pipeline.finish());

/** Plays all batches, with something done in the middle; gives the report, or the error as plain data. */
async function play(pool: WorkerPool, deadlineMs: number, disturb: () => unknown, change = {}): Promise<unknown> {
  const host = createSpuHost({ ...options, ...change }, { ...hosting, pool, deadlineMs });
  try {
    for (const [i, records] of batches.entries()) {
      if (i === 100) await disturb(); // the rings are full: all groups have decided some
      await host.offer(records);
    }
    return JSON.stringify(await host.finish()) === inline ? 'same' : 'different';
  } catch (error) {
    const { name, code, message, partial } = error as Error & { code?: string; partial?: { packets: number } };
    return { name, code, message, packets: partial?.packets, isRange: error instanceof RangeError };
  } finally {
    await host.close();
  }
}

const threads: WorkerThread[] = [];
const watched = new WorkerPool({
  idle: 0,
  spawn(url) {
    const thread = spawnWorker(url);
    threads.push(thread);
    return thread;
  },
});
const kept = new WorkerPool();
const nothing = (): void => {};
const plain = await play(kept, 10_000, nothing);
const thrown = await play(kept, 10_000, nothing, { events: [{ atNs: -1, clearSessions: {} }] });
const again = await play(kept, 10_000, nothing);
const killed = await play(watched, 5000, () => threads[1].terminate());
const missing = await play(
  new WorkerPool({ url: new URL('./no-such-worker.ts', import.meta.url), idle: 0 }),
  5000,
  nothing,
);
kept.close();
console.log(JSON.stringify({ supported: supportsWorkers(), plain, thrown, again, killed, missing }));
