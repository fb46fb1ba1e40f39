import { formatSpuId, type SpuId, spuIdOf } from '@midplane/spu-id';
import type { Card } from './card.ts';
import type { UnitState } from './state-types.ts';

/** Never: a unit that does not come up. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** Something that boots: a card, or an SPU on it. */
export interface Unit {
  state: UnitState;
  sinceNs: number;
  /** When it is online if it is booting. */
  dueNs: number;
  /** It never comes up. */
  dead: boolean;
}

/** An SPU on a card. */
export interface SpuUnit extends Unit {
  readonly spuId: SpuId;
  readonly pic: number;
}

/** A card in its slot. */
export interface CardUnit extends Unit {
  readonly slot: number;
  readonly card: Card;
  /** It carries nothing until the reboot. */
  waits: boolean;
  /** When what has not come up is declared failed. */
  deadlineNs: number;
  readonly spus: readonly SpuUnit[];
}

/** A card as it is put into a slot: offline, as are its SPUs. */
export function createCard(slot: number, card: Card, nowNs: number): CardUnit {
  const unit = { state: 'offline' as UnitState, sinceNs: nowNs, dueNs: NEVER, dead: false };
  const pics = card.kind === 'spc' ? card.pics.value : 0;
  const spus = Array.from({ length: pics }, (_, pic) => ({ ...unit, spuId: spuIdOf(slot, pic), pic }));
  return { ...unit, slot, card, waits: false, deadlineNs: NEVER, spus };
}

/** Puts a unit into a state; the time since when counts only where the state is another. */
export function setState(unit: Unit, state: UnitState, nowNs: number, dueNs: number = NEVER): void {
  if (unit.state !== state) unit.sinceNs = nowNs;
  unit.state = state;
  unit.dueNs = dueNs;
}

/** Whether the unit is, or is to be, online. */
export function isLive({ state }: Unit): boolean {
  return state === 'online' || state === 'booting';
}

/** Whether a card has something that takes part in traffic now or after its boot. */
export function takesPart(card: CardUnit): boolean {
  return !card.waits && isLive(card) && (card.card.kind === 'ioc' || card.spus.some(isLive));
}

/** A list of SPUs for a sentence. */
export function namesOf(spus: readonly { spuId: SpuId }[]): string {
  return spus.map(({ spuId }) => formatSpuId(spuId)).join(', ');
}
