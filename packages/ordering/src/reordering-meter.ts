// A little over 300 lines: what counts a packet stays in one class, and the places in `sums` beside it, for an imported
// constant would be read from memory for each packet.
import { Gaps } from './_gaps.ts';
import { Holes } from './_holes.ts';
import { LogHistogram } from './_log-histogram.ts';
import { nReorderedOf, type ReorderingFigures, type StreamFigures, share, spreadOf } from './reordering-figures.ts';
import { type ReorderingMeterOptions, readMeterOptions } from './reordering-meter-options.ts';

/** `offer()`: the packet has the next number or a larger one. */
export const ARRIVED_IN_ORDER = 0;
/** `offer()`: the packet is reordered (RFC 4737 section 3). */
export const ARRIVED_REORDERED = 1;
/** `offer()`: its number was seen before. */
export const ARRIVED_DUPLICATE = 2;
/** `offer()`: it was missing for so long that it counts as lost, and as sent again. */
export const ARRIVED_RESENT = 3;
/** `offer()`: its number lies below the ones that are remembered: a duplicate or very late, nobody can tell. */
export const ARRIVED_TOO_LATE = 4;

// Places in `sums`
const RECEIVED = 0;
const REORDERED = 1;
const DUPLICATES = 2;
const RESENT = 3;
const TOO_LATE = 4;
const DISCONTINUITIES = 5;
const RUN_PACKETS = 6;
const RUN_SQUARES = 7;
const RUN_LONGEST = 8;
/** Time and limit of the call: a fraction that is passed to a function that is not inlined would be allocated. */
const NOW = 9;
const LOST_AFTER = 10;
/** Extent of the last packet that was reordered. */
const EXTENT = 11;
const SUMS = 12;

/**
 * Reordering of streams of numbered packets, as RFC 4737 defines it, packet by packet in fixed memory.
 *
 * A packet is reordered if its number is smaller than that of an earlier arrival. Duplicates are left out before anything
 * else; a number may stand for one packet, or for `length` bytes of a byte stream. Every call is O(1) for packets in
 * order, O(`holes` + `nLimit`) for others, and allocates nothing.
 *
 * What is remembered per stream is the ranges of numbers that are missing. While these suffice all figures are exact;
 * a packet of a range that was forgotten counts as `tooLate` and in nothing else.
 *
 * Readings taken where the RFC leaves one: extent, late time and n-reordering count arrivals without duplicates; gaps are
 * counted between arrivals from which an extent is counted, once each; a reordering-free run is the number of packets in
 * order before a reordered one, 0 between two that follow each other, and the run at the end is not complete.
 *
 * Fidelity: documented. RFC 4737 sections 3, 4.1 to 4.3, 4.5, 4.6 and 5.
 *
 * @see RFC 4737
 * @example Packet 4 comes after 5, 6 and 7
 * ```ts
 * import { ARRIVED_REORDERED, ReorderingMeter } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const meter = new ReorderingMeter();
 * let nowNs = 0;
 * for (const sequence of [1, 2, 3, 5, 6, 7]) meter.offer(sequence, (nowNs += 1000));
 * assert.equal(meter.offer(4, (nowNs += 1000)), ARRIVED_REORDERED);
 *
 * const { ratio, extent, lateNs, nReordered } = meter.figures();
 * assert.equal(ratio, 1 / 7);
 * assert.equal(extent.max, 3); // three packets earlier, 5 overtook it
 * assert.equal(lateNs.max, 3000);
 * assert.deepEqual(nReordered, [1, 1, 1]); // three duplicate acknowledgements: TCP would send it again
 * ```
 */
export class ReorderingMeter {
  /** Streams that are measured side by side. */
  readonly streams: number;
  private readonly lostAfterNs: number;
  private readonly nLimit: number;
  private readonly unused: number;
  private readonly holes: Holes;
  private readonly gaps: Gaps;
  private readonly sums = new Float64Array(SUMS);
  private readonly extents = new LogHistogram();
  private readonly lateTimes = new LogHistogram();
  /** Packets by their largest n, 0 to `nLimit`. */
  private readonly ns: Float64Array;

