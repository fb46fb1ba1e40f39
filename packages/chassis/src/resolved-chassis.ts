import type { SpuId } from '@midplane/spu-id';
import type { ChassisWarning, DistributionMode, Regime } from './behaviour.ts';
import type { CardType, IocType, SpcType } from './card.ts';
import type { ModelName } from './model.ts';
import type { CardsBySlot } from './parse-cards.ts';
import type { Release } from './release.ts';

/** What an SPU does: forward flows, be the central point, or both. */
export type SpuRole = 'flow' | 'cp' | 'cp-flow';

/** One FPC slot. */
export interface Slot {
  /** FPC number. */
  readonly slot: number;
  /** Card in it, `null` if empty. */
  readonly card: CardType | null;
  /** Order number of the card, `null` if empty. */
  readonly model: string | null;
  /** Description of the card in `show chassis fpc pic-status`, `null` if empty or not known. */
  readonly description: string | null;
}

/** One SPU. */
export interface Spu {
  /** FPC x 4 + PIC. */
  readonly spuId: SpuId;
  /** FPC number. */
  readonly fpc: number;
  /** PIC number. */
  readonly pic: number;
  /** Card that carries it. */
  readonly card: SpcType;
  /** What it does. */
  readonly role: SpuRole;
  /** Its name, such as `fpc1.pic1`. */
  readonly name: string;
  /** What `show chassis fpc pic-status` calls it: `SPU Flow`, `SPU Cp` or `SPU Cp-Flow`. */
  readonly description: string;
  /** Flow sessions that it holds, 0 on a dedicated central point. */
  readonly maxSessions: number;
  /**
   * Central-point sessions that it holds where the central point is distributed: floor(1.2
   * x flow sessions). Otherwise 0.
   */
  readonly maxDcpSessions: number;
  /** Weight in the SPU session weight table: its session capacity. */
  readonly weight: number;
}

/** One I/O card. */
export interface Ioc {
  /** FPC number. */
  readonly slot: number;
  /** The card. */
  readonly card: IocType;
  /** Network processing units on it. */
  readonly npus: number;
  /** Wings that its NPU session tables hold together. */
  readonly maxWings: number;
}

/** Where the central point is. */
export interface CentralPoint {
  /** SPU that is the central point, or carries what is left of it where it is distributed. */
  readonly spuId: SpuId;
  /** FPC number. */
  readonly fpc: number;
  /** PIC number. */
  readonly pic: number;
  /** Card that carries it. */
  readonly card: SpcType;
  /** `dedicated`: takes no flow sessions; `combined`: takes flow sessions too. */
  readonly mode: 'dedicated' | 'combined';
  /** Whether sessions are arbitrated by all SPUs. */
  readonly distributed: boolean;
  /** Sessions in the global table; `null` where it is distributed, as no single limit binds. */
  readonly maxSessions: number | null;
}

/** A figure that nobody published and on which the resolved chassis depends. */
export interface ChassisAssumption {
  /** What it is, such as `sessionsPerSpu.SPC1`. */
  readonly parameter: string;
  /** Its value here. */
  readonly value: number | string;
  /** Why this value. */
  readonly why: string;
}

/** A chassis with everything decided. It is plain data: it survives JSON and structured clone. */
export interface ResolvedChassis {
  /** Model, such as `srx5800`. */
  readonly model: ModelName;
  /** Release, such as `17.4R1`. */
  readonly release: string;
  /** The release, taken apart. */
  readonly releaseParts: Release;
  /** Every slot of the model, ascending. */
  readonly slots: readonly Slot[];
  /** Every SPU, ascending by SPU ID. */
  readonly spus: readonly Spu[];
  /** Every I/O card, ascending by slot. */
  readonly iocs: readonly Ioc[];
  /** Where the central point is. */
  readonly centralPoint: CentralPoint;
  /** Who gets a packet that an NPU does not know. */
  readonly regime: Regime;
  /** How new sessions are spread. */
  readonly distributionMode: DistributionMode;
  /** Rows of the distribution table. */
  readonly tableLength: number;
  /** Session IDs per SPU. */
  readonly sessionIdStride: number;
  /** Sessions that the whole system holds: the sum over SPUs, or the central point's limit where that is less. */
  readonly maxSessions: number;
  /** Whether SPC1 and SPC2 stand side by side. */
  readonly heterogeneous: boolean;
  /** What the user should know. */
  readonly warnings: readonly ChassisWarning[];
  /** Unpublished figures that this chassis depends on. */
  readonly assumptions: readonly ChassisAssumption[];
}

/** What {@link resolveChassis} starts from; everything has a default. */
export interface ChassisOptions {
  /** Model, `srx5800` by default. */
  readonly model?: string;
  /** Release, `17.4R1` by default. */
  readonly release?: string | Release;
  /** Cards by slot, or text for `parseCards`. By default two services cards and an I/O card that the release runs. */
  readonly cards?: CardsBySlot | string;
  /** Configured distribution mode. */
  readonly distributionMode?: DistributionMode;
  /** Rows of the distribution table, 1 to 16,777,216. */
  readonly tableLength?: number;
  /** SPU of the central point: SPU ID or name such as `fpc1.pic0`. */
  readonly centralPoint?: SpuId | number | string;
  /** Whether the central point's SPU takes flow sessions too. */
  readonly centralPointMode?: 'dedicated' | 'combined';
  /** Flow sessions per SPU, by card, 1 to 83,333,333. */
  readonly sessionsPerSpu?: Readonly<Partial<Record<SpcType, number>>>;
  /**
   * Sessions that the central point holds where it is not distributed, by its card, 1 to 268,435,456. An SPC3 is younger
   * than that.
   */
  readonly centralPointSessions?: Readonly<Partial<Record<'SPC1' | 'SPC2', number>>>;
  /** Wings per I/O card in the NPU session tables, 1 to 2^32 - 1. */
  readonly npuTableWings?: number;
}
