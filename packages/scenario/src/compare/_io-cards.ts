import type { ChassisState, ResolvedChassis } from '@midplane/chassis';

/**
 * Exchanges the I/O cards of a running chassis with as little harm as there can be: those for free slots are put in and
 * boot, the others take their turn one after the other, those that go are pulled last.
 *
 * Fidelity: assumed, as all about I/O cards that come and go.
 *
 * @param state The chassis before; its outages are those of the exchange afterwards.
 * @returns What came of it, as a sentence without a full stop; undefined where all I/O cards stay.
 */
export function exchangeIoCards(
  state: ChassisState,
  before: ResolvedChassis,
  after: ResolvedChassis,
): string | undefined {
  const changed = before.slots
    .map(({ slot, card }) => ({ slot, from: card, to: after.slots[slot].card }))
    .filter(({ from, to }) => from !== to);
  const swapped = changed.filter(({ from, to }) => from !== null && to !== null);
  const insert = (slot: number, card: string): void => {
    state.command(state.nowNs, { command: 'insertCard', slot, card });
    while (state.nextNs < Number.POSITIVE_INFINITY) state.advance(state.nextNs);
  };
  const remove = (slot: number): void => void state.command(state.nowNs, { command: 'removeCard', slot });
  for (const { slot, from, to } of changed) if (from === null && to !== null) insert(slot, to);
  for (const { slot, to } of swapped) {
    remove(slot);
    insert(slot, to!);
  }
  for (const { slot, to } of changed) if (to === null) remove(slot);
  return changed.length === 0 ? undefined : whyOf(swapped.length, state.outages.length > 0);
}

function whyOf(swapped: number, isOut: boolean): string {
  if (isOut) return 'no other I/O card is there while the new one boots';
  return swapped === 0
    ? 'I/O cards come and go without a reboot'
    : 'I/O cards come and go without a reboot; only what is wired to one waits until the new one is up';
}
