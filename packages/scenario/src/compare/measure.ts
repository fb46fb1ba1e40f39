import { CaptureError } from '@midplane/capture';
import type { SpcType } from '@midplane/chassis';
import { createPipeline, type Pipeline, type PipelineOptions, type Report, type SpuWork } from '@midplane/pipeline';
import { type PacketRecords, readScenarioTraffic, type ScenarioTrafficOptions } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { SecondCutter } from './_second-cutter.ts';
import { costOf, type WorkCost, type WorkOptions, workOf, workSince } from './_work.ts';

/** How traffic is played. */
export interface PlayOptions extends ScenarioTrafficOptions {
  /**
   * Told the packets read so far, and whom to ask what each SPU has counted, path by path, after every batch; a promise is
   * waited for. Traffic that is read again begins at 0 again.
   */
  readonly onProgress?: (packets: number, paths: readonly Pick<Pipeline, 'spuCounts'>[]) => void | Promise<void>;
  /** Ends the run: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The busiest second of an SPU. */
export interface SpuPeak {
  /** Most sessions made in one second. */
  sessionsPerSecond: number;
  /** Most work taken on in one second, as percent of what its flow threads can do; above 100 where work had to wait. */
  busiestPercent: number;
  /** The same, were it an SPU of each card. */
  readonly workPercent: Record<SpcType, number>;
  /** Of the work of the busiest second on each card, the part of packets that take the fast path. */
  readonly fastPathShare: Record<SpcType, number>;
}

/** What a run gave. */
export interface Measured {
  readonly report: Report;
  /** By SPU ID. Seconds are whole ones since the first packet. */
  readonly peaks: ReadonlyMap<number, SpuPeak>;
}

/** What one SPU had counted when the second began. */
interface SpuWatch {
  readonly peak: SpuPeak;
  work: SpuWork;
  created: number;
}

/** No second yet. */
export function noPeak(): SpuPeak {
  const none = (): Record<SpcType, number> => ({ SPC1: 0, SPC2: 0, SPC3: 0 });
  return { sessionsPerSecond: 0, busiestPercent: 0, workPercent: none(), fastPathShare: none() };
}

/** One path, and its counters second by second. */
class Part {
  readonly pipeline: Pipeline;
  private readonly watches = new Map<number, SpuWatch>();
  private readonly work: readonly (readonly [SpcType, WorkCost])[];

  constructor(options: PipelineOptions, work: WorkOptions) {
    this.pipeline = createPipeline(options);
    this.work = Object.entries(workOf(work)) as [SpcType, WorkCost][];
    for (const { spuId, work } of this.pipeline.spuActivity()) {
      this.watches.set(spuId, { peak: noPeak(), work, created: 0 });
    }
  }

  get peaks(): Map<number, SpuPeak> {
    return new Map([...this.watches].map(([spuId, { peak }]) => [spuId, peak]));
  }

  /** A second is over. */
  closeSecond(): void {
    for (const { spuId, created, work, busiestPercent } of this.pipeline.spuActivity()) {
      const watch = this.watches.get(spuId)!;
      const { peak } = watch;
      peak.sessionsPerSecond = Math.max(peak.sessionsPerSecond, created - watch.created);
      peak.busiestPercent = busiestPercent;
      const done = workSince(work, watch.work);
      for (const [card, cost] of this.work) {
        const workNs = costOf(done, cost);
        const percent = workNs / (cost.speed.threads * 1e7);
        if (percent <= peak.workPercent[card]) continue;
        peak.workPercent[card] = percent;
        peak.fastPathShare[card] = (done.fastPath * (cost.speed.fastPathNs + cost.addedNs)) / workNs;
      }
      watch.work = work;
      watch.created = created;
    }
  }
}

/**
 * Plays the traffic of a scenario through several paths at once: it is read once, all of them get the same packets.
 *
 * @param parts What each path is made with; the scenario says the traffic alone.
 * @param work By what work is reckoned, where that is not as on the paths.
 * @returns What each gave. A capture that is corrupt in the middle ends the input, as in `runScenario`.
 */
export async function playThrough(
  scenario: Scenario,
  parts: readonly PipelineOptions[],
  options: PlayOptions = {},
  work?: WorkOptions,
): Promise<Measured[]> {
  const { openCapture, onInputError, onProgress, signal } = options;
  signal?.throwIfAborted();
  const played = parts.map((part) => new Part(part, work ?? part));
  const cutter = new SecondCutter();
  let failed = '';
  let inputError: string | undefined;
  let packets = 0;
  const paths = played.map(({ pipeline }) => pipeline);
  const closeSecond = (): void => {
    for (const part of played) part.closeSecond();
  };
  const offer = (records: PacketRecords): void => {
    for (const path of paths) path.offer(records);
  };
  try {
    const traffic = readScenarioTraffic(scenario, {
      ...(openCapture && { openCapture }),
      onInputError: (error, capture) => {
        failed = capture;
        onInputError?.(error, capture);
      },
    });
    for await (const batch of traffic) {
      signal?.throwIfAborted();
      cutter.cut(batch, offer, closeSecond);
      packets += batch.count;
      const pause = onProgress?.(packets, paths);
      if (pause !== undefined) await pause;
    }
  } catch (error) {
    if (!(error instanceof CaptureError) || packets === 0) throw error;
    inputError = scenario.traffic.length === 1 ? error.message : `${failed}: ${error.message}`;
  }
  const reports = paths.map((path) => path.finish(inputError));
  closeSecond();
  return played.map(({ peaks }, i) => ({ report: reports[i], peaks }));
}
