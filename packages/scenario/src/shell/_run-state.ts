import type { ResolvedChassis } from '@midplane/chassis';
import type { Report, SessionReader } from '@midplane/pipeline';

/** What an SPU has done so far. */
export interface SpuWork {
  readonly failed: number;
  readonly forwarded: number;
  readonly dropped: number;
  readonly fragments: number;
  /** Pointers to sessions of other SPUs. */
  readonly pointers: number;
  /** Last 60 seconds, newest first. */
  readonly cpuHistory: readonly number[];
  readonly createdHistory: readonly number[];
}

/** A run at one moment, finished or not. */
export interface RunState {
  readonly chassis: ResolvedChassis;
  readonly sessions: SessionReader;
  readonly nowNs: number;
  workOf(spuId: number): SpuWork;
  /** Sessions created per second, average of the last 96 seconds. */
  readonly createdPerSecond: number;
  /** Records of the central point, where it is one. */
  readonly centralPointSessions: number | null;
  /** SPUs that were full, and since when. */
  readonly fullSinceNs: number | null;
}

/** What an SPU without packets has done. */
export const NO_WORK: SpuWork = {
  failed: 0,
  forwarded: 0,
  dropped: 0,
  fragments: 0,
  pointers: 0,
  cpuHistory: [],
  createdHistory: [],
};

/** Nothing happened on a chassis yet, or everything was lost. */
export function idleState(chassis: ResolvedChassis, nowNs: number): RunState {
  const work: SpuWork = NO_WORK;
  const none = { valid: 0, pending: 0, invalidated: 0, multicast: 0, ipv4: 0, ipv6: 0 };
  return {
    chassis,
    nowNs,
    sessions: {
      sessions: () => [],
      sessionCounts: () => chassis.spus.map(({ spuId }) => ({ spuId, ...none })),
    },
    workOf: () => work,
    createdPerSecond: 0,
    centralPointSessions: chassis.centralPoint.distributed ? null : 0,
    fullSinceNs: null,
  };
}

const SECONDS = 60;
const AVERAGE_SECONDS = 96;

/** The end of a run. A row of the series that stands for several seconds counts as all of them, in equal parts. */
export function finishedState(chassis: ResolvedChassis, report: Report, sessions: SessionReader): RunState {
  const { series } = report;
  const nowNs = report.input.durationNs;
  const nowSecond = Math.floor(nowNs / 1e9);
  /** Row of a second, -1 where nothing came. */
  const rowOf = (second: number): number =>
    series.seconds.findLastIndex((begin) => begin <= second && second < begin + series.stepS);
  const lastSeconds = (column: readonly number[], count: number, isShared: boolean): number[] => {
    const values: number[] = [];
    for (let second = nowSecond; second > nowSecond - count && second >= 0; second--) {
      const row = rowOf(second);
      values.push(row < 0 ? 0 : isShared ? Math.round(column[row] / series.stepS) : Math.round(column[row]));
    }
    return values;
  };
  let created = 0;
  for (const spu of series.spus) {
    for (const value of lastSeconds(spu.created, AVERAGE_SECONDS, true)) created += value;
  }
  return {
    chassis,
    nowNs,
    sessions,
    workOf(spuId) {
      const spu = report.spus.find((each) => each.spuId === spuId);
      const over = series.spus.find((each) => each.spuId === spuId);
      return {
        failed: spu?.sessions.failed ?? 0,
        forwarded: spu?.delivered ?? 0,
        dropped: spu?.drops.reduce((sum, { packets }) => sum + packets, 0) ?? 0,
        fragments: spu?.paths.fragment ?? 0,
        pointers: spu?.pointers ?? 0,
        cpuHistory: over === undefined ? [] : lastSeconds(over.cpuPercent, SECONDS, false),
        createdHistory: over === undefined ? [] : lastSeconds(over.created, SECONDS, true),
      };
    },
    createdPerSecond: Math.round(created / AVERAGE_SECONDS),
    centralPointSessions: report.centralPoint?.sessions ?? null,
    fullSinceNs: fullSince(report),
  };
}

/** When the first table that is full at the end became so. */
function fullSince({ spus, series, centralPoint }: Report): number | null {
  const full = spus.filter(({ sessions }) => sessions.capacity > 0 && sessions.current >= sessions.capacity);
  const since = full.map(({ spuId, sessions }) => {
    const over = series.spus.find((each) => each.spuId === spuId);
    const row = over?.sessions.findIndex((count) => count >= sessions.capacity) ?? -1;
    return row < 0 ? 0 : series.seconds[row] * 1e9;
  });
  if (centralPoint !== null && centralPoint.sessions >= centralPoint.capacity) since.push(0);
  return since.length === 0 ? null : Math.min(...since);
}