  // By stream
  private readonly started: Uint8Array;
  /** The next number expected, unwrapped, and its low 32 bits. */
  private readonly nextExpected: Float64Array;
  private readonly received: Float64Array;
  private readonly reordered: Float64Array;
  private readonly duplicates: Float64Array;
  private readonly resent: Float64Array;
  private readonly tooLate: Float64Array;
  private readonly maxExtent: Float64Array;
  private readonly run: Float64Array;
  /** Low 32 bits of the last `nLimit` numbers received, a ring per stream. */
  private readonly recent: Int32Array;

  /** @throws {RangeError} If an option is outside its range. */
  constructor(options: ReorderingMeterOptions = {}) {
    const { streams, unused, holes, nLimit, lostAfterNs } = readMeterOptions(options);
    this.streams = streams;
    this.lostAfterNs = lostAfterNs;
    this.nLimit = nLimit;
    this.unused = unused;
    this.holes = new Holes(streams, holes);
    this.gaps = new Gaps(streams);
    this.ns = new Float64Array(nLimit + 1);
    this.started = new Uint8Array(streams);
    this.nextExpected = new Float64Array(streams);
    this.received = new Float64Array(streams);
    this.reordered = new Float64Array(streams);
    this.duplicates = new Float64Array(streams);
    this.resent = new Float64Array(streams);
    this.tooLate = new Float64Array(streams);
    this.maxExtent = new Float64Array(streams);
    this.run = new Float64Array(streams);
    this.recent = new Int32Array(streams * nLimit);
  }

  /**
   * Says which number a stream begins with. Without it the first arrival is taken to be in order, and packets with
   * smaller numbers to be reordered.
   */
  start(sequence: number, stream = 0): void {
    this.reset(stream);
    this.started[stream] = 1;
    this.nextExpected[stream] = sequence;
  }

  /** Makes room for another stream under the same number; the figures of all streams keep what was counted. */
  reset(stream: number): void {
    this.started[stream] = 0;
    this.holes.reset(stream);
    this.gaps.reset(stream);
    this.received[stream] = 0;
    this.reordered[stream] = 0;
    this.duplicates[stream] = 0;
    this.resent[stream] = 0;
    this.tooLate[stream] = 0;
    this.maxExtent[stream] = 0;
    this.run[stream] = 0;
  }

  /**
   * Counts one arrival.
   *
   * @param sequence Its number; only the low `sequenceBits` bits are looked at.
   * @param nowNs Its time.
   * @param length How many numbers it covers from `sequence` on, at least 1: 1 for packets that are counted, the length
   * of the payload for a stream of bytes.
   * @param lostAfterNs Late time above which this packet counts as sent again; -1: it is known to be.
   * @returns One of {@link ARRIVED_IN_ORDER}, {@link ARRIVED_REORDERED}, {@link ARRIVED_DUPLICATE},
   * {@link ARRIVED_RESENT}, {@link ARRIVED_TOO_LATE}. A part that was seen before does not make a packet a duplicate.
   */
  offer(sequence: number, nowNs: number, length = 1, stream = 0, lostAfterNs: number = this.lostAfterNs): number {
    this.sums[NOW] = nowNs;
    this.sums[LOST_AFTER] = lostAfterNs;
    return this.count(sequence | 0, length, stream);
  }

  private count(sequence: number, length: number, stream: number): number {
    // hot: once per packet, allocates nothing
    if (this.started[stream] === 0) this.begin(sequence, stream);
    const expected = this.nextExpected[stream];
    const { unused } = this;
    const ahead = ((sequence - (expected | 0)) << unused) >> unused;
    const from = expected + ahead;
    if (ahead >= 0) {
      if (ahead > 0) {
        this.holes.open(stream, expected, from, this.received[stream] + 1, this.sums[NOW]);
        this.sums[DISCONTINUITIES]++;
      }
      this.nextExpected[stream] = from + length;
      this.arrive(stream, from);
      this.run[stream]++;
      return ARRIVED_IN_ORDER;
    }
    return this.countBelow(from, length, stream);
  }

  /** Extent of the packet that `offer` found to be reordered last, packets; 0 before there is one. */
  get lastExtent(): number {
    return this.sums[EXTENT];
  }

  /** Figures of one stream. */
  streamFigures(stream: number): StreamFigures {
    return {
      received: this.received[stream],
      reordered: this.reordered[stream],
      duplicates: this.duplicates[stream],
      resent: this.resent[stream],
      tooLate: this.tooLate[stream],
      maxExtent: this.maxExtent[stream],
      run: this.run[stream],
    };
  }

