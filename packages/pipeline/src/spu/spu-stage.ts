import { FLOW_KEY_SELECTOR, FLOW_KEY_WORDS } from '@midplane/flow';
import { decodeEmbedded, FLAG_ICMP_ERROR, FRAGMENT_FIRST, KIND_NON_IP } from '@midplane/packet';
import { hashWing, type SessionTable } from '@midplane/session-table';
import { DROP_REASONS } from '../drop-reasons.ts';
import type { EventQueue } from '../engine/event-queue.ts';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { NpuEntries } from '../npu/entries.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import {
  OUTCOME_DROPPED,
  OUTCOME_HELD,
  OUTCOME_PENDING,
  PATH_CENTRAL_POINT,
  PATH_FRAGMENT,
  PATH_ICMP_ERROR,
  PATH_NPU_HIT,
  type PathBatch,
} from '../path-batch.ts';
import type { Regime } from '../regime/regime.ts';
import type { Stage } from '../stage.ts';
import {
  firstState,
  isClosed,
  isOpening,
  isTelnet,
  nextState,
  STATE_INVALID,
  STATE_PENDING,
  STATE_TELNET,
  timeoutOf,
  withSteady,
} from './lifetime.ts';
import { SessionEnds } from './session-ends.ts';
import type { Spu } from './spu.ts';

const UDP = 17;
const FAMILY_DROP = OUTCOME_DROPPED + DROP_REASONS.indexOf('family-drop');
const TABLE_FULL = OUTCOME_DROPPED + DROP_REASONS.indexOf('session-table-full');
const NO_FIRST_FRAGMENT = OUTCOME_DROPPED + DROP_REASONS.indexOf('fragment-without-first');
const CENTRAL_POINT_FULL = OUTCOME_DROPPED + DROP_REASONS.indexOf('central-point-full');
const QUEUE_FULL = OUTCOME_DROPPED + DROP_REASONS.indexOf('pending-queue-full');
const FRAGMENTS_FULL = OUTCOME_DROPPED + DROP_REASONS.indexOf('fragment-queue-full');
const CHAINS_FULL = OUTCOME_DROPPED + DROP_REASONS.indexOf('fragment-chains-full');
const NO_SESSION = OUTCOME_DROPPED + DROP_REASONS.indexOf('icmp-error-without-session');

/** What the SPU stage works on. */
export interface SpuStageOptions {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly values: ParameterValues;
  readonly entries: NpuEntries;
  readonly regime: Regime;
  readonly held: HeldPackets;
  /** Sends a row that was held on its way behind the SPU. */
  readonly resume: (batch: PathBatch, row: number) => void;
}

/**
 * The SPUs: a packet whose session is in the table takes the fast path, another one the first path at the SPU that the
 * regime says.
 *
 * Fragments and ICMP errors arrive at the SPU of their own hash, and are handed over to the owner.
 */
export class SpuStage implements Stage {
  readonly name = 'spu';
  private readonly options: SpuStageOptions;
  private readonly ends: SessionEnds;
  private readonly scratch = new Int32Array(FLOW_KEY_WORDS);

  constructor(options: SpuStageOptions) {
    this.options = options;
    this.ends = new SessionEnds(options);
  }

