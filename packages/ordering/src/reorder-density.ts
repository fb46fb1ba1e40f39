import { ArrivalWindow } from './_arrival-window.ts';
import { naturalLog } from './_natural-log.ts';
import { type DensityOptions, readDensityOptions } from './density-options.ts';

/** Options of a reorder density. */
export interface ReorderDensityOptions extends DensityOptions {
  /**
   * Count displacements in packets that were received, not in sequence numbers: for streams whose numbers do not count
   * packets, such as bytes of TCP. Default false, as the RFC has it.
   */
  readonly byRank?: boolean;
}

/** Reorder density of RFC 5236 section 4. */
export interface ReorderDensityFigures {
  /** Largest displacement that is not taken for loss. */
  readonly threshold: number;
  /** Packets that the density is of. */
  readonly packets: number;
  /** Packets that were left out: duplicates, and those displaced beyond the threshold. */
  readonly discarded: number;
  /** Share of packets by displacement, ascending, without those of share 0; negative is early, positive late. */
  readonly density: readonly { readonly displacement: number; readonly share: number }[];
  /** Mean of the displacements without their signs. */
  readonly meanDisplacement: number;
  /** Reorder entropy in nats: 0 if all packets have one displacement. */
  readonly entropy: number;
}

/**
 * Reorder density (RD) of RFC 5236, packet by packet in fixed memory.
 *
 * Packets that arrive get receive indexes, which are the sequence numbers in order without those that got lost; a
 * packet's displacement is its receive index minus its sequence number. Whether a number got lost is known once as many
 * packets as the displacement threshold have arrived, so the last ones are counted by `flush` or `figures`.
 *
 * O(1) for packets in order, O(`threshold`) for others. Several streams add to one density.
 *
 * Fidelity: documented. RFC 5236 section 4, and the algorithm that its authors published with it.
 *
 * @see RFC 5236
 * @example An adjacent swap
 * ```ts
 * import { ReorderDensity } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const density = new ReorderDensity({ threshold: 3 });
 * for (const sequence of [1, 2, 3, 5, 4, 6]) density.offer(sequence);
 * assert.deepEqual(density.figures().density, [
 *   { displacement: -1, share: 1 / 6 },
 *   { displacement: 0, share: 4 / 6 },
 *   { displacement: 1, share: 1 / 6 },
 * ]);
 * ```
 */