  /** Figures of all streams, those that were reset included. */
  figures(): ReorderingFigures {
    const { sums } = this;
    const reordered = sums[REORDERED];
    return {
      received: sums[RECEIVED],
      reordered,
      ratio: share(reordered, sums[RECEIVED]),
      duplicates: sums[DUPLICATES],
      resent: sums[RESENT],
      tooLate: sums[TOO_LATE],
      discontinuities: sums[DISCONTINUITIES],
      extent: spreadOf(this.extents),
      lateNs: spreadOf(this.lateTimes),
      nReordered: nReorderedOf(this.ns),
      gaps: this.gaps.figures(),
      runs: {
        count: reordered,
        mean: share(sums[RUN_PACKETS], reordered),
        longest: sums[RUN_LONGEST],
        squares: sums[RUN_SQUARES],
      },
    };
  }

  private begin(sequence: number, stream: number): void {
    const first = (sequence << this.unused) >>> this.unused;
    this.started[stream] = 1;
    this.nextExpected[stream] = first;
    this.holes.open(stream, first - 2 ** (31 - this.unused), first, 1, this.sums[NOW]);
  }

  /** An arrival below the next number expected. */
  private countBelow(from: number, length: number, stream: number): number {
    const { holes, sums } = this;
    const expected = this.nextExpected[stream];
    const to = from + length;
    const hole = holes.find(stream, from, to);
    if (hole < 0) {
      if (to > expected) {
        // its end is new: sent again together with what follows
        this.nextExpected[stream] = to;
        this.arrive(stream, from);
        this.run[stream]++;
        return ARRIVED_IN_ORDER;
      }
      if (from < holes.forgottenBelow[stream]) {
        sums[TOO_LATE]++;
        this.tooLate[stream]++;
        return ARRIVED_TOO_LATE;
      }
      sums[DUPLICATES]++;
      this.duplicates[stream]++;
      return ARRIVED_DUPLICATE;
    }
    const place = holes.place(stream, hole);
    const late = Math.max(0, sums[NOW] - holes.timeNs[place]);
    if (late > sums[LOST_AFTER]) {
      this.fill(stream, hole, from, to);
      sums[RESENT]++;
      this.resent[stream]++;
      return ARRIVED_RESENT;
    }
    this.countReordered(stream, place, late, from);
    this.fill(stream, hole, from, to);
    return ARRIVED_REORDERED;
  }

  private fill(stream: number, hole: number, from: number, to: number): void {
    this.holes.fill(stream, hole, from, to);
    if (to > this.nextExpected[stream]) this.nextExpected[stream] = to;
  }

  private countReordered(stream: number, place: number, late: number, from: number): void {
    const { holes, sums, nLimit } = this;
    const overtaker = holes.arrival[place];
    if (holes.marked[place] === 0) {
      this.markHoles(stream, overtaker);
      this.gaps.count(stream, overtaker, holes.timeNs[place]);
    }
    let n = 0;
    const low = from | 0;
    const before = this.received[stream];
    const most = Math.min(before, nLimit);
    for (; n < most; n++) {
      const earlier = this.recent[stream * nLimit + ((before - n - 1) & (nLimit - 1))];
      if (((earlier - low) | 0) <= 0) break;
    }
    this.ns[n]++;
    this.arrive(stream, from);
    const extent = this.received[stream] - overtaker;
    this.extents.add(extent);
    sums[EXTENT] = extent;
    this.lateTimes.add(late);
    if (extent > this.maxExtent[stream]) this.maxExtent[stream] = extent;
    sums[REORDERED]++;
    this.reordered[stream]++;
    const run = this.run[stream];
    sums[RUN_PACKETS] += run;
    sums[RUN_SQUARES] += run * run;
    if (run > sums[RUN_LONGEST]) sums[RUN_LONGEST] = run;
    this.run[stream] = 0;
  }

  /** Marks all that is left of what an arrival opened. */
  private markHoles(stream: number, overtaker: number): void {
    const { holes } = this;
    for (let index = 0; index < holes.capacity; index++) {
      const place = holes.place(stream, index);
      if (holes.arrival[place] === overtaker) holes.marked[place] = 1;
    }
  }

  private arrive(stream: number, from: number): void {
    this.recent[stream * this.nLimit + (this.received[stream] & (this.nLimit - 1))] = from | 0;
    this.received[stream]++;
    this.sums[RECEIVED]++;
  }
}
