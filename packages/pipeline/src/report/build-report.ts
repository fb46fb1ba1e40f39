import type { ChassisState, ResolvedChassis, SpcType } from '@midplane/chassis';
import type { FlowHash } from '@midplane/hash';
import { evenness } from '@midplane/weights';
import type { CentralPoint } from '../central-point/central-point.ts';
import type { PointerTable } from '../central-point/pointer-table.ts';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Egress } from '../egress/egress.ts';
import type { ResolvedEgress } from '../egress/egress-options.ts';
import type { Faults } from '../engine/faults.ts';
import type { EventResult } from '../events/pipeline-event.ts';
import type { Clock } from '../ingress/clock.ts';
import type { InputTotals } from '../ingress/input-totals.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import type { TimeSeries } from '../series/time-series.ts';
import type { Spu } from '../spu/spu.ts';
import type { OrderingState } from '../spu/spu-ordering.ts';
import type { SpuSpeed } from '../spu/spu-speed.ts';
import type { Tally } from '../tally.ts';
import {
  REPORT_SCHEMA,
  type Report,
  type ReportCentralPoint,
  type ReportDevice,
  type ReportInput,
  type ReportNatPool,
  type ReportNpu,
} from './report.ts';
import { reportAssumptions } from './report-assumptions.ts';
import { egressWarnings, reportEgress } from './report-egress.ts';
import { lostCardWarnings } from './report-lost-cards.ts';
import { reportOrder } from './report-order.ts';
import { latencyOf, mergedLatencies, reportSpus } from './report-spus.ts';

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
  readonly warnings: Report['warnings'];
  readonly faults: Faults | undefined;
  readonly events: readonly EventResult[];
  readonly series: TimeSeries;
  readonly sessionIdStride: number;
  readonly chassisState: ChassisState | undefined;
  readonly speeds: Readonly<Record<SpcType, SpuSpeed>>;
  readonly ordering: OrderingState;
  readonly pointers: readonly PointerTable[] | undefined;
  readonly egress: Egress | undefined;
  readonly egressOptions: ResolvedEgress;
  readonly inputError: string | undefined;
}

/** Builds the report and asserts that no packet is unaccounted for. */
export function buildReport(sources: ReportSources): Report {
  const { chassis, hash, clock, totals, tally, npus, inputError } = sources;
  const order = reportOrder(sources);
  const spus = reportSpus(sources);
  const { generated, replicated } = tally;
  const remaining = totals.packets + generated + replicated - tally.delivered - tally.toRe - tally.dropped;
  if (remaining !== 0)
    throw new Error(`Cannot build report: every packet must be accounted for: got ${remaining} lost`);
  const weights = spus.map((spu) => spu.weight);
  const drops = tally.drops();
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
    input: reportInput(totals, clock, inputError),
    totals: {
      offered: totals.packets,
      replicated,
      generated,
      delivered: tally.delivered,
      toRe: tally.toRe,
      dropped: tally.dropped,
      remaining,
    },
    drops,
    npus: npus.map(reportNpu),
    centralPoint: sources.centralPoint === undefined ? null : reportCentralPoint(sources.centralPoint),
    natPools: reportNat(sources.spus),
    faults: sources.faults === undefined ? null : { lost: sources.faults.lost, duplicates: sources.faults.duplicates },
    spus,
    egress: sources.egress === undefined ? null : reportEgress(sources.egress, sources.ordering.measure),
    order,
    latencyNs: latencyOf(mergedLatencies(sources.spus)),
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
    warnings: [
      ...chassis.warnings,
      ...egressWarnings(sources.egress, drops),
      ...lostCardWarnings(sources.chassisState, sources.configuration),
      ...sources.warnings,
    ],
    assumptions: reportAssumptions(sources),
  };
}

/** What came in, and why it ended early, if it did. */
export function reportInput(totals: InputTotals, clock: Clock, inputError: string | undefined): ReportInput {
  return {
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
  const { size: sessions, peak, capacity } = table;
  const alarm = refused > 0 ? { alarm: { severity: 'minor', text: 'CP/Flow session table full' } } : {};
  return { lookups, known, installs, refused, sessions, peak, capacity, ...alarm };
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
  for (const { sourceNat, natPast } of spus) {
    const statistics = sourceNat?.statistics() ?? [];
    for (const [i, { name, addresses, ports, inUse, allocations, failures }] of statistics.entries()) {
      pools[i] ??= { name, addresses, ports: 0, inUse: 0, allocations: 0, failures: 0 };
      const pool = pools[i];
      pool.ports += ports;
      pool.inUse += inUse;
      pool.allocations += allocations;
      pool.failures += failures;
    }
    for (const [name, { given, refused }] of natPast) {
      let pool = pools.find((each) => each.name === name);
      if (pool === undefined) {
        // a commit took it away
        pool = { name, addresses: 0, ports: 0, inUse: 0, allocations: 0, failures: 0 };
        pools.push(pool);
      }
      pool.allocations += given;
      pool.failures += refused;
    }
  }
  return pools;
}
