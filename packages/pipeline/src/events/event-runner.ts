import type { ChassisControl } from '../control/chassis-control.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { ParameterName } from '../parameters.ts';
import type { PathBatch } from '../path-batch.ts';
import type { Spu } from '../spu/spu.ts';
import type { OrderingState } from '../spu/spu-ordering.ts';
import type { SpuStage } from '../spu/spu-stage.ts';
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
}

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

  /** Plans the events that come after a packet of a batch. */
  plan({ firstPacket, count, nowNs }: PathBatch): void {
    const { events, timeline, values } = this.options;
    for (const [command, { afterPackets }] of events.entries()) {
      if (afterPackets === undefined) continue;
      const row = afterPackets + 1 - firstPacket;
      // at the SPUs packets before it are still to arrive when it is at its NPU
      if (row >= 0 && row < count) timeline.schedule(nowNs[row] + values.npuToSpuDelayNs, command);
    }
  }

  /** Carries an event out. */
  run(command: number, nowNs: number): void {
    const { events, spus, ordering, values } = this.options;
    const { clearSessions, chassis, ordering: mode, set } = events[command];
    let result = 'done';
    let sessionsEnded = 0;
    if (clearSessions !== undefined) {
      sessionsEnded = this.clear(clearSessions.spuId, nowNs);
    } else if (chassis !== undefined) {
      const before = lostOf(spus);
      result = this.command(nowNs, chassis);
      sessionsEnded = lostOf(spus) - before;
    } else if (mode !== undefined) {
      ordering.configured = mode;
      if (mode !== ordering.mode) result = `reboot needed to change to ${mode}`;
    } else {
      Object.assign(values, set);
    }
    this.results[command] = { ...this.results[command], atNs: nowNs, result, sessionsEnded };
  }

  private clear(spuId: number | undefined, nowNs: number): number {
    const { spus, spuStage } = this.options;
    let cleared = 0;
    for (const [position, { spec }] of spus.entries()) {
      if (spuId === undefined || spuId === spec.spuId) cleared += spuStage.clear(position, nowNs);
    }
    return cleared;
  }

  private command(nowNs: number, command: NonNullable<PipelineEvent['chassis']>): string {
    const { control, ordering, spus } = this.options;
    if (control === undefined) throw new Error('Cannot run event: chassisState must be given: got nothing');
    const result = control.command(nowNs, command);
    const isRebooted = command.command === 'reboot' && !result.startsWith('refused');
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
