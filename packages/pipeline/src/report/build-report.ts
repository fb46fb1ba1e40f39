import type { ChassisState, ResolvedChassis, SpcType } from '@midplane/chassis';
import { formatFlow } from '@midplane/flow';
import type { FlowHash } from '@midplane/hash';
import { formatSessionId, formatSpuId, sessionIdOf } from '@midplane/spu-id';
import { evenness } from '@midplane/weights';
import type { CentralPoint } from '../central-point/central-point.ts';
import type { PointerTable } from '../central-point/pointer-table.ts';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Faults } from '../engine/faults.ts';
import type { EventResult } from '../events/pipeline-event.ts';
import type { Clock } from '../ingress/clock.ts';
import type { InputTotals } from '../ingress/input-totals.ts';
import type { Npu } from '../npu/npu.ts';
import { PARAMETERS, type ParameterValues } from '../parameters.ts';
import type { TimeSeries } from '../series/time-series.ts';
import { LatencyHistogram } from '../spu/latency-histogram.ts';
import type { Spu } from '../spu/spu.ts';
import type { OrderingState } from '../spu/spu-ordering.ts';
import type { SpuSpeed } from '../spu/spu-speed.ts';
import type { Tally } from '../tally.ts';
import type { ReportAssumption } from './assumption.ts';
import {
  REPORT_SCHEMA,
  type Report,
  type ReportCentralPoint,
  type ReportDevice,
  type ReportLatency,
  type ReportNatPool,
  type ReportNpu,
  type ReportOrdering,
  type ReportSpu,
} from './report.ts';

const NS = 1_000_000_000;

/** What a report is built from. */
export interface ReportSources {
  readonly chassis: ResolvedChassis;
  readonly hash: FlowHash;
  readonly values: ParameterValues;
  readonly clock: Clock;
  readonly totals: InputTotals;
  readonly tally: Tally;
  readonly npus: readonly Npu[];
  readonly spus: readonly Spu[];
  readonly centralPoint: CentralPoint | undefined;
  readonly symmetric: boolean;
  readonly configuration: CompiledConfiguration | undefined;
  readonly faults: Faults | undefined;
  readonly events: readonly EventResult[];
  readonly series: TimeSeries;
  readonly sessionIdStride: number;
  readonly chassisState: ChassisState | undefined;
  readonly speeds: Readonly<Record<SpcType, SpuSpeed>>;
  readonly ordering: OrderingState;
  readonly pointers: readonly PointerTable[] | undefined;
  readonly inputError: string | undefined;
}

/** Builds the report and asserts that no packet is unaccounted for. */
export function buildReport(sources: ReportSources): Report {
  const { chassis, hash, clock, totals, tally, npus, inputError } = sources;
  const spus = reportSpus(sources);
  const { generated, replicated } = tally;
  const remaining = totals.packets + generated + replicated - tally.delivered - tally.toRe - tally.dropped;
  if (remaining !== 0)
    throw new Error(`Cannot build report: every packet must be accounted for: got ${remaining} lost`);
  const weights = spus.map((spu) => spu.weight);
  return {
    schema: REPORT_SCHEMA,
    chassis: {
      model: chassis.model,
      release: chassis.release,
      cards: Object.fromEntries(
        chassis.slots.flatMap(({ slot, model }) => (model === null ? [] : [[String(slot), model]])),
      ),
      centralPoint: chassis.centralPoint.spuId,
      regime: chassis.regime,
      distributionMode: chassis.distributionMode,
      tableLength: chassis.tableLength,
      hash: hash.name,
      symmetric: sources.symmetric,
      ordering: sources.ordering.mode,
      orderingConfigured: sources.ordering.configured,
    },
    input: {
      packets: totals.packets,
      bytes: totals.bytes,
      capturedBytes: totals.capturedBytes,
      ipv4: totals.ipv4,
      ipv6: totals.ipv6,
      nonIp: totals.nonIp,
      malformed: totals.malformed,
      fragments: totals.fragments,
      durationNs: clock.nowNs,
      timeBackwards: clock.backwards,
      withoutTimestamp: clock.withoutTimestamp,
      gaps: { count: clock.gapCount, listed: [...clock.gaps] },
      ...(inputError === undefined ? {} : { error: inputError }),
    },
    totals: {
      offered: totals.packets,
      replicated,
      generated,
      delivered: tally.delivered,
      toRe: tally.toRe,
      dropped: tally.dropped,
      remaining,
    },
    drops: tally.drops(),
    npus: npus.map(reportNpu),
    centralPoint: sources.centralPoint === undefined ? null : reportCentralPoint(sources.centralPoint),
    natPools: reportNat(sources.spus),
    faults: sources.faults === undefined ? null : { lost: sources.faults.lost, duplicates: sources.faults.duplicates },
    spus,
    latencyNs: latencyOf(allLatencies(sources.spus)),
    events: sources.events.toSorted((a, b) => (a.atNs ?? Number.MAX_VALUE) - (b.atNs ?? Number.MAX_VALUE)),
    series: sources.series,
    device: sources.chassisState === undefined ? null : reportDevice(sources.chassisState, clock.nowNs),
    evenness: {
      sessions: evenness(
        spus.map((spu) => spu.sessions.created),
        weights,
      ),
      packets: evenness(
        spus.map((spu) => spu.packets),
        weights,
      ),
      bytes: evenness(
        spus.map((spu) => spu.bytes),
        weights,
      ),
    },
    warnings: [...chassis.warnings],
    assumptions: assumptions(sources),
  };
}

