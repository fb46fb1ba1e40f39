import type { Report, ReportSpu } from './report.ts';
import { formatCount, formatShare } from './text-table.ts';
import { diagnoseUnevenness, type Unevenness } from './unevenness.ts';
import { wrapText } from './wrap-text.ts';

/** Columns of running text. */
const TEXT_WIDTH = 100;

/** What the sentences need of a report beside the diagnosis. */
export interface UnevenChassis {
  readonly chassis: Pick<Report['chassis'], 'distributionMode' | 'tableLength'>;
  readonly spus: readonly Pick<ReportSpu, 'spuId' | 'weight' | 'rows'>[];
}

/**
 * Says in one or two sentences whether the load of a chassis is even, and if not, why, with the figures.
 *
 * @param report From `Pipeline.finish`; with `found`, what of it the sentences need is enough.
 * @param found What {@link diagnoseUnevenness} says of it, where that is at hand.
 * @returns Lines of 100 columns at most.
 * @example
 * ```ts
 * import { createPipeline, unevennessLines } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * const report = createPipeline({ chassis: resolveChassis() }).finish();
 * assert.deepEqual(unevennessLines(report), ['Nothing to measure: there is no session.']);
 * ```
 */
export function unevennessLines(report: Report): string[];
export function unevennessLines(report: UnevenChassis, found: Unevenness): string[];
export function unevennessLines(
  report: UnevenChassis,
  found: Unevenness = diagnoseUnevenness(report as Report),
): string[] {
  return wrapText(sentencesOf(report, found), TEXT_WIDTH);
}

function sentencesOf(report: UnevenChassis, found: Unevenness): string {
  const { cause, measure, spuId, factors, elephants, chanceP } = found;
  const spus = report.spus.filter(({ weight }) => weight > 0);
  if (cause === 'nothing') {
    return `Nothing to measure: there is ${spus.length < 2 ? 'one SPU' : 'no session'}.`;
  }
  const { maxOverMean } = found;
  const most = `sessions ${times(maxOverMean.sessions)}, packets ${times(maxOverMean.packets)}, bytes ${times(maxOverMean.bytes)}`;
  const load = `SPU ${spuId} has ${times(factors!.load)} its share of ${measure}`;
  const others = `rows ${times(factors!.rows)}, sessions ${times(factors!.sessions)}, size of its sessions ${times(factors!.size)}`;
  switch (cause) {
    case 'even':
      return `Even: no SPU has more than 1.1 times its share (at most ${most}).`;
    case 'weight':
      if (report.chassis.distributionMode !== 'hash-based' && (maxOverMean.sessions ?? 0) > 1.1) {
        return `Uneven by weight: the central point chooses by ${report.chassis.distributionMode}, which does not follow the session capacities (at most ${most}).`;
      }
      return `Uneven by weight, as it should be: no SPU has more than 1.1 times its share (at most ${most}), but weights differ, and the busiest SPU has ${times(found.packetsOverMean)} the mean number of packets.`;
    case 'changes':
      return `Uneven by changes during the run: ${loadOrSessions(load, found)} (${others}). SPUs had other rows of the table at other times, or none: over the whole run shares do not follow the weights of its end.`;
    case 'rows':
      return `Uneven by table rows: ${loadOrSessions(load, found)} (${others}). SPU ${spuId} has ${formatCount(rowsOf(report, spuId))} of ${formatCount(report.chassis.tableLength)} rows, and rows are up to ${times(maxOverMean.rows)} their share: a longer table follows the weights more closely.`;
    case 'chance':
      return `Uneven by chance: ${loadOrSessions(load, found)} (${others}). Sessions fall on the rows as they do by chance (p ${p(chanceP)}); more sessions even that out.`;
    case 'hash':
      return `Uneven by hash: ${loadOrSessions(load, found)} (${others}). Chance alone hardly does that (p ${p(chanceP)}): these flows are alike in what is hashed.`;
    case 'elephants': {
      const { sessions, share, largest } = elephants;
      const which = sessions === 1 ? 'One session is' : `${sessions} sessions are`;
      return `Uneven by elephants: ${load} (${others}). ${which} ${formatShare(share)} of them, the largest ${largest}; no table and no hash divides a session.`;
    }
    case 'sizes':
      return `Uneven by the size of sessions: ${load} (${others}), and no session stands out.`;
  }
}

/** Where packets are even, the sessions are what is not. */
function loadOrSessions(load: string, { factors, maxOverMean }: Unevenness): string {
  return factors!.load > 1.1 ? load : `an SPU has ${times(maxOverMean.sessions)} its share of sessions`;
}

function rowsOf({ spus }: UnevenChassis, spuId: number | null): number {
  return spus.find((spu) => spu.spuId === spuId)?.rows ?? 0;
}

function times(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(2)} x`;
}

function p(value: number | null): string {
  if (value === null) return '-';
  return value < 0.0001 ? '< 0.0001' : value.toFixed(4);
}
