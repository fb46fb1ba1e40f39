import type { SpuRole } from '@midplane/chassis';

/** What output of a device says about one SPU. What it did not say is left out. */
export interface SpuReading {
  /** Node of a cluster such as `node0`; `null` without. */
  readonly node: string | null;
  readonly fpc: number;
  readonly pic: number;
  /** From `show chassis fpc pic-status`. */
  role?: SpuRole;
  /** State of its PIC as printed, such as `Online`. */
  state?: string;
  cpuPercent?: number;
  memoryPercent?: number;
  /** Flow sessions in use, and the most that fit. */
  sessions?: number;
  maximum?: number;
  ipv4?: number;
  ipv6?: number;
  /** Central point sessions in use, and the most that fit. */
  cpSessions?: number;
  cpMaximum?: number;
  /** From the summary. */
  unicast?: number;
  multicast?: number;
  failed?: number;
  valid?: number;
  pending?: number;
  invalidated?: number;
  other?: number;
  /** CPU of the last 60 seconds, newest first. */
  cpuHistory?: readonly number[];
  /** Sessions that the list of sessions says it has, and those that were read of it. */
  listedTotal?: number;
}

/** One direction of a session that was listed. */
export interface WingReading {
  direction: 'In' | 'Out';
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  protocol: string;
  interface?: string;
  packets?: number;
  bytes?: number;
}

/** A session that was listed. */
export interface SessionReading {
  readonly node: string | null;
  /** SPU under whose heading it stands, without a heading that of its ID; `null` where neither tells. */
  readonly fpc: number | null;
  readonly pic: number | null;
  /** Whether the SPU follows from the ID. */
  readonly isOwnerById?: true;
  readonly sessionId: string;
  readonly wings: WingReading[];
  policy?: string;
  timeoutSeconds?: number;
}

/** A card that was listed, with its PICs. */
export interface CardReading {
  readonly node: string | null;
  readonly slot: number;
  state: string;
  description: string;
  readonly pics: { readonly pic: number; state: string; description: string }[];
}

/** Commands whose output can be read. */
export type ReadCommand =
  | 'show security monitoring'
  | 'show security monitoring fpc'
  | 'show security monitoring performance spu'
  | 'show security flow session'
  | 'show security flow session summary'
  | 'show security flow cp-session summary'
  | 'show chassis fpc pic-status';

/** A sum that does not fit to what it is the sum of. */
export interface Misfit {
  readonly node: string | null;
  /** SPU that it is about; `null` of a table of all. */
  readonly fpc: number | null;
  readonly pic: number | null;
  /**
   * `table`: below the rows of `show security monitoring`; `summary`: sessions in use, against those by state; `list`:
   * sessions that a list says it has, against those that were read.
   */
  readonly kind: 'table' | 'summary' | 'list';
  /** What is summed, such as `current flow sessions`. */
  readonly what: string;
  readonly printed: number;
  readonly counted: number;
}

/** A line that could not be read. */
export interface UnreadLine {
  /** From 1. */
  readonly line: number;
  /** At most 100 characters of it. */
  readonly text: string;
}

/** What output of a device says. */
export interface OutputReading {
  /** Commands whose output was found. */
  readonly commands: ReadonlySet<ReadCommand>;
  /** By node, FPC, PIC. */
  readonly spus: readonly SpuReading[];
  readonly sessions: readonly SessionReading[];
  readonly cards: readonly CardReading[];
  /** Sessions created per second, average of the last 96 seconds, by node (`''` without). */
  readonly sessionsPerSecond: ReadonlyMap<string, number>;
  /** Sums that do not fit: rows are missing, or were changed. */
  readonly misfits: readonly Misfit[];
  /** Figures that were read twice with different values: the later one counts. */
  readonly changed: readonly string[];
  /** Lines that are none of the output of these commands. */
  readonly unread: readonly UnreadLine[];
}
