import type { SpuId } from '@midplane/spu-id';
import type { DistributionMode } from './behaviour.ts';
import type { CardType } from './card.ts';

/**
 * What a slot, card or PIC is in: `empty` no card; `booting`; `online`; `offline` by command, or waiting for the reboot of
 * the chassis; `failed`.
 */
export type UnitState = 'empty' | 'booting' | 'online' | 'offline' | 'failed';

/** One PIC of a card. On a services card it is an SPU. */
export interface PicState {
  /** PIC number. */
  readonly pic: number;
  /** Its SPU, `null` on an I/O card. */
  readonly spuId: SpuId | null;
  /** What `show chassis fpc pic-status` calls an SPU: `SPU Flow`, `SPU Cp` or `SPU Cp-Flow`; `null` on an I/O card. */
  readonly description: string | null;
  /** What it is in. */
  readonly state: UnitState;
  /** Since when, in nanoseconds of the simulation. */
  readonly sinceNs: number;
}

/** One slot of the chassis. */
export interface SlotState {
  /** FPC number. */
  readonly slot: number;
  /** Card in it, `null` if empty. */
  readonly card: CardType | null;
  /** What it is in. */
  readonly state: UnitState;
  /** Since when, in nanoseconds of the simulation. */
  readonly sinceNs: number;
  /** Whether the card carries nothing until the chassis reboots. */
  readonly waitsForReboot: boolean;
  /** PICs, ascending; of an I/O card one per NPU. */
  readonly pics: readonly PicState[];
}

/**
 * Why no traffic passes: `routing-engine-boots` the chassis reboots; `no-services-card` no SPU is left; `no-io-card` none is
 * left; `central-point-boots`; `spus-boot` not all SPUs, or in a mode without hash table none that takes sessions, are up;
 * `no-flow-spu` the only SPU left is a dedicated central point; `io-cards-boot`; `tables-load` NPUs load their tables.
 */
export type TrafficBlockReason =
  | 'routing-engine-boots'
  | 'no-services-card'
  | 'no-io-card'
  | 'central-point-boots'
  | 'spus-boot'
  | 'no-flow-spu'
  | 'io-cards-boot'
  | 'tables-load';

/** That no traffic passes, and why. */
export interface TrafficBlock {
  /** Why; stable, for programs. */
  readonly reason: TrafficBlockReason;
  /** One sentence, with the units that are waited for. */
  readonly text: string;
}

/** A time in which no traffic passed. */
export interface Outage {
  /** Its begin, in nanoseconds of the simulation. */
  readonly fromNs: number;
  /** Its end, `null` if it lasts. */
  readonly untilNs: number | null;
  /** What began it. */
  readonly cause: string;
}

/** An alarm of the chassis, as long as its cause lasts. */
export interface ChassisAlarm {
  /** How grave. */
  readonly severity: 'major' | 'minor';
  /** One line; the words are ours. */
  readonly text: string;
  /** FPC number. */
  readonly slot: number;
  /** Since when, in nanoseconds of the simulation. */
  readonly sinceNs: number;
}

/** What happened to a chassis; the texts of events are ours. */
export type ChassisEventKind =
  | 'card-inserted'
  | 'card-removed'
  | 'card-booting'
  | 'card-online'
  | 'card-offline'
  | 'card-failed'
  | 'spu-online'
  | 'spu-failed'
  | 'reset'
  | 'reboot'
  | 'central-point-moved'
  | 'mode-changed'
  | 'mode-configured'
  | 'mode-refused'
  | 'traffic-stops'
  | 'traffic-passes';

/** Something that happened. */
export interface ChassisEvent {
  /** When, in nanoseconds of the simulation. */
  readonly atNs: number;
  /** What; stable, for programs. */
  readonly kind: ChassisEventKind;
  /** One line. */
  readonly text: string;
  /** FPC number, where it concerns one card or SPU. */
  readonly slot: number | null;
  /** SPU, where it concerns one. */
  readonly spuId: SpuId | null;
  /** Epoch after it. */
  readonly epoch: number;
}

/**
 * What can be done to a chassis.
 *
 * `failSpu` and `failCard` with `permanent`: the unit does not come up after a reboot either. `spu` is an SPU ID or a name
 * such as `fpc1.pic1`. `offline`, `online`, `restart` are the operator's commands for a card. `configure`: another
 * distribution mode is configured (`null`: none, so that release and cards decide); it counts from the next reboot on.
 * What the release can never do is refused; what only the cards do not allow waits for others, and the reboot says so
 * (`mode-refused`) where none came.
 */
export type ChassisCommand =
  | { readonly command: 'failSpu'; readonly spu: SpuId | number | string; readonly permanent?: boolean }
  | { readonly command: 'failCard'; readonly slot: number; readonly permanent?: boolean }
  | { readonly command: 'insertCard'; readonly slot: number; readonly card: string }
  | { readonly command: 'removeCard'; readonly slot: number }
  | { readonly command: 'offline'; readonly slot: number }
  | { readonly command: 'online'; readonly slot: number }
  | { readonly command: 'restart'; readonly slot: number }
  | { readonly command: 'reboot' }
  | { readonly command: 'configure'; readonly distributionMode: DistributionMode | null };

/**
 * Names of all commands, in the order in which errors list them.
 *
 * @example
 * ```ts
 * import { CHASSIS_COMMANDS } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.ok(CHASSIS_COMMANDS.includes('failSpu'));
 * ```
 */
export const CHASSIS_COMMANDS: readonly ChassisCommand['command'][] = [
  'failSpu',
  'failCard',
  'insertCard',
  'removeCard',
  'offline',
  'online',
  'restart',
  'reboot',
  'configure',
];
