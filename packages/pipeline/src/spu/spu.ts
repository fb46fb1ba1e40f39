import type { SpcType, Spu as SpuSpec } from '@midplane/chassis';
import { SessionTable } from '@midplane/session-table';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { SourceNat } from '../nat/source-nat.ts';
import type { ParameterValues } from '../parameters.ts';
import { FragmentMemory, type LoseFragments } from './fragment-memory.ts';
import { OrderMeter } from './order-meter.ts';
import type { PacketMemory } from './packet-memory.ts';
import type { Pending } from './pending-sessions.ts';
import { SpuLoad } from './spu-load.ts';
import { type OrderingState, orderingWorkNs, SpuOrdering } from './spu-ordering.ts';
import type { SpuSpeed } from './spu-speed.ts';
import { TopSessions } from './top-sessions.ts';

/** Size of the filter of what was inserted since the batch began. */
const FRESH = 4096;
/** Sessions that the report lists per SPU. */
const TOP_SESSIONS = 5;

/** What an SPU is put together from. */
export interface SpuParts {
  readonly held: HeldPackets;
  readonly loseFragments: LoseFragments;
  /** What work costs, by card. */
  readonly speeds: Readonly<Record<SpcType, SpuSpeed>>;
  readonly ordering: OrderingState;
  /** Counts a packet that has left by an I/O card, where the order is measured. */
  readonly left: (card: number, isReordered: boolean, extent: number) => void;
  /** Makes its packet memory; undefined = there is always enough. */
  readonly createMemory: (() => PacketMemory) | undefined;
  /** Makes its share of source NAT; undefined = there is none. */
  readonly createSourceNat: (() => SourceNat | undefined) | undefined;
}

/** One services processing unit: its sessions, its fragments, and what it counted. */
export class Spu {
  /** The SPU as the chassis lists it. */
  spec: SpuSpec;
  /** Rows of the session distribution hash table. */
  rows: number;
  /**
   * User word 0: state bits and NPUs that were asked to enter it; user word 1: number of the first packet; tag: bits of the
   * NPUs that have entered it (see `MarkedEntries`).
   * Undefined: it takes no sessions.
   */
  table: SessionTable | undefined;
  fragments: FragmentMemory;
  readonly load: SpuLoad;
  readonly ordering: SpuOrdering;
  /** Measures the order of packets, where that is asked for. */
  readonly orderMeter: OrderMeter | undefined;
  /** Memory of the packets that it has; undefined = there is always enough. */
  readonly memory: PacketMemory | undefined;
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
  fragmentsHandedIn = 0;
  fromNpCache = 0;
  redirected = 0;
  /** Packets that an NPU sent by an entry whose session is not here. */
  staleHits = 0;
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
  cleared = 0;
  /** Ended by a reset of the data plane. */
  lost = 0;
  /** Pending sessions given up for one of another SPU. */
  yielded = 0;
  /** Packets that it made itself, and copies of multicast packets. */
  generated = 0;
  replicated = 0;
  /** Fragments whose packet they do not simply make up. */
  fragmentsTiny = 0;
  fragmentsRepeated = 0;
  fragmentsOverlapping = 0;
  /** Whether sessions age out early, for the table is over its high watermark; how often that began. */
  isAggressive = false;
  aggressivePeriods = 0;

  /** Leaf sessions of each multicast template session. */
  readonly leaves: Map<number, number[]> = new Map();
  leafCount = 0;
  /** Leaves of template sessions that have ended while sessions age out. */
  readonly overLeaves: Set<number> = new Set();
  /** Sessions that wait for their central points. */
  readonly pending: Map<number, Pending> = new Map();
  /** Source NAT of this SPU, and what sessions have taken from it. */
  sourceNat: SourceNat | undefined;
  /** What was given and refused by each pool before the last reset, or before NAT became another one. */
  readonly natPast: Map<string, { given: number; refused: number }> = new Map();
  readonly bindings: Map<number, number> = new Map();
  private isAgeing = false;
  private peakBefore = 0;
  private readonly parts: SpuParts;
  private readonly values: ParameterValues;
  /** By lower bits of the hash: 1 = a session was made since the batch began. */
  private readonly fresh = new Uint8Array(FRESH);
  /** By lower bits of its number: 1 = a session was made under that number since the batch began; see `isMade`. */
  readonly made: Uint8Array = new Uint8Array(FRESH);
  /** Places in `fresh` and in `made` that are 1, by turns, and how many. */
  private marks = new Uint16Array(512);
  private marked = 0;

  constructor(spec: SpuSpec, rows: number, values: ParameterValues, parts: SpuParts) {
    this.parts = parts;
    this.values = values;
    this.spec = spec;
    this.rows = rows;
    this.load = new SpuLoad(parts.speeds[spec.card], (speed) =>
      orderingWorkNs(parts.ordering.mode, this.spec.card, speed),
    );
    this.ordering = new SpuOrdering(parts.ordering.mode, values.orderingTimeoutNs, parts.ordering.protocols);
    this.orderMeter = parts.ordering.measure ? new OrderMeter(() => this.table, parts.left) : undefined;
    this.memory = parts.createMemory?.();
    this.sourceNat = parts.createSourceNat?.();
    this.table = newTable(spec);
    this.fragments = this.newFragments();
  }

