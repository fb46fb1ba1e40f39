/**
 * Operational commands, configuration and command line of a modelled chassis, in the layout of the box: as text, as XML
 * and as JSON; and a reader of what real boxes print.
 *
 * A configuration is a tree, read from curly text or `set` lines; {@link Configuration} edits and commits it, and
 * {@link toModel} makes data for a simulation of it. For operational commands a composition fills a {@link DeviceView},
 * plain data, from a finished or a running simulation; `show` renders it. Every command is defined once, and its three
 * forms come from that. How the figures come about is left to the simulation. {@link CommandSession} and {@link Shell}
 * are the command line over both; {@link readOutput} reads pasted output back.
 *
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { deviceViewOf, show } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const device = deviceViewOf(resolveChassis({ cards: '0=SPC2,1=IOC2' }), {
 *   spu: ({ spuId }) => ({ cpuPercent: spuId, flow: { valid: spuId * 10, unicast: spuId * 10 } }),
 * });
 * assert.match(show(device, 'show security flow session summary'), /Flow Sessions on FPC0 PIC3:\nUnicast-sessions: 30\n/);
 * assert.match(show(device, 'show security monitoring', 'xml'), /<spu-current-flow-session>30<\/spu-current-flow-session>/);
 * ```
 *
 * @module
 */
export type { AddressBits, Prefix } from './_prefix.ts';
export {
  type CommandContext,
  type CommandError,
  type Completion,
  type CompletionResult,
  completeCommand,
  type ExpandedCommand,
  expandCommand,
} from './command-line/command-line.ts';
export { SHOW_COMMANDS, type ShowCommandName } from './commands/commands.ts';
export type { BootSettings } from './configuration/boot-settings.ts';
export type { CommitRecord } from './configuration/commit-history.ts';
export { compareConfigurations } from './configuration/compare-configurations.ts';
export { Configuration } from './configuration/configuration.ts';
export { type ConfigurationProblem, ConfigurationSyntaxError } from './configuration/configuration-problem.ts';
export type {
  CommandInput,
  CommitOptions,
  CommitResult,
  LoadMode,
  LoadResult,
} from './configuration/configuration-results.ts';
export {
  CONFIGURATION_FORMATS,
  type ConfigurationFormat,
  formatConfiguration,
} from './configuration/format-configuration.ts';
export {
  type ParsedConfiguration,
  type ParseOptions,
  parseConfiguration,
} from './configuration/parse-configuration.ts';
export type { SchemaKey, SchemaNode, SchemaOptions } from './configuration/schema/schema-node.ts';
export type { ValueType } from './configuration/schema/value-types.ts';
export { Statement } from './configuration/statement.ts';
export {
  type AlarmView,
  type CommitView,
  type CpCounts,
  type DeviceView,
  type FlowCounts,
  type FlowStatusView,
  type ForwardingMode,
  type OrderingMode,
  type PacketCounts,
  type PicView,
  type SlotView,
  type Source,
  type SpuView,
  type StateCounts,
  sessionsInUse,
} from './device-view.ts';
export { type DeviceFigures, deviceViewOf, type SpuFigures } from './device-view-of.ts';
export type {
  ConfiguredDestinationRule,
  ConfiguredDevice,
  ConfiguredFlow,
  ConfiguredMatch,
  ConfiguredModel,
  ConfiguredPolicy,
  ConfiguredSourceRule,
  ConfiguredTerm,
  ModelWarning,
} from './model/configured-model.ts';
export { toModel } from './model/to-model.ts';
export { OUTPUT_FORMATS, type OutputFormat } from './output/sink.ts';
export type {
  CardReading,
  Misfit,
  OutputReading,
  ReadCommand,
  SessionReading,
  SpuReading,
  UnreadLine,
  WingReading,
} from './reading/output-reading.ts';
export { readOutput } from './reading/read-output.ts';
export {
  matchesSessionFilter,
  parseSessionFilter,
  SESSION_APPLICATIONS,
  SESSION_FILTER_WORDS,
  type SessionFilter,
  type SessionFilterInput,
  sessionFilter,
} from './session-filter.ts';
export {
  type CpSessionView,
  compareSessionIds,
  SESSION_STATES,
  type SessionState,
  type SessionView,
  type WingView,
} from './session-view.ts';
export type { CommandOutcome, Question } from './shell/command-outcome.ts';
export { CommandSession, type CommandSessionOptions } from './shell/command-session.ts';
export { Shell } from './shell/shell.ts';
export type { ShellDevice, SimulationControl } from './shell/shell-device.ts';
export type { ShellOptions } from './shell/shell-options.ts';
export { parseShow, renderShow, renderShowAsync, type SessionLevel, type ShowRequest, show } from './show.ts';
