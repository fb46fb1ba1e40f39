import { CHASSIS_COMMANDS, findCard } from '@midplane/chassis';
import type { ScenarioEvent } from './scenario.ts';

const WHEN = ['atSeconds', 'afterPackets'] as const;

/** What may happen; an event that had two of them would do one and lose the other. */
const WHAT: readonly Exclude<keyof ScenarioEvent, (typeof WHEN)[number]>[] = [
  'clearSessions',
  // no event of a scenario configures another distribution mode
  ...CHASSIS_COMMANDS.filter((command) => command !== 'configure'),
  'setOrdering',
  'set',
];

/** What is wrong with an event: where, what must hold, what was given. */
export interface EventProblem {
  readonly path: readonly (string | number)[];
  readonly rule: string;
  readonly got: string;
}

/** Finds the first event that lacks its time or what happens, or has two of them, or names a card that there is not. */
export function findEventProblem(events: readonly ScenarioEvent[]): EventProblem | undefined {
  for (const [index, event] of events.entries()) {
    for (const keys of [WHEN, WHAT]) {
      const given = keys.filter((key) => event[key] !== undefined);
      if (given.length === 1) continue;
      const path = ['events', index];
      const rule = `${path.join('.')} must have one of the keys ${keys.join(', ')}`;
      return { path, rule, got: given.length === 0 ? 'none' : given.join(', ') };
    }
    const problem = event.insertCard && findCardProblem(event.insertCard.card);
    if (problem === undefined) continue;
    const path = ['events', index, 'insertCard', 'card'];
    return { path, rule: `${path.join('.')} ${problem.rule}`, got: problem.got };
  }
  return undefined;
}

function findCardProblem(name: string): { readonly rule: string; readonly got: string } | undefined {
  try {
    findCard(name);
    return undefined;
  } catch (error) {
    const [, rule, got] = /: card (must .*): got (.*)$/s.exec((error as Error).message) ?? [];
    if (rule === undefined || got === undefined) throw error;
    return { rule, got };
  }
}
