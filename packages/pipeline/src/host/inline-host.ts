import type { PacketRecords } from '@midplane/packet';
import { createPipeline } from '../create-pipeline.ts';
import type { Pipeline, PipelineOptions } from '../pipeline-options.ts';
import type { Report } from '../report/report.ts';
import type { SpuCounts } from '../spu/spu-counts.ts';
import type { SpuHost, SpuHostPlan } from './spu-host.ts';

/** Hosts the SPUs of a run in this thread. */
export class InlineHost implements SpuHost {
  readonly plan: SpuHostPlan;
  private readonly pipeline: Pipeline;

  constructor(options: PipelineOptions, plan: SpuHostPlan) {
    this.plan = plan;
    this.pipeline = createPipeline(options);
  }

  get offered(): number {
    return this.pipeline.offered;
  }

  spuCounts(): SpuCounts[] {
    return this.pipeline.spuCounts();
  }

  offer(records: PacketRecords): void {
    this.pipeline.offer(records);
  }

  async finish(inputError?: string): Promise<Report> {
    return this.pipeline.finish(inputError);
  }

  async close(): Promise<void> {}
}
