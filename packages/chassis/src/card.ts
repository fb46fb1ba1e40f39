import { ChassisError, quote } from './chassis-error.ts';
import { assumed, documented, type Figure, inferred, observed } from './figure.ts';
import { nearestName } from './nearest-name.ts';

/** Short name of a services processing card. */
export type SpcType = 'SPC1' | 'SPC2' | 'SPC3';

/** Short name of an I/O card. `IOC3` is the one with 10 and 40 Gigabit Ethernet, `IOC3-100G` the one with 10 and 100. */
export type IocType = 'IOC1' | 'IOC2' | 'IOC3' | 'IOC3-100G' | 'IOC4';

/** Short name of a card. */
export type CardType = SpcType | IocType;

/** What all cards have. */
export interface CardBase {
  /** Order number. */
  readonly model: Figure<string>;
  /** Other names that are accepted for it. */
  readonly aliases: readonly string[];
  /** Description in `show chassis hardware` and `show chassis fpc pic-status`, or `null` where it was not found. */
  readonly description: Figure<string | null>;
  /** First release that runs it, or `null` where every release of the model does. */
  readonly firstRelease: Figure<string | null>;
}

/** A services processing card. */
export interface SpcCard extends CardBase {
  /** Distinguishes it from an I/O card. */
  readonly kind: 'spc';
  /** Short name. */
  readonly type: SpcType;
  /** Processor family. */
  readonly processor: Figure<'XLR' | 'XLP' | 'x86'>;
  /** PICs on the card; each is one SPU. */
  readonly pics: Figure<number>;
  /** Flow sessions that one SPU holds. */
  readonly sessionsPerSpu: Figure<number>;
  /** Whether the SPU that is the central point takes flow sessions too. */
  readonly centralPointMode: Figure<'dedicated' | 'combined'>;
  /** Sessions that the central point holds before it was distributed, or `null` where the card is younger than that. */
  readonly centralPointSessions: Figure<number | null>;
  /** Whether an SPU has a packet ordering engine in hardware. */
  readonly packetOrderingEngine: Figure<boolean>;
}

/** An I/O card. */
export interface IocCard extends CardBase {
  /** Distinguishes it from a services processing card. */
  readonly kind: 'ioc';
  /** Short name. */
  readonly type: IocType;
  /** Network processing units on the card. */
  readonly npus: Figure<number>;
  /** Wings that the card's NPU session tables hold together. */
  readonly npuTableWings: Figure<number>;
  /** Whether the card works with hash-based session distribution only. */
  readonly hashOnly: Figure<boolean>;
}

/** A card of the catalogue. */
export type Card = SpcCard | IocCard;

const EXAMPLES = 'Junos "Flow Distribution and Packet-Ordering", examples of "Calculating SPU ID"';
const OUTPUT = 'published output of SRX5000 devices';
const UNPUBLISHED = 'not published; ours';
const NPU_TABLE_WINGS = assumed(4_194_304, 'NPU table sizes are not published; ours');
const ONE_NPU = assumed(1, 'not published; one NPU per card');
const FIRST_ALWAYS = assumed(null, 'older than the releases in question');

/**
 * The cards of the SRX5000 line, every figure with how it is known.
 *
 * @example Which figures are assumed?
 * ```ts
 * import { CARDS } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const spcs = CARDS.filter((card) => card.kind === 'spc');
 * assert.deepEqual(
 *   spcs.map((card) => `${card.type} ${card.sessionsPerSpu.value} ${card.sessionsPerSpu.mark}`),
 *   ['SPC1 1048576 A', 'SPC2 6291456 O', 'SPC3 12582912 A'],
 * );
 * ```
 */
