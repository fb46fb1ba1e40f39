import { CARDS, type IocType, type ResolvedChassis, resolveChassis, type SpcType } from '@midplane/chassis';
import {
  type PipelineOptions,
  type ReportAssumption,
  type ReportSpu,
  resolveSpuSpeeds,
  speedAssumptions,
} from '@midplane/pipeline';
import { listCards } from '../compare/_card-list.ts';
import { workOf } from '../compare/_work.ts';
import { together } from '../compare/compare.ts';
import { headroomOf, rounded } from '../compare/headroom.ts';
import { type Measured, type PlayOptions, playThrough } from '../compare/measure.ts';
import { WITHOUT_COST, witnessOf } from '../compare/moves.ts';
import { pipelineOptionsOf } from '../run-scenario.ts';
import { chassisOptionsOf, type Scenario } from '../scenario.ts';
import { type CardSet, cardSetsOf, TYPES } from './_card-sets.ts';
import { reasonOfRun, reasonOfTotals } from './_reason.ts';
import { PLAN_SCHEMA, type Plan, type PlanCandidate, type PlanDemand } from './plan.ts';

/** What is planned for. */
export interface PlanOptions extends PlayOptions {
  /** How many times the traffic has to fit, above 0; default 1. */
  readonly growth?: number;
  /** CPU of the busiest second that counts as full, percent, above 0 up to 100; default 70. */
  readonly cpuTargetPercent?: number;
  /** Kinds of services cards to look at; default: all that the release runs. */
  readonly types?: readonly SpcType[];
  /** Whether the services cards of the scenario stay and others are added; default false: they are replaced. */
  readonly keep?: boolean;
}

/**
 * Finds the smallest services cards that hold a traffic so many times, and says why smaller ones do not.
 *
 * Smallest means fewest services cards, then the older kind. The traffic's totals are measured once; a set that they rule
 * out even if everything were spread perfectly is not run. Any other is run, so that uneven tables, chance and elephants
 * count; growth then is linear (see `headroomOf`). One session stays on one SPU: where it alone is too much, more cards of
 * that kind are not tried. Sets are of one kind, as a mix never holds more than as many of the newer kind; with `keep` the
 * cards that are there stay.
 *
 * The traffic is read once for its totals and once for each set that is run: captures must be such that can be opened again.
 *
 * Fidelity: assumed. Speeds of SPUs, and thus CPU, are not published; session capacities carry the marks of their cards.
 *
 * @param scenario Traffic, model, release and I/O cards. Its events are left out.
 * @param options Growth and targets.
 * @throws {RangeError} If `growth` or `cpuTargetPercent` is out of range, or no slot is free.
 * @throws {ChassisError} If the chassis cannot exist.
 * @example
 * ```ts
 * import { planCards, type Scenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const scenario: Scenario = {
 *   schema: 'midplane-scenario/1',
 *   chassis: { model: 'srx5600', sessionsPerSpu: { SPC2: 1000 } },
 *   traffic: [{ shape: 'small', packets: 20_000 }],
 * };
 * const plan = await planCards(scenario, { growth: 4, types: ['SPC2'] });
 * assert.equal(plan.demand.sessions, 1000);
 * assert.deepEqual(plan.candidates.map(({ cards, verdict }) => `${cards} ${verdict}`), [
 *   '0=SPC2,5=IOC2 too-small',
 *   '0-1=SPC2,5=IOC2 holds',
 * ]);
 * ```
 */
