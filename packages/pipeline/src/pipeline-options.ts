import type { ChassisState, ResolvedChassis } from '@midplane/chassis';
import type { FlowHash } from '@midplane/hash';
import type { PacketRecords } from '@midplane/packet';
import type { CompiledConfiguration } from './configuration/compile-configuration.ts';
import type { DeviceConfiguration } from './configuration/device-configuration.ts';
import type { EgressOptions, PacketMemoryOptions } from './egress/egress-options.ts';
import type { FaultOptions } from './engine/faults.ts';
import type { EventResult, PipelineEvent } from './events/pipeline-event.ts';
import type { ParameterValues } from './parameters.ts';
import type { PathBatch } from './path-batch.ts';
import type { Report } from './report/report.ts';
import type { SessionReader } from './sessions/session-reader.ts';
import type { SpuActivity } from './spu/spu-activity.ts';
import type { SpuCounts } from './spu/spu-counts.ts';
import type { OrderingOptions } from './spu/spu-ordering.ts';
import type { SpuSpeedChanges } from './spu/spu-speed.ts';
import type { Stage } from './stage.ts';

/** What a list of stages is made with. */
export interface StageTools {
  /** Ends the way of a row with a reason; a new reason is counted under its name. */
  readonly drop: (batch: PathBatch, row: number, reason: string) => void;
}

/** What a pipeline is made with. */
export interface PipelineOptions {
  /** The chassis, from `resolveChassis`. */
  readonly chassis: ResolvedChassis;
  /** The chassis in time, at time 0, for events that do something to it; `chassis` is what it has in force, or will have. */
  readonly chassisState?: ChassisState;
  /** Session distribution hash: a name of `FLOW_HASHES`, or a function of your own; default `crc32c` (assumed). */
  readonly hash?: string | FlowHash;
  /** Whether both directions of a flow hash alike; default true (inferred). */
  readonly symmetric?: boolean;
  /** What the device is told: zones, policies, NAT; default: everything passes as it is. */
  readonly configuration?: DeviceConfiguration;
  /** How badly messages between units travel; default: they all arrive, once. */
  readonly faults?: FaultOptions;
  /** How packets are kept in order; default: by hardware where there is some. */
  readonly ordering?: OrderingOptions;
  /** How packets leave over the fabric; default: the fabric is not the limit, and is not modelled. */
  readonly egress?: EgressOptions;
  /** Memory that packets take; default: there is always enough. */
  readonly packetMemory?: PacketMemoryOptions;
  /** Changes to {@link SPU_SPEEDS}: what work costs an SPU. */
  readonly spuSpeeds?: SpuSpeedChanges;
  /** What happens to the device during the run. */
  readonly events?: readonly PipelineEvent[];
  /** Whether {@link Pipeline.perform} may commit another configuration, which costs time for every packet; default false. */
  readonly isLive?: boolean;
  /** What the report is to warn of beside what the chassis says. */
  readonly warnings?: Report['warnings'];
  /** Changes to {@link PARAMETERS}. */
  readonly parameters?: Partial<ParameterValues>;
  /** Changes the list of stages: `ingress`, `npu`, `spu`, `egress`. */
  readonly stages?: (standard: readonly Stage[], tools: StageTools) => readonly Stage[];
}

/** A path that packets are offered to. */
export interface Pipeline extends SessionReader {
  /** The session distribution hash table as SPU IDs by hash index, identical on every NPU. */
  readonly distributionTable: Uint16Array;
  /** The hash function in use. */
  readonly hash: FlowHash;
  /** The configuration in force, with tables that a commit exchanges; undefined without one. */
  readonly configuration: CompiledConfiguration | undefined;
  /** Packets offered so far. */
  readonly offered: number;
  /** What every SPU has counted so far, in order of SPU IDs: for who watches a run. */
  spuCounts(): SpuCounts[];
  /** Sessions in the global session table; `null` where there is none. */
  readonly centralPointSessions: number | null;
  /** What every SPU is doing, in order of SPU IDs. */
  spuActivity(): SpuActivity[];
  /**
   * Lets time pass without packets.
   *
   * @param nowNs Nanoseconds since the first packet. Packets that are offered later must not be earlier.
   */
  advance(nowNs: number): void;
  /**
   * Lets time pass, then does something to the device, as an event would.
   *
   * @param event What, without a time.
   * @param nowNs When, as in `advance`.
   * @returns What came of it; the report lists it too.
   * @throws {RangeError} If the event is refused, as by `createPipeline`, or lies before the last packet;
   * a configuration needs `isLive`.
   * @throws {Error} After `finish`.
   * @example Sessions are cleared while packets come
   * ```ts
   * import { createPipeline } from '@midplane/pipeline';
   * import { resolveChassis } from '@midplane/chassis';
   * import { packet, recordsOf } from '@midplane/packet';
   * import assert from 'node:assert/strict';
   *
   * const pipeline = createPipeline({ chassis: resolveChassis() });
   * pipeline.offer(recordsOf([packet().ethernet().ipv4().udp().build()]));
   * assert.equal(pipeline.perform({ clearSessions: {} }, 1e9).sessionsEnded, 1);
   * ```
   */
  perform(event: Omit<PipelineEvent, 'atNs' | 'afterPackets'>, nowNs: number): EventResult;
  /**
   * Sends packets down the path. The records are read at once and not kept.
   *
   * @throws {Error} After `finish`.
   */
  offer(records: PacketRecords): void;
  /**
   * Ends the input and returns the report.
   *
   * @param inputError Why the input ended early, if it did; becomes `input.error`.
   */
  finish(inputError?: string): Report;
}
