import { formatFlow } from '@midplane/flow';
import { formatSessionId, formatSpuId, sessionIdOf } from '@midplane/spu-id';
import { LatencyHistogram } from '../spu/latency-histogram.ts';
import type { Spu } from '../spu/spu.ts';
import type { ReportSources } from './build-report.ts';
import type { ReportLatency, ReportOrdering, ReportSpu } from './report.ts';
import { reorderingOf } from './report-order.ts';

const NS = 1_000_000_000;

/** What every SPU did; asserts that each accounts for its packets. */
export function reportSpus({ spus, tally, pointers, clock, sessionIdStride }: ReportSources): ReportSpu[] {
  const weightSum = spus.reduce((sum, spu) => sum + spu.spec.weight, 0);
  const created = spus.reduce((sum, spu) => sum + spu.created, 0);
  return spus.map((spu, position) => {
    const { spec, table } = spu;
    const drops = tally.drops(position);
    const delivered = tally.deliveredOf(position);
    const accounted = delivered + spu.handedOver + drops.reduce((sum, drop) => sum + drop.packets, 0);
    const expected = spu.packets + spu.generated + spu.replicated;
    if (accounted !== expected) {
      throw new Error(`Cannot build report: SPU ${spec.spuId} must account for ${expected} packets: got ${accounted}`);
    }
    return {
      spuId: spec.spuId,
      name: formatSpuId(spec.spuId),
      card: spec.card,
      role: spec.role,
      weight: spec.weight,
      weightShare: spec.weight / weightSum,
      rows: spu.rows,
      packets: spu.packets,
      bytes: spu.bytes,
      delivered,
      handedOver: spu.handedOver,
      paths: {
        npuHit: spu.npuHits,
        hash: spu.hashed,
        fragment: spu.fragmentsIn,
        icmpError: spu.icmpErrorsIn,
        centralPoint: spu.fromCentralPoint,
        fragmentHandedOver: spu.fragmentsHandedIn,
        redirected: spu.redirected,
        npCache: spu.fromNpCache,
      },
      fragments: {
        tiny: spu.fragmentsTiny,
        repeated: spu.fragmentsRepeated,
        overlapping: spu.fragmentsOverlapping,
      },
      staleHits: spu.staleHits,
      generated: spu.generated,
      replicated: spu.replicated,
      firstPath: spu.firstPath,
      fastPath: spu.fastPath,
      sessions: {
        created: spu.created,
        failed: spu.failed,
        agedOut: spu.agedOut,
        replaced: spu.replaced,
        yielded: spu.yielded,
        cleared: spu.cleared,
        lost: spu.lost,
        current: table?.size ?? 0,
        leaves: spu.leafCount,
        invalidated: spu.invalidated,
        peak: spu.peak,
        capacity: spec.maxSessions,
      },
      pointers: pointers?.[position].table.size ?? 0,
      aggressivePeriods: spu.aggressivePeriods,
      sessionShare: created === 0 ? 0 : spu.created / created,
      cpu: { meanPercent: meanPercentOf(spu, clock.nowNs), peakPercent: spu.load.peakPercent },
      latencyNs: latencyOf(spu.load.latency),
      ordering: orderingOf(spu),
      memory: memoryOf(spu),
      drops,
      top: spu.top.sessions.map((session) => ({
        sessionId: formatSessionId(sessionIdOf(spec.spuId, session.index, sessionIdStride)),
        flow: formatFlow(session.key),
        packets: session.packets,
        bytes: session.bytes,
      })),
    };
  });
}

function orderingOf({ ordering, orderMeter }: Spu): ReportOrdering {
  const { held, waitedNs, longestNs, stalls } = ordering;
  return {
    held,
    meanWaitNs: held === 0 ? 0 : Math.round(waitedNs / held),
    maxWaitNs: held === 0 ? 0 : longestNs,
    stalls,
    measured:
      orderMeter === undefined
        ? null
        : {
            ...reorderingOf(orderMeter.all),
            unmeasured: orderMeter.unmeasured,
            lostBefore: { ...orderMeter.lostBefore },
          },
  };
}

/** What packet memory was used; asserts that all of it was given back. */
function memoryOf({ memory, spec }: Spu): ReportSpu['memory'] {
  if (memory === undefined) return null;
  const left = memory.usedAt(Number.POSITIVE_INFINITY);
  if (left !== 0) {
    throw new Error(`Cannot build report: packet memory of SPU ${spec.spuId} must be empty: got ${left} bytes`);
  }
  return { peakBytes: memory.peak, capacityBytes: memory.capacity };
}

/** Share of the time of all threads that was spent on packets, in percent to one decimal. */
function meanPercentOf({ load }: Spu, durationNs: number): number {
  // in whole seconds, as the busiest one is
  const spanNs = load.freeAtNs.length * NS * (Math.floor(durationNs / NS) + 1);
  return Math.min(100, Math.round((1000 * load.busyNs) / spanNs) / 10);
}

/** Latencies of a histogram. */
export function latencyOf(histogram: LatencyHistogram): ReportLatency {
  return {
    p50: histogram.percentile(50),
    p90: histogram.percentile(90),
    p99: histogram.percentile(99),
    p999: histogram.percentile(99.9),
    max: histogram.max,
  };
}

/** Latencies of the packets of all SPUs. */
export function mergedLatencies(spus: readonly Spu[]): LatencyHistogram {
  const all = new LatencyHistogram();
  for (const { load } of spus) all.merge(load.latency);
  return all;
}
