import type { PipelineOptions, SpuHost } from '@midplane/pipeline';
import type { WorkerPool } from '@midplane/pipeline/host';
import type { KnownRun } from '@midplane/scenario';

/** Workers that host the SPUs of runs. */
export interface SpuHosts {
  /** Workers of a run, at most. */
  readonly workers: number;
  /**
   * Tries a worker; it is there for the next run then.
   *
   * @returns What is wrong, if none can be had: on Deno, say, without the permission to read its module.
   */
  tryOne(): Promise<Error | undefined>;
  /** Makes the host of a run. */
  create(options: PipelineOptions, run: KnownRun): SpuHost;
  /** Ends workers that have nothing to do. */
  close(): void;
}

/**
 * Makes the workers of an endpoint; undefined if there are to be none, or the runtime has none.
 *
 * An upload comes once and nobody knows how long it is: its run has several workers only if its NPU tables cannot become full.
 *
 * @param workers Workers of a run, at most; 0 = none.
 * @param url Module of the worker, where that is bundled.
 */
export async function createSpuHosts(workers: number, url?: URL): Promise<SpuHosts | undefined> {
  if (workers === 0) return undefined;
  // the engine is not loaded for an endpoint without workers until it is asked for
  const { createSpuHost, supportsWorkers, WorkerPool } = await import('@midplane/pipeline/host');
  if (!supportsWorkers()) return undefined;
  const pool = new WorkerPool(url === undefined ? {} : { url });
  return {
    workers,
    tryOne: () => tryWorker(pool),
    create: (options, run) => createSpuHost(options, { workers, ...run, pool }),
    close: () => pool.close(),
  };
}

/** Runs nothing in a worker. */
async function tryWorker(pool: WorkerPool): Promise<Error | undefined> {
  const [{ createSpuHost }, { resolveChassis }] = await Promise.all([
    import('@midplane/pipeline/host'),
    import('@midplane/chassis'),
  ]);
  try {
    const host = createSpuHost({ chassis: resolveChassis() }, { hosting: 'workers', workers: 1, pool });
    try {
      await host.finish();
    } finally {
      await host.close();
    }
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
