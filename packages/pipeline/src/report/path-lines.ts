import { type Figure, tableOf } from './figure-table.ts';
import type { TextStyle } from './render-text.ts';
import type { Report, ReportNpu, ReportSpu } from './report.ts';

const NS = 1_000_000_000;

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
  { title: 'stalls', of: ({ ordering }) => ordering.stalls },
  { title: 'reordered', of: ({ ordering }) => ordering.measured?.reordered ?? 0 },
  { title: 'memory peak, kB', of: ({ memory }) => Math.ceil((memory?.peakBytes ?? 0) / 1000) },
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
export function pathLines({ chassis, input, spus, npus, events }: Report, style: TextStyle): string[] {
  // shares of a second look small where the run was over sooner, however busy it was
  const isShort = input.durationNs < NS;
  return [
    style.heading('Ways to the SPUs, passes, and sessions at the end'),
    ...tableOf(
      'SPU',
      spus.map((spu) => [String(spu.spuId), spu] as const),
      SPU_FIGURES,
    ),
    '',
    style.heading(`Work of the SPUs (what it costs is assumed${isShort ? '; CPU is of a whole second' : ''})`),
    ...tableOf(
      'SPU',
      spus.filter(({ packets }) => packets > 0).map((spu) => [String(spu.spuId), spu] as const),
      LOAD_FIGURES,
    ),
    orderingLine({ chassis, spus, events }),
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

/** How packets were kept in order, and where that is not as the mode says: only an SPC2 has a packet ordering engine. */
function orderingLine({ chassis, spus, events }: Pick<Report, 'chassis' | 'spus' | 'events'>): string {
  const { ordering, orderingConfigured } = chassis;
  const without = [...new Set(spus.map(({ card }) => card))].filter((card) => card !== 'SPC2').sort();
  // an event may have changed it
  const when = events.length > 0 ? ' at the end' : '';
  const engine = without.length > 1 ? 'which have no engine for it' : 'which has no engine for it';
  const software = `; software on ${without.join(' and ')}, ${engine}`;
  return (
    `packet ordering mode${when}: ${ordering}${ordering === 'hardware' && without.length > 0 ? software : ''}` +
    (ordering === orderingConfigured ? '' : `; ${orderingConfigured} from the next reboot on`)
  );
}
