import { type Figure, tableOf } from './figure-table.ts';
import type { TextStyle } from './render-text.ts';
import type { Report, ReportEgressCard, ReportOrder, ReportReordering, ReportSpu } from './report.ts';
import { formatCount, renderTable } from './text-table.ts';

const REORDERING_FIGURES: readonly Figure<ReportReordering>[] = [
  { title: 'packets', of: ({ packets }) => packets, isAlways: true },
  { title: 'reordered', of: ({ reordered }) => reordered, isAlways: true },
  { title: 'share', of: ({ ratio }) => percentOf(ratio), isAlways: true },
  { title: 'mean extent', of: ({ meanExtent }) => meanExtent.toFixed(1), isAlways: true },
  { title: 'max', of: ({ maxExtent }) => maxExtent, isAlways: true },
];

const CARD_FIGURES: readonly Figure<ReportEgressCard>[] = [
  { title: 'packets', of: ({ packets }) => packets, isAlways: true },
  { title: 'bytes', of: ({ bytes }) => bytes, isAlways: true },
  { title: 'waited', of: ({ waited }) => waited, isAlways: true },
  { title: 'queue peak', of: ({ queuePeak }) => queuePeak, isAlways: true },
  { title: 'latency p50, us', of: ({ latencyNs }) => Math.round(latencyNs.p50 / 1000), isAlways: true },
  { title: 'p99', of: ({ latencyNs }) => Math.round(latencyNs.p99 / 1000), isAlways: true },
  { title: 'max', of: ({ latencyNs }) => Math.round(latencyNs.max / 1000), isAlways: true },
  { title: 'dropped', of: ({ dropped }) => dropped, isAlways: true },
  { title: 'reordered', of: ({ measured }) => measured?.reordered ?? 0 },
];

/** How packets left by each I/O card, where that is modelled. */
export function egressLines({ egress }: Report, style: TextStyle): string[] {
  if (egress === null) return [];
  return [
    style.heading('Over the fabric to each I/O card (which one, and how fast, is assumed)'),
    ...tableOf(
      'slot',
      egress.map((card) => [String(card.slot), card] as const),
      CARD_FIGURES,
    ),
    '',
  ];
}

/** What was measured of the order of packets, where that was asked for. */
export function orderLines({ order, spus, egress }: Report, style: TextStyle): string[] {
  if (order === null) return [];
  return [
    style.heading('Order of packets (RFC 4737), leaving the SPU against arriving at it, session by session'),
    ...(order.classes.length === 0
      ? ['nothing to measure']
      : tableOf(
          'class',
          [...order.classes.map((each) => [each.class, each] as const), ['all', sumOf(order.classes)] as const],
          REORDERING_FIGURES,
        )),
    ...stallLines(spus),
    ...lostLines(spus),
    ...(egress === null ? [] : [atEgress(egress)]),
    '',
    ...sessionLines(order, style),
  ];
}

/** Packets that ordering lists did not wait for: those behind them in a list leave first. */
function stallLines(spus: readonly ReportSpu[]): string[] {
  const stalls = spus.reduce((total, { ordering }) => total + ordering.stalls, 0);
  if (stalls === 0) return [];
  const packets = `${formatCount(stalls)} ${stalls === 1 ? 'packet' : 'packets'}`;
  return [`stalls: ordering lists went on without ${packets}, whose work took longer than the ordering timeout`];
}

/** Order that was lost before the owner SPU, by cause, and what was not measured. */
function lostLines(spus: readonly ReportSpu[]): string[] {
  const measured = spus.flatMap(({ ordering }) => (ordering.measured === null ? [] : [ordering.measured]));
  const sum = (of: (each: (typeof measured)[number]) => number): number =>
    measured.reduce((total, each) => total + of(each), 0);
  const causes = Object.keys(measured[0]?.lostBefore ?? {}) as (keyof (typeof measured)[number]['lostBefore'])[];
  const lost = causes
    .map((cause) => [cause, sum(({ lostBefore }) => lostBefore[cause])] as const)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => `${cause} ${formatCount(count)}`);
  const unmeasured = sum((each) => each.unmeasured);
  const packets = `${formatCount(unmeasured)} ${unmeasured === 1 ? 'packet' : 'packets'}`;
  return [
    `order lost before the owner: ${lost.length === 0 ? 'none' : lost.join(', ')}`,
    ...(unmeasured === 0
      ? []
      : [`not measured: ${packets}: too many sessions under way, or the number of theirs given to another one`]),
  ];
}

function atEgress(egress: readonly ReportEgressCard[]): string {
  const { packets, reordered, ratio } = sumOf(egress.flatMap(({ measured }) => (measured === null ? [] : [measured])));
  return `leaving the chassis, direction by direction: ${formatCount(reordered)} of ${formatCount(packets)} reordered (${percentOf(ratio)})`;
}

function sessionLines({ sessions }: ReportOrder, style: TextStyle): string[] {
  if (sessions.length === 0) return [];
  return [
    style.heading('Sessions with most reordered packets'),
    ...renderTable(
      [
        { title: 'session', align: 'right' },
        { title: 'packets', align: 'right' },
        { title: 'reordered', align: 'right' },
        { title: 'max extent', align: 'right' },
        { title: 'flow (in wing)', align: 'left' },
      ],
      sessions.map(({ sessionId, packets, reordered, maxExtent, flow }) => [
        sessionId,
        ...[packets, reordered, maxExtent].map(formatCount),
        flow,
      ]),
    ),
    '',
  ];
}

/** Several figures as one. */
function sumOf(parts: readonly ReportReordering[]): ReportReordering {
  const sum = (of: (part: ReportReordering) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const packets = sum((part) => part.packets);
  const reordered = sum((part) => part.reordered);
  return {
    packets,
    reordered,
    ratio: packets === 0 ? 0 : reordered / packets,
    meanExtent: reordered === 0 ? 0 : sum((part) => part.meanExtent * part.reordered) / reordered,
    maxExtent: Math.max(...parts.map(({ maxExtent }) => maxExtent)),
  };
}

function percentOf(ratio: number): string {
  return `${(100 * ratio).toFixed(2)} %`;
}