export class ReorderDensity {
  private readonly threshold: number;
  private readonly unused: number;
  private readonly byRank: boolean;
  private readonly window: ArrivalWindow;
  /** By stream: the number that is the next receive index, how many were given out, and whether there is any. */
  private readonly receiveIndex: Int32Array;
  private readonly given: Int32Array;
  private readonly started: Uint8Array;
  private readonly frequencies: Float64Array;
  private packets = 0;
  private discarded = 0;

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: ReorderDensityOptions = {}) {
    const { streams, threshold, unused } = readDensityOptions(options);
    this.threshold = threshold;
    this.unused = unused;
    this.byRank = options.byRank ?? false;
    this.window = new ArrivalWindow(streams, threshold + 1);
    this.receiveIndex = new Int32Array(streams);
    this.given = new Int32Array(streams);
    this.started = new Uint8Array(streams);
    this.frequencies = new Float64Array(2 * threshold + 1);
  }

  /** Counts one arrival. */
  offer(sequence: number, stream = 0): void {
    const { window } = this;
    const number = sequence << this.unused;
    if (this.started[stream] !== 0 && window.rotate(stream, number, this.receiveIndex[stream])) {
      this.advance(stream, window.passed);
      this.count(0);
      return;
    }
    if (window.count[stream] === window.size) this.step(stream);
    const isPast = this.started[stream] !== 0 && ((number - this.receiveIndex[stream]) | 0) < 0;
    if (isPast || window.has(stream, number)) this.discarded++;
    else window.push(stream, number);
  }

  /** Counts the arrivals of a stream that are still held, and forgets the stream. */
  flush(stream: number): void {
    while (this.window.count[stream] > 0) this.step(stream);
    this.window.reset(stream);
    this.started[stream] = 0;
    this.given[stream] = 0;
  }

  /** Figures of all streams; flushes them first. */
  figures(): ReorderDensityFigures {
    const { frequencies, threshold } = this;
    for (let stream = 0; stream < this.started.length; stream++) this.flush(stream);
    const packets = this.packets;
    const density: { displacement: number; share: number }[] = [];
    let meanDisplacement = 0;
    let entropy = 0;
    for (let i = 0; i < frequencies.length; i++) {
      if (frequencies[i] === 0) continue;
      const displacement = i - threshold;
      const share = frequencies[i] / packets;
      density.push({ displacement, share });
      meanDisplacement += Math.abs(displacement) * share;
      if (share < 1) entropy -= share * naturalLog(share);
    }
    return { threshold, packets, discarded: this.discarded, density, meanDisplacement, entropy };
  }

  /** Judges the first arrival of the window. */
  private step(stream: number): void {
    const { window, receiveIndex } = this;
    const first = window.at(stream, 0);
    if (window.isSorted(stream) && (this.started[stream] === 0 || ((first - receiveIndex[stream]) | 0) >= 0)) {
      window.shift(stream);
      this.advance(stream, first);
      this.count(0);
      return;
    }
    const index = this.nextPresent(stream);
    receiveIndex[stream] = index;
    this.started[stream] = 1;
    const ahead = (first - index) | 0;
    const displacement = this.byRank ? this.displacementByRank(stream, first, index) : -(ahead >> this.unused);
    const at = window.find(stream, index);
    window.shift(stream);
    // room for it: no more than `threshold` packets wait, each for one that is late or lost within it
    const fits = Math.abs(displacement) <= this.threshold && (ahead <= 0 || window.wait(stream, first));
    if (!fits) {
      this.discarded++;
      return;
    }
    this.count(displacement);
    const waiting = window.findWaiting(stream, index);
    if (waiting >= 0) window.release(stream, waiting);
    else if (at > 0) window.setNote(stream, at - 1, this.given[stream]);
    this.advance(stream, index);
  }

  private advance(stream: number, index: number): void {
    this.receiveIndex[stream] = (index + (1 << this.unused)) | 0;
    this.started[stream] = 1;
    this.given[stream] = (this.given[stream] + 1) | 0;
  }

  private count(displacement: number): void {
    this.frequencies[displacement + this.threshold]++;
    this.packets++;
  }

  /** The smallest number present that has not been a receive index; numbers that are passed over are lost. */
  private nextPresent(stream: number): number {
    const { window } = this;
    if (this.started[stream] === 0) return window.at(stream, window.smallest(stream));
    const from = this.receiveIndex[stream];
    let nearest = -1;
    for (let i = 0; i < window.count[stream]; i++) nearest = nearer(nearest, (window.at(stream, i) - from) | 0);
    for (let i = 0; i < window.waitingCount[stream]; i++) {
      nearest = nearer(nearest, (window.waitingAt(stream, i) - from) | 0);
    }
    return nearest < 0 ? from : (from + nearest) | 0;
  }

  /** Displacement in packets received: early by those before it that are still to come, late by those since its turn. */
  private displacementByRank(stream: number, number: number, index: number): number {
    const { window } = this;
    if (((number - index) | 0) < 0) return (this.given[stream] - window.note(stream, 0)) | 0;
    let before = 0;
    for (let i = 0; i < window.count[stream]; i++) if (isWithin(window.at(stream, i), index, number)) before++;
    for (let i = 0; i < window.waitingCount[stream]; i++) {
      if (isWithin(window.waitingAt(stream, i), index, number)) before++;
    }
    return -before;
  }
}

function nearer(best: number, distance: number): number {
  return distance >= 0 && (best < 0 || distance < best) ? distance : best;
}

/** Whether a number lies in from ... to - 1, around the circle. */
function isWithin(number: number, from: number, to: number): boolean {
  return ((number - from) | 0) >= 0 && ((number - to) | 0) < 0;
}
