import { runs } from './behaviour.ts';
import { acceptedCards, type Card, type CardType, findCard } from './card.ts';
import { ChassisError, quote } from './chassis-error.ts';
import type { ChassisModel } from './model.ts';
import type { CardsBySlot } from './parse-cards.ts';
import { formatRelease, type Release } from './release.ts';

/** A card in its slot. */
export interface PlacedCard {
  readonly slot: number;
  readonly card: Card;
}

/** Puts every named card into its slot, ascending, and refuses what the model or the release does not take. */
export function placeCards(cards: CardsBySlot, model: ChassisModel, release: Release): PlacedCard[] {
  const slots = model.slots.value;
  const placed: PlacedCard[] = [];
  for (const [key, name] of Object.entries(cards)) {
    if (!/^\d+$/.test(key) || Number(key) >= slots) {
      const rule = `slot of ${model.name} must be from 0 to ${slots - 1}`;
      throw new ChassisError('slot-out-of-range', 'place card', rule, `slot ${key} for ${quote(name)}`);
    }
    const slot = Number(key);
    if (placed.some((entry) => entry.slot === slot)) {
      throw new ChassisError('slot-taken', 'place card', `slot ${slot} must hold one card`, quote(name));
    }
    const card = findCard(name, `slot ${slot}`);
    if (!runs(card.type, release)) {
      throw new ChassisError(
        'card-needs-release',
        `place card in slot ${slot}`,
        `release must be ${card.firstRelease.value} or later for ${card.type} (${card.model.value})`,
        formatRelease(release),
        { ...card.firstRelease, value: card.firstRelease.mark === 'D' ? 'R-chassis-15' : 'R-chassis-16' },
      );
    }
    placed.push({ slot, card });
  }
  return placed.sort((a, b) => a.slot - b.slot);
}

/** Refuses chassis without an SPC or an I/O card. */
export function checkComplete(placed: readonly PlacedCard[]): void {
  const has = (kind: Card['kind']): boolean => placed.some(({ card }) => card.kind === kind);
  if (!has('spc')) {
    const rule = `at least one slot must hold a services card, one of ${acceptedCards('spc')}`;
    throw new ChassisError('no-spc', 'resolve chassis', rule, listOf(placed));
  }
  if (!has('ioc')) {
    const rule = `at least one slot must hold an I/O card, one of ${acceptedCards('ioc')}`;
    throw new ChassisError('no-ioc', 'resolve chassis', rule, listOf(placed));
  }
}

/** Refuses SPC1 beside SPC3. */
export function checkMix(placed: readonly PlacedCard[]): void {
  const has = (type: CardType): boolean => placed.some(({ card }) => card.type === type);
  if (has('SPC1') && has('SPC3')) {
    throw new ChassisError('mixed-spc', 'resolve chassis', 'SPC1 and SPC3 must not stand together', listOf(placed));
  }
}

/** Cards as text, such as `1=SPC2,7=IOC2`. */
export function listOf(placed: readonly PlacedCard[]): string {
  return placed.length === 0 ? 'no cards' : placed.map(({ slot, card }) => `${slot}=${card.type}`).join(',');
}
