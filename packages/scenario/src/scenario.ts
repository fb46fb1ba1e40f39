import type { ChassisOptions, ChassisStateOptions, ChassisTiming, DistributionMode, SpcType } from '@midplane/chassis';
import type {
  DeviceConfiguration,
  EgressOptions,
  FaultOptions,
  OrderingMode,
  PacketMemoryOptions,
  ParameterName,
  SpuHosting,
  SpuSpeedChanges,
} from '@midplane/pipeline';
import type { TrafficOptions, WorkloadDescription } from '@midplane/traffic';

/** Version of the scenario file's schema; the value of its key `schema`. */
export const SCENARIO_SCHEMA = 'midplane-scenario/1';

/**
 * Names that `hash` takes; the first is the default.
 *
 * Fidelity: assumed. The vendor's function is not published.
 */
export const SCENARIO_HASHES = ['crc32c', 'toeplitz', 'toeplitz-symmetric', 'xxhash32', 'murmur3', 'fnv1a'] as const;

/** Name of a session distribution hash. */
export type ScenarioHash = (typeof SCENARIO_HASHES)[number];

/** The chassis: what `resolveChassis` of `@midplane/chassis` takes, with its defaults. */
export interface ScenarioChassis {
  /** `srx5400`, `srx5600` or `srx5800`. */
  readonly model?: string;
  /** Junos release, such as `17.4R1`. */
  readonly release?: string;
  /** Card names by slot, or text such as `1=SPC2,2=SPC2,7=IOC2`. */
  readonly cards?: Readonly<Record<string, string>> | string;
  /** Configured distribution mode. */
  readonly distributionMode?: DistributionMode;
  /** Rows of the session distribution hash table, 1 to 16,777,216. */
  readonly tableLength?: number;
  /** SPU of the central point: SPU ID, or name such as `fpc1.pic0`. */
  readonly centralPoint?: number | string;
  /** Whether the central point's SPU takes flow sessions too. */
  readonly centralPointMode?: 'dedicated' | 'combined';
  /** Flow sessions per SPU, by card, 1 to 83,333,333. */
  readonly sessionsPerSpu?: Readonly<Partial<Record<SpcType, number>>>;
  /** Sessions of the central point where it is not distributed, by its card, 1 to 268,435,456. */
  readonly centralPointSessions?: Readonly<Partial<Record<'SPC1' | 'SPC2', number>>>;
  /** Wings per I/O card in the NPU session tables, 1 to 2^32 - 1. */
  readonly npuTableWings?: number;
  /** Seconds of the steps of a boot that differ from `CHASSIS_TIMING` of `@midplane/chassis`. */
  readonly timing?: Readonly<Partial<ChassisTiming>>;
  /** `running` (default): everything is up at the first packet; `boot`: the power comes on then. */
  readonly start?: 'running' | 'boot';
}

/** Packets of a capture file. */
export interface CaptureTraffic {
  /** Path, opened by who runs the scenario. `-` is standard input: one capture at most. */
  readonly capture: string;
}

/** Packets of a seeded workload. */
export interface WorkloadItem {
  /** What `planWorkload` of `@midplane/traffic` takes. */
  readonly workload: WorkloadDescription;
}

/** Packets of a ready-made workload, and what differs from it: what `planTraffic` of `@midplane/traffic` takes. */
export type ShapeTraffic = TrafficOptions & { readonly shape: 'small' | 'many' };

/** One source of packets. */
export type ScenarioTraffic = CaptureTraffic | WorkloadItem | ShapeTraffic;

/**
 * What happens to the device at a time, or after a number of packets: one of `atSeconds` and `afterPackets`, and one thing.
 *
 * SPUs are SPU IDs or names such as `fpc1.pic1`, cards are the slots they are in.
 */
