import { ChassisError, findCard, findModel, parseCards, parseRelease, resolveChassis } from '@midplane/chassis';
import { chassisOptionsOf, type ScenarioChassis } from './scenario.ts';

/** What is wrong with a chassis, and where. */
export interface ChassisProblem {
  readonly error: ChassisError;
  readonly path: readonly string[];
  /** Whether the key is wrong, not its value. */
  readonly isKey: boolean;
}

/** Errors whose rule begins with a name for the value that stands at the path. */
const ABOUT_THE_VALUE: readonly string[] = [
  'unknown-model',
  'malformed-release',
  'malformed-cards',
  'unknown-card',
  'foreign-card',
  'unknown-central-point',
  'out-of-range',
];

/** Resolves a chassis; returns what is wrong with it, if anything is. */
export function findChassisProblem(chassis: ScenarioChassis): ChassisProblem | undefined {
  const { model, release, cards } = chassis;
  const steps: (readonly [path: readonly string[], check: () => unknown])[] = [];
  if (model !== undefined) steps.push([['model'], () => findModel(model)]);
  if (release !== undefined) steps.push([['release'], () => parseRelease(release)]);
  if (typeof cards === 'string') steps.push([['cards'], () => parseCards(cards)]);
  if (typeof cards === 'object') {
    for (const [slot, name] of Object.entries(cards)) steps.push([['cards', slot], () => findCard(name)]);
  }
  for (const [path, check] of steps) {
    const error = tried(check);
    if (error !== undefined) return { error, path: ['chassis', ...path], isKey: false };
  }
  const error = tried(() => resolveChassis(chassisOptionsOf(chassis)));
  if (error === undefined) return undefined;
  return { error, path: ['chassis', ...pathOf(error, cards)], isKey: error.code === 'slot-out-of-range' };
}

/** The rule with the path for a subject. */
export function ruleOf({ error, path }: ChassisProblem): string {
  const name = path.join('.');
  const isCardInText = path.at(-1) === 'cards' && /-card$/.test(error.code);
  return ABOUT_THE_VALUE.includes(error.code) && !isCardInText
    ? error.rule.replace(/^[\w.]+ must/, () => `${name} must`)
    : `${name}: ${error.rule}`;
}

function tried(check: () => unknown): ChassisError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ChassisError) return error;
    throw error;
  }
}

function pathOf(error: ChassisError, cards: ScenarioChassis['cards']): readonly string[] {
  switch (error.code) {
    case 'unsupported-mode':
      return ['distributionMode'];
    case 'unknown-central-point':
      return ['centralPoint'];
    case 'out-of-range':
      return (/^[\w.]+/.exec(error.rule)?.[0] ?? '').split('.');
    default: {
      // a card: its slot stands in the action or in the value
      const slot = /slot (\w+)/.exec(error.message.replace(error.rule, ''))?.[1];
      return slot !== undefined && typeof cards === 'object' && Object.hasOwn(cards, slot)
        ? ['cards', slot]
        : ['cards'];
    }
  }
}