export async function planCards(scenario: Scenario, options: PlanOptions = {}): Promise<Plan> {
  const { growth = 1, cpuTargetPercent = 70, types = TYPES, keep = false } = options;
  checkNumber('growth', growth, 1_000_000);
  checkNumber('cpuTargetPercent', cpuTargetPercent, 100);
  const { events, ...still } = scenario;
  const base = resolveChassis(chassisOptionsOf(scenario.chassis));
  const sets = cardSetsOf(still.chassis, base, { types, keep });
  const planned = pipelineOptionsOf(withCards(still, sets[0].cards));
  const reference = await measureDemand(still, planned, options);
  const demand = demandOf(reference);
  const targets: Targets = { growth, cpuTargetPercent };
  const candidates: PlanCandidate[] = [];
  const assumptions: (readonly ReportAssumption[])[] = [
    reference.report.assumptions.filter(({ parameter }) => !OF_REFERENCE.test(parameter)),
  ];
  const given = new Set<SpcType | undefined>();
  for (const set of sets) {
    if (given.has(set.type)) continue;
    const settings = pipelineOptionsOf(withCards(still, set.cards));
    let candidate = byTotals(set, demand, settings, targets);
    if (candidate !== undefined) {
      const cards = settings.chassis.spus.map(({ card }) => card);
      assumptions.push(speedAssumptions(cards, resolveSpuSpeeds(settings.spuSpeeds)));
    } else {
      const [measured] = await playThrough(still, [settings], options);
      assumptions.push(measured.report.assumptions);
      candidate = byRun(set, measured, settings, targets);
    }
    candidates.push(candidate);
    if (candidate.verdict === 'holds') break;
    if (candidate.verdict === 'elephant') given.add(set.type);
  }
  const last = candidates.at(-1);
  const inputError = reference.report.input.error;
  return {
    schema: PLAN_SCHEMA,
    model: base.model,
    release: base.release,
    ioCards: Object.fromEntries(base.iocs.map(({ slot, card }): [string, IocType] => [String(slot), card])),
    growth,
    cpuTargetPercent,
    types: TYPES.filter((type) => sets.some((set) => set.type === type)),
    demand,
    chosen: last?.verdict === 'holds' ? last : null,
    candidates,
    order: keep ? 'fewest services cards added, then the older kind' : 'fewest services cards, then the older kind',
    ...(inputError !== undefined && { inputError }),
    assumptions: together(...assumptions),
  };
}

/** Assumptions about the chassis on which totals are measured; that one is nobody's. */
const OF_REFERENCE = /^(cards|tableLength|sessionIdStride)$|SPC3/;

interface Targets {
  readonly growth: number;
  readonly cpuTargetPercent: number;
}

function checkNumber(name: string, value: number, most: number): void {
  if (value > 0 && value <= most) return;
  throw new RangeError(`Cannot plan cards: ${name} must be above 0 and at most ${most}: got ${value}`);
}

/** The scenario on other cards. A central point that it names may not be there any more. */
function withCards(scenario: Scenario, cards: CardSet['cards']): Scenario {
  const { centralPoint, timing, start, ...chassis } = scenario.chassis ?? {};
  return { ...scenario, chassis: { ...chassis, cards } };
}

/** The totals of the traffic: one SPU takes all of it, at no cost. */
async function measureDemand(scenario: Scenario, settings: PipelineOptions, options: PlanOptions): Promise<Measured> {
  const { configuration, parameters, symmetric } = settings;
  const reference: PipelineOptions = {
    chassis: witnessOf(settings.chassis, 1),
    spuSpeeds: WITHOUT_COST,
    ordering: { mode: 'none' },
    ...(symmetric !== undefined && { symmetric }),
    ...(configuration && { configuration }),
    ...(parameters && { parameters }),
  };
  const [measured] = await playThrough(scenario, [reference], options, settings);
  return measured;
}

function demandOf({ report, peaks }: Measured): PlanDemand {
  const { input } = report;
  const [spu] = report.spus;
  const { sessionsPerSecond, workPercent } = peaks.get(spu.spuId)!;
  const largest = largestOf(spu);
  return {
    packets: input.packets,
    bytes: input.bytes,
    durationNs: input.durationNs,
    sessions: spu.sessions.peak,
    sessionsPerSecond,
    busySpus: Object.fromEntries(TYPES.map((type) => [type, rounded(workPercent[type] / 100)])),
    largest:
      largest === undefined ? null : { flow: largest.flow, packetShare: rounded(largest.packets / input.packets) },
  };
}

