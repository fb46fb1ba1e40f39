/**
 * The path of a packet through the chassis: ingress, NPU, SPU, egress; and the report of what happened.
 *
 * This is the composition: it joins decode, hash, weights, session tables and chassis, and is the only place where they
 * meet. It reads no files and no clock: packets come as records, time comes with them. Traffic generation and scenario
 * files are left to others.
 *
 * @example Your own hash function
 * ```ts
 * import { createPipeline } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis(), hash: { name: 'all-to-one', hash: () => 0 } });
 * const hosts = [1, 2, 3].map((n) => packet().ethernet().ipv4({ source: `192.0.2.${n}` }).udp().build());
 * pipeline.offer(recordsOf(hosts));
 * const report = pipeline.finish();
 * assert.equal(report.spus.filter((spu) => spu.sessions.created > 0).length, 1);
 * assert.equal(report.chassis.hash, 'all-to-one');
 * ```
 *
 * @module
 */
export { type Disruption, disruption, type SpuDisruption } from '@midplane/weights';
export * from './configuration/index.ts';
export { createPipeline } from './create-pipeline.ts';
export { DROP_REASONS } from './drop-reasons.ts';
export { EGRESS_QUEUE_PACKETS, type EgressOptions, type PacketMemoryOptions } from './egress/egress-options.ts';
export type { FaultOptions } from './engine/faults.ts';
export type { PipelineCommit } from './events/commit.ts';
export { type EventResult, LIVE_PARAMETERS, type PipelineEvent } from './events/pipeline-event.ts';
export * from './explain/index.ts';
export { type PartialReport, SPU_HOSTINGS, type SpuHost, type SpuHosting, type SpuHostPlan } from './host/spu-host.ts';
export { Inspection, type InspectionOptions, type InspectionResult } from './inspect/inspection.ts';
export { type InspectionTextOptions, renderInspectionText } from './inspect/render-inspection.ts';
export type { InspectionCommunityIds, InspectionCounts, InspectionFlows } from './inspect/result.ts';
export * from './nat/index.ts';
export * from './parameters.ts';
export * from './path-batch.ts';
export * from './pipeline-options.ts';
export * from './policy/index.ts';
export { renderReportCsv } from './report/render-csv.ts';
export { renderReportText, type TextStyle } from './report/render-text.ts';
export * from './report/report.ts';
export { speedAssumptions } from './report/report-assumptions.ts';
export { type Column, formatCount, renderTable } from './report/text-table.ts';
export * from './report/unevenness.ts';
export { type UnevenChassis, unevennessLines } from './report/unevenness-lines.ts';
export { warningLines } from './report/warning-lines.ts';
export type { SpuSeries, TimeSeries } from './series/time-series.ts';
export { RecordsUntil } from './sessions/records-until.ts';
export * from './sessions/session.ts';
export type { SessionReader } from './sessions/session-reader.ts';
export { ORDER_CLASSES, type OrderClass } from './spu/order-class.ts';
export type { SpuActivity } from './spu/spu-activity.ts';
export type { SpuCounts } from './spu/spu-counts.ts';
export {
  ORDERED_PROTOCOLS,
  ORDERING_MODES,
  type OrderingMode,
  type OrderingOptions,
  orderingWorkNs,
} from './spu/spu-ordering.ts';
export { resolveSpuSpeeds, SPU_SPEEDS, type SpuSpeed, type SpuSpeedChanges } from './spu/spu-speed.ts';
export type { SpuWork } from './spu/work-kind.ts';
export * from './stage.ts';
export * from './where/where.ts';
