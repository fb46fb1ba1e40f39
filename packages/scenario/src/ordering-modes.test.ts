/**
 * What do the ordering modes cost, and what do they save? `docs/ordering.md` holds the tables that this test makes, and it
 * fails when they differ.
 */
import { readFileSync } from 'node:fs';
import { ORDERING_MODES, type OrderingMode, type Report } from '@midplane/pipeline';
import { describe, expect, it } from 'vitest';
import { loadScenario } from './load-scenario.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/ordering.md', root), 'utf8');
const overload = loadScenario(readFileSync(new URL('examples/overload.yaml', root), 'utf8'));

const us = (ns: number): string => String(Math.round(ns / 1000));
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;

/** A figure of all SPUs, or of all cards. */
function sum<T>(list: readonly T[], of: (each: T) => number): number {
  return list.reduce((total, each) => total + of(each), 0);
}

const COLUMNS: readonly (readonly [title: string, of: (report: Report) => string])[] = [
  ['delivered', ({ totals }) => String(totals.delivered)],
  ['Mpps', ({ totals, input }) => ((1000 * totals.delivered) / input.durationNs).toFixed(2)],
  ['dropped by SPUs', (report) => String(droppedIn(report, 'spu-queue-full'))],
  ['at egress', (report) => String(droppedIn(report, 'egress-queue-full'))],
  ['SPU p50', ({ latencyNs }) => us(latencyNs.p50)],
  ['p90', ({ latencyNs }) => us(latencyNs.p90)],
  ['p99', ({ latencyNs }) => us(latencyNs.p99)],
  ['p99.9', ({ latencyNs }) => us(latencyNs.p999)],
  ['egress p99', ({ egress }) => us(Math.max(...egress!.map(({ latencyNs }) => latencyNs.p99)))],
  [
    'reordered',
    ({ order }) =>
      percent(
        reorderedIn(order!.classes),
        sum(order!.classes, ({ packets }) => packets),
      ),
  ],
  ['max extent', ({ order }) => String(Math.max(...order!.classes.map(({ maxExtent }) => maxExtent)))],
  [
    'on the wire',
    ({ egress, totals }) => percent(reorderedIn(egress!.map(({ measured }) => measured!)), totals.delivered),
  ],
];

function droppedIn({ drops }: Report, reason: string): number {
  return drops.find((drop) => drop.reason === reason)?.packets ?? 0;
}

function reorderedIn(list: readonly { readonly reordered: number }[]): number {
  return sum(list, ({ reordered }) => reordered);
}

async function reportsOf(scenario: Scenario): Promise<ReadonlyMap<OrderingMode, Report>> {
  const reports = new Map<OrderingMode, Report>();
  for (const mode of ORDERING_MODES) {
    reports.set(mode, await runScenario({ ...scenario, ordering: { ...scenario.ordering, mode } }));
  }
  return reports;
}

function tableOf(reports: ReadonlyMap<OrderingMode, Report>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['mode', ...COLUMNS.map(([title]) => title)]),
    line(Array(COLUMNS.length + 1).fill('---')),
    ...[...reports].map(([mode, report]) => line([mode, ...COLUMNS.map(([, of]) => of(report))])),
  ].join('\n');
}

describe('docs/ordering.md', () => {
  it('R-ord-3, R-ord-6, R-egr-5: what the modes cost and save where SPUs are the limit', async () => {
    const reports = await reportsOf(overload);
    const [hardware, software, none] = ORDERING_MODES.map((mode) => reports.get(mode)!);
    const lead = (100 * hardware.totals.delivered) / software.totals.delivered - 100;
    expect(page).toContain(
      `${tableOf(reports)}\n\nHardware delivers ${lead.toFixed(1)} % more than software. **That it leads is documented; how much follows from an assumed cost**`,
    );
    for (const { order, egress } of [hardware, software]) {
      expect([reorderedIn(order!.classes), reorderedIn(egress!.map(({ measured }) => measured!))]).toEqual([0, 0]);
    }
    expect(reorderedIn(none.order!.classes)).toBeGreaterThan(0);
    expect(none.totals.delivered).toBe(hardware.totals.delivered);
  });

  it('R-ord-3, R-egr-3: and where the fabric is', async () => {
    const egress = { gigabitsPerSecond: 2, queuePackets: 256 };
    expect(page).toContain(`${tableOf(await reportsOf({ ...overload, egress }))}\n`);
    expect(page).toContain('egress: { gigabitsPerSecond: 2, queuePackets: 256 }');
  });
});
