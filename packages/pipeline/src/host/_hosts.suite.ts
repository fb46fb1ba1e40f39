import { Worker } from 'node:worker_threads';
import { type BuiltPacket, type PacketRecords, recordsOf } from '@midplane/packet';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { createSpuHost, type SpuHostOptions } from './create-host.ts';
import { nodeEndpoint } from './node-threads.ts';
import type { SpawnWorker } from './worker-link.ts';

/** The worker's module, as source. */
export const WORKER: URL = new URL('./worker.ts', import.meta.url);

/** Starts a worker that finds the packages as source, whatever the test runner was started with. */
export const spawnFromSource: SpawnWorker = (url) => {
  const execArgv = ['--conditions=midplane-source', '--disable-warning=ExperimentalWarning'];
  const worker = new Worker(new URL(url), { execArgv });
  return {
    endpoint: nodeEndpoint(worker as never),
    onDeath(tell) {
      worker.on('error', (error) => tell(`an error: ${error instanceof Error ? error.message : String(error)}`));
      worker.on('exit', () => tell('one that has ended'));
    },
    terminate: () => worker.terminate(),
  };
};

/** Packets that come at an interval, in batches of a size. */
export interface Play {
  readonly packets: readonly BuiltPacket[];
  readonly intervalNs: number;
  readonly batchSize: number;
  /** Interfaces that they come in by, in turn. */
  readonly interfaces: number;
}

function* batchesOf({ packets, intervalNs, batchSize, interfaces }: Play) {
  for (let from = 0; from < packets.length; from += batchSize) {
    const start = from * intervalNs;
    const records = recordsOf(packets.slice(from, from + batchSize), {
      intervalNs,
      seconds: Math.floor(start / 1e9),
      nanoseconds: start % 1e9,
    });
    for (let row = 0; row < records.count; row++) records.interfaceIndex[row] = (from + row) % interfaces;
    yield records;
  }
}

/** The report of a run in this thread, as text. */
export function reportInline(play: Play, options: PipelineOptions): string {
  const pipeline = createPipeline(options);
  for (const records of batchesOf(play)) pipeline.offer(records);
  return JSON.stringify(pipeline.finish());
}

/** The report of a hosted run, as text, and by how many workers. */
export function reportHosted(play: Play, options: PipelineOptions, hosting: SpuHostOptions): Promise<Hosted> {
  return reportOfBatches(batchesOf(play), options, hosting);
}

/** What a hosted run gave. */
export interface Hosted {
  readonly report: string;
  readonly workers: number;
}

/** As `reportHosted`, of records. */
export async function reportOfBatches(
  batches: Iterable<PacketRecords>,
  options: PipelineOptions,
  hosting: SpuHostOptions,
): Promise<Hosted> {
  const host = createSpuHost(options, hosting);
  try {
    for (const records of batches) await host.offer(records);
    return { report: JSON.stringify(await host.finish()), workers: host.plan.workers };
  } finally {
    await host.close();
  }
}
