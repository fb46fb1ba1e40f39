import type { TextStyle } from './render-text.ts';
import type { Report, ReportNpu, ReportSpu } from './report.ts';
import { type Column, formatCount, renderTable } from './text-table.ts';

interface Figure<T> {
  readonly title: string;
  readonly of: (row: T) => number;
  /** Shown even if it is 0 in every row. */
  readonly isAlways?: true;
}

const SPU_FIGURES: readonly Figure<ReportSpu>[] = [
  { title: 'NPU hit', of: ({ paths }) => paths.npuHit, isAlways: true },
  { title: 'hash', of: ({ paths }) => paths.hash, isAlways: true },
  { title: 'central point', of: ({ paths }) => paths.centralPoint },
  { title: 'redirected', of: ({ paths }) => paths.redirected },
  { title: 'fragment', of: ({ paths }) => paths.fragment },
  { title: 'fragment handed over', of: ({ paths }) => paths.fragmentHandedOver },
  { title: 'np-cache', of: ({ paths }) => paths.npCache },
  { title: 'ICMP error', of: ({ paths }) => paths.icmpError },
  { title: 'stale hit', of: ({ staleHits }) => staleHits },
  { title: 'first path', of: ({ firstPath }) => firstPath, isAlways: true },
  { title: 'fast path', of: ({ fastPath }) => fastPath, isAlways: true },
  { title: 'valid', of: ({ sessions }) => sessions.current - sessions.invalidated - sessions.leaves, isAlways: true },
  { title: 'leaves', of: ({ sessions }) => sessions.leaves },
  { title: 'invalidated', of: ({ sessions }) => sessions.invalidated },
  { title: 'aged out', of: ({ sessions }) => sessions.agedOut },
  { title: 'cleared', of: ({ sessions }) => sessions.cleared },
  { title: 'yielded', of: ({ sessions }) => sessions.yielded },
  { title: 'lost', of: ({ sessions }) => sessions.lost },
  { title: 'pointers', of: ({ pointers }) => pointers },
];

const LOAD_FIGURES: readonly Figure<ReportSpu>[] = [
  { title: 'CPU %', of: ({ cpu }) => cpu.meanPercent, isAlways: true },
  { title: 'busiest second', of: ({ cpu }) => cpu.peakPercent, isAlways: true },
  { title: 'latency p50, us', of: ({ latencyNs }) => Math.round(latencyNs.p50 / 1000), isAlways: true },
  { title: 'p99', of: ({ latencyNs }) => Math.round(latencyNs.p99 / 1000), isAlways: true },
  { title: 'max', of: ({ latencyNs }) => Math.round(latencyNs.max / 1000), isAlways: true },
  { title: 'waited for order', of: ({ ordering }) => ordering.held },
  { title: 'reordered', of: ({ ordering }) => ordering.measured?.reordered ?? 0 },
];

const NPU_FIGURES: readonly Figure<ReportNpu>[] = [
  { title: 'packets', of: ({ packets }) => packets, isAlways: true },
  { title: 'look-ups', of: ({ lookups }) => lookups, isAlways: true },
  { title: 'hits', of: ({ hits }) => hits, isAlways: true },
  { title: 'of IPv6', of: ({ ipv6 }) => ipv6.hits },
  { title: 'installed', of: ({ installs }) => installs, isAlways: true },
  { title: 'withdrawn', of: ({ withdrawals }) => withdrawals },
  { title: 'aged out', of: ({ agedOut }) => agedOut },
  { title: 'refused', of: ({ refusals }) => refusals },
  { title: 'wings', of: ({ wings }) => wings, isAlways: true },
  { title: 'of IPv6', of: ({ ipv6 }) => ipv6.wings },
];

/** By which way packets came to each SPU, what their sessions have become, and what each NPU did. */
export function pathLines({ spus, npus }: Report, style: TextStyle): string[] {
  return [
    style.heading('Ways to the SPUs, passes, and sessions at the end'),
    ...tableOf(
      'SPU',
      spus.map((spu) => [String(spu.spuId), spu] as const),
      SPU_FIGURES,
    ),
    '',
    style.heading('Work of the SPUs (what it costs is assumed)'),
    ...tableOf(
      'SPU',
      spus.filter(({ packets }) => packets > 0).map((spu) => [String(spu.spuId), spu] as const),
      LOAD_FIGURES,
    ),
    ...orderLines(spus),
    '',
    style.heading('NPU session tables'),
    ...tableOf(
      'slot',
      npus.map((npu) => [String(npu.slot), npu] as const),
      NPU_FIGURES,
    ),
    '',
  ];
}

/** What was measured of the order of packets, where that was asked for. */
function orderLines(spus: readonly ReportSpu[]): string[] {
  const measured = spus.flatMap(({ ordering }) => (ordering.measured === null ? [] : [ordering.measured]));
  if (measured.length === 0) return [];
  const sum = (of: (each: (typeof measured)[number]) => number): number =>
    measured.reduce((total, each) => total + of(each), 0);
  const packets = sum((each) => each.packets);
  const reordered = sum((each) => each.reordered);
  const share = packets === 0 ? 0 : (100 * reordered) / packets;
  const causes = Object.keys(measured[0].lostBefore) as (keyof (typeof measured)[number]['lostBefore'])[];
  const lost = causes
    .map((cause) => [cause, sum(({ lostBefore }) => lostBefore[cause])] as const)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => `${cause} ${formatCount(count)}`);
  return [
    `of ${formatCount(packets)} packets of sessions ${formatCount(reordered)} left after a later one (${share.toFixed(2)} %)`,
    `order lost before the owner: ${lost.length === 0 ? 'none' : lost.join(', ')}`,
  ];
}

/** A table without the columns that have nothing to say. */
function tableOf<T>(title: string, rows: readonly (readonly [string, T])[], figures: readonly Figure<T>[]): string[] {
  const shown = figures.filter(({ of, isAlways }) => isAlways || rows.some(([, row]) => of(row) !== 0));
  const columns: readonly Column[] = [
    { title, align: 'right' },
    ...shown.map((figure) => ({ title: figure.title, align: 'right' }) as const),
  ];
  return renderTable(
    columns,
    rows.map(([name, row]) => [name, ...shown.map(({ of }) => formatCount(of(row)))]),
  );
}
