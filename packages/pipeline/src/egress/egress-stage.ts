import { OUTCOME_DELIVERED, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import type { Egress } from './egress.ts';

/** The stage in which packets leave. */
export class EgressStage implements Stage {
  readonly name = 'egress';
  /** The way over the fabric; undefined = packets leave at once. */
  readonly egress: Egress | undefined;

  constructor(egress: Egress | undefined) {
    this.egress = egress;
  }

  prepare(batch: PathBatch): void {
    if (this.egress !== undefined) batch.leaveNs.fill(0, 0, batch.count);
  }

  decide(batch: PathBatch, row: number): void {
    if (this.egress === undefined) batch.outcome[row] = OUTCOME_DELIVERED;
    else this.egress.take(batch, row);
  }
}