  decide(batch: PathBatch, row: number): void {
    // hot: called per packet, no allocation
    const { packets } = batch;
    const path = batch.path[row];
    const spu = this.options.spus[batch.spu[row]];
    const length = packets.records!.length[row];
    spu.packets++;
    spu.bytes += length;
    if (path === PATH_NPU_HIT) spu.npuHits++;
    else if (path === PATH_FRAGMENT) spu.fragmentsIn++;
    else if (path !== PATH_CENTRAL_POINT) spu.hashed++;
    if (packets.kind[row] === KIND_NON_IP) {
      batch.outcome[row] = FAMILY_DROP;
    } else if (path === PATH_FRAGMENT) {
      this.decideFragment(batch, row, spu);
    } else if (packets.flags[row] & FLAG_ICMP_ERROR) {
      this.decideIcmpError(batch, row);
    } else {
      this.enter(batch, row, packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row], batch.known[row]);
    }
  }

  /** Lets a second pass: sessions without packets are invalidated, and removed when they have lingered. */
  tick(second: number): void {
    this.ends.tick(second);
  }

  /** Ends the input: nothing comes any more. */
  finish(tick: number): void {
    this.ends.finish(tick);
  }

  /**
   * Counts a packet of a session, and moves the state of the session on.
   *
   * @returns False if the session is over, or closed and the packet opens another one: nothing is changed then.
   */
  pass(
    table: SessionTable,
    flow: number,
    length: number,
    tick: number,
    protocol: number,
    tcpFlags: number,
    flags: number,
  ): boolean {
    // hot: called per packet, no allocation
    const session = flow >>> 1;
    const state = table.user(session, 0);
    if (state & STATE_INVALID || (isClosed(state) && isOpening(protocol, tcpFlags))) return false;
    table.count(flow, length, tick);
    const next = nextState(state, protocol, tcpFlags, flow & 1);
    if (next !== state) {
      table.setUser(session, 0, withSteady(next, protocol));
      table.setTimeout(session, timeoutOf(next, protocol, flags, this.options.values));
    }
    return true;
  }

  /**
   * A packet at an SPU: fast path if it has the session, else wherever the regime says.
   *
   * @param flow What this SPU has for the key; -1 = nothing.
   */
  private enter(batch: PathBatch, row: number, key: Int32Array, at: number, wingHash: number, flow: number): void {
    const { spus, regime } = this.options;
    const position = batch.spu[row];
    if (flow >= 0 && this.join(batch, row, key, at, flow)) return;
    const owner = regime.claim(position, key, at, wingHash);
    if (owner < 0) {
      batch.outcome[row] = CENTRAL_POINT_FULL;
      return;
    }
    let stale = flow;
    if (owner !== position) {
      this.handOver(batch, row, owner);
      spus[owner].fromCentralPoint++;
      stale = spus[owner].table!.find(key, at, wingHash);
      if (stale >= 0 && this.join(batch, row, key, at, stale)) return;
    }
    this.start(batch, row, key, at, wingHash, stale);
  }

  /** A packet of a session that the SPU has; false if the session is over or gives way. */
  private join(batch: PathBatch, row: number, key: Int32Array, at: number, flow: number): boolean {
    const { values, npus } = this.options;
    const { packets } = batch;
    const spu = this.options.spus[batch.spu[row]];
    const table = spu.table!;
    const session = flow >>> 1;
    const isPending = (table.user(session, 0) & STATE_PENDING) !== 0;
    if (isPending) {
      const waiting = spu.pending.get(session)!;
      if (waiting.packets >= values.pendingQueuePackets) {
        batch.outcome[row] = QUEUE_FULL;
        return true;
      }
      waiting.packets++;
      if (batch.path[row] !== PATH_FRAGMENT) waiting.npus |= npus[batch.npu[row]].bit;
    }
    const length = packets.records!.length[row];
    const protocol = key[at + 9] & 0xff;
    if (!this.pass(table, flow, length, batch.tick[row], protocol, packets.tcpFlags[row], packets.flags[row])) {
      return false;
    }
    spu.fastPath++;
    batch.flow[row] = flow;
    if (batch.path[row] !== PATH_NPU_HIT && !isPending) this.install(batch, row, session);
    return true;
  }

  /** First path: makes a session, in place of one of the same key that is over. */
  private start(batch: PathBatch, row: number, key: Int32Array, at: number, wingHash: number, stale: number): void {
    const { entries, regime, values, npus } = this.options;
    const position = batch.spu[row];
    const spu = this.options.spus[position];
    const table = spu.table!;
    const { packets } = batch;
    const tick = batch.tick[row];
    const protocol = key[at + 9] & 0xff;
    const bits = stale >= 0 ? this.ends.giveWay(spu, table, stale >>> 1) : 0;
    const telnet = isTelnet(protocol, key[at + FLOW_KEY_SELECTOR]) ? STATE_TELNET : 0;
    const state = firstState(protocol, packets.tcpFlags[row]) | telnet;
    const timeout = timeoutOf(state, protocol, packets.flags[row], values);
    const session = table.insert(key, at, tick, timeout, wingHash);
    if (session < 0) {
      spu.failed++;
      batch.outcome[row] = TABLE_FULL;
      regime.forget(position, key, at, wingHash);
      return;
    }
    const generation = batch.numberOf(row);
    table.setUser(session, 1, generation);
    const isPending = regime.begin(batch.nowNs[row] + values.npuToSpuDelayNs, position, session, generation);
    table.setUser(session, 0, withSteady(isPending ? state | STATE_PENDING : state, protocol));
    entries.inherit(table, session, bits);
    table.count(session << 1, packets.records!.length[row], tick);
    spu.remember(wingHash);
    spu.created++;
    spu.firstPath++;
    batch.flow[row] = session << 1;
    if (!isPending) this.install(batch, row, session);
    else {
      const isLookedUp = batch.path[row] !== PATH_FRAGMENT;
      spu.pending.set(session, { packets: 1, npus: isLookedUp ? npus[batch.npu[row]].bit : 0 });
    }
  }

  /** The central point has installed a session: it is valid, and its NPUs hear of it. */
  confirm(queue: EventQueue): void {
    const { spus, npus, entries } = this.options;
    const { a: position, b: session, c: generation, timeNs } = queue;
    const { table, pending } = spus[position];
    if (!table!.has(session) || table!.user(session, 1) !== generation) return;
    const waiting = pending.get(session);
    if (waiting === undefined) return;
    pending.delete(session);
    const state = table!.user(session, 0) & ~STATE_PENDING;
    table!.setUser(session, 0, withSteady(state, table!.protocol(session)));
    for (let npu = 0; npu < npus.length; npu++) {
      if (waiting.npus & npus[npu].bit) entries.request(timeNs, npu, position, session);
    }
  }

  /** A fragment at the SPU of its addresses: the first one names the ports and so the owner, the others wait for it. */
  private decideFragment(batch: PathBatch, row: number, spu: Spu): void {
    const { packets } = batch;
    const at = row * FLOW_KEY_WORDS;
    const tick = batch.tick[row];
    const id = packets.fragmentId[row];
    if (packets.fragment[row] === FRAGMENT_FIRST) {
      const waiting = spu.fragments.learn(packets.key, at, id, tick);
      this.scratch.set(packets.key.subarray(at, at + FLOW_KEY_WORDS));
      this.enterFragment(batch, row);
      if (waiting >= 0) this.releaseFragments(waiting, batch, row);
    } else if (spu.fragments.recallInto(packets.key, at, id, tick, this.scratch)) {
      this.enterFragment(batch, row);
    } else {
      batch.outcome[row] = OUTCOME_HELD;
      if (!spu.fragments.hold(batch, row)) batch.outcome[row] = FRAGMENTS_FULL;
    }
  }

  /** A fragment whose flow key is in `scratch`. */
  private enterFragment(batch: PathBatch, row: number): void {
    const { spus, regime } = this.options;
    const wingHash = hashWing(this.scratch, 0);
    if (regime.isByHash) this.handOver(batch, row, regime.locate(batch.spu[row], this.scratch, 0, wingHash));
    const flow = spus[batch.spu[row]].table!.find(this.scratch, 0, wingHash);
    this.enter(batch, row, this.scratch, 0, wingHash, flow);
  }

  /** Sends fragments to the owner, in the order in which they came, now that the first one has. */
  private releaseFragments(first: number, now: PathBatch, row: number): void {
    const { held, resume } = this.options;
    for (let kept = first, next = -1; kept >= 0; kept = next) {
      const { batch } = held;
      next = held.after(kept);
      batch.outcome[kept] = OUTCOME_PENDING;
      batch.nowNs[kept] = now.nowNs[row];
      batch.tick[kept] = now.tick[row];
      this.enterFragment(batch, kept);
      resume(batch, kept);
      held.release(kept);
    }
  }

  /** Drops fragments whose first one did not come in time, or whose chain gives way. */
  loseFragments(first: number, isForRoom: boolean): void {
    const { held, resume } = this.options;
    for (let kept = first, next = -1; kept >= 0; kept = next) {
      next = held.after(kept);
      held.batch.outcome[kept] = isForRoom ? CHAINS_FULL : NO_FIRST_FRAGMENT;
      resume(held.batch, kept);
      held.release(kept);
    }
  }

  /** An ICMP error: handed to the owner of the session that the packet inside belongs to. */
  private decideIcmpError(batch: PathBatch, row: number): void {
    const { spus, regime } = this.options;
    const isKnown = decodeEmbedded(batch.packets, row, this.scratch, 0);
    const wingHash = isKnown ? hashWing(this.scratch, 0) : 0;
    const position = isKnown ? regime.locate(batch.spu[row], this.scratch, 0, wingHash) : -1;
    if (position < 0) {
      batch.outcome[row] = NO_SESSION;
      return;
    }
    this.handOver(batch, row, position);
    const owner = spus[position];
    const flow = owner.table!.find(this.scratch, 0, wingHash);
    batch.path[row] = PATH_ICMP_ERROR;
    owner.icmpErrorsIn++;
    if (flow < 0 || owner.table!.user(flow >>> 1, 0) & STATE_INVALID) {
      batch.outcome[row] = NO_SESSION;
      return;
    }
    // nobody listens: the session is over at the next second
    if (owner.table!.protocol(flow >>> 1) === UDP) owner.table!.setTimeout(flow >>> 1, 0);
    // the error travels against the packet that caused it
    owner.table!.count(flow ^ 1, batch.packets.records!.length[row], batch.tick[row]);
    owner.fastPath++;
    batch.flow[row] = flow ^ 1;
  }

  /** Moves a packet to another SPU, if it is not there already. */
  private handOver(batch: PathBatch, row: number, to: number): void {
    const { spus } = this.options;
    const from = batch.spu[row];
    if (to === from) return;
    spus[from].handedOver++;
    spus[to].packets++;
    spus[to].bytes += batch.packets.records!.length[row];
    batch.spu[row] = to;
  }

  /** Sends a session to the NPU that received the packet; fragments are never looked up there. */
  private install(batch: PathBatch, row: number, session: number): void {
    if (batch.path[row] === PATH_FRAGMENT) return;
    const { entries, values } = this.options;
    entries.request(batch.nowNs[row] + values.npuToSpuDelayNs, batch.npu[row], batch.spu[row], session);
  }
}
