import type { ResolvedChassis } from '@midplane/chassis';
import type { Pipeline } from '@midplane/pipeline';
import type { SpuWork } from './_run-state.ts';

const NS = 1_000_000_000;
const SECONDS = 60;
const AVERAGE_SECONDS = 96;

/** What an SPU did second by second, newest first. */
interface SpuWatch {
  readonly cpu: number[];
  readonly created: number[];
  /** Sessions that it had made when the second began. */
  before: number;
  /** Since when its table is full; `null` if it is not. */
  fullSinceNs: number | null;
}

/** What the SPUs of a path did in the last seconds, as the path itself counts it. */
export class SpuWatches {
  private readonly pipeline: Pick<Pipeline, 'spuActivity' | 'spuCounts'>;
  private readonly spus: ReadonlyMap<number, SpuWatch>;

  constructor(pipeline: Pick<Pipeline, 'spuActivity' | 'spuCounts'>) {
    this.pipeline = pipeline;
    this.spus = new Map(
      pipeline
        .spuActivity()
        .map(({ spuId }) => [spuId, { cpu: [], created: [], before: 0, fullSinceNs: null }] as const),
    );
  }

  /** Writes down what was done from one second to another: the path has come that far. */
  note(from: number, to: number, { spus }: ResolvedChassis): void {
    const current = new Map(this.pipeline.spuCounts().map(({ spuId, sessions }) => [spuId, sessions.current]));
    const capacities = new Map(spus.map(({ spuId, maxSessions }) => [spuId as number, maxSessions]));
    for (const { spuId, cpuPercent, created } of this.pipeline.spuActivity()) {
      const watch = this.spus.get(spuId)!;
      // what was counted since belongs to the second that began then, the others had nothing
      const quiet = Array<number>(Math.min(AVERAGE_SECONDS, to - from - 1)).fill(0);
      watch.cpu.unshift(...quiet, cpuPercent);
      watch.created.unshift(...quiet, created - watch.before);
      watch.cpu.length = Math.min(watch.cpu.length, SECONDS);
      watch.created.length = Math.min(watch.created.length, AVERAGE_SECONDS);
      watch.before = created;
      const capacity = capacities.get(spuId) ?? 0;
      if (capacity === 0 || current.get(spuId)! < capacity) watch.fullSinceNs = null;
      else watch.fullSinceNs ??= to * NS;
    }
  }

  /** The last 60 seconds of an SPU. */
  historyOf(spuId: number): Pick<SpuWork, 'cpuHistory' | 'createdHistory'> {
    const { cpu, created } = this.spus.get(spuId)!;
    return { cpuHistory: cpu, createdHistory: created.slice(0, SECONDS) };
  }

  /** Sessions created per second, average of the last 96 seconds. */
  get createdPerSecond(): number {
    let sum = 0;
    for (const { created } of this.spus.values()) for (const value of created) sum += value;
    return Math.round(sum / AVERAGE_SECONDS);
  }

  /** Since when a table is full; `null` if none is. */
  get fullSinceNs(): number | null {
    const full = [...this.spus.values()].flatMap(({ fullSinceNs }) => fullSinceNs ?? []);
    return full.length === 0 ? null : Math.min(...full);
  }
}
