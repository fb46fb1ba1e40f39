import { OUTCOME_DELIVERED, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';

/** Makes the stage in which packets leave. */
export function createEgressStage(): Stage {
  return {
    name: 'egress',
    decide(batch: PathBatch, row: number): void {
      batch.outcome[row] = OUTCOME_DELIVERED;
    },
  };
}
