import type { Spu as SpuSpec } from '@midplane/chassis';
import { SessionTable } from '@midplane/session-table';
import type { ParameterValues } from '../parameters.ts';
import { FragmentMemory } from './fragment-memory.ts';
import { TopSessions } from './top-sessions.ts';

/** Sessions that the report lists per SPU. */
const TOP_SESSIONS = 5;

/** One services processing unit: its sessions, its fragments, and what it counted. */
export class Spu {
  /** The SPU as the chassis lists it. */
  readonly spec: SpuSpec;
  /** Rows of the session distribution hash table. */
  readonly rows: number;
  /** User word 0: state bits; user word 1: arrival number of the first packet. Undefined: it takes no sessions. */
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
  /** Packets handed to the owner SPU. */
  handedOver = 0;
  /** Packets that made a session, and packets of a session that existed. */
  firstPath = 0;
  fastPath = 0;
  /** Sessions by the way they began and ended. */
  created = 0;
  failed = 0;
  agedOut = 0;
  replaced = 0;

  constructor(spec: SpuSpec, rows: number, values: ParameterValues) {
    this.spec = spec;
    this.rows = rows;
    this.table = spec.maxSessions > 0 ? new SessionTable({ capacity: spec.maxSessions }) : undefined;
    this.fragments = new FragmentMemory(values.fragmentChains, values.fragmentTimeoutS);
  }
}
