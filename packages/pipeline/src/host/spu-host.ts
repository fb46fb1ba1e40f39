import type { PacketRecords } from '@midplane/packet';
import type { Report } from '../report/report.ts';
import type { SpuCounts } from '../spu/spu-counts.ts';

/** Where SPUs may be hosted: in this thread, in workers, or where it is faster. */
export type SpuHosting = 'inline' | 'workers' | 'auto';
/** Names of {@link SpuHosting}. */
export const SPU_HOSTINGS: readonly SpuHosting[] = ['inline', 'workers', 'auto'];

/** Where the SPUs of a run are hosted, and why there. It says nothing about the report, which is the same everywhere. */
export interface SpuHostPlan {
  /** Workers; 0 = all SPUs are in this thread. */
  readonly workers: number;
  /** Why, as a sentence without a full stop. */
  readonly why: string;
}

/** Runs the SPUs of one simulation. */
export interface SpuHost {
  readonly plan: SpuHostPlan;
  /** Packets offered so far. */
  readonly offered: number;
  /** What every SPU has counted so far, in order of SPU IDs: all of them after the same packet. */
  spuCounts(): SpuCounts[];
  /**
   * Sends packets down the path. The records are read at once and not kept.
   *
   * @returns A promise to wait for before the next call, if there is no room left.
   */
  offer(records: PacketRecords): void | Promise<void>;
  /** Ends the input and returns the report; `inputError` as that of `Pipeline.finish`. */
  finish(inputError?: string): Promise<Report>;
  /** Gives everything back, whether the run has ended or not. Nothing may be called after it. */
  close(): Promise<void>;
}

/** What is known of a run that a dead worker has ended. */
export interface PartialReport {
  readonly incomplete: true;
  /** Packets that all SPUs had decided. */
  readonly packets: number;
  /** What every SPU had counted by then. */
  readonly spus: readonly SpuCounts[];
}
