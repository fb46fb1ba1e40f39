import { formatSpuId, type SpuId } from '@midplane/spu-id';
import { nextDueNs, scheduleSpus, startCard } from './_boot-schedule.ts';
import { type ChassisSetup, makePlan, modeOf, modeOfRelease, withMode } from './_plan.ts';
import { onlinePart, sameUnits, trafficBlock } from './_traffic-block.ts';
import { type CardUnit, createCard, isLive, NEVER, setState } from './_units.ts';
import type { DistributionMode } from './behaviour.ts';
import type { Card, CardType } from './card.ts';
import type { ResolvedChassis } from './resolved-chassis.ts';
import type { ChassisEvent, ChassisEventKind, TrafficBlock } from './state-types.ts';
import type { ChassisTiming } from './timing.ts';

const SECOND = 1_000_000_000;

/** The state behind `ChassisState` and what happens to it by itself. */
export class Machine {
  setup: ChassisSetup;
  readonly slots: (CardUnit | null)[];
  readonly events: ChassisEvent[] = [];
  readonly outages: { fromNs: number; untilNs: number | null; cause: string }[] = [];
  nowNs = 0;
  epoch = 0;
  version = 0;
  /** When the Routing Engine is up and cards start; never, if it is up. */
  routingEngineUntilNs: number = NEVER;
  /** What the cards that take part make up, once they are all up. */
  plan: ResolvedChassis | null = null;
  /** What of it is up, and has its tables. */
  inForce: ResolvedChassis | null = null;
  private readonly timing: ChassisTiming;
  /** Cards that decide the mode: those of the last boot. */
  private decidedBy: readonly CardType[];
  private configuredMode = true;
  /** Mode from the next boot on; undefined: as it is. */
  private nextMode: DistributionMode | null | undefined;
  private tablesDueNs: number = NEVER;

  constructor(setup: ChassisSetup, slots: (CardUnit | null)[], timing: ChassisTiming) {
    this.setup = setup;
    this.slots = slots;
    this.timing = timing;
    this.decidedBy = this.cards.map(({ card }) => card.type);
  }

  get cards(): CardUnit[] {
    return this.slots.filter((card): card is CardUnit => card !== null);
  }

  get nextNs(): number {
    return Math.min(this.routingEngineUntilNs, nextDueNs(this.cards), this.tablesDueNs);
  }

  get routingEngineBoots(): boolean {
    return this.routingEngineUntilNs !== NEVER;
  }

  get block(): TrafficBlock | null {
    const { slots, plan, inForce, routingEngineUntilNs } = this;
    return trafficBlock({ slots, plan, tablesInForce: inForce !== null, routingEngineUntilNs });
  }

  emit(kind: ChassisEventKind, text: string, slot: number | null = null, spuId: SpuId | null = null): void {
    this.events.push({ atNs: this.nowNs, kind, text, slot, spuId, epoch: this.epoch });
  }

  /** Everything is up at once. */
  startRunning(): void {
    for (const unit of this.cards.flatMap((card) => [card, ...card.spus])) setState(unit, 'online', this.nowNs);
    this.replan();
    this.inForce = this.plan;
  }

  /** Another distribution mode is configured; the next boot takes it, if it finds cards that allow it. */
  configure(mode: DistributionMode | null): void {
    const setup = withMode(this.setup, mode);
    const refused = modeOfRelease(setup).error;
    if (refused !== null) throw refused;
    this.nextMode = mode;
    const shown = mode === null ? 'as release and cards have it' : mode;
    const types = this.cards.map(({ card }) => card.type);
    const { error } = modeOf(setup, types);
    const unless = error === null ? '' : `, with other cards than now: ${error.rule}`;
    this.emit('mode-configured', `Distribution is ${shown} from the next reboot on${unless}`);
  }

  /** The Routing Engine boots, cards wait for it, and what had failed is tried again. */
  startBoot(): void {
    this.stop();
    this.routingEngineUntilNs = this.nowNs + this.timing.routingEngineBootS * SECOND;
    for (const card of this.cards) {
      card.waits = false;
      card.deadlineNs = NEVER;
      for (const unit of [card, ...card.spus]) setState(unit, 'booting', this.nowNs);
    }
  }

  /** Starts cards again after SPUs in force were lost; those that failed or are offline stay so. */
  reset(cause: string): void {
    this.epoch++;
    this.stop();
    this.emit('reset', `Reset of all cards of the data plane: ${cause}`);
    this.startCards();
  }

  /** Starts one card, which waits for the reboot or joins the others when it is up. */
  start(card: CardUnit): void {
    if (this.routingEngineBoots) {
      for (const unit of [card, ...card.spus]) setState(unit, 'booting', this.nowNs);
      return;
    }
    startCard(card, this.nowNs, this.timing);
    const waits = card.waits ? ' and waits for a reboot of the chassis' : '';
    this.emit('card-booting', `FPC ${card.slot} boots${waits}`, card.slot);
    this.replan();
  }

  /** Puts a card into an empty slot. It waits for the reboot if it has SPUs, or its type would change the mode. */
  insert(slot: number, card: Card): void {
    const unit = createCard(slot, card, this.nowNs);
    this.slots[slot] = unit;
    this.emit('card-inserted', `FPC ${slot} inserted: ${card.type}`, slot);
    unit.waits = !this.routingEngineBoots && (card.kind === 'spc' || this.changesMode(card.type));
    if (!unit.waits && !this.decidedBy.includes(card.type)) this.decidedBy = [...this.decidedBy, card.type];
    this.start(unit);
  }