function reportNpu(npu: Npu): ReportNpu {
  const { slot, packets, lookups, hits, installs, refusals, withdrawals, agedOut, wings, capacity } = npu;
  return {
    slot,
    packets,
    lookups,
    hits,
    installs,
    refusals,
    withdrawals,
    agedOut,
    wings,
    capacity,
    ipv6: { ...npu.ipv6 },
  };
}

function reportCentralPoint({ lookups, known, installs, refused, table }: CentralPoint): ReportCentralPoint {
  return { lookups, known, installs, refused, sessions: table.size, peak: table.peak, capacity: table.capacity };
}

/** The chassis up to the end of the input. */
function reportDevice({ events, outages, alarms }: ChassisState, untilNs: number): ReportDevice {
  return {
    log: events.filter(({ atNs }) => atNs <= untilNs).map(({ atNs, kind, text }) => ({ atNs, kind, text })),
    outages: outages.map(({ fromNs, untilNs: end, cause }) => ({ fromNs, untilNs: end, cause })),
    alarms: alarms.map(({ severity, text }) => ({ severity, text })),
  };
}

/** Pools of all SPUs together: each has a share of their ports. */
function reportNat(spus: readonly Spu[]): ReportNatPool[] {
  const pools: { -readonly [K in keyof ReportNatPool]: ReportNatPool[K] }[] = [];
  for (const { sourceNat, natGiven, natRefused } of spus) {
    const statistics = sourceNat?.statistics() ?? [];
    for (const [i, { name, addresses, ports, inUse, allocations, failures }] of statistics.entries()) {
      pools[i] ??= { name, addresses, ports: 0, inUse: 0, allocations: 0, failures: 0 };
      const pool = pools[i];
      pool.ports += ports;
      pool.inUse += inUse;
      pool.allocations += allocations + (natGiven[i] ?? 0);
      pool.failures += failures + (natRefused[i] ?? 0);
    }
  }
  return pools;
}

function orderingOf({ ordering, orderMeter }: Spu): ReportOrdering {
  const { held, waitedNs, longestNs, stalls } = ordering;
  const figures = orderMeter?.figures();
  return {
    held,
    meanWaitNs: held === 0 ? 0 : Math.round(waitedNs / held),
    maxWaitNs: longestNs,
    stalls,
    measured:
      figures === undefined
        ? null
        : {
            packets: figures.received,
            reordered: figures.reordered,
            ratio: figures.ratio,
            meanExtent: figures.extent.mean,
            maxExtent: figures.extent.max,
            lostBefore: { ...orderMeter!.lostBefore },
          },
  };
}

