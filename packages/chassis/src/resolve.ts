import {
  formatSpuId,
  parseSpuId,
  SESSION_ID_STRIDE,
  SESSION_ID_STRIDE_SPC3,
  type SpuId,
  spuIdOf,
} from '@midplane/spu-id';
import { cardAssumptions } from './_card-assumptions.ts';
import { checkComplete, checkMix, listOf, type PlacedCard, placeCards } from './_place-cards.ts';
import { behaviourOf } from './behaviour.ts';
import type { CardType, IocCard, SpcCard } from './card.ts';
import { ChassisError, quote } from './chassis-error.ts';
import { defaultCards } from './default-cards.ts';
import { type ChassisModel, findModel } from './model.ts';
import { parseCards } from './parse-cards.ts';
import { formatRelease, parseRelease, type Release } from './release.ts';
import type {
  CentralPoint,
  ChassisAssumption,
  ChassisOptions,
  Ioc,
  ResolvedChassis,
  Slot,
  Spu,
} from './resolved-chassis.ts';

/** 1.2 times this still fits the stride of session IDs. */
const MAX_SESSIONS_PER_SPU = 83_333_333;
/** Most that a session table holds. */
const MAX_CENTRAL_POINT_SESSIONS = 268_435_456;

interface PlacedSpc {
  readonly slot: number;
  readonly card: SpcCard;
  /** PICs that work, ascending. */
  readonly pics: readonly number[];
}

interface PlacedIoc {
  readonly slot: number;
  readonly card: IocCard;
}

/**
 * Decides everything about a chassis: slots, SPUs, I/O cards, central point, distribution.
 *
 * The central point is PIC 0 of the SPC in the lowest slot, an SPC3 preferred. On SPC1 and SPC2 it takes its SPU for itself
 * (weight 0, no sessions), on SPC3 it shares it.
 *
 * Fidelity: documented for SPU IDs, distribution mode and regime; observed for roles and the 1.2 x capacity of the
 * distributed central point; inferred for the central point's place. What is assumed stands in `assumptions`.
 *
 * @param options Model, release, cards and overrides; all have defaults (SRX5800, 17.4R1, SPC2 in slots 1 and 2, IOC2 in 7).
 * @returns The chassis, as plain data.
 * @throws {ChassisError} With a stable `code`: `unknown-model`, `malformed-release`, `malformed-cards`, `slot-taken`,
 * `slot-out-of-range`, `unknown-card`, `foreign-card`, `card-needs-release`, `mixed-spc`, `no-spc`, `no-ioc`,
 * `unsupported-mode`, `unknown-central-point`, `out-of-range`.
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const chassis = resolveChassis({ cards: '1=SPC2,7=IOC2' });
 * assert.equal(chassis.regime, 'distributed');
 * assert.deepEqual(
 *   chassis.spus.map((spu) => `${spu.spuId} ${spu.name} ${spu.role} ${spu.weight}`),
 *   ['4 fpc1.pic0 cp 0', '5 fpc1.pic1 flow 6291456', '6 fpc1.pic2 flow 6291456', '7 fpc1.pic3 flow 6291456'],
 * );
 * ```
 */
export function resolveChassis(options: ChassisOptions = {}): ResolvedChassis {
  const setting = readOptions(options);
  checkComplete(setting.placed);
  const chassis = resolveLive(options, setting, new Set());
  checkTableLength(chassis, 'resolve chassis');
  return chassis;
}

/** Checks that the distribution table has a row for each SPU that takes sessions. */
export function checkTableLength({ spus, tableLength }: ResolvedChassis, action: string): void {
  const active = spus.filter(({ weight }) => weight > 0).length;
  if (tableLength >= active) return;
  const rule = `tableLength must be at least the number of SPUs with a weight, ${active}`;
  throw new ChassisError('out-of-range', action, rule, quote(tableLength));
}

/** Model, release and cards of a chassis, read and checked one by one; the chassis may still lack cards. */
export interface ChassisSetting {
  readonly model: ChassisModel;
  readonly release: Release;
  readonly placed: readonly PlacedCard[];
}