export interface ScenarioEvent {
  /** Seconds since the first packet. */
  readonly atSeconds?: number;
  /** Before the packet after so many. */
  readonly afterPackets?: number;
  /** Ends the sessions of one SPU, or of all. */
  readonly clearSessions?: { readonly spu?: number | string };
  /** An SPU fails; with `permanent` it does not come up after a reboot either. */
  readonly failSpu?: number | string | { readonly spu: number | string; readonly permanent?: boolean };
  /** A card fails; `permanent` as for an SPU. */
  readonly failCard?: number | { readonly slot: number; readonly permanent?: boolean };
  /** A card is put into an empty slot. */
  readonly insertCard?: { readonly slot: number; readonly card: string };
  /** A card is pulled. */
  readonly removeCard?: number;
  /** A card is taken offline, brought online, or restarted by command. */
  readonly offline?: number;
  readonly online?: number;
  readonly restart?: number;
  /** The chassis reboots. */
  readonly reboot?: Readonly<Record<string, never>>;
  /** Another mode of packet ordering is configured; it counts from the next reboot on. */
  readonly setOrdering?: 'hardware' | 'software';
  /**
   * Parameters change; see `LIVE_PARAMETERS` of `@midplane/pipeline`. Or as text: a commit of Junos lines,
   * `set ...`, `delete ...`, `activate ...`, `deactivate ...`, or what stands behind `set`. What only a reboot
   * brings into effect waits for one.
   */
  readonly set?: Readonly<Partial<Record<ParameterName, number>>> | string;
}

/**
 * What the device is told, in the model's own keys, as a Junos configuration, or both.
 *
 * Where both say something, zones, interfaces, applications, policies and NAT are those of the Junos configuration,
 * sides are those of both, and the rest is that of the own keys.
 */
export interface ScenarioConfiguration extends DeviceConfiguration {
  /** Junos configuration, in curly form or as `set` lines. */
  readonly junos?: string;
  /** Path of a file that holds it; `loadScenario` puts the text into `junos`. */
  readonly file?: string;
}

/**
 * A scenario as plain data: everything that decides a report.
 *
 * `loadScenario` gives one of a file's text, with times in the units of their names; a program may as well write one down.
 */
export interface Scenario {
  /** Version. */
  readonly schema: typeof SCENARIO_SCHEMA;
  /** Default: two SPC2 and an IOC2 in an SRX5800 of release 17.4R1. */
  readonly chassis?: ScenarioChassis;
  /** Session distribution hash; default `crc32c`. */
  readonly hash?: ScenarioHash;
  /** Whether both directions of a flow hash alike; default true. */
  readonly symmetric?: boolean;
  /** What the device is told: zones, policies, NAT; default: everything passes as it is. */
  readonly configuration?: ScenarioConfiguration;
  /** Changes to `PARAMETERS` of `@midplane/pipeline`. */
  readonly parameters?: Readonly<Partial<Record<ParameterName, number>>>;
  /** How packets are kept in order, and whether that is measured; default: by hardware, not measured. */
  readonly ordering?: {
    readonly mode?: OrderingMode;
    readonly protocols?: readonly number[];
    readonly measure?: boolean;
  };
  /** How packets leave over the fabric; default: it is not the limit. Empty: what leaves by each I/O card is counted. */
  readonly egress?: EgressOptions;
  /** Memory that packets take; default: there is always enough. */
  readonly packetMemory?: PacketMemoryOptions;
  /** Changes to `SPU_SPEEDS` of `@midplane/pipeline`: what work costs an SPU. */
  readonly spuSpeeds?: SpuSpeedChanges;
  /** How badly messages between units travel; default: they all arrive, once. */
  readonly faults?: FaultOptions;
  /** What happens to the device during the run. */
  readonly events?: readonly ScenarioEvent[];
  /** Where the SPUs are hosted: it decides how fast a run is, never what its report says. Default: who runs it decides. */
  readonly spus?: SpuHosting;
  /** 1 to 64 sources, merged by time, then by place in this list. */
  readonly traffic: readonly ScenarioTraffic[];
}

/** The chassis as `resolveChassis` takes it. */
export function chassisOptionsOf({ timing, start, ...chassis }: ScenarioChassis = {}): ChassisOptions {
  return chassis as ChassisOptions; // card names are by slot, whose numbers are keys and therefore text
}

/** The chassis as `ChassisState` takes it. */
export function chassisStateOptionsOf(chassis: ScenarioChassis = {}): ChassisStateOptions {
  return chassis as ChassisStateOptions;
}
