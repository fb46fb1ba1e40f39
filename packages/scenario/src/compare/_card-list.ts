import { CARDS } from '@midplane/chassis';

/**
 * Cards as text that options and scenarios take: `1-3=SPC2,7=IOC2`.
 *
 * @param cards Cards by slot, short names or order numbers.
 */
export function listCards(cards: Readonly<Record<string, string>>): string {
  const runs: { first: number; last: number; type: string }[] = [];
  const slots = Object.entries(cards).map(([slot, model]) => [Number(slot), typeOf(model)] as const);
  for (const [slot, type] of slots.sort(([a], [b]) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run.last === slot - 1 && run.type === type) run.last = slot;
    else runs.push({ first: slot, last: slot, type });
  }
  return runs.map(({ first, last, type }) => `${first === last ? first : `${first}-${last}`}=${type}`).join(',');
}

function typeOf(model: string): string {
  return CARDS.find((card) => card.model.value === model)?.type ?? model;
}
