import type { Report, ReportAssumption, Unevenness } from '@midplane/pipeline';
import type { Headroom } from './headroom.ts';
import type { NoMoves, RowMoves, SessionMoves } from './moves.ts';
import type { OutageCost } from './outage.ts';

/** Version of the comparison's schema. */
export const COMPARISON_SCHEMA = 'midplane-compare/1';

/** One SPU of one side. */
export interface ComparedSpu {
  readonly spuId: number;
  readonly name: string;
  readonly card: string;
  readonly role: string;
  readonly rows: number;
  /** Its parts of all weights, sessions and packets. */
  readonly weightShare: number;
  readonly sessionShare: number;
  readonly packetShare: number;
  readonly packets: number;
  readonly bytes: number;
  readonly sessions: {
    readonly created: number;
    readonly failed: number;
    readonly peak: number;
    readonly capacity: number;
    /** Most that were made in one second. */
    readonly peakPerSecond: number;
  };
  readonly cpu: { readonly meanPercent: number; readonly peakPercent: number };
  /** Packets that it dropped. */
  readonly dropped: number;
}

/** One side of a comparison. */
export interface ComparedSide {
  /** How it is called, such as the name of its file. */
  readonly name: string;
  readonly chassis: Pick<
    Report['chassis'],
    | 'model'
    | 'release'
    | 'cards'
    | 'centralPoint'
    | 'regime'
    | 'distributionMode'
    | 'tableLength'
    | 'hash'
    | 'symmetric'
  >;
  readonly input: { readonly packets: number; readonly bytes: number; readonly durationNs: number };
  readonly dropped: number;
  readonly spus: readonly ComparedSpu[];
  readonly evenness: Report['evenness'];
  readonly unevenness: Unevenness;
  readonly headroom: Headroom;
}

/** Something that differs between the sides. */
export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Two chassis with a traffic, side by side. Plain data. */
export interface Comparison {
  readonly schema: typeof COMPARISON_SCHEMA;
  /** Whether both were given the same packets. */
  readonly sameTraffic: boolean;
  readonly differences: readonly Difference[];
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** Sessions that get another SPU, or why that was not counted. */
  readonly sessions: SessionMoves | NoMoves;
  /** Rows that get another SPU, or why that was not counted. */
  readonly rows: RowMoves | NoMoves;
  readonly outage: OutageCost;
  /** Why the input ended early, if it did. */
  readonly inputError?: string;
  readonly warnings: readonly string[];
  readonly assumptions: readonly ReportAssumption[];
}