export const CARDS: readonly Card[] = Object.freeze([
  {
    kind: 'spc',
    type: 'SPC1',
    model: documented('SRX5K-SPC-2-10-40'),
    aliases: [],
    description: assumed('SRX5k SPC', 'by analogy with SRX5k SPC II'),
    firstRelease: FIRST_ALWAYS,
    processor: inferred('XLR', 'the older half of "XLR/XLP mixed mode"'),
    pics: documented(2, EXAMPLES),
    sessionsPerSpu: assumed(1_048_576, 'an SRX3600 SPU of the same generation shows it'),
    centralPointMode: observed('dedicated', `${OUTPUT}: SPU Cp`),
    centralPointSessions: assumed(2_359_296, 'an SRX3600 shows it'),
    packetOrderingEngine: inferred(false, 'the engine belongs to the XLP'),
  },
  {
    kind: 'spc',
    type: 'SPC2',
    model: documented('SRX5K-SPC-4-15-320', 'Juniper SRX5400, SRX5600 and SRX5800 card guide'),
    aliases: [],
    description: observed('SRX5k SPC II', OUTPUT),
    firstRelease: assumed('12.1X44-D10', UNPUBLISHED),
    processor: inferred('XLP', 'the newer half of "XLR/XLP mixed mode"'),
    pics: documented(4, EXAMPLES),
    sessionsPerSpu: observed(6_291_456, OUTPUT),
    centralPointMode: observed('dedicated', `${OUTPUT}: SPU Cp`),
    centralPointSessions: assumed(12_582_912, UNPUBLISHED),
    packetOrderingEngine: inferred(true, '"Packet Ordering Engine on the XLP processor", one per SPU'),
  },
  {
    kind: 'spc',
    type: 'SPC3',
    model: documented('SRX5K-SPC3'),
    aliases: ['JNP-SPC3'],
    description: observed('SPC3', OUTPUT),
    firstRelease: assumed('18.2R1', UNPUBLISHED),
    processor: inferred('x86', 'not an XLP; its session capacity and its single CP-Flow SPU say so'),
    pics: documented(2, EXAMPLES),
    sessionsPerSpu: assumed(12_582_912, 'twice that of an SPC2 SPU'),
    centralPointMode: observed('combined', `${OUTPUT}: SPU Cp-Flow`),
    centralPointSessions: inferred(null, 'younger than the distributed central point'),
    packetOrderingEngine: assumed(false, 'the engine belongs to the XLP'),
  },
  {
    kind: 'ioc',
    type: 'IOC1',
    model: assumed('SRX5K-40GE-SFP', 'order number not verified against a document'),
    aliases: ['SRX5K-4XGE-XFP'],
    description: observed('SRX5k DPC 40x 1GE', OUTPUT),
    firstRelease: FIRST_ALWAYS,
    npus: observed(4, `${OUTPUT}: 4 PFEs`),
    npuTableWings: NPU_TABLE_WINGS,
    hashOnly: documented(false),
  },
  {
    kind: 'ioc',
    type: 'IOC2',
    model: documented('SRX5K-MPC'),
    aliases: [],
    description: observed('SRX5k IOC II', OUTPUT),
    firstRelease: assumed('12.1X47-D10', UNPUBLISHED),
    npus: ONE_NPU,
    npuTableWings: NPU_TABLE_WINGS,
    hashOnly: documented(true),
  },
  {
    kind: 'ioc',
    type: 'IOC3',
    model: documented('SRX5K-MPC3-40G10G'),
    aliases: ['IOC3-40G'],
    description: observed('SRX5k IOC3 24XGE+6XLG', OUTPUT),
    firstRelease: documented('15.1X49-D10'),
    npus: ONE_NPU,
    npuTableWings: NPU_TABLE_WINGS,
    hashOnly: documented(true),
  },
  {
    kind: 'ioc',
    type: 'IOC3-100G',
    model: documented('SRX5K-MPC3-100G10G'),
    aliases: [],
    description: assumed(null, 'not found'),
    firstRelease: documented('15.1X49-D10'),
    npus: ONE_NPU,
    npuTableWings: NPU_TABLE_WINGS,
    hashOnly: documented(true),
  },
  {
    kind: 'ioc',
    type: 'IOC4',
    model: assumed('SRX5K-IOC4-MRAT', 'order number not verified against a document'),
    aliases: ['SRX5K-IOC4-10G'],
    description: observed('SRX5k IOC4 MRATE', OUTPUT),
    firstRelease: assumed('18.2R1', UNPUBLISHED),
    npus: ONE_NPU,
    npuTableWings: NPU_TABLE_WINGS,
    hashOnly: inferred(false, 'not named among the hash-only cards; its releases are hash-based anyway'),
  },
] as const satisfies readonly Card[]);

/**
 * Finds a card by short name, order number or alias.
 *
 * @param name Name in any case, such as `SPC2`, `srx5k-spc-4-15-320`, `IOC3`.
 * @param where Said in the error, such as `slot 1`.
 * @returns The card.
 * @throws {ChassisError} `foreign-card` for a card of the SRX1000 or SRX3000 line, `unknown-card` for any other name; the
 * message lists what is accepted and the nearest name.
 * @example
 * ```ts
 * import { findCard } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(findCard('spc2').model.value, 'SRX5K-SPC-4-15-320');
 * assert.throws(() => findCard('SRX3K-SPC-1-10-40'), { code: 'foreign-card' });
 * ```
 */
export function findCard(name: string, where?: string): Card {
  const wanted = String(name).trim().toUpperCase();
  for (const card of CARDS) {
    if (card.type === wanted || card.model.value === wanted || card.aliases.includes(wanted)) return card;
  }
  const action = where === undefined ? 'find card' : `place card in ${where}`;
  if (/^SRX[13]K/.test(wanted)) {
    const line = wanted.startsWith('SRX3K') ? 'SRX3000' : 'SRX1000';
    throw new ChassisError(
      'foreign-card',
      action,
      `card must be of the SRX5000 line, and cards of the ${line} line do not fit its slots (accepted: ${acceptedCards()})`,
      quote(name),
    );
  }
  const names = CARDS.flatMap((card) => [card.type, card.model.value, ...card.aliases]);
  const nearest = nearestName(wanted, names);
  throw new ChassisError(
    'unknown-card',
    action,
    `card must be one of ${acceptedCards()}`,
    nearest === null ? quote(name) : `${quote(name)} (nearest: ${nearest})`,
  );
}

/** Every card as `short name (order number)`, for messages. */
export function acceptedCards(kind?: Card['kind']): string {
  return CARDS.filter((card) => kind === undefined || card.kind === kind)
    .map((card) => `${card.type} (${card.model.value})`)
    .join(', ');
}