function largestOf({ top }: ReportSpu): ReportSpu['top'][number] | undefined {
  return top.reduce<ReportSpu['top'][number] | undefined>(
    (best, session) => (best === undefined || session.packets > best.packets ? session : best),
    undefined,
  );
}

/** What a set comes to by the totals alone; undefined if they do not rule it out. */
function byTotals(
  { cards, chassis }: CardSet,
  demand: PlanDemand,
  settings: PipelineOptions,
  { growth, cpuTargetPercent }: Targets,
): PlanCandidate | undefined {
  const work = workOf(settings);
  const flow = chassis.spus.filter(({ maxSessions }) => maxSessions > 0);
  const sum = (of: (card: SpcType) => number): number => flow.reduce((total, { card }) => total + of(card), 0);
  const isCentral = chassis.centralPoint.maxSessions === chassis.maxSessions;
  // how many times the traffic fits into the time of all SPUs, spread perfectly
  const cpuTimes = sum((card) => 1 / (demand.busySpus[card] || Number.POSITIVE_INFINITY));
  const limits: PlanCandidate['binding'][] = [
    bindingOf(isCentral ? 'central-point' : 'sessions', demand.sessions, chassis.maxSessions),
    bindingOf('cpu', cpuTimes === 0 ? 0 : 100 / cpuTimes, cpuTargetPercent),
    bindingOf(
      'session-rate',
      demand.sessionsPerSecond,
      sum((card) => work[card].sessionsPerSecond),
    ),
  ];
  const binding = limits.reduce((a, b) => ((b.factor ?? Infinity) < (a.factor ?? Infinity) ? b : a));
  if (binding.factor === null || binding.factor >= growth) return undefined;
  const reason = reasonOfTotals(binding, growth);
  return { ...nameOf(cards, chassis), verdict: 'too-small', run: false, binding, reason };
}

function bindingOf(limit: PlanCandidate['binding']['limit'], used: number, capacity: number): PlanCandidate['binding'] {
  const factor = used === 0 ? null : rounded(capacity / used);
  return { limit, used: rounded(used), capacity, factor, spuId: null };
}

/** What a set comes to by its run. */
function byRun(
  { cards, chassis }: CardSet,
  measured: Measured,
  settings: PipelineOptions,
  { growth, cpuTargetPercent }: Targets,
): PlanCandidate {
  const { first, limits } = headroomOf(measured, { ...settings, cpuTargetPercent });
  const limit = first ?? limits[0];
  const { used, capacity, factor, spuId, reached } = limit;
  const binding = { limit: limit.limit, used, capacity, factor, spuId };
  const holds = factor === null || (factor >= growth && !reached);
  const spu = measured.report.spus.find((each) => each.spuId === spuId)!;
  const largest = largestOf(spu);
  // its part of the work in that second, if its packets are as many among those of the fast path then as in the whole run
  const share =
    largest === undefined || spu.fastPath === 0
      ? 0
      : Math.min(1, largest.packets / spu.fastPath) *
        (measured.peaks.get(spu.spuId)?.fastPathShare[spu.card as SpcType] ?? 0);
  const isElephant = !holds && limit.limit === 'cpu' && used * share * growth > capacity;
  return {
    ...nameOf(cards, chassis),
    verdict: holds ? 'holds' : isElephant ? 'elephant' : 'too-small',
    run: true,
    binding,
    reason: reasonOfRun(
      binding,
      growth,
      reached && factor === 1,
      isElephant ? { flow: largest!.flow, share } : undefined,
    ),
  };
}

function nameOf(cards: CardSet['cards'], chassis: ResolvedChassis): Pick<PlanCandidate, 'cards' | 'services'> {
  const services: Partial<Record<SpcType, number>> = {};
  for (const { card } of chassis.slots) {
    const spc = CARDS.find((each) => each.type === card);
    if (spc?.kind === 'spc') services[spc.type] = (services[spc.type] ?? 0) + 1;
  }
  return { cards: listCards(cards), services };
}
