import type { SpcType } from '@midplane/chassis';
import type { Report, ReportSpu } from '@midplane/pipeline';
import { type WorkOptions, workOf } from './_work.ts';
import { type Measured, noPeak } from './measure.ts';

/** What can be full: session tables, the time of the flow threads, new sessions a second, the global session table. */
export type LimitName = 'sessions' | 'cpu' | 'session-rate' | 'central-point';

/** How far one limit of one SPU is. */
export interface Limit {
  readonly limit: LimitName;
  /** The SPU; that of the central point for its table. */
  readonly spuId: number;
  readonly name: string;
  /** What the traffic takes: sessions, percent, sessions per second. */
  readonly used: number;
  /** What there is. */
  readonly capacity: number;
  /** How many times the traffic fits; `null` where it takes nothing of it. */
  readonly factor: number | null;
  /** Whether something was refused or dropped because of it: the factor is an upper bound then, 1 at most. */
  readonly reached: boolean;
}

/** How far a chassis is from its limits with a traffic. */
export interface Headroom {
  /** The limit that is reached first as the traffic grows; `null` where the traffic takes nothing. */
  readonly first: Limit | null;
  /** For each limit the SPU that reaches it first, ties to the lower SPU ID. */
  readonly limits: readonly Limit[];
}

/** What headroom is reckoned with: what the run was made with, too. */
export interface HeadroomOptions extends WorkOptions {
  /** CPU that counts as full, percent; default 100. */
  readonly cpuTargetPercent?: number;
}

/**
 * Reckons how many times the traffic of a run fits into its chassis.
 *
 * It is linear in what was measured: twice the sessions at a time halve the factor of the session table, twice the rate
 * that of the CPU. What does not grow so (one session that becomes twice as large stays on its SPU; table rows are whole)
 * is in the run, not in the factor: to be sure, run the traffic that you expect.
 *
 * Fidelity: assumed. Linearity, and every figure about CPU; session capacities carry the marks of their cards.
 */
export function headroomOf({ report, peaks }: Measured, options: HeadroomOptions = {}): Headroom {
  const { cpuTargetPercent = 100 } = options;
  const work = workOf(options);
  const found: Limit[] = [];
  const add = (limits: readonly (Limit | undefined)[]): void => {
    const first = limits.reduce(tighter, undefined);
    if (first !== undefined) found.push(first);
  };
  const spus = report.spus.map((spu) => ({ spu, peak: peaks.get(spu.spuId) ?? noPeak() }));
  const flow = spus.filter(({ spu }) => spu.sessions.capacity > 0);
  add(
    flow.map(({ spu }) => limitOf('sessions', spu, spu.sessions.peak, spu.sessions.capacity, spu.sessions.failed > 0)),
  );
  add(
    spus.map(({ spu, peak }) => {
      const used = Math.min(100, peak.busiestPercent);
      const isReached = used >= 100 || spu.cpu.peakPercent >= 100 || hasDropped(spu, 'spu-queue-full');
      return limitOf('cpu', spu, used, cpuTargetPercent, isReached);
    }),
  );
  add(
    flow.map(({ spu, peak }) => {
      const { sessionsPerSecond } = work[spu.card as SpcType];
      return limitOf('session-rate', spu, peak.sessionsPerSecond, sessionsPerSecond, false);
    }),
  );
  const { centralPoint, chassis } = report;
  const central = report.spus.find(({ spuId }) => spuId === chassis.centralPoint);
  if (centralPoint !== null && central !== undefined) {
    add([limitOf('central-point', central, centralPoint.peak, centralPoint.capacity, centralPoint.refused > 0)]);
  }
  const first = found.reduce(tighter, undefined);
  return { first: first === undefined || first.factor === null ? null : first, limits: found };
}

function hasDropped({ drops }: ReportSpu | Report, reason: string): boolean {
  return drops.some((drop) => drop.reason === reason && drop.packets > 0);
}

function limitOf(
  limit: LimitName,
  { spuId, name }: ReportSpu,
  used: number,
  capacity: number,
  isReached: boolean,
): Limit {
  const factor = used === 0 ? null : rounded(capacity / used);
  const reached = isReached || (factor !== null && factor < 1);
  return {
    limit,
    spuId,
    name,
    used: rounded(used),
    capacity,
    factor: reached ? Math.min(1, factor ?? 1) : factor,
    reached,
  };
}

/** The one with less room; ties to the earlier. */
function tighter(best: Limit | undefined, limit: Limit | undefined): Limit | undefined {
  if (best === undefined || limit === undefined) return best ?? limit;
  if (limit.factor === null) return best;
  return best.factor === null || limit.factor < best.factor ? limit : best;
}

/** To a millionth: more is not in the figures. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
