import type { PipelineOptions } from '../pipeline-options.ts';
import { InlineHost } from './inline-host.ts';
import { type HostPlanning, planHost } from './plan-host.ts';
import type { SpuHost } from './spu-host.ts';
import { WorkerHost } from './worker-host.ts';
import { WorkerPool } from './worker-pool.ts';

/** How a run is hosted. */
export interface SpuHostOptions extends HostPlanning {
  /** Workers to take from and give back to; default: new ones for this run, which end with it. */
  readonly pool?: WorkerPool;
  /** A worker that does nothing for so long is given up, ms; default 10,000. */
  readonly deadlineMs?: number;
}

/**
 * Makes the host of one run: `createPipeline` in this thread, or workers; the report is the same, byte for byte.
 *
 * @param options What is simulated; as `createPipeline` takes it.
 * @param hosting Where, and what is known of the run.
 * @returns A host; call its `close` whatever happens.
 * @throws {RangeError} As `createPipeline`; of options that only workers check, `offer` or `finish` rejects.
 * @example Workers where there are some
 * ```ts
 * import { createPipeline } from '@midplane/pipeline';
 * import { createSpuHost } from '@midplane/pipeline/host';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const options = { chassis: resolveChassis() };
 * const records = recordsOf([packet('query').ethernet().ipv4().udp({ destinationPort: 53 }).build()]);
 * const host = createSpuHost(options, { hosting: 'workers', workers: 2, isRepeatable: true });
 * try {
 *   await host.offer(records);
 *   const report = await host.finish();
 *   const pipeline = createPipeline(options);
 *   pipeline.offer(records);
 *   assert.deepEqual(report, pipeline.finish());
 * } finally {
 *   await host.close();
 * }
 * ```
 */
export function createSpuHost(options: PipelineOptions, hosting: SpuHostOptions): SpuHost {
  const plan = planHost(options, hosting);
  if (plan.workers === 0) return new InlineHost(options, plan);
  const { pool = new WorkerPool({ idle: 0 }), deadlineMs = 10_000 } = hosting;
  return new WorkerHost(options, plan, pool, deadlineMs);
}
