import { CaptureError } from '@midplane/capture';
import type { ChassisState, ResolvedChassis } from '@midplane/chassis';
import { createPipeline, type EventResult, type Pipeline, type PipelineEvent } from '@midplane/pipeline';
import { rowsOf } from '../_rows-of.ts';
import {
  type PacketRecords,
  pipelineOptionsOf,
  readScenarioTraffic,
  type ScenarioTrafficOptions,
} from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { newChassisState } from './_play-to-end.ts';
import { finishedState, NO_WORK, type RunState } from './_run-state.ts';
import { SpuWatches } from './_spu-watches.ts';

const NS = 1_000_000_000;

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
  private readonly watches: SpuWatches;
  private readonly batches: AsyncGenerator<PacketRecords, void, undefined>;
  private batch: PacketRecords | null = null;
  /** Next row of the batch. */
  private row = 0;
  private startSeconds = 0;
  private startNs = -1;
  /** Time of the packet before, and the second that is not over. */
  private lastNs = 0;
  private second = 0;
  private ended: RunState | null = null;
  private moving = false;

  constructor(scenario: Scenario, speed: number, options: ScenarioTrafficOptions) {
    const made = pipelineOptionsOf(scenario);
    this.chassis = made.chassis;
    this.chassisState = made.chassisState ?? newChassisState(scenario);
    this.pipeline = createPipeline({ ...made, chassisState: this.chassisState, isLive: true });
    this.watches = new SpuWatches(this.pipeline);
    this.batches = readScenarioTraffic(scenario, options);
    this.speed = speed;
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

  /** Does something to the device now. */
  perform(event: Omit<PipelineEvent, 'atNs' | 'afterPackets'>): EventResult {
    return this.pipeline.perform(event, Math.max(this.nowNs, this.lastNs));
  }

  /** Ends it: the device is what it is now. */
  stop(): void {
    if (this.isDone) return;
    this.isDone = true;
    const report = this.pipeline.finish(this.problem ?? undefined);
    this.ended = finishedState(this.inForce, report, this.pipeline);
    this.nowNs = Math.max(this.nowNs, this.ended.nowNs);
    this.batches.return(undefined).catch(() => {});
  }

  /** The run as it is now. */
  get state(): RunState {
    const { pipeline, ended, nowNs, watches, inForce } = this;
    if (ended !== null) return ended;
    const activity = new Map(pipeline.spuActivity().map((each) => [each.spuId, each]));
    const latest = (atNs: number | undefined): number => Math.max(atNs ?? 0, this.nowNs);
    return {
      chassis: inForce,
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
        const now = activity.get(spuId);
        if (now === undefined) return NO_WORK;
        const { failed, delivered, dropped, fragments, pointers } = now;
        return { failed, forwarded: delivered, dropped, fragments, pointers, ...watches.historyOf(spuId) };
      },
      createdPerSecond: watches.createdPerSecond,
      centralPointSessions: pipeline.centralPointSessions,
      fullSinceNs: watches.fullSinceNs,
    };
  }

  /** What carries traffic; while the chassis boots, what it started with. */
  private get inForce(): ResolvedChassis {
    return this.chassisState.inForce ?? this.chassis;
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
        if (timeNs > untilNs || Math.floor(timeNs / NS) > this.second) break;
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
    return Math.max(this.lastNs, (seconds[row] - this.startSeconds) * NS + ns - this.startNs);
  }

  /** Time is later: what was done in the seconds that are over is written down. */
  private passTo(nowNs: number): void {
    this.nowNs = Math.max(this.nowNs, nowNs);
    const second = Math.floor(this.nowNs / NS);
    if (second > this.second) {
      this.pipeline.advance(second * NS);
      this.watches.note(this.second, second, this.inForce);
      this.second = second;
    }
    this.pipeline.advance(this.nowNs);
  }
}
