import { formatSpuId, parseSpuId } from '@midplane/spu-id';
import { type CardUnit, namesOf, type SpuUnit } from './_units.ts';
import { ChassisError, quote } from './chassis-error.ts';
import type { UnitState } from './state-types.ts';

type Slots = readonly (CardUnit | null)[];

/** Refuses a slot that the model does not have. */
export function checkSlot(slots: Slots, slot: number, action: string): void {
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots.length) {
    throw new ChassisError('slot-out-of-range', action, `slot must be from 0 to ${slots.length - 1}`, quote(slot));
  }
}

/** The card of a slot. */
export function cardIn(slots: Slots, slot: number, action: string): CardUnit {
  checkSlot(slots, slot, action);
  const card = slots[slot];
  if (card !== null) return card;
  const taken = slots.flatMap((entry) => (entry === null ? [] : [entry.slot]));
  const rule = `slot must hold a card, as ${taken.length === 0 ? 'none does' : `slots ${taken.join(', ')} do`}`;
  throw new ChassisError('slot-empty', action, rule, `slot ${slot}, which is empty`);
}

/** The SPU of an ID or name, with its card. */
export function spuIn(slots: Slots, name: number | string, action: string): { card: CardUnit; spu: SpuUnit } {
  let wanted: number | null = null;
  try {
    wanted = typeof name === 'number' ? name : parseSpuId(name);
  } catch {
    wanted = null; // not an SPU's name: the message below lists the SPUs that exist
  }
  const present: SpuUnit[] = [];
  for (const card of slots) {
    for (const spu of card?.spus ?? []) {
      if (card !== null && spu.spuId === wanted) return { card, spu };
      present.push(spu);
    }
  }
  throw new ChassisError('unknown-spu', action, `SPU must be one of ${namesOf(present) || 'none'}`, quote(name));
}

/** Refuses a unit that is in another state. */
export function checkState(unit: CardUnit | SpuUnit, allowed: readonly UnitState[], action: string): void {
  if (allowed.includes(unit.state)) return;
  const name = 'spuId' in unit ? formatSpuId(unit.spuId) : `FPC ${unit.slot}`;
  throw new ChassisError('wrong-state', action, `${name} must be ${allowed.join(' or ')}`, `${name} ${unit.state}`);
}
