import type { SpuId } from '@midplane/spu-id';
import { type CardUnit, NEVER, namesOf, takesPart } from './_units.ts';
import type { ResolvedChassis } from './resolved-chassis.ts';
import type { TrafficBlock, TrafficBlockReason } from './state-types.ts';

/** What {@link trafficBlock} looks at. */
export interface TrafficView {
  readonly slots: readonly (CardUnit | null)[];
  /** What the cards that take part make up, `null` if no SPU is left. */
  readonly plan: ResolvedChassis | null;
  /** Whether tables are loaded. */
  readonly tablesInForce: boolean;
  /** When the Routing Engine is up. */
  readonly routingEngineUntilNs: number;
}

/** Says why no traffic passes, or `null` if it does. */
export function trafficBlock({ slots, plan, tablesInForce, routingEngineUntilNs }: TrafficView): TrafficBlock | null {
  const block = (reason: TrafficBlockReason, text: string): TrafficBlock => ({ reason, text });
  if (routingEngineUntilNs !== NEVER) return block('routing-engine-boots', 'The Routing Engine boots');
  if (plan === null) return block('no-services-card', 'No SPU is left that takes part');
  const cards = slots.filter((card): card is CardUnit => card !== null);
  const iocs = cards.filter((card) => card.card.kind === 'ioc' && takesPart(card));
  if (iocs.length === 0) return block('no-io-card', 'No I/O card is left that takes part');
  if (!tablesInForce) {
    const states = new Map(cards.flatMap(({ spus }) => spus.map((spu) => [spu.spuId as SpuId, spu.state] as const)));
    const cp = plan.centralPoint.spuId;
    if (states.get(cp) !== 'online')
      return block('central-point-boots', `Central point boots: ${namesOf([{ spuId: cp }])}`);
    const flow = plan.spus.filter((spu) => spu.maxSessions > 0);
    if (flow.length === 0)
      return block('no-flow-spu', 'The only SPU left is the central point, which takes no sessions');
    const booting = plan.spus.filter(({ spuId }) => states.get(spuId) !== 'online');
    const all = plan.distributionMode === 'hash-based';
    if (all ? booting.length > 0 : flow.every((spu) => booting.includes(spu))) {
      return block(
        'spus-boot',
        `${all ? 'Not all SPUs are up' : 'No flow SPU is up'}: ${namesOf(booting)} ${booting.length === 1 ? 'boots' : 'boot'}`,
      );
    }
  }
  if (iocs.every(({ state }) => state !== 'online')) {
    return block('io-cards-boot', `I/O cards boot: ${iocs.map(({ slot }) => `FPC ${slot}`).join(', ')}`);
  }
  return tablesInForce ? null : block('tables-load', 'NPUs load the weight table and the distribution table');
}

/** What of a plan is in force: the SPUs and I/O cards that are online. */
export function onlinePart(plan: ResolvedChassis, slots: readonly (CardUnit | null)[]): ResolvedChassis {
  const spus = plan.spus.filter(
    ({ spuId, fpc }) => slots[fpc]?.spus.some((spu) => spu.spuId === spuId && spu.state === 'online') ?? false,
  );
  const iocs = plan.iocs.filter(({ slot }) => slots[slot]?.state === 'online');
  if (spus.length === plan.spus.length && iocs.length === plan.iocs.length) return plan;
  const flowSessions = spus.reduce((sum, spu) => sum + spu.maxSessions, 0);
  const maxSessions = Math.min(flowSessions, plan.centralPoint.maxSessions ?? flowSessions);
  return { ...plan, spus, iocs, maxSessions };
}

/** Whether two chassis in force have the same SPUs and I/O cards. */
export function sameUnits(one: ResolvedChassis, other: ResolvedChassis): boolean {
  const same = (a: readonly number[], b: readonly number[]): boolean =>
    a.length === b.length && a.every((value, i) => value === b[i]);
  return (
    same(
      one.spus.map(({ spuId }) => spuId),
      other.spus.map(({ spuId }) => spuId),
    ) &&
    same(
      one.iocs.map(({ slot }) => slot),
      other.iocs.map(({ slot }) => slot),
    )
  );
}
