import {
  createPipeline,
  diagnoseUnevenness,
  type PipelineOptions,
  type Report,
  type ReportAssumption,
} from '@midplane/pipeline';
import { pipelineOptionsOf } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { listCards } from './_card-list.ts';
import {
  COMPARISON_SCHEMA,
  type ComparedSide,
  type ComparedSpu,
  type Comparison,
  type Difference,
} from './comparison.ts';
import { headroomOf, rounded } from './headroom.ts';
import { type Measured, type PlayOptions, playThrough } from './measure.ts';
import { compareRows, moveCounterOf, type Side, sessionMovesOf } from './moves.ts';
import { outageOf } from './outage.ts';

/** How scenarios are compared. */
export interface CompareOptions extends PlayOptions {
  /** How the sides are called; default `before` and `after`. */
  readonly names?: readonly [before: string, after: string];
}

/**
 * Runs two scenarios and sets them side by side: load per SPU, evenness, headroom, what would move, what the change costs.
 *
 * Scenarios with the same traffic are played together: it is read once, so standard input will do. Otherwise each gets
 * its own, and sessions are not followed from one to the other. The result depends on scenarios and captures only.
 *
 * Fidelity: assumed. It adds the arithmetic of `headroomOf` and `outageOf` to two runs; what is assumed is listed.
 *
 * @param before A scenario.
 * @param after Another one, such as `changeScenario` gives.
 * @param options Where captures come from, and how the sides are called.
 * @example Does a second card help?
 * ```ts
 * import { changeScenario, compareScenarios, type Scenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const before: Scenario = {
 *   schema: 'midplane-scenario/1',
 *   chassis: { cards: '1=SPC2,7=IOC2' },
 *   traffic: [{ shape: 'small', packets: 5000 }],
 * };
 * const comparison = await compareScenarios(before, changeScenario(before, { cards: '1=SPC2,2=SPC2,7=IOC2' }));
 * assert.equal(comparison.before.spus.length, 4);
 * assert.equal(comparison.after.spus.length, 8);
 * assert.ok(typeof comparison.sessions === 'object' && comparison.sessions.moved > comparison.sessions.stayed);
 * assert.equal(comparison.outage.seconds, 368); // times of a boot are assumed
 * ```
 */
export async function compareScenarios(
  before: Scenario,
  after: Scenario,
  options: CompareOptions = {},
): Promise<Comparison> {
  const sides = [sideOf(before), sideOf(after)] as const;
  const sameTraffic = JSON.stringify(before.traffic) === JSON.stringify(after.traffic);
  const counter = sameTraffic ? moveCounterOf(...sides) : 'the traffic is another one: no session is in both';
  const measured = sameTraffic
    ? await playThrough(
        before,
        [...sides.map((side) => side.options), ...(typeof counter === 'string' ? [] : [counter])],
        options,
      )
    : [
        ...(await playThrough(before, [sides[0].options], options)),
        ...(await playThrough(after, [sides[1].options], options)),
      ];
  const [first, second] = measured;
  const { names = ['before', 'after'] } = options;
  const outage = outageOf(
    { options: sides[0].options, chassis: before.chassis },
    { options: sides[1].options, chassis: after.chassis },
    first.report,
  );
  const inputError = first.report.input.error ?? second.report.input.error;
  return {
    schema: COMPARISON_SCHEMA,
    sameTraffic,
    differences: differencesOf(first.report, second.report),
    before: comparedSide(names[0], first, sides[0].options),
    after: comparedSide(names[1], second, sides[1].options),
    sessions: typeof counter === 'string' ? counter : sessionMovesOf(measured[2].report),
    rows: compareRows(...sides),
    outage: outage.cost,
    ...(inputError !== undefined && { inputError }),
    warnings: [...new Set([first, second].flatMap(({ report }) => report.warnings.map(({ message }) => message)))],
    assumptions: together(first.report.assumptions, second.report.assumptions, outage.assumptions),
  };
}

/** The path of a scenario. Its tables are those of the chassis at the begin. */
function sideOf(scenario: Scenario): Side {
  const options = pipelineOptionsOf(scenario);
  const { chassis, hash } = options;
  return { options, pipeline: createPipeline({ chassis, ...(hash !== undefined && { hash }) }) };
}

function comparedSide(name: string, measured: Measured, options: PipelineOptions): ComparedSide {
  const { report, peaks } = measured;
  const packets = report.spus.reduce((sum, spu) => sum + spu.packets, 0);
  return {
    name,
    chassis: chassisOf(report),
    input: { packets: report.input.packets, bytes: report.input.bytes, durationNs: report.input.durationNs },
    dropped: report.totals.dropped,
    spus: report.spus.map((spu): ComparedSpu => {
      const { created, failed, peak, capacity } = spu.sessions;
      return {
        spuId: spu.spuId,
        name: spu.name,
        card: spu.card,
        role: spu.role,
        rows: spu.rows,
        weightShare: spu.weightShare,
        sessionShare: spu.sessionShare,
        packetShare: packets === 0 ? 0 : spu.packets / packets,
        packets: spu.packets,
        bytes: spu.bytes,
        sessions: { created, failed, peak, capacity, peakPerSecond: peaks.get(spu.spuId)?.sessionsPerSecond ?? 0 },
        cpu: { meanPercent: spu.cpu.meanPercent, peakPercent: spu.cpu.peakPercent },
        dropped: spu.drops.reduce((sum, drop) => sum + drop.packets, 0),
      };
    }),
    evenness: report.evenness,
    unevenness: diagnoseUnevenness(report),
    headroom: headroomOf(measured, options),
  };
}

function chassisOf({ chassis }: Report): ComparedSide['chassis'] {
  const { model, release, cards, centralPoint, regime, distributionMode, tableLength, hash, symmetric } = chassis;
  return { model, release, cards, centralPoint, regime, distributionMode, tableLength, hash, symmetric };
}

/** What figures of the chassis are called, where that is not their name. */
const WORDS: Readonly<Record<string, string>> = {
  centralPoint: 'central point',
  distributionMode: 'distribution',
  tableLength: 'table rows',
  symmetric: 'symmetric hash',
};

/** What a reader has to know to tell the sides apart. */
function differencesOf({ chassis: before, input }: Report, { chassis: after, input: other }: Report): Difference[] {
  const wordsOf = (chassis: Report['chassis']): [what: string, value: string][] =>
    Object.entries(chassis).map(([name, value]) => [
      WORDS[name] ?? name,
      name === 'cards' ? listCards(chassis.cards) : String(value),
    ]);
  const trafficOf = ({ packets, durationNs }: Report['input']): [what: string, value: string][] => [
    ['packets', String(packets)],
    ['seconds', String(rounded(durationNs / 1e9))],
  ];
  const [a, b] = [
    [...wordsOf(before), ...trafficOf(input)],
    [...wordsOf(after), ...trafficOf(other)],
  ];
  return a
    .map(([what, value], i) => ({ what, before: value, after: b[i][1] }))
    .filter((each) => each.before !== each.after);
}

/** Assumptions of all lists, each once. */
export function together(...lists: readonly (readonly ReportAssumption[])[]): ReportAssumption[] {
  const seen = new Map<string, ReportAssumption>();
  for (const each of lists.flat()) {
    if (each.mark !== 'A') continue;
    const key = `${each.parameter} ${String(each.value)}`;
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}
