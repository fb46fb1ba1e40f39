import { CaptureError } from '@midplane/capture';
import { ChassisState, type ResolvedChassis } from '@midplane/chassis';
import { createPipeline, type Pipeline } from '@midplane/pipeline';
import { rowsOf } from '../_rows-of.ts';
import { type Work, workOf } from '../compare/_work.ts';
import {
  type PacketRecords,
  pipelineOptionsOf,
  readScenarioTraffic,
  type ScenarioTrafficOptions,
} from '../run-scenario.ts';
import { chassisStateOptionsOf, type Scenario } from '../scenario.ts';
import { finishedState, NO_WORK, type RunState } from './_run-state.ts';

const SECONDS = 60;
const AVERAGE_SECONDS = 96;

/** What an SPU did second by second, newest first, and its counters when the second began. */
interface SpuWatch {
  /** What packets cost it; a card that is inserted later has none. */
  readonly work: Work | undefined;
  readonly cpu: number[];
  readonly created: number[];
  firstPath: number;
  fastPath: number;
  sessions: number;
}

/** A scenario that is played while somebody watches: packets are offered as their time comes. */
export class Playback {
  readonly chassisState: ChassisState;
  readonly speed: number;
  /** Simulated time, nanoseconds since the first packet. */
  nowNs = 0;
  /** Whether all packets were offered, or it was stopped. */
  isDone = false;
  /** Why the input ended early. */
  problem: string | null = null;
  private readonly chassis: ResolvedChassis;
  private readonly pipeline: Pipeline;
  private readonly batches: AsyncGenerator<PacketRecords, void, undefined>;
  private batch: PacketRecords | null = null;
  /** Next row of the batch. */
  private row = 0;
  private startSeconds = 0;
  private startNs = -1;
  /** Time of the packet before, and the second that is not over. */
  private lastNs = 0;
  private second = 0;
  private readonly watches = new Map<number, SpuWatch>();
  private ended: RunState | null = null;
  private moving = false;

  constructor(scenario: Scenario, speed: number, options: ScenarioTrafficOptions) {
    const made = pipelineOptionsOf(scenario);
    this.chassis = made.chassis;
    this.chassisState = made.chassisState ?? new ChassisState(chassisStateOptionsOf(scenario.chassis));
    this.pipeline = createPipeline(made);
    this.batches = readScenarioTraffic(scenario, options);
    this.speed = speed;
    const works = workOf(made);
    for (const { spuId } of this.pipeline.spuCounts()) {
      const spu = this.chassis.spus.find((each) => each.spuId === spuId);
      this.watches.set(spuId, {
        work: spu && works[spu.card],
        cpu: [],
        created: [],
        firstPath: 0,
        fastPath: 0,
        sessions: 0,
      });
    }
  }

  /** Packets so far. */
  get packets(): number {
    return this.pipeline.offered;
  }

  /** Lets time pass up to a moment of simulated time. One call at a time; others meanwhile do nothing. */
  async advance(untilNs: number): Promise<void> {
    if (this.moving || this.isDone) return;
    this.moving = true;
    try {
      while (!this.isDone) {
        if (this.batch === null) await this.fetch();
        if (this.batch === null || !this.offerUntil(this.batch, untilNs)) break;
      }
      if (!this.isDone) this.passTo(untilNs);
    } finally {
      this.moving = false;
    }
  }

  /** Ends it: the device is what it is now. */
  stop(): void {
    if (this.isDone) return;
    this.isDone = true;
    const report = this.pipeline.finish(this.problem ?? undefined);
    this.ended = finishedState(this.chassis, report, this.pipeline);
    this.nowNs = Math.max(this.nowNs, this.ended.nowNs);
    this.batches.return(undefined).catch(() => {});
  }

