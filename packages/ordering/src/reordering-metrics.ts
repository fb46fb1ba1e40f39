import { OccupancyDensity, type OccupancyDensityFigures } from './occupancy-density.ts';
import { ReorderDensity, type ReorderDensityFigures } from './reorder-density.ts';
import type { ReorderingFigures, StreamFigures } from './reordering-figures.ts';
import { ARRIVED_REORDERED, ReorderingMeter } from './reordering-meter.ts';
import type { ReorderingMeterOptions } from './reordering-meter-options.ts';

/** How reordering is measured. */
export interface ReorderingMetricsOptions extends ReorderingMeterOptions {
  /** Displacement threshold of RFC 5236, 1 to 1,024; default 16. */
  readonly threshold?: number;
  /** Displacements in packets received instead of sequence numbers; default false. */
  readonly byRank?: boolean;
}

/** All figures: those of RFC 4737, and the two densities of RFC 5236. */
export interface ReorderingMetricsFigures extends ReorderingFigures {
  readonly rd: ReorderDensityFigures;
  readonly rbd: OccupancyDensityFigures;
}

/**
 * Everything that RFC 4737 and RFC 5236 say about the order of streams, packet by packet in fixed memory.
 *
 * The densities are of packets that count as received: duplicates and packets sent again are left out.
 *
 * Fidelity: documented. RFC 4737 and RFC 5236; readings in {@link ReorderingMeter}, {@link ReorderDensity} and
 * {@link OccupancyDensity}.
 *
 * @example Two processors in turn, the second always first
 * ```ts
 * import { ReorderingMetrics } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const metrics = new ReorderingMetrics();
 * for (const sequence of [2, 1, 4, 3, 6, 5, 8, 7]) metrics.offer(sequence, 0);
 * const { ratio, extent, rd, rbd } = metrics.figures();
 * assert.equal(ratio, 1 / 2); // every second packet is late,
 * assert.equal(extent.max, 1); // by one packet,
 * assert.deepEqual(rd.density.map(({ displacement }) => displacement), [-1, 1]); // the others are early,
 * assert.deepEqual(rbd.density, [1 / 2, 1 / 2]); // and a receiver keeps one packet half of the time
 * ```
 */
export class ReorderingMetrics {
  private readonly meter: ReorderingMeter;
  private readonly rd: ReorderDensity;
  private readonly rbd: OccupancyDensity;

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: ReorderingMetricsOptions = {}) {
    this.meter = new ReorderingMeter(options);
    this.rd = new ReorderDensity(options);
    this.rbd = new OccupancyDensity(options);
  }

  /** Says which number a stream begins with; see {@link ReorderingMeter}. */
  start(sequence: number, stream = 0): void {
    this.reset(stream);
    this.meter.start(sequence, stream);
  }

  /** Makes room for another stream under the same number; the figures of all streams keep what was counted. */
  reset(stream: number): void {
    this.meter.reset(stream);
    this.rd.flush(stream);
    this.rbd.flush(stream);
  }

  /** Counts one arrival; parameters and result as of {@link ReorderingMeter}. */
  offer(sequence: number, nowNs: number, length = 1, stream = 0, lostAfterNs?: number): number {
    const arrival = this.meter.offer(sequence, nowNs, length, stream, lostAfterNs);
    if (arrival <= ARRIVED_REORDERED) this.place(sequence | 0, stream);
    return arrival;
  }

  private place(sequence: number, stream: number): void {
    this.rd.offer(sequence, stream);
    this.rbd.offer(sequence, stream);
  }

  /** Figures of one stream. */
  streamFigures(stream: number): StreamFigures {
    return this.meter.streamFigures(stream);
  }

  /** Figures of all streams. No arrival may follow: the densities are closed. */
  figures(): ReorderingMetricsFigures {
    return { ...this.meter.figures(), rd: this.rd.figures(), rbd: this.rbd.figures() };
  }
}
