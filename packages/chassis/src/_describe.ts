import type { CardUnit } from './_units.ts';
import type { ResolvedChassis } from './resolved-chassis.ts';
import type { ChassisAlarm, PicState, SlotState } from './state-types.ts';

/** State of a slot as others see it; what its SPUs do follows from what the cards that take part make up. */
export function slotState(card: CardUnit | null, slot: number, plan: ResolvedChassis | null): SlotState {
  if (card === null) return { slot, card: null, state: 'empty', sinceNs: 0, waitsForReboot: false, pics: [] };
  const { state, sinceNs, waits } = card;
  const pics: PicState[] =
    card.card.kind === 'spc'
      ? card.spus.map(({ pic, spuId, state, sinceNs }) => {
          const description = plan?.spus.find((spu) => spu.spuId === spuId)?.description ?? 'SPU Flow';
          return { pic, spuId, description, state, sinceNs };
        })
      : Array.from({ length: card.card.npus.value }, (_, pic) => ({
          pic,
          spuId: null,
          description: null,
          state,
          sinceNs,
        }));
  return { slot, card: card.card.type, state, sinceNs, waitsForReboot: waits, pics };
}

/** Alarms that follow from the state of a card: ascending by PIC. */
export function alarmsOf(card: CardUnit): ChassisAlarm[] {
  const { slot, sinceNs } = card;
  const major = (text: string, since: number): ChassisAlarm => ({ severity: 'major', text, slot, sinceNs: since });
  const minor = (text: string): ChassisAlarm => ({ severity: 'minor', text, slot, sinceNs });
  if (card.state === 'failed') return [major(`FPC ${slot} failed`, sinceNs)];
  if (card.state === 'offline') return [minor(`FPC ${slot} offline by command`)];
  const alarms = card.waits ? [minor(`FPC ${slot} waits for a reboot of the chassis`)] : [];
  for (const spu of card.spus) {
    if (spu.state === 'failed') alarms.push(major(`FPC ${slot} PIC ${spu.pic} SPU failed`, spu.sinceNs));
  }
  return alarms;
}