  /** The run as it is now. */
  get state(): RunState {
    const { chassis, pipeline, ended, nowNs, watches } = this;
    if (ended !== null) return ended;
    const counts = new Map(pipeline.spuCounts().map((each) => [each.spuId, each]));
    let created = 0;
    for (const watch of watches.values()) for (const value of watch.created) created += value;
    const latest = (atNs: number | undefined): number => Math.max(atNs ?? 0, this.nowNs);
    return {
      chassis,
      nowNs,
      sessions: {
        sessions: (query = {}) => ({
          // a page may be read while packets go on to be offered: what is shown of an SPU is of one moment
          *[Symbol.iterator]() {
            yield* [...pipeline.sessions({ ...query, atNs: latest(query.atNs) })];
          },
        }),
        sessionCounts: (query = {}) => pipeline.sessionCounts({ ...query, atNs: latest(query.atNs) }),
      },
      workOf(spuId) {
        const watch = watches.get(spuId);
        if (watch === undefined) return NO_WORK;
        const createdHistory = watch.created.slice(0, SECONDS);
        return { ...NO_WORK, forwarded: counts.get(spuId)?.packets ?? 0, cpuHistory: watch.cpu, createdHistory };
      },
      createdPerSecond: Math.round(created / AVERAGE_SECONDS),
      centralPointSessions: chassis.centralPoint.distributed ? null : 0,
      fullSinceNs: null,
    };
  }

  /** Asks for the next batch; the end of the input, or its fault, ends it. */
  private async fetch(): Promise<void> {
    try {
      const next = await this.batches.next();
      if (this.isDone) return;
      if (next.done) this.stop();
      else {
        this.batch = next.value;
        this.row = 0;
      }
    } catch (error) {
      if (!(error instanceof CaptureError) || this.packets === 0) throw error;
      this.problem = error.message;
      this.stop();
    }
  }

  /** Offers the rows whose time has come; whether the batch was used up. */
  private offerUntil(batch: PacketRecords, untilNs: number): boolean {
    const { count } = batch;
    while (this.row < count) {
      const from = this.row;
      let to = from;
      for (; to < count; to++) {
        const timeNs = this.timeOf(batch, to);
        if (timeNs > untilNs || Math.floor(timeNs / 1e9) > this.second) break;
        this.lastNs = timeNs;
      }
      if (to > from) this.pipeline.offer(rowsOf(batch, from, to));
      this.row = to;
      if (to === count) break;
      const timeNs = this.timeOf(batch, to);
      if (timeNs > untilNs) return false;
      this.passTo(timeNs);
    }
    this.batch = null;
    return true;
  }

  /** Time of a row: never before that of the row before. */
  private timeOf({ seconds, nanoseconds }: PacketRecords, row: number): number {
    const ns = nanoseconds[row];
    if (ns < 0) return this.lastNs;
    if (this.startNs < 0) {
      this.startSeconds = seconds[row];
      this.startNs = ns;
    }
    return Math.max(this.lastNs, (seconds[row] - this.startSeconds) * 1e9 + ns - this.startNs);
  }

  /** Time is later: seconds that are over are written down. */
  private passTo(nowNs: number): void {
    this.nowNs = Math.max(this.nowNs, nowNs);
    const second = Math.floor(this.nowNs / 1e9);
    if (second === this.second) return;
    for (const { spuId, firstPath, fastPath, sessions } of this.pipeline.spuCounts()) {
      const watch = this.watches.get(spuId)!;
      const { work, cpu, created } = watch;
      const workNs =
        work === undefined
          ? 0
          : (firstPath - watch.firstPath) * work.firstPathNs + (fastPath - watch.fastPath) * work.fastPathNs;
      const percent = work === undefined ? 0 : Math.min(100, Math.round(workNs / (work.threads * 1e7)));
      // what was counted since belongs to the second that began then, the others had nothing
      const quiet = Array<number>(Math.min(AVERAGE_SECONDS, second - this.second - 1)).fill(0);
      cpu.unshift(...quiet, percent);
      created.unshift(...quiet, sessions.created - watch.sessions);
      cpu.length = Math.min(cpu.length, SECONDS);
      created.length = Math.min(created.length, AVERAGE_SECONDS);
      Object.assign(watch, { firstPath, fastPath, sessions: sessions.created });
    }
    this.second = second;
    this.chassisState.advance(Math.max(this.chassisState.nowNs, this.nowNs));
  }
}
