import { type CardUnit, isLive, NEVER, type SpuUnit, setState } from './_units.ts';
import type { ChassisTiming } from './timing.ts';

const SECOND = 1_000_000_000;

/** Starts cards: they and those of their SPUs that have not failed boot, at the times that the table of times gives. */
export function startCard(card: CardUnit, nowNs: number, timing: ChassisTiming): void {
  const { spcBootS, iocBootS, bootTimeoutS } = timing;
  const dueNs = card.dead ? NEVER : nowNs + (card.card.kind === 'spc' ? spcBootS : iocBootS) * SECOND;
  setState(card, 'booting', nowNs, dueNs);
  card.deadlineNs = nowNs + bootTimeoutS * SECOND;
  for (const spu of card.spus) {
    if (spu.state === 'failed') continue;
    setState(spu, card.waits ? 'offline' : 'booting', nowNs);
  }
}

/**
 * Says when the SPUs of started cards are online: the central point as soon as it is ready, then the others, which it takes
 * in one after the other, by the time at which they are ready and their SPU ID.
 */
export function scheduleSpus(cards: readonly CardUnit[], centralPoint: number, timing: ChassisTiming): void {
  const waiting: { spu: SpuUnit; readyNs: number }[] = [];
  let joinedNs = NEVER;
  for (const { spus, dueNs } of cards) {
    for (const spu of spus) {
      if (!isLive(spu)) continue; // those of cards that wait are offline
      const readyNs = spu.dead ? NEVER : dueNs + timing.spuBootS * SECOND;
      if (spu.spuId === centralPoint) {
        spu.dueNs = readyNs;
        joinedNs = readyNs;
      } else waiting.push({ spu, readyNs });
    }
  }
  waiting.sort((a, b) => (a.readyNs === b.readyNs ? a.spu.spuId - b.spu.spuId : a.readyNs < b.readyNs ? -1 : 1));
  for (const { spu, readyNs } of waiting) {
    joinedNs = Math.max(joinedNs, readyNs) + timing.spuJoinS * SECOND;
    spu.dueNs = joinedNs;
  }
}

/** The next time at which a unit changes by itself, or is declared failed. */
export function nextDueNs(cards: Iterable<CardUnit>): number {
  let next = NEVER;
  for (const card of cards) {
    let dead = card.state === 'booting' && card.dead;
    if (card.state === 'booting') next = Math.min(next, card.dueNs);
    for (const spu of card.spus) {
      if (spu.state !== 'booting') continue;
      next = Math.min(next, spu.dueNs);
      dead ||= spu.dead;
    }
    if (dead) next = Math.min(next, card.deadlineNs);
  }
  return next;
}
