import { createEngine } from './compose/create-engine.ts';
import type { Pipeline, PipelineOptions } from './pipeline-options.ts';

/**
 * Makes the path of a chassis: ingress, NPU, SPU, egress.
 *
 * The result depends on the packets and the options only: not on how packets are cut into batches, not on the machine.
 *
 * Fidelity: inferred. That there are three regimes is documented, their order of steps is inferred; parameters that nothing
 * is published about are assumed and listed in the report.
 *
 * @throws {RangeError} If the hash is unknown, or a parameter, a speed, an event, the ordering or the
 * faults are not as their types say.
 * @example One packet through the default chassis
 * ```ts
 * import { createPipeline } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis() });
 * const syn = packet('SYN').ethernet().ipv4().tcp({ destinationPort: 443, flags: 'S' }).build();
 * pipeline.offer(recordsOf([syn]));
 * const report = pipeline.finish();
 * assert.equal(report.totals.delivered, 1);
 * assert.equal(report.spus.reduce((sum, spu) => sum + spu.sessions.created, 0), 1);
 * ```
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  return createEngine(options);
}
