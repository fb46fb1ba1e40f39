import { type ReorderingFigures, share } from './reordering-figures.ts';

// Places in `sums`
const GAPS = 0;
const GAP_PACKETS = 1;
const GAP_NS = 2;
const SUMS = 3;

/** Distances between arrivals that were the first to overtake (RFC 4737 section 4.5), of several streams. */
export class Gaps {
  private readonly sums = new Float64Array(SUMS);
  /** First and last arrival that was the first to overtake; 0 = none. */
  private readonly firstGap: Float64Array;
  private readonly lastGap: Float64Array;
  private readonly firstGapNs: Float64Array;
  private readonly lastGapNs: Float64Array;

  constructor(streams: number) {
    this.firstGap = new Float64Array(streams);
    this.lastGap = new Float64Array(streams);
    this.firstGapNs = new Float64Array(streams);
    this.lastGapNs = new Float64Array(streams);
  }

  /** Forgets the arrivals of a stream; what was counted stays. */
  reset(stream: number): void {
    this.firstGap[stream] = 0;
    this.lastGap[stream] = 0;
  }

  /** An arrival was found to have overtaken; each one is offered once. */
  count(stream: number, overtaker: number, timeNs: number): void {
    const { sums, firstGap, lastGap, firstGapNs, lastGapNs } = this;
    if (firstGap[stream] === 0) {
      firstGap[stream] = overtaker;
      lastGap[stream] = overtaker;
      firstGapNs[stream] = timeNs;
      lastGapNs[stream] = timeNs;
      return;
    }
    // one more between the first and the last splits a gap in two: only their number changes
    sums[GAPS]++;
    if (overtaker < firstGap[stream]) {
      sums[GAP_PACKETS] += firstGap[stream] - overtaker;
      sums[GAP_NS] += firstGapNs[stream] - timeNs;
      firstGap[stream] = overtaker;
      firstGapNs[stream] = timeNs;
    } else if (overtaker > lastGap[stream]) {
      sums[GAP_PACKETS] += overtaker - lastGap[stream];
      sums[GAP_NS] += timeNs - lastGapNs[stream];
      lastGap[stream] = overtaker;
      lastGapNs[stream] = timeNs;
    }
  }

  /** How many there were, their mean in packets and time. */
  figures(): ReorderingFigures['gaps'] {
    const { sums } = this;
    return {
      count: sums[GAPS],
      mean: share(sums[GAP_PACKETS], sums[GAPS]),
      meanNs: share(sums[GAP_NS], sums[GAPS]),
    };
  }
}
