import { resolveParameters } from '../parameters.ts';
import type { PathBatch } from '../path-batch.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { longestNs } from './plan-host.ts';

const NS = 1_000_000_000;

/**
 * Tells which batches SPU groups can decide without the rows of each other: those in whose time nothing happens at SPUs
 * but the packets themselves. No second begins, no event takes place, and no packet is handed over or on its way to
 * another SPU. What NPUs are told then does not depend on when others look.
 */
export class Separable {
  private readonly delayNs: number;
  /** How long what a packet begins takes at most. */
  private readonly longestNs: number;
  /** Whether the interface of a packet depends on packets of other SPUs: who of two hosts has begun. */
  private readonly isBound: boolean;
  private readonly times: readonly number[];
  private readonly numbers: readonly number[];
  /** Up to when the batches so far have told the SPUs the time, and up to when packets can be handed over. */
  private untilNs = -1;
  private busyUntilNs = -2;

  constructor(options: PipelineOptions) {
    const { events = [], configuration } = options;
    this.delayNs = resolveParameters(options.parameters).npuToSpuDelayNs;
    this.longestNs = longestNs(options);
    this.isBound = configuration?.sides !== undefined && 'initiator' in configuration.sides;
    this.times = events.flatMap(({ atNs }) => atNs ?? []);
    this.numbers = events.flatMap(({ afterPackets }) => (afterPackets === undefined ? [] : [afterPackets + 1]));
  }

  /** Asked of all batches in their order. */
  isSeparable({ nowNs, firstPacket, count }: PathBatch, mayHandOver: boolean): boolean {
    if (count === 0) return false;
    const fromNs = this.untilNs;
    const untilNs = nowNs[count - 1] + this.delayNs;
    this.untilNs = untilNs;
    const isQuiet =
      Math.floor(untilNs / NS) === Math.floor(Math.max(0, fromNs) / NS) &&
      this.busyUntilNs < fromNs &&
      !mayHandOver &&
      !this.isBound &&
      !this.times.some((atNs) => atNs > fromNs && atNs <= untilNs) &&
      !this.numbers.some((number) => number >= firstPacket && number < firstPacket + count);
    if (mayHandOver) this.busyUntilNs = untilNs + this.longestNs;
    return isQuiet;
  }
}