/** Share of the time of all threads that was spent on packets, in percent to one decimal. */
function meanPercentOf({ load }: Spu, durationNs: number): number {
  // in whole seconds, as the busiest one is
  const spanNs = load.freeAtNs.length * NS * (Math.floor(durationNs / NS) + 1);
  return Math.min(100, Math.round((1000 * load.busyNs) / spanNs) / 10);
}

function latencyOf(histogram: LatencyHistogram): ReportLatency {
  return {
    p50: histogram.percentile(50),
    p90: histogram.percentile(90),
    p99: histogram.percentile(99),
    p999: histogram.percentile(99.9),
    max: histogram.max,
  };
}

function allLatencies(spus: readonly Spu[]): LatencyHistogram {
  const all = new LatencyHistogram();
  for (const { load } of spus) all.merge(load.latency);
  return all;
}

function reportSpus({ spus, tally, pointers, clock, sessionIdStride }: ReportSources): ReportSpu[] {
  const weightSum = spus.reduce((sum, spu) => sum + spu.spec.weight, 0);
  const created = spus.reduce((sum, spu) => sum + spu.created, 0);
  return spus.map((spu, position) => {
    const { spec, table } = spu;
    const drops = tally.drops(position);
    const delivered = tally.deliveredBySpu[position];
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
        peak: table?.peak ?? 0,
        capacity: spec.maxSessions,
      },
      pointers: pointers?.[position].table.size ?? 0,
      aggressivePeriods: spu.aggressivePeriods,
      sessionShare: created === 0 ? 0 : spu.created / created,
      cpu: { meanPercent: meanPercentOf(spu, clock.nowNs), peakPercent: spu.load.peakPercent },
      latencyNs: latencyOf(spu.load.latency),
      ordering: orderingOf(spu),
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

/** Figures of the chassis and of the path that rest on nothing published. */
function assumptions(sources: ReportSources): ReportAssumption[] {
  const { chassis, chassisState, hash, values, symmetric, configuration, spus, speeds } = sources;
  const parameters = (Object.keys(PARAMETERS) as (keyof ParameterValues)[])
    .filter((name) => PARAMETERS[name].mark === 'A' || values[name] !== PARAMETERS[name].value)
    .map((name) => {
      const { unit, mark, meaning } = PARAMETERS[name];
      return { parameter: name, value: values[name], unit, mark, why: meaning };
    });
  return [
    {
      parameter: 'hash',
      value: hash.name,
      mark: 'A',
      why: 'the vendor publishes no session distribution hash function',
    },
    symmetric
      ? {
          parameter: 'symmetric',
          value: 'on',
          mark: 'I',
          why: 'both wings of a session live on one SPU, so both hash alike',
        }
      : { parameter: 'symmetric', value: 'off', mark: 'A', why: 'nothing says that both directions hash alike' },
    ...(configuration?.flow.synCheck
      ? []
      : [{ parameter: 'synCheck', value: 'off', mark: 'A', why: 'a capture may begin inside TCP sessions' } as const]),
    ...(configuration?.forwarding.inet6 === 'drop'
      ? []
      : [
          {
            parameter: 'inet6',
            value: 'flow based',
            mark: 'A',
            why: 'a device without configuration drops IPv6',
          } as const,
        ]),
    ...speedAssumptions(spus, speeds),
    ...[...chassis.assumptions, ...(chassisState?.assumptions ?? [])].map((each) => ({ ...each, mark: 'A' as const })),
    ...parameters,
  ];
}

/** What work costs the SPUs that there are. */
function speedAssumptions(spus: readonly Spu[], speeds: Readonly<Record<SpcType, SpuSpeed>>): ReportAssumption[] {
  const cards = [...new Set(spus.map(({ spec }) => spec.card))].sort();
  return cards.flatMap((card) =>
    Object.entries(speeds[card]).map(([name, value]) => ({
      parameter: `${name}.${card}`,
      value: value as number,
      ...(name === 'threads' ? {} : { unit: 'ns' }),
      mark: 'A' as const,
      why: 'what an SPU can do is not published',
    })),
  );
}
