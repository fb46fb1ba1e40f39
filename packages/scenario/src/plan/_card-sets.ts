import {
  ChassisError,
  type ChassisErrorCode,
  type ResolvedChassis,
  resolveChassis,
  type SpcType,
} from '@midplane/chassis';
import { chassisOptionsOf, type ScenarioChassis } from '../scenario.ts';

/** Services cards from the oldest on. */
export const TYPES: readonly SpcType[] = ['SPC1', 'SPC2', 'SPC3'];

/** A set of cards to look at. */
export interface CardSet {
  readonly type: SpcType | undefined;
  readonly cards: Readonly<Record<string, string>>;
  readonly chassis: ResolvedChassis;
}

/** All sets, smallest first. */
export function cardSetsOf(
  given: ScenarioChassis | undefined,
  base: ResolvedChassis,
  { types, keep }: { types: readonly SpcType[]; keep: boolean },
): CardSet[] {
  const isKept = (card: string): boolean => keep || !card.startsWith('SPC');
  const kept = base.slots.flatMap(({ slot, card }) => (card !== null && isKept(card) ? [[slot, card] as const] : []));
  const free = base.slots.map(({ slot }) => slot).filter((slot) => !kept.some(([taken]) => taken === slot));
  const sets: CardSet[] = [];
  let impossible: ChassisError | undefined;
  const add = (type: SpcType | undefined, count: number): void => {
    const cards = Object.fromEntries([...kept, ...free.slice(0, count).map((slot) => [slot, type as string] as const)]);
    const chassis = tryChassis({ ...given, cards });
    if (!(chassis instanceof ChassisError)) sets.push({ type, cards, chassis });
    else if (chassis.code === 'unsupported-mode') impossible ??= chassis;
  };
  if (keep) add(undefined, 0);
  for (let count = 1; count <= free.length; count++) {
    for (const type of TYPES) if (types.includes(type)) add(type, count);
  }
  if (sets.length > 0) return sets;
  const names = types.join(', ');
  if (impossible !== undefined) {
    throw new RangeError(
      `Cannot plan cards: services cards of one kind must allow the scenario's distribution mode, or the cards that are there must be kept: got ${names} (${impossible.message})`,
    );
  }
  throw new RangeError(
    `Cannot plan cards: release ${base.release} must run one of the kinds, and a slot must be free: got ${names} and ${free.length} free slots`,
  );
}

/**
 * What keeps cards from being a chassis; `out-of-range`: the table has not a row for each of their SPUs; `unsupported-mode`:
 * the mode that the scenario names wants other cards.
 */
const IMPOSSIBLE: readonly string[] = [
  'card-needs-release',
  'mixed-spc',
  'out-of-range',
  'unsupported-mode',
] satisfies ChassisErrorCode[];

/** The chassis, if its cards can be one as the scenario wants it; else why not. */
function tryChassis(chassis: ScenarioChassis): ResolvedChassis | ChassisError {
  const { centralPoint, ...rest } = chassis;
  try {
    return resolveChassis(chassisOptionsOf(rest));
  } catch (error) {
    if (error instanceof ChassisError && IMPOSSIBLE.includes(error.code)) return error;
    throw error;
  }
}
