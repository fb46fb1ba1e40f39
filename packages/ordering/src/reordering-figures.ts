import type { LogHistogram } from './_log-histogram.ts';

/** Figures of one stream. */
export interface StreamFigures {
  /** Packets that are neither duplicates nor resent nor too late. */
  readonly received: number;
  readonly reordered: number;
  readonly duplicates: number;
  readonly resent: number;
  readonly tooLate: number;
  /** Largest extent; 0 if nothing is reordered. */
  readonly maxExtent: number;
  /** Packets in order since the last reordered one. */
  readonly run: number;
}

/**
 * Mean, largest and some quantiles: at least half of the values are within `p50`, and 99 % within `p99`. Quantiles above
 * 63 are rounded up by up to 1/32, but never above the largest value. All 0 if there is nothing.
 */
export interface Spread {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Figures of all streams of a meter. Offered = `received` + `duplicates` + `resent` + `tooLate`. */
export interface ReorderingFigures {
  readonly received: number;
  readonly reordered: number;
  /** `reordered` / `received` (RFC 4737 section 4.1); 0 if nothing was received. */
  readonly ratio: number;
  readonly duplicates: number;
  readonly resent: number;
  readonly tooLate: number;
  /** Arrivals with a larger number than the next one expected (RFC 4737 section 3): loss, or reordering to come. */
  readonly discontinuities: number;
  /** Packets from the earliest arrival with a larger number to the reordered packet (RFC 4737 section 4.2). */
  readonly extent: Spread;
  /** Time between the same two (RFC 4737 section 4.3). */
  readonly lateNs: Spread;
  /** `nReordered[n - 1]` packets are n-reordered (RFC 4737 section 5); ends with the largest n, at most `nLimit`. */
  readonly nReordered: readonly number[];
  /**
   * Distances between arrivals that were the first to overtake (RFC 4737 section 4.5): how
   * many, mean in packets and time.
   */
  readonly gaps: { readonly count: number; readonly mean: number; readonly meanNs: number };
  /** Packets in order between reordered ones (RFC 4737 section 4.6): complete runs, their lengths, sum of squares. */
  readonly runs: { readonly count: number; readonly mean: number; readonly longest: number; readonly squares: number };
}

/** Part of a whole; 0 if there is nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Reads a histogram. */
export function spreadOf(histogram: LogHistogram): Spread {
  return { mean: histogram.mean, p50: histogram.quantile(0.5), p99: histogram.quantile(0.99), max: histogram.max };
}

/** Counts the n-reordered packets, from packets by their largest n: a packet is n-reordered for every smaller n too. */
export function nReorderedOf(byLargest: Float64Array): number[] {
  const counts: number[] = [];
  let sum = 0;
  for (let n = byLargest.length - 1; n >= 1; n--) {
    sum += byLargest[n];
    if (sum > 0) counts.unshift(sum);
  }
  return counts;
}
