import { sessionIdOf } from '@midplane/spu-id';
import type { ChassisControl } from '../control/chassis-control.ts';
import type { ConfigurationControl } from '../control/configuration-control.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { ParameterName } from '../parameters.ts';
import type { PathBatch } from '../path-batch.ts';
import type { Spu } from '../spu/spu.ts';
import type { OrderingState } from '../spu/spu-ordering.ts';
import type { SpuStage } from '../spu/spu-stage.ts';
import type { PipelineCommit } from './commit.ts';
import { type EventResult, nameOfEvent, type PipelineEvent } from './pipeline-event.ts';

/** What events work on. */
export interface EventRunnerOptions {
  readonly events: readonly PipelineEvent[];
  readonly timeline: Timeline;
  readonly spus: readonly Spu[];
  readonly spuStage: SpuStage;
  readonly ordering: OrderingState;
  /** Parameters; read whenever they are needed, so that an event can set them. */
  readonly values: { -readonly [K in ParameterName]: number };
  /** The chassis; undefined = nothing can be done to it. */
  readonly control: ChassisControl | undefined;
  /** The configuration; undefined = it stays as it is. */
  readonly configuration: ConfigurationControl | undefined;
  readonly sessionIdStride: number;
}

/** What came of an event. */
type Outcome = Pick<EventResult, 'result' | 'sessionsEnded'>;

/** The events of a run: plans them, carries them out when their time has come, and keeps what came of them. */
export class EventRunner {
  /** What came of each event, in the order given. */
  readonly results: EventResult[];
  private readonly options: EventRunnerOptions;

  constructor(options: EventRunnerOptions) {
    const { events, timeline } = options;
    this.options = options;
    this.results = events.map((event) => ({
      atNs: event.atNs ?? null,
      event: nameOfEvent(event),
      result: 'not reached: the input ended before',
      sessionsEnded: 0,
    }));
    for (const [command, { atNs }] of events.entries()) if (atNs !== undefined) timeline.schedule(atNs, command);
  }

  /**
   * Plans the events that come before the packet of a row. All rows before it are decided: some may be of its very time.
   *
   * @returns The next row that events come before; behind the last one if there is none.
   */
  plan({ firstPacket, count, nowNs }: PathBatch, row: number): number {
    const { events, timeline, values } = this.options;
    let next = count;
    for (const [command, { afterPackets }] of events.entries()) {
      if (afterPackets === undefined) continue;
      const before = afterPackets + 1 - firstPacket;
      // at the SPUs packets before it are still to arrive when it is at its NPU
      if (before === row) timeline.schedule(nowNs[row] + values.npuToSpuDelayNs, command);
      else if (before > row && before < next) next = before;
    }
    return next;
  }

  /** Carries an event out that was planned. */
  run(command: number, nowNs: number): void {
    const outcome = this.carryOut(this.options.events[command], nowNs);
    this.results[command] = { ...this.results[command], atNs: nowNs, ...outcome };
  }

  /** Carries an event out that nobody has planned. */
  perform(event: PipelineEvent, nowNs: number): EventResult {
    const result = { atNs: nowNs, event: nameOfEvent(event), ...this.carryOut(event, nowNs) };
    this.results.push(result);
    return result;
  }

  private carryOut({ clearSessions, chassis, ordering, set, commit }: PipelineEvent, nowNs: number): Outcome {
    if (clearSessions !== undefined) return { result: 'done', sessionsEnded: this.clear(clearSessions, nowNs) };
    if (commit !== undefined) return this.commit(commit, nowNs);
    if (ordering !== undefined) return this.commit({ name: '', ordering }, nowNs);
    if (chassis === undefined) return this.commit({ name: '', parameters: set! }, nowNs);
    const { spus } = this.options;
    const before = lostOf(spus);
    const result = this.command(nowNs, chassis);
    return { result, sessionsEnded: lostOf(spus) - before };
  }

  private clear({ spuId, sessionIds }: NonNullable<PipelineEvent['clearSessions']>, nowNs: number): number {
    const { spus, spuStage, sessionIdStride } = this.options;
    const wanted = sessionIds && new Set(sessionIds.map(Number));
    let cleared = 0;
    for (const [position, { spec }] of spus.entries()) {
      if (spuId !== undefined && spuId !== spec.spuId) continue;
      const isWanted =
        wanted && ((session: number) => wanted.has(Number(sessionIdOf(spec.spuId, session, sessionIdStride))));
      cleared += spuStage.clear(position, nowNs, isWanted);
    }
    return cleared;
  }

  /** Some of a commit counts at once, some after the next reboot. */
  private commit(
    { configuration, parameters, ordering: mode, distributionMode }: PipelineCommit,
    nowNs: number,
  ): Outcome {
    const { ordering, values, control, configuration: told } = this.options;
    Object.assign(values, parameters);
    const waits: string[] = [];
    let refusal = '';
    if (mode !== undefined) {
      ordering.configured = mode;
      if (mode !== ordering.mode) waits.push(mode);
    }
    if (distributionMode !== undefined) {
      const answer = control?.command(nowNs, { command: 'configure', distributionMode }) ?? '';
      if (answer.startsWith('refused')) refusal = answer;
      else waits.push(distributionMode ?? 'the default distribution mode');
    }
    let sessionsEnded = 0;
    if (configuration !== undefined) {
      const taken = told!.take(configuration, nowNs);
      sessionsEnded = taken.ended;
      waits.push(...taken.waits);
    }
    const done = waits.length === 0 ? 'done' : `reboot needed to change to ${waits.join(', ')}`;
    return { result: refusal === '' ? done : `${refusal}; all else: ${done}`, sessionsEnded };
  }

  private command(nowNs: number, command: NonNullable<PipelineEvent['chassis']>): string {
    const { control, ordering, spus } = this.options;
    if (control === undefined) throw new Error('Cannot run event: chassisState must be given: got nothing');
    const result = control.command(nowNs, command);
    const isRebooted = command.command === 'reboot' && !result.startsWith('refused');
    if (isRebooted) this.options.configuration?.reboot();
    if (isRebooted && ordering.mode !== ordering.configured) {
      ordering.mode = ordering.configured;
      for (const spu of spus) spu.setOrdering();
    }
    return result;
  }
}

/** Sessions that SPUs have lost to resets. */
function lostOf(spus: readonly Spu[]): number {
  return spus.reduce((sum, { lost }) => sum + lost, 0);
}
