import type { PipelineOptions, SpuHost, SpuHosting } from '@midplane/pipeline';

/** Workers that host the SPUs of runs. */
export interface SpuHosts {
  /** Workers of a run, at most. */
  readonly workers: number;
  /** Makes the host of a run. */
  create(options: PipelineOptions, hosting: SpuHosting): SpuHost;
  /** Ends workers that have nothing to do. */
  close(): void;
}

/**
 * Makes the workers of an endpoint; undefined if there are to be none, or the runtime has none.
 *
 * An upload comes once and nobody knows how long it is: a run has several workers only if its NPU tables cannot become full.
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
    create: (options, hosting) => createSpuHost(options, { hosting, workers, pool }),
    close: () => pool.close(),
  };
}
