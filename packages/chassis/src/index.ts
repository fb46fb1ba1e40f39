/**
 * Cards, slots and releases of an SRX5000 chassis: which SPUs exist, where the central point is, how sessions are spread.
 *
 * The catalogue is data in which every figure says how it is known. `resolveChassis` turns model, cards and release into
 * the SPUs with their capacities and weights; building tables from them is left to `@midplane/weights`.
 * `ChassisState` is the same chassis in time: what boots, fails, is inserted or rebooted, and over which
 * SPUs traffic passes meanwhile.
 *
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const chassis = resolveChassis({
 *   model: 'srx5800',
 *   cards: { 1: 'SRX5K-SPC-4-15-320', 2: 'SRX5K-SPC-4-15-320', 7: 'SRX5K-MPC' },
 *   release: '17.4R1',
 * });
 * assert.equal(chassis.spus.length, 8);
 * assert.equal(chassis.centralPoint.spuId, 4);
 * assert.equal(chassis.maxSessions, 7 * 6_291_456);
 * ```
 *
 * @module
 */
export {
  type Behaviour,
  type BehaviourInput,
  behaviourOf,
  type ChassisWarning,
  DISTRIBUTION_MODES,
  type DistributionMode,
  RELEASE_RULES,
  type Regime,
  type ReleaseDefaults,
  releaseDefaults,
  TABLE_LENGTHS,
} from './behaviour.ts';
export {
  CARDS,
  type Card,
  type CardBase,
  type CardType,
  findCard,
  type IocCard,
  type IocType,
  type SpcCard,
  type SpcType,
} from './card.ts';
export { ChassisError, type ChassisErrorCode, type RuleOrigin } from './chassis-error.ts';
export { ChassisState, type ChassisStateOptions } from './chassis-state.ts';
export {
  clusterFpcOf,
  clusterSpuIdOf,
  type NodeNumber,
  nodeSlotOf,
  type ResolvedCluster,
  resolveCluster,
} from './cluster.ts';
export { defaultCards } from './default-cards.ts';
export { FIDELITY_MARKS, type FidelityMark, type Figure } from './figure.ts';
export { CHASSIS_MODELS, type ChassisModel, findModel, type ModelName } from './model.ts';
export { chassisOptionsOf, DISTRIBUTION_NAMES, type DistributionName, type NamedChassis } from './named-options.ts';
export { nearestName } from './nearest-name.ts';
export { type CardsBySlot, parseCards } from './parse-cards.ts';
export {
  compareReleases,
  formatRelease,
  isReleaseFrom,
  parseRelease,
  RELEASE_FORMS,
  type Release,
  type ReleaseRule,
} from './release.ts';
export { resolveChassis } from './resolve.ts';
export type {
  CentralPoint,
  ChassisAssumption,
  ChassisOptions,
  Ioc,
  ResolvedChassis,
  Slot,
  Spu,
  SpuRole,
} from './resolved-chassis.ts';
export {
  CHASSIS_COMMANDS,
  type ChassisAlarm,
  type ChassisCommand,
  type ChassisEvent,
  type ChassisEventKind,
  type Outage,
  type PicState,
  type SlotState,
  type TrafficBlock,
  type TrafficBlockReason,
  type UnitState,
} from './state-types.ts';
export { CHASSIS_TIMING, type ChassisTiming, type TimingName } from './timing.ts';
