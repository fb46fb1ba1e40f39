/**
 * Scenario files: a chassis, its parameters and its traffic as one checked document, run to a report.
 *
 * Composition: joins chassis, pipeline, traffic and captures. It opens no files: who runs a scenario opens the paths in it.
 *
 * @example From a file's text to the report
 * ```ts
 * import { loadScenario, runScenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const text = `
 * schema: midplane-scenario/1
 * chassis: { model: srx5600, cards: { 0: SPC2, 1: SPC2, 5: IOC2 } }
 * traffic:
 *   - shape: small
 *     packets: 5000
 * `;
 * const report = await runScenario(loadScenario(text, { name: 'sizing.yaml' }));
 * assert.equal(report.totals.offered, 5000);
 * assert.equal(report.spus.length, 8);
 * ```
 *
 * @module
 */
export {
  changeScenario,
  describeChange,
  type NamedChange,
  type ScenarioChange,
  scenarioChangeOf,
} from './compare/change.ts';
export { type CompareOptions, compareScenarios } from './compare/compare.ts';
export * from './compare/comparison.ts';
export { comparisonJsonSchema, comparisonSchema } from './compare/comparison-schema.ts';
export type { Headroom, Limit, LimitName } from './compare/headroom.ts';
export type { PlayOptions } from './compare/measure.ts';
export type { RowMoves, SessionMoves } from './compare/moves.ts';
export type { OutageCost } from './compare/outage.ts';
export { renderComparison } from './compare/render-comparison.ts';
export { type DeviceSources, deviceViewOfRun, sessionViewOf } from './device-view.ts';
export { formatScenario } from './format-scenario.ts';
export { generatedPackets } from './generated-packets.ts';
export { applyConfiguration } from './junos/apply-configuration.ts';
export { JunosProblem } from './junos/junos-problem.ts';
export { checkScenario, type LoadScenarioOptions, loadScenario } from './load-scenario.ts';
export type { RecordBatches } from './merge-records.ts';
export {
  PLAN_SCHEMA,
  type Plan,
  type PlanCandidate,
  type PlanDemand,
  type PlanVerdict,
} from './plan/plan.ts';
export { type PlanOptions, planCards } from './plan/plan-cards.ts';
export { planJsonSchema, planSchema } from './plan/plan-schema.ts';
export { renderPlan } from './plan/render-plan.ts';
export { type KnownRun, type RunHostedOptions, runHosted } from './run-hosted.ts';
export {
  type PacketRecords,
  pipelineOptionsOf,
  type RunScenarioOptions,
  readScenarioTraffic,
  runScenario,
  type ScenarioTrafficOptions,
} from './run-scenario.ts';
export {
  type CaptureTraffic,
  SCENARIO_HASHES,
  SCENARIO_SCHEMA,
  type Scenario,
  type ScenarioChassis,
  type ScenarioConfiguration,
  type ScenarioEvent,
  type ScenarioHash,
  type ScenarioTraffic,
  type ShapeTraffic,
  type WorkloadItem,
} from './scenario.ts';
export {
  ScenarioError,
  type ScenarioErrorCode,
  type ScenarioPlace,
  type ScenarioProblem,
} from './scenario-error.ts';
export { type SessionListSource, sessionsJson } from './session-json.ts';
export { renderSessions, type SessionListQuery, selectSessions } from './session-list.ts';
export { diagnose } from './shell/diagnose.ts';
export * from './shell/diagnosis.ts';
export { openScenarioDevice } from './shell/open-scenario-device.ts';
export { ScenarioDevice, type ScenarioDeviceOptions } from './shell/scenario-device.ts';