/** Reads what the options say about model, release and cards. */
export function readOptions(options: ChassisOptions): ChassisSetting {
  const model = findModel(options.model ?? 'srx5800');
  const release = releaseOf(options.release ?? '17.4R1');
  const cards = options.cards ?? defaultCards(model, release);
  const placed = placeCards(typeof cards === 'string' ? parseCards(cards) : cards, model, release);
  checkMix(placed);
  return { model, release, placed };
}

/**
 * Decides everything about a chassis some SPUs of which do not work.
 *
 * @param without SPUs that do not work; one at least must be left.
 * @param decidedBy Cards that decide regime and distribution mode: those at the last boot, until the next one.
 */
export function resolveLive(
  options: ChassisOptions,
  { model, release, placed }: ChassisSetting,
  without: ReadonlySet<number>,
  decidedBy: readonly CardType[] = placed.map(({ card }) => card.type),
): ResolvedChassis {
  const spcs = placed.flatMap(({ slot, card }): PlacedSpc[] => {
    if (card.kind !== 'spc') return [];
    const pics = Array.from({ length: card.pics.value }, (_, pic) => pic).filter(
      (pic) => !without.has(spuIdOf(slot, pic)),
    );
    return pics.length === 0 ? [] : [{ slot, card, pics }];
  });
  const iocs = placed.filter((entry): entry is PlacedIoc => entry.card.kind === 'ioc');

  const { distributionMode: configured } = options;
  const behaviour = behaviourOf({
    release,
    cards: decidedBy,
    ...(configured === undefined ? {} : { distributionMode: configured }),
  });
  const tableLength = inRange('tableLength', options.tableLength ?? behaviour.tableLength.value, 16_777_216);
  const centralPoint = placeCentralPoint(spcs, behaviour.regime === 'distributed', options);
  const spus = spcs.flatMap((spc) => spusOf(spc, centralPoint, options));
  const needsWideIds = spus.some((spu) => Math.max(spu.maxSessions, spu.maxDcpSessions) > SESSION_ID_STRIDE);
  const flowSessions = spus.reduce((sum, spu) => sum + spu.maxSessions, 0);
  const resolved = {
    model: model.model,
    release: formatRelease(release),
    releaseParts: release,
    slots: slotsOf(model, placed),
    spus,
    iocs: iocs.map((ioc) => iocOf(ioc, options)),
    centralPoint,
    regime: behaviour.regime,
    distributionMode: behaviour.distributionMode.value,
    tableLength,
    sessionIdStride: needsWideIds ? SESSION_ID_STRIDE_SPC3 : SESSION_ID_STRIDE,
    maxSessions: Math.min(flowSessions, centralPoint.maxSessions ?? flowSessions),
    heterogeneous: behaviour.heterogeneous,
    warnings: behaviour.warnings,
  };
  const assumptions: ChassisAssumption[] = [];
  if (options.cards === undefined) {
    assumptions.push({ parameter: 'cards', value: listOf(placed), why: 'no cards were named; ours' });
  }
  if (options.tableLength === undefined) {
    assumptions.push({ parameter: 'tableLength', value: tableLength, why: behaviour.tableLength.source });
  }
  if (behaviour.distributionMode.mark === 'A') {
    const { value, source } = behaviour.distributionMode;
    assumptions.push({ parameter: 'distributionMode', value, why: source });
  }
  if (needsWideIds) {
    const why = 'an SPU holds more than 10,000,000 sessions; the wider scheme is not published';
    assumptions.push({ parameter: 'sessionIdStride', value: SESSION_ID_STRIDE_SPC3, why });
  }
  return { ...resolved, assumptions: [...assumptions, ...cardAssumptions(resolved, spcs, iocs, options)] };
}

function releaseOf(release: string | Release): Release {
  return typeof release === 'object' && release !== null ? parseRelease(formatRelease(release)) : parseRelease(release);
}

