import type { ResolvedChassis } from '@midplane/chassis';
import {
  type DeviceView,
  deviceViewOf,
  type OrderingMode,
  type SessionView,
  type SpuFigures,
  type WingView,
} from '@midplane/junos';
import type {
  PipelineSession,
  PipelineWing,
  Report,
  ReportSpu,
  SessionCounts,
  SessionReader,
} from '@midplane/pipeline';

/** What a device view is filled from. */
export interface DeviceSources {
  /** The chassis that the path was made of. */
  readonly chassis: ResolvedChassis;
  /** Report of the run. */
  readonly report: Report;
  /** The path; its sessions are read when the view is rendered. */
  readonly sessions: SessionReader;
  /** Moment to look at, ns of simulated time; default and earliest: that of the last packet. */
  readonly atNs?: number;
}

/**
 * Returns what operational commands show of a chassis after a run.
 *
 * Sessions are no copies: they are read from the path whenever the view is rendered, one by one.
 *
 * Fidelity: assumed. `inet6` is flow based, as in every run; CPU is the mean of the run. Memory and rates are
 * not modelled and 0; an interface that the run does not know is shown as `N/A`.
 *
 * @param sources The chassis, its path and its report.
 * @returns A new view.
 * @throws {RangeError} If the moment lies before that of the last packet.
 * @example
 * ```ts
 * import { deviceViewOfRun } from '@midplane/scenario';
 * import { resolveChassis } from '@midplane/chassis';
 * import { show } from '@midplane/junos';
 * import { packet, recordsOf } from '@midplane/packet';
 * import { createPipeline } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const chassis = resolveChassis({ cards: '0=SPC2,1=IOC2' });
 * const pipeline = createPipeline({ chassis });
 * const query = packet().ethernet().ipv4({ source: '192.0.2.1', destination: '198.51.100.2' });
 * pipeline.offer(recordsOf([query.udp({ sourcePort: 1234, destinationPort: 53 }).build()]));
 * const device = deviceViewOfRun({ chassis, report: pipeline.finish(), sessions: pipeline });
 * assert.match(show(device, 'show security flow session'), /In: 192\.0\.2\.1\/1234 --> 198\.51\.100\.2\/53;udp/);
 * ```
 */
export function deviceViewOfRun({ chassis, report, sessions, atNs }: DeviceSources): DeviceView {
  const nowNs = atNs ?? report.input.durationNs;
  const counts = new Map(sessions.sessionCounts({ atNs: nowNs }).map((each) => [each.spuId, each]));
  const reports = new Map(report.spus.map((each) => [each.spuId, each]));
  return deviceViewOf(chassis, {
    nowNs,
    flowStatus: {
      forwarding: { inet: 'flow based', inet6: 'flow based', mpls: 'drop', iso: 'drop' },
      tracing: false,
      distribution: chassis.distributionMode,
      ordering: { running: wordOf(report.chassis.ordering), configured: wordOf(report.chassis.orderingConfigured) },
    },
    spu: ({ spuId }) => ({
      ...figuresOf(reports.get(spuId)!, counts.get(spuId)!),
      sessions: {
        *[Symbol.iterator]() {
          for (const session of sessions.sessions({ spuId, atNs: nowNs })) yield sessionViewOf(session, nowNs);
        },
      },
    }),
  });
}

/** The mode of a device, which always has one. */
function wordOf(mode: Report['chassis']['ordering']): OrderingMode {
  return mode === 'software' ? 'software' : 'hardware';
}

function figuresOf(
  { cpu, sessions, delivered, drops, paths }: ReportSpu,
  { valid, pending, invalidated, multicast, ipv4, ipv6 }: SessionCounts,
): Partial<SpuFigures> {
  const inUse = { valid, pending, invalidated, other: 0, ipv4, ipv6 };
  return {
    cpuPercent: Math.round(cpu.meanPercent),
    flow: { ...inUse, unicast: valid - multicast, multicast, failed: sessions.failed, maximum: sessions.capacity },
    // every session is a record of the central point of its SPU
    cp: inUse,
    packets: {
      forwarded: delivered,
      dropped: drops.reduce((sum, drop) => sum + drop.packets, 0),
      fragments: paths.fragment,
    },
  };
}

/**
 * Returns a session of a path as operational commands show it.
 *
 * @param session A session of `Pipeline.sessions`.
 * @param nowNs The moment at which it was read, ns of simulated time.
 * @returns A new view.
 * @example
 * ```ts
 * import { sessionViewOf } from '@midplane/scenario';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import { createPipeline } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const pipeline = createPipeline({ chassis: resolveChassis() });
 * pipeline.offer(recordsOf([packet().ethernet().ipv4().udp({ destinationPort: 53 }).build()]));
 * const [view] = [...pipeline.sessions()].map((session) => sessionViewOf(session, 0));
 * assert.deepEqual([view.in.destinationPort, view.in.packets, view.policy?.name], [53, 1, 'default-permit']);
 * ```
 */
export function sessionViewOf(session: PipelineSession, nowNs: number): SessionView {
  const { sessionId, policy, state, timeoutSeconds, remainingSeconds, startSeconds = 0 } = session;
  return {
    sessionId,
    policy,
    state,
    timeoutSeconds,
    remainingSeconds,
    application: null,
    natSourcePool: null,
    startSeconds,
    durationSeconds: Math.floor(nowNs / 1e9) - startSeconds,
    clusterState: null,
    in: wingViewOf(session.in),
    out: session.out === undefined ? null : wingViewOf(session.out),
  };
}

function wingViewOf(wing: PipelineWing): WingView {
  const { source, sourcePort, destination, destinationPort, protocol, packets, bytes, cpSessionId } = wing;
  const name = wing.interface ?? 'N/A';
  return { source, sourcePort, destination, destinationPort, protocol, interface: name, packets, bytes, cpSessionId };
}
