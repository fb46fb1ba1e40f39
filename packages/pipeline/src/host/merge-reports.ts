import { evenness } from '@midplane/weights';
import { DROP_REASONS } from '../drop-reasons.ts';
import type { EventResult } from '../events/pipeline-event.ts';
import type { DropCount, Report, ReportInput, ReportNpu } from '../report/report.ts';
import { latencyOf } from '../report/report-spus.ts';
import { LatencyHistogram } from '../spu/latency-histogram.ts';

/** What one SPU group has to say at the end. Plain data. */
export interface GroupReport {
  /** The report of its packets; right for its SPUs. */
  readonly report: Report;
  /** Figures of the latencies of its packets, see `LatencyHistogram`. */
  readonly latencies: Float64Array;
}

/**
 * Puts the reports of all groups together: the one that a single thread would have given.
 *
 * @param input What was offered, as the thread knows that has received it.
 * @param groups By SPU position, which group has it.
 */
export function mergeReports(parts: readonly GroupReport[], input: ReportInput, groups: readonly number[]): Report {
  const [{ report: first }] = parts;
  const reports = parts.map(({ report }) => report);
  const shared = new Set(
    reports.map(({ series, events }) => JSON.stringify([series.seconds, series.traffic, events.map(whenOf)])),
  );
  if (shared.size !== 1)
    throw new Error(`Cannot merge reports: groups must have seen the same seconds and events: got others`);
  const latencies = new LatencyHistogram();
  for (const part of parts) latencies.mergeFigures(part.latencies);
  const own = groups.map((group, position) => reports[group].spus[position]);
  const created = sum(own, ({ sessions }) => sessions.created);
  const spus = own.map((spu) => ({ ...spu, sessionShare: created === 0 ? 0 : spu.sessions.created / created }));
  const weights = spus.map(({ weight }) => weight);
  const evennessOf = (figure: (spu: (typeof spus)[number]) => number) => evenness(spus.map(figure), weights);
  const totals = addFigures(reports.map((report) => report.totals));
  const { generated, replicated, delivered, toRe, dropped } = totals;
  const remaining = input.packets + generated + replicated - delivered - toRe - dropped;
  if (remaining !== 0)
    throw new Error(`Cannot build report: every packet must be accounted for: got ${remaining} lost`);
  return {
    ...first,
    input,
    totals: { ...totals, offered: input.packets, remaining },
    drops: mergeDrops(reports.map(({ drops }) => drops)),
    npus: first.npus.map((_, position) => mergeNpu(reports.map(({ npus }) => npus[position]))),
    spus,
    latencyNs: latencyOf(latencies),
    events: first.events.map((event, i) => ({
      ...event,
      sessionsEnded: sum(reports, (report) => report.events[i].sessionsEnded),
    })),
    series: {
      ...first.series,
      dropped: first.series.dropped.map((_, row) => reports.reduce((sum, { series }) => sum + series.dropped[row], 0)),
      spus: first.series.spus.map((_, position) => reports[groups[position]].series.spus[position]),
    },
    evenness: {
      sessions: evennessOf((spu) => spu.sessions.created),
      packets: evennessOf((spu) => spu.packets),
      bytes: evennessOf((spu) => spu.bytes),
    },
  };
}

function whenOf({ atNs, result }: EventResult): unknown {
  return [atNs, result];
}

function sum<T>(list: readonly T[], figure: (item: T) => number): number {
  let total = 0;
  for (const item of list) total += figure(item);
  return total;
}

/** Adds objects of figures key by key. */
function addFigures<T extends object>(list: readonly T[]): T {
  const total = { ...list[0] };
  for (const key of Object.keys(total) as (keyof T)[]) {
    if (typeof total[key] === 'number') total[key] = sum(list, (each) => each[key] as number) as T[keyof T];
  }
  return total;
}

function mergeNpu(parts: readonly ReportNpu[]): ReportNpu {
  const { slot, capacity } = parts[0];
  return { ...addFigures(parts), slot, capacity, ipv6: addFigures(parts.map(({ ipv6 }) => ipv6)) };
}

/**
 * Drops of all, in the order of the reasons. Groups have no reasons of their own: stages
 * that add some stay in one thread.
 */
function mergeDrops(parts: readonly (readonly DropCount[])[]): DropCount[] {
  const drops = parts.flat();
  return DROP_REASONS.flatMap((reason) => {
    const same = drops.filter((drop) => drop.reason === reason);
    return same.length === 0
      ? []
      : [{ reason, packets: sum(same, ({ packets }) => packets), bytes: sum(same, ({ bytes }) => bytes) }];
  });
}
