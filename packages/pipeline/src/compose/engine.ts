import type { PathBatch } from '../path-batch.ts';
import type { Pipeline } from '../pipeline-options.ts';
import type { LatencyHistogram } from '../spu/latency-histogram.ts';

/** A pipeline whose packets may have been received elsewhere. */
export interface Engine extends Pipeline {
  /**
   * Sends a batch down the path whose columns of the packets, hashes, times and numbers are filled.
   *
   * @param untilNs Time of the last packet received.
   * @param mayHandOver Whether the batch has fragments or ICMP errors; false only if it has none.
   * @param elsewhere -1: the batch has all packets, those of other groups of SPUs too. Else it has those of this group
   * alone; 1 = others have come to SPUs, 0 = there were none.
   */
  take(batch: PathBatch, untilNs: number, mayHandOver: boolean, elsewhere: number): void;
  /** Writes what SPUs have counted so far, of those that are marked by position; see `writeCounts`. */
  countsInto(out: Float64Array, isHosted: Uint8Array): void;
  /** Latencies of the packets of all SPUs so far. */
  latencies(): LatencyHistogram;
}
