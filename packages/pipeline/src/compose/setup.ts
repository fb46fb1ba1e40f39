import type { FlowHash } from '@midplane/hash';
import { findFlowHash } from '@midplane/hash';
import { buildDistributionTable } from '@midplane/weights';
import { compileConfiguration } from '../configuration/compile-configuration.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import type { ActiveConfiguration } from '../control/configuration-control.ts';
import { type Units, unitsOf } from '../control/units.ts';
import { type ResolvedEgress, resolveEgress, resolvePacketMemory } from '../egress/egress-options.ts';
import { checkEvents } from '../events/pipeline-event.ts';
import { NatShares } from '../nat/nat-shares.ts';
import { type ParameterName, resolveParameters } from '../parameters.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { type OrderingState, resolveOrdering } from '../spu/spu-ordering.ts';
import { resolveSpuSpeeds } from '../spu/spu-speed.ts';

/** The options of a path, read and checked, and what follows from them. */
export interface Setup {
  readonly options: PipelineOptions;
  readonly hash: FlowHash;
  /** Parameters; events change some. */
  readonly values: { -readonly [K in ParameterName]: number };
  readonly units: Units;
  /** SPU ID by hash index; rewritten in place when the chassis changes. */
  readonly distributionTable: Uint16Array;
  readonly speeds: ReturnType<typeof resolveSpuSpeeds>;
  readonly ordering: OrderingState;
  /** Whether both directions of a flow hash alike. */
  readonly symmetric: boolean;
  /** Packet memory of an SPU, bytes; undefined: there is always enough. */
  readonly memoryBytes: number | undefined;
  /** Whether packets are followed over the fabric. */
  readonly hasEgress: boolean;
  readonly egressOptions: ResolvedEgress;
  /** What the device is told; undefined = nothing, now and later. */
  readonly source: DeviceConfiguration | undefined;
  readonly configuration: ActiveConfiguration | undefined;
  /** Configurations that events commit. */
  readonly commits: readonly DeviceConfiguration[];
  readonly hasNat: boolean;
  /** Who shares the ports of source NAT; changes with the chassis. */
  readonly natShares: NatShares;
  /** Whether both wings of every session are on the SPU that they hash to. */
  readonly isByHash: boolean;
}

/**
 * Reads the options of a path.
 *
 * @param distributionTable SPU ID by hash index, where it is there already.
 * @throws {RangeError} See `createPipeline`.
 */
export function readSetup(options: PipelineOptions, distributionTable?: Uint16Array): Setup {
  const { chassis, isLive = false, symmetric = true } = options;
  const hash = typeof options.hash === 'object' ? options.hash : findFlowHash(options.hash ?? 'crc32c');
  const values = { ...resolveParameters(options.parameters) };
  const listed = options.events ?? [];
  const units = unitsOf(chassis, listed);
  checkEvents(listed, chassis, units.spus, values);
  const ordering = resolveOrdering(options.ordering);
  const memoryBytes = options.packetMemory && resolvePacketMemory(options.packetMemory);
  // a commit may bring what was not there at the begin
  const commits = listed.flatMap(({ commit }) => commit?.configuration ?? []);
  const source = options.configuration ?? (isLive || commits.length > 0 ? {} : undefined);
  const configuration = source && { ...compileConfiguration(source) };
  const hasNat =
    isLive || [configuration, ...commits.map((each) => compileConfiguration(each))].some((each) => each?.hasNat);
  return {
    options,
    hash,
    values,
    units,
    distributionTable: distributionTable ?? buildDistributionTable(chassis.spus, chassis.tableLength),
    speeds: resolveSpuSpeeds(options.spuSpeeds),
    ordering,
    symmetric,
    memoryBytes,
    hasEgress: options.egress !== undefined || memoryBytes !== undefined || ordering.measure,
    egressOptions: resolveEgress(options.egress),
    source,
    configuration,
    commits,
    hasNat,
    natShares: new NatShares(chassis.spus),
    isByHash: chassis.regime === 'distributed' && symmetric && !hasNat,
  };
}
