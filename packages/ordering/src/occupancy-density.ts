import { ArrivalWindow } from './_arrival-window.ts';
import { type DensityOptions, readDensityOptions } from './density-options.ts';

/** Reorder buffer-occupancy density of RFC 5236 section 5. */
export interface OccupancyDensityFigures {
  /** Packets that may wait. */
  readonly threshold: number;
  /** Packets that the density is of. */
  readonly packets: number;
  /** Packets that were left out: duplicates, those that came after they were taken for lost, those that found no room. */
  readonly discarded: number;
  /** `density[k]` is the share of arrivals after which k packets wait; ends with the largest k that occurs. */
  readonly density: readonly number[];
  /** Mean number of packets that wait after an arrival. */
  readonly meanOccupancy: number;
}

/**
 * Reorder buffer-occupancy density (RBD) of RFC 5236, packet by packet in fixed memory.
 *
 * A receiver that gives packets on in order keeps the early ones until all smaller ones have arrived; the density says
 * how many wait after each arrival. The occupancy is taken after the arrival has been dealt with: packets that need not
 * wait any longer have left. A number that is not among the `threshold` arrivals after one that is larger is taken for
 * lost, and not waited for; the last arrivals are counted by `flush` or `figures`.
 *
 * O(1) for packets in order, O(`threshold`) for others. Several streams add to one density.
 *
 * Fidelity: documented. RFC 5236 section 5, and the algorithm that its authors published with it; assumed: a packet
 * that finds no room to wait is left out.
 *
 * @see RFC 5236
 * @example Packet 4 comes after 5 and 6
 * ```ts
 * import { OccupancyDensity } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const density = new OccupancyDensity({ threshold: 3 });
 * for (const sequence of [1, 2, 3, 5, 6, 4]) density.offer(sequence);
 * assert.deepEqual(density.figures().density, [4 / 6, 1 / 6, 1 / 6]);
 * ```
 */
export class OccupancyDensity {
  private readonly threshold: number;
  private readonly unused: number;
  private readonly window: ArrivalWindow;
  /** By stream: the largest number that was waited for, below which nothing comes any more, and whether there is any. */
  private readonly reached: Int32Array;
  private readonly started: Uint8Array;
  private readonly frequencies: Float64Array;
  private packets = 0;
  private discarded = 0;

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: DensityOptions = {}) {
    const { streams, threshold, unused } = readDensityOptions(options);
    this.threshold = threshold;
    this.unused = unused;
    this.window = new ArrivalWindow(streams, threshold + 1);
    this.reached = new Int32Array(streams);
    this.started = new Uint8Array(streams);
    this.frequencies = new Float64Array(threshold + 1);
  }

  /** Counts one arrival. */
  offer(sequence: number, stream = 0): void {
    const { window } = this;
    const number = sequence << this.unused;
    if (this.started[stream] !== 0 && window.rotate(stream, number, this.reached[stream])) {
      this.reached[stream] = window.passed;
      this.frequencies[0]++;
      this.packets++;
      return;
    }
    if (window.count[stream] === window.size) this.step(stream);
    const isPast = this.started[stream] !== 0 && ((number - this.reached[stream]) | 0) <= 0;
    if (isPast || window.has(stream, number)) this.discarded++;
    else window.push(stream, number);
  }

  /** Counts the arrivals of a stream that are still held, and forgets the stream. */
  flush(stream: number): void {
    while (this.window.count[stream] > 0) this.step(stream);
    this.window.reset(stream);
    this.started[stream] = 0;
  }

  /** Figures of all streams; flushes them first. */
  figures(): OccupancyDensityFigures {
    const { frequencies, threshold } = this;
    for (let stream = 0; stream < this.started.length; stream++) this.flush(stream);
    const density: number[] = [];
    let meanOccupancy = 0;
    for (let k = frequencies.length - 1; k >= 0; k--) {
      if (frequencies[k] === 0 && density.length === 0) continue;
      density.unshift(frequencies[k] / this.packets);
      meanOccupancy += (k * frequencies[k]) / this.packets;
    }
    return { threshold, packets: this.packets, discarded: this.discarded, density, meanOccupancy };
  }

  /** Deals with the first arrival of the window. */
  private step(stream: number): void {
    const { window } = this;
    if (window.isSorted(stream) || window.smallest(stream) === 0) {
      const first = window.shift(stream);
      this.started[stream] = 1;
      this.reached[stream] = first;
      if (window.waitingCount[stream] > 0) this.release(stream);
    } else if (window.waitingCount[stream] < this.threshold) {
      window.wait(stream, window.shift(stream));
    } else {
      window.shift(stream);
      this.discarded++;
      return;
    }
    this.frequencies[window.waitingCount[stream]]++;
    this.packets++;
  }

  /** Lets go what waits for nothing that is in the window. */
  private release(stream: number): void {
    const { window } = this;
    if (window.count[stream] === 0) {
      window.reset(stream);
      return;
    }
    const next = window.at(stream, window.smallest(stream));
    for (let index = window.waitingCount[stream] - 1; index >= 0; index--) {
      const number = window.waitingAt(stream, index);
      if (((number - next) | 0) > 0) continue;
      window.release(stream, index);
      if (((number - this.reached[stream]) | 0) > 0) this.reached[stream] = number;
    }
  }
}
