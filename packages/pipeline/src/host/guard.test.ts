import { resolveChassis } from '@midplane/chassis';
import { type PacketRecords, packet, recordsOf } from '@midplane/packet';
import { afterAll, describe, expect, it } from 'vitest';
import { reportOfBatches, spawnFromSource, WORKER } from './_hosts.suite.ts';
import { createSpuHost } from './create-host.ts';
import { WorkerDied } from './worker-died.ts';
import type { SpawnWorker, WorkerThread } from './worker-link.ts';
import { WorkerPool } from './worker-pool.ts';

const chassis = resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' });
const pool = new WorkerPool({ url: WORKER, spawn: spawnFromSource });
afterAll(() => pool.close());

const queries = Array.from({ length: 1024 }, (_, n) =>
  packet()
    .ethernet()
    .ipv4()
    .udp({ sourcePort: 1000 + n, destinationPort: 53 })
    .build(),
);
const batches: readonly PacketRecords[] = Array.from({ length: 120 }, (_, seconds) => recordsOf(queries, { seconds }));
const two = { hosting: 'workers', workers: 2, isRepeatable: true } as const;

/** Remembers the threads that it starts, so that a test can do something to them. */
function watched(change: (thread: WorkerThread) => WorkerThread = (thread) => thread) {
  const threads: WorkerThread[] = [];
  const spawn: SpawnWorker = (url) => {
    const thread = change(spawnFromSource(url));
    threads.push(thread);
    return thread;
  };
  return { threads, spawn };
}

/** Plays all batches, with something done in the middle; resolves to the error that ends the run. */
async function failureOf(
  hosting: Parameters<typeof createSpuHost>[1],
  disturb: () => unknown,
): Promise<Error | undefined> {
  const host = createSpuHost({ chassis }, hosting);
  try {
    for (const [i, records] of batches.entries()) {
      if (i === 90) await disturb(); // the rings are full, so that all groups have decided something
      await host.offer(records);
    }
    await host.finish();
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await host.close();
  }
}

describe('a worker that', () => {
  it('is killed in the middle ends the run, with what all of them had counted after the same packet', async () => {
    const { threads, spawn } = watched();
    const error = await failureOf({ ...two, pool: new WorkerPool({ url: WORKER, spawn, idle: 0 }) }, () =>
      threads[1].terminate(),
    );
    expect(error).toBeInstanceOf(WorkerDied);
    expect(error).toMatchObject({ code: 'worker-died', message: /must live: got one that has ended/ });
    const { partial } = error as WorkerDied;
    expect(partial.incomplete).toBe(true);
    expect(partial.packets).toBeGreaterThan(0);
    expect(partial.packets % 1024).toBe(0);
    expect(partial.spus.reduce((sum, { packets }) => sum + packets, 0)).toBe(partial.packets);
  });

  it('falls silent, and whose runtime says nothing, ends the run when the deadline is over', async () => {
    const { threads, spawn } = watched((thread) => ({ ...thread, onDeath: () => {} }));
    const error = await failureOf(
      { ...two, deadlineMs: 300, pool: new WorkerPool({ url: WORKER, spawn, idle: 0 }) },
      () => threads[0].terminate(),
    );
    expect(error).toMatchObject({ code: 'worker-died', message: /got one that has done nothing for [345]00 ms/ });
  });

  it('cannot be started ends the run', async () => {
    const url = new URL('./no-such-worker.ts', import.meta.url);
    const error = await failureOf({ ...two, pool: new WorkerPool({ url, spawn: spawnFromSource, idle: 0 }) }, () => {});
    expect(error).toMatchObject({ code: 'worker-died', message: /must live: got an error: .*no-such-worker/ });
  });

  it('fails in its own code tells class and message of the error', async () => {
    const options = { chassis, events: [{ atNs: -1, clearSessions: {} }] };
    await expect(reportOfBatches(batches, options, { ...two, pool })).rejects.toThrow(RangeError);
    await expect(reportOfBatches(batches, options, { ...two, pool })).rejects.toThrow(
      /^Cannot schedule event 0: atNs must be/,
    );
  });

  it('may not fill a table that all fill says so by a code, and the next run goes on', async () => {
    const full = { chassis: resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2', npuTableWings: 500 }) };
    await expect(reportOfBatches(batches, full, { ...two, pool })).rejects.toMatchObject({
      name: 'NpuShared',
      code: 'npu-table-shared',
    });
    const one = await reportOfBatches(batches, full, { ...two, workers: 1, pool });
    expect(one.report).toBe((await reportOfBatches(batches, full, { hosting: 'inline' })).report);
    expect(JSON.parse(one.report).npus[0].refusals).toBeGreaterThan(0);
  });
});

describe('a run that', () => {
  it('is given up lets its workers go back to the pool', async () => {
    const { threads, spawn } = watched();
    const own = new WorkerPool({ url: WORKER, spawn });
    for (let n = 0; n < 5; n++) {
      const host = createSpuHost({ chassis }, { ...two, pool: own });
      await host.offer(batches[0]);
      await host.close();
    }
    expect(threads.length).toBe(2);
    own.close();
  });

  it('goes on shows what SPUs have counted, all after the same packet', async () => {
    const host = createSpuHost({ chassis }, { ...two, pool });
    try {
      for (const records of batches) {
        await host.offer(records);
        const packets = host.spuCounts().reduce((sum, spu) => sum + spu.packets, 0);
        expect(packets % 1024).toBe(0);
        expect(packets).toBeLessThanOrEqual(host.offered);
      }
      const report = await host.finish();
      expect(host.spuCounts().map(({ packets }) => packets)).toEqual(report.spus.map(({ packets }) => packets));
    } finally {
      await host.close();
    }
  });
});