/** The first working PIC of the SPC in the lowest slot, an SPC3 preferred, unless the caller names another SPU. */
function placeCentralPoint(spcs: PlacedSpc[], distributed: boolean, options: ChassisOptions): CentralPoint {
  const chosen = spcs.find(({ card }) => card.type === 'SPC3') ?? spcs[0];
  let spuId = spuIdOf(chosen.slot, chosen.pics[0]);
  let { card } = chosen;
  if (options.centralPoint !== undefined) {
    const named = namedSpu(spcs, options.centralPoint);
    spuId = named.spuId;
    card = named.card;
  }
  const mode = options.centralPointMode ?? card.centralPointMode.value;
  if (mode !== 'dedicated' && mode !== 'combined') {
    const rule = "centralPointMode must be 'dedicated' or 'combined'";
    throw new ChassisError('unsupported-mode', 'resolve chassis', rule, quote(mode));
  }
  const pic = spuId % 4;
  return {
    spuId,
    fpc: (spuId - pic) / 4,
    pic,
    card: card.type,
    mode,
    distributed,
    maxSessions: distributed ? null : centralPointSessionsOf(card, options),
  };
}

/** Sessions that the central point holds on a card; `null` on one that is younger than the limit. */
function centralPointSessionsOf({ type, centralPointSessions }: SpcCard, options: ChassisOptions): number | null {
  if (type === 'SPC3') return centralPointSessions.value;
  const given = options.centralPointSessions?.[type];
  if (given === undefined) return centralPointSessions.value;
  return inRange(`centralPointSessions.${type}`, given, MAX_CENTRAL_POINT_SESSIONS);
}

function namedSpu(spcs: PlacedSpc[], name: SpuId | number | string): { spuId: SpuId; card: SpcCard } {
  const present: string[] = [];
  let wanted: number | null = null;
  try {
    wanted = typeof name === 'number' ? name : parseSpuId(name);
  } catch {
    wanted = null; // not an SPU's name: the message below lists the SPUs that exist
  }
  for (const { slot, card, pics } of spcs) {
    for (const pic of pics) {
      const spuId = spuIdOf(slot, pic);
      if (spuId === wanted) return { spuId, card };
      present.push(formatSpuId(spuId));
    }
  }
  throw new ChassisError(
    'unknown-central-point',
    'resolve chassis',
    `centralPoint must be one of the SPUs ${present.join(', ')}`,
    quote(name),
  );
}

/** The SPUs of one card. */
function spusOf({ slot, card, pics }: PlacedSpc, centralPoint: CentralPoint, options: ChassisOptions): Spu[] {
  const capacity = inRange(
    `sessionsPerSpu.${card.type}`,
    options.sessionsPerSpu?.[card.type] ?? card.sessionsPerSpu.value,
    MAX_SESSIONS_PER_SPU,
  );
  const spus: Spu[] = [];
  for (const pic of pics) {
    const spuId = spuIdOf(slot, pic);
    const isCentral = spuId === centralPoint.spuId;
    const role = isCentral ? (centralPoint.mode === 'dedicated' ? 'cp' : 'cp-flow') : 'flow';
    const maxSessions = role === 'cp' ? 0 : capacity;
    spus.push({
      spuId,
      fpc: slot,
      pic,
      card: card.type,
      role,
      name: formatSpuId(spuId),
      description: role === 'cp' ? 'SPU Cp' : role === 'cp-flow' ? 'SPU Cp-Flow' : 'SPU Flow',
      maxSessions,
      // 12 * n / 10 in integers: 1.2 * n is not exact in a double
      maxDcpSessions: centralPoint.distributed ? Math.floor((maxSessions * 12) / 10) : 0,
      weight: maxSessions,
    });
  }
  return spus;
}

function iocOf({ slot, card }: PlacedIoc, options: ChassisOptions): Ioc {
  const maxWings = inRange('npuTableWings', options.npuTableWings ?? card.npuTableWings.value, 0xffffffff);
  return { slot, card: card.type, npus: card.npus.value, maxWings };
}

function slotsOf(model: ChassisModel, placed: readonly PlacedCard[]): Slot[] {
  return Array.from({ length: model.slots.value }, (_, slot) => {
    const card = placed.find((entry) => entry.slot === slot)?.card;
    if (card === undefined) return { slot, card: null, model: null, description: null };
    return { slot, card: card.type, model: card.model.value, description: card.description.value };
  });
}

function inRange(name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new ChassisError(
      'out-of-range',
      'resolve chassis',
      `${name} must be an integer from 1 to ${most}`,
      quote(value),
    );
  }
  return value;
}