  /** Its card is reset: sessions, fragments, NAT bindings and work are gone. Packets that it held are dropped before. */
  reset(nowNs: number): void {
    if (this.table !== undefined) this.lost += this.table.size - this.invalidated - this.leafCount;
    this.invalidated = 0;
    this.leafCount = 0;
    this.leaves.clear();
    this.pending.clear();
    this.isAggressive = false;
    this.renewNat();
    this.renewTable();
    this.fragments = this.newFragments();
    this.load.reset(nowNs);
    this.ordering.reset();
    this.orderMeter?.reset(nowNs);
    this.memory?.reset();
  }

  /** Source NAT begins anew: no session has anything of it. */
  renewNat(): void {
    this.bindings.clear();
    for (const { name, allocations, failures } of this.sourceNat?.statistics() ?? []) {
      const past = this.natPast.get(name) ?? { given: 0, refused: 0 };
      this.natPast.set(name, { given: past.given + allocations, refused: past.refused + failures });
    }
    this.sourceNat = this.parts.createSourceNat?.();
  }

  /** The mode of packet ordering is another one. */
  setOrdering(): void {
    this.ordering.mode = this.parts.ordering.mode;
    this.load.speed = this.parts.speeds[this.spec.card];
  }

  /** Takes its part in the tables of a chassis, or none (`undefined`). Sessions that it has stay. */
  install(spec: SpuSpec | undefined, rows: number): void {
    this.rows = rows;
    if (spec === undefined) {
      this.spec = { ...this.spec, weight: 0 };
      return;
    }
    const isOther = spec.maxSessions !== this.spec.maxSessions;
    const isOtherCard = spec.card !== this.spec.card;
    this.spec = spec;
    if (isOtherCard) this.load.speed = this.parts.speeds[spec.card];
    if (isOther) this.renewTable();
  }

  /** Most sessions at any time, in this table and those before it. */
  get peak(): number {
    return Math.max(this.peakBefore, this.table?.peak ?? 0);
  }

  private renewTable(): void {
    this.peakBefore = this.peak;
    this.table = newTable(this.spec);
  }

  private newFragments(): FragmentMemory {
    const { fragmentChains, fragmentTimeoutS, heldFragments } = this.values;
    const { held, loseFragments } = this.parts;
    return new FragmentMemory(fragmentChains, fragmentTimeoutS, heldFragments, held, loseFragments);
  }

  /** Its ID. */
  get spuId(): number {
    return this.spec.spuId;
  }

  /** The time of a session: early ageout at most, while sessions age out early. */
  cut(timeoutS: number): number {
    return this.isAggressive && timeoutS > this.values.earlyAgeoutS ? this.values.earlyAgeoutS : timeoutS;
  }

  /** A multicast template session is over, and its leaves with it. */
  endLeaves(session: number): void {
    if (this.leaves.size === 0) return;
    const leaves = this.leaves.get(session);
    if (leaves === undefined) return;
    this.leaves.delete(session);
    this.leafCount -= leaves.length;
    for (const leaf of leaves) {
      if (this.isAgeing) this.overLeaves.add(leaf);
      else this.table!.remove(leaf);
    }
  }

  /** Lets sessions age out. While that lasts nothing else is removed: the leaves of what ends are, behind it. */
  age(second: number, onExpire: (session: number) => void): void {
    const { overLeaves } = this;
    this.isAgeing = true;
    this.table!.age(second, onExpire);
    this.isAgeing = false;
    if (overLeaves.size === 0) return;
    for (const leaf of overLeaves) this.table!.remove(leaf);
    overLeaves.clear();
  }

  /** Says that a batch is looked up now. */
  beginBatch(): void {
    // one by one: to clear all of both arrays would take the caches from the sessions
    const { fresh, made, marks } = this;
    for (let at = 0; at < this.marked; at += 2) {
      fresh[marks[at]] = 0;
      made[marks[at + 1]] = 0;
    }
    this.marked = 0;
  }

  /** Says that a session was made. */
  remember(session: number, wingHash: number): void {
    if (this.marked === this.marks.length) {
      const longer = new Uint16Array(2 * this.marked);
      longer.set(this.marks);
      this.marks = longer;
    }
    const freshAt = wingHash & (FRESH - 1);
    const madeAt = session & (FRESH - 1);
    this.fresh[freshAt] = 1;
    this.made[madeAt] = 1;
    this.marks[this.marked] = freshAt;
    this.marks[this.marked + 1] = madeAt;
    this.marked += 2;
  }

  /** Whether a flow that is named from elsewhere is there, and that of a key. */
  has(flow: number, key: Int32Array, at: number): boolean {
    const table = this.table!;
    return table.has(flow >>> 1) && table.flowOf(flow >>> 1, key, at) === flow;
  }

  /** The flow of a key now, given what it was when the batch began; -1 = none. */
  recall(key: Int32Array, at: number, wingHash: number, known: number): number {
    // hot: what was found may be gone, and what was missing may have come since
    const table = this.table!;
    if (known < 0) return this.fresh[wingHash & (FRESH - 1)] === 0 ? -1 : table.find(key, at, wingHash);
    if (table.flowOf(known >>> 1, key, at) === known) return known;
    return table.find(key, at, wingHash);
  }
}

/**
 * Whether a number that a session had when the batch began may be that of another one by now, by the `made` of its SPU; that
 * it is free shows in its tag.
 */
export function isMade(made: Uint8Array, session: number): boolean {
  return made[session & (FRESH - 1)] !== 0;
}

function newTable({ maxSessions }: SpuSpec): SessionTable | undefined {
  return maxSessions > 0 ? new SessionTable({ capacity: maxSessions }) : undefined;
}