  /** A unit fails; its SPUs go with a card. */
  fail(card: CardUnit): void {
    setState(card, 'failed', this.nowNs);
    for (const spu of card.spus) setState(spu, 'failed', this.nowNs);
    this.emit('card-failed', `FPC ${card.slot} failed`, card.slot);
  }

  /** Sees to what the loss of units asks for: a reset if they were in force or the central point, nothing otherwise. */
  lose(cause: string): void {
    if (this.routingEngineBoots) return;
    const live = new Set(this.cards.flatMap(({ spus }) => spus.filter(isLive).map(({ spuId }) => spuId)));
    const needed = this.inForce?.spus ?? (this.plan === null ? [] : [this.plan.centralPoint]);
    if (needed.some(({ spuId }) => !live.has(spuId))) this.reset(cause);
    else this.replan();
  }

  /** Does what is due now; returns the cause of an outage that it may begin. */
  step(): string {
    const { nowNs } = this;
    if (this.routingEngineUntilNs <= nowNs) {
      this.routingEngineUntilNs = NEVER;
      this.decideMode();
      this.startCards();
      return 'Reboot';
    }
    const failed: string[] = [];
    for (const card of this.cards) this.stepCard(card, failed);
    if (failed.length > 0) this.lose(failed.join(', '));
    if (this.tablesDueNs <= nowNs && this.plan !== null) {
      this.tablesDueNs = NEVER;
      this.inForce = onlinePart(this.plan, this.slots);
      this.version++;
    }
    return failed.join(', ');
  }

  /** Brings what is in force up to date, begins to load tables once that is possible, notes when traffic stops or passes. */
  settle(cause: string): void {
    if (this.inForce !== null && this.plan !== null) {
      const next = onlinePart(this.plan, this.slots);
      if (!sameUnits(next, this.inForce)) {
        this.inForce = next;
        this.version++;
      }
    }
    const { block } = this;
    if (block?.reason !== 'tables-load') this.tablesDueNs = NEVER;
    else if (this.tablesDueNs === NEVER) this.tablesDueNs = this.nowNs + this.timing.tableLoadS * SECOND;
    const last = this.outages.at(-1);
    const stopped = last !== undefined && last.untilNs === null;
    if (block === null && stopped) {
      last.untilNs = this.nowNs;
      this.emit('traffic-passes', `Traffic passes after ${(this.nowNs - last.fromNs) / SECOND} s`);
    } else if (block !== null && !stopped) {
      this.outages.push({ fromNs: this.nowNs, untilNs: null, cause });
      this.emit('traffic-stops', `No traffic passes: ${cause}`);
    }
  }

  /** Takes the tables away. */
  private stop(): void {
    this.tablesDueNs = NEVER;
    if (this.inForce === null) return;
    this.inForce = null;
    this.version++;
  }

  private startCards(): void {
    const before = this.plan?.centralPoint.spuId;
    for (const card of this.cards) if (isLive(card)) startCard(card, this.nowNs, this.timing);
    this.replan();
    if (this.plan === null) return;
    const { spuId } = this.plan.centralPoint;
    if (before !== undefined && before !== spuId) {
      this.emit(
        'central-point-moved',
        `Central point moves from ${formatSpuId(before)} to ${formatSpuId(spuId)}`,
        null,
        spuId,
      );
    }
    scheduleSpus(this.cards, spuId, this.timing);
  }

  private stepCard(card: CardUnit, failed: string[]): void {
    const { nowNs } = this;
    if (card.state === 'booting') {
      if (card.dueNs <= nowNs) {
        setState(card, 'online', nowNs);
        this.emit('card-online', `FPC ${card.slot} online`, card.slot);
      } else if (card.dead && card.deadlineNs <= nowNs) {
        this.fail(card);
        failed.push(`FPC ${card.slot} did not come up`);
      }
    }
    for (const spu of card.spus) {
      if (spu.state !== 'booting') continue;
      const name = formatSpuId(spu.spuId);
      if (spu.dueNs <= nowNs) {
        setState(spu, 'online', nowNs);
        this.emit('spu-online', `SPU ${name} online`, card.slot, spu.spuId);
      } else if (spu.dead && card.deadlineNs <= nowNs) {
        setState(spu, 'failed', nowNs);
        this.emit('spu-failed', `SPU ${name} did not come up and is declared failed`, card.slot, spu.spuId);
        failed.push(`SPU ${name} did not come up`);
      }
    }
  }

  private replan(): void {
    this.plan = makePlan(this.setup, this.cards, this.decidedBy, this.configuredMode);
  }

  /** The cards that are there at a boot decide the mode, until the next one. */
  private decideMode(): void {
    const before = modeOf(this.setup, this.decidedBy).behaviour;
    const asked = this.nextMode !== undefined;
    if (this.nextMode !== undefined) this.setup = withMode(this.setup, this.nextMode);
    this.nextMode = undefined;
    this.decidedBy = this.cards.map(({ card }) => card.type);
    const { behaviour, error } = modeOf(this.setup, this.decidedBy);
    this.configuredMode = error === null;
    const { distributionMode, regime } = behaviour;
    const changes = distributionMode.value !== before.distributionMode.value || regime !== before.regime;
    if (!changes && !(asked && error !== null)) return;
    const why = error === null ? '' : `, as the cards do not allow ${this.setup.options.distributionMode}`;
    this.emit(
      changes ? 'mode-changed' : 'mode-refused',
      `Distribution is ${distributionMode.value} with these cards${why}`,
    );
  }

  private changesMode(type: CardType): boolean {
    const [one, other] = [this.decidedBy, [...this.decidedBy, type]].map(
      (cards) => modeOf(this.setup, cards).behaviour,
    );
    return one.distributionMode.value !== other.distributionMode.value || one.regime !== other.regime;
  }
}
