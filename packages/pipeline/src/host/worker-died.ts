import type { PartialReport } from './spu-host.ts';

/** A worker is gone, or says nothing: the run cannot go on. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
  readonly code = 'worker-died';
  /** What was known after the last packet that all workers had decided. */
  readonly partial: PartialReport;

  /** @param got What happened to it. */
  constructor(got: string, partial: PartialReport, options?: ErrorOptions) {
    super(`Cannot go on: the workers that host the SPUs must live: got ${got}`, options);
    this.partial = partial;
  }
}
