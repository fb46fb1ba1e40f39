import type { Spu as SpuSpec } from '@midplane/chassis';
import { SessionTable } from '@midplane/session-table';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { ParameterValues } from '../parameters.ts';
import { FragmentMemory, type LoseFragments } from './fragment-memory.ts';
import { TopSessions } from './top-sessions.ts';

/** Size of the filter of what was inserted since the batch began. */
const FRESH = 4096;
/** Sessions that the report lists per SPU. */
const TOP_SESSIONS = 5;

/** One services processing unit: its sessions, its fragments, and what it counted. */
export class Spu {
  /** The SPU as the chassis lists it. */
  readonly spec: SpuSpec;
  /** Rows of the session distribution hash table. */
  readonly rows: number;
  /**
   * User word 0: state bits; user word 1: number of the first packet; tag: bits of the NPUs that know the session.
   * Undefined: it takes no sessions.
   */
  readonly table: SessionTable | undefined;
  readonly fragments: FragmentMemory;
  readonly top: TopSessions = new TopSessions(TOP_SESSIONS);
  /** Packets that arrived from NPUs or were handed over, and their bytes. */
  packets = 0;
  bytes = 0;
  /** Packets by path. */
  npuHits = 0;
  hashed = 0;
  fragmentsIn = 0;
  icmpErrorsIn = 0;
  fromCentralPoint = 0;
  /** Packets handed to the owner SPU. */
  handedOver = 0;
  /** Packets that made a session, and packets of a session that existed. */
  firstPath = 0;
  fastPath = 0;
  /** Sessions by the way they began and ended. */
  created = 0;
  failed = 0;
  agedOut = 0;
  /** Sessions that are over and still in the table. */
  invalidated = 0;
  replaced = 0;

  /** Pending sessions: packets that wait, and the NPUs (bits) that they came from. */
  readonly pending: Map<number, { packets: number; npus: number }> = new Map();
  /** By lower bits of the hash: 1 = a session was made since the batch began. */
  private readonly fresh = new Uint8Array(FRESH);
  private removals = 0;

  constructor(spec: SpuSpec, rows: number, values: ParameterValues, held: HeldPackets, lose: LoseFragments) {
    this.spec = spec;
    this.rows = rows;
    this.table = spec.maxSessions > 0 ? new SessionTable({ capacity: spec.maxSessions }) : undefined;
    this.fragments = new FragmentMemory(
      values.fragmentChains,
      values.fragmentTimeoutS,
      values.heldFragments,
      held,
      lose,
    );
  }

  /** Says that a batch is looked up now. */
  beginBatch(): void {
    this.fresh.fill(0);
    this.removals = removalsOf(this.table!);
  }

  /** Says that a session was made. */
  remember(wingHash: number): void {
    this.fresh[wingHash & (FRESH - 1)] = 1;
  }

  /** Whether sessions that were there when the batch began may be gone. */
  get hasRemoved(): boolean {
    return removalsOf(this.table!) !== this.removals;
  }

  /** The flow of a key now, given what it was when the batch began; -1 = none. */
  recall(key: Int32Array, at: number, wingHash: number, known: number): number {
    // hot: what was found may be gone, and what was missing may have come since
    const table = this.table!;
    if (known < 0) return this.fresh[wingHash & (FRESH - 1)] === 0 ? -1 : table.find(key, at, wingHash);
    if (!this.hasRemoved || table.flowOf(known >>> 1, key, at) === known) return known;
    return table.find(key, at, wingHash);
  }
}

function removalsOf(table: SessionTable): number {
  return table.statistics.removals + table.statistics.aged;
}
