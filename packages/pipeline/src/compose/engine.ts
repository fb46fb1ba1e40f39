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
   */
  take(batch: PathBatch, untilNs: number, mayHandOver: boolean): void;
  /** Latencies of the packets of all SPUs so far. */
  latencies(): LatencyHistogram;
}
