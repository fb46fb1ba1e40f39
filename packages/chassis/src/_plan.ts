import { type CardUnit, isLive, takesPart } from './_units.ts';
import { type Behaviour, behaviourOf, type DistributionMode, runs } from './behaviour.ts';
import type { CardType } from './card.ts';
import { ChassisError } from './chassis-error.ts';
import { readOptions, resolveChassis, resolveLive } from './resolve.ts';
import type { ChassisOptions, ResolvedChassis } from './resolved-chassis.ts';

/** What of the options stays the same whatever happens to the chassis. */
export interface ChassisSetup {
  readonly options: ChassisOptions;
  /** Cards at the start. */
  readonly cards: Readonly<Record<number, CardType>>;
  /** SPU that the options name as central point, `null` if they name none. */
  readonly namedCentralPoint: number | null;
}

/** Reads options that `resolveChassis` takes. */
export function setupOf(options: ChassisOptions): ChassisSetup {
  const cards: Record<number, CardType> = {};
  for (const { slot, card } of readOptions(options).placed) cards[slot] = card.type;
  const { spuId } = resolveChassis(options).centralPoint;
  return { options, cards, namedCentralPoint: options.centralPoint === undefined ? null : spuId };
}

/** The setup with another configured distribution mode, or none. */
export function withMode(setup: ChassisSetup, distributionMode: DistributionMode | null): ChassisSetup {
  const { distributionMode: _, ...options } = setup.options;
  return { ...setup, options: distributionMode === null ? options : { ...options, distributionMode } };
}

/** Options for other cards. Where they are those of the start it is as if nothing had been named. */
function optionsFor(setup: ChassisSetup, cards: readonly CardUnit[]): ChassisOptions {
  const same =
    cards.length === Object.keys(setup.cards).length &&
    cards.every(({ slot, card }) => setup.cards[slot] === card.type);
  if (same) return setup.options;
  return { ...setup.options, cards: Object.fromEntries(cards.map(({ slot, card }) => [slot, card.type])) };
}

/**
 * What the cards that take part make up, with everything on them that lives; `null` if no SPU lives.
 *
 * @param decidedBy Cards that decide the mode.
 * @param configuredMode Whether the configured distribution mode is possible with them.
 */
export function makePlan(
  setup: ChassisSetup,
  all: readonly CardUnit[],
  decidedBy: readonly CardType[],
  configuredMode: boolean,
): ResolvedChassis | null {
  const cards = all.filter(takesPart);
  const spus = cards.flatMap((card) => card.spus);
  if (!spus.some(isLive)) return null;
  const dead = new Set<number>(spus.filter((spu) => !isLive(spu)).map(({ spuId }) => spuId));
  const options: { -readonly [Key in keyof ChassisOptions]: ChassisOptions[Key] } = { ...optionsFor(setup, cards) };
  const named = setup.namedCentralPoint;
  if (named !== null && !spus.some((spu) => spu.spuId === named && isLive(spu))) delete options.centralPoint;
  if (!configuredMode) delete options.distributionMode;
  return resolveLive(options, readOptions(options), dead, decidedBy);
}

/** The behaviour that cards give; without the configured mode, and with the reason, where they do not allow it. */
export function modeOf(
  setup: ChassisSetup,
  cards: readonly CardType[],
): { readonly behaviour: Behaviour; readonly error: ChassisError | null } {
  const { distributionMode } = setup.options;
  const { release } = readOptions(setup.options);
  if (distributionMode === undefined) return { behaviour: behaviourOf({ release, cards }), error: null };
  try {
    return { behaviour: behaviourOf({ release, cards, distributionMode }), error: null };
  } catch (error) {
    if (!(error instanceof ChassisError && error.code === 'unsupported-mode')) throw error;
    return { behaviour: behaviourOf({ release, cards }), error };
  }
}

/** The behaviour with those cards that the release runs and with which it has the most modes. */
export function modeOfRelease(setup: ChassisSetup): ReturnType<typeof modeOf> {
  const { release } = readOptions(setup.options);
  const cards = (['SPC1', 'SPC2'] as const).filter((type) => runs(type, release));
  return modeOf(setup, cards);
}
