import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FRAGMENT_FIRST, KIND_IPV6, KIND_NON_IP } from '@midplane/packet';
import { NO_SPU } from '../central-point/central-point.ts';
import { outcomeOf } from '../drop-reasons.ts';
import type { EventQueue } from '../engine/event-queue.ts';
import type { Messages } from '../engine/messages.ts';
import {
  OUTCOME_PENDING,
  PATH_CENTRAL_POINT,
  PATH_FRAGMENT,
  PATH_ICMP_ERROR,
  PATH_NP_CACHE,
  PATH_NPU_HIT,
  type PathBatch,
} from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import { FirstPath, type FirstPathOptions } from './first-path.ts';
import { FragmentPath } from './fragment-path.ts';
import { HandOver, type HandOverOptions } from './hand-over.ts';
import { IcmpErrors } from './icmp-errors.ts';
import {
  isClosed,
  isOpening,
  nextState,
  STATE_INVALID,
  STATE_PENDING,
  STATE_TEMPLATE,
  timeoutOf,
  withSteady,
} from './lifetime.ts';
import { PendingSessions } from './pending-sessions.ts';
import { SessionEnds } from './session-ends.ts';
import type { Spu } from './spu.ts';
import { flowHashOf } from './spu-ordering.ts';
import { WORK_FAST, WORK_SEND } from './work-kind.ts';

const FAMILY_DROP = outcomeOf('family-drop');
const CENTRAL_POINT_FULL = outcomeOf('central-point-full');
const NO_SPU_LEFT = outcomeOf('no-spu-left');
const SPU_QUEUE_FULL = outcomeOf('spu-queue-full');
const MEMORY_FULL = outcomeOf('packet-memory-full');

/** What the SPU stage works on. */
export interface SpuStageOptions
  extends Omit<FirstPathOptions, 'handOver' | 'pending' | 'ends'>,
    Omit<HandOverOptions, 'spus' | 'values'> {
  readonly messages: Messages;
}

/**
 * The SPUs: a packet whose session is in the table takes the fast path, another one the first path at the SPU that the
 * regime says.
 *
 * Fragments and ICMP errors arrive at the SPU of their own hash, and are handed over to the owner.
 */
export class SpuStage implements Stage {
  readonly name = 'spu';
  /** Sessions that wait for their central points. */
  readonly pending: PendingSessions;
  private readonly options: SpuStageOptions;
  /** Packets between SPUs. */
  readonly handOver: HandOver;
  private readonly ends: SessionEnds;
  private readonly firstPath: FirstPath;
  private readonly fragments: FragmentPath;
  private readonly icmpErrors: IcmpErrors;
  private dropsInet6: boolean;

  constructor(options: SpuStageOptions) {
    this.options = options;
    this.dropsInet6 = options.configuration?.forwarding.inet6 === 'drop';
    this.handOver = new HandOver(options);
    this.ends = new SessionEnds(options);
    const { handOver, ends } = this;
    this.pending = new PendingSessions({
      ...options,
      handOver,
      ends,
      copy: (batch, row, spu, session) => this.firstPath.copy(batch, row, spu, session),
    });
    this.firstPath = new FirstPath({ ...options, handOver, ends, pending: this.pending });
    const enter = this.enter.bind(this);
    this.fragments = new FragmentPath({ ...options, handOver, enter });
    this.icmpErrors = new IcmpErrors({ ...options, handOver });
  }

  decide(batch: PathBatch, row: number): void {
    // hot: called per packet that is not plain, no allocation
    const { packets } = batch;
    const path = batch.path[row];
    const spu = this.options.spus[batch.spu[row]];
    const length = packets.records!.length[row];
    spu.packets++;
    spu.bytes += length;
    if (!spu.load.accepts(this.handOver.nowNs(batch, row))) {
      batch.outcome[row] = SPU_QUEUE_FULL;
      return;
    }
    if (spu.memory?.take(this.handOver.nowNs(batch, row), length) === false) {
      batch.outcome[row] = MEMORY_FULL;
      return;
    }
    if (path === PATH_NPU_HIT) spu.npuHits++;
    else if (path === PATH_FRAGMENT) spu.fragmentsIn++;
    else if (path === PATH_NP_CACHE) spu.fromNpCache++;
    else if (path !== PATH_CENTRAL_POINT) spu.hashed++;
    if (packets.kind[row] === KIND_NON_IP || (this.dropsInet6 && packets.kind[row] === KIND_IPV6)) {
      batch.outcome[row] = FAMILY_DROP;
      this.handOver.work(batch, row, WORK_FAST, 0);
    } else if (path === PATH_FRAGMENT || path === PATH_NP_CACHE) {
      this.fragments.decide(batch, row, spu);
    } else if (packets.flags[row] & FLAG_ICMP_ERROR) {
      this.icmpErrors.decide(batch, row);
    } else {
      const at = row * FLOW_KEY_WORDS;
      const flow = this.options.regime.isByHash ? batch.known[row] : this.lookUp(batch, row, spu);
      this.enter(batch, row, packets.key, at, batch.wingHash[row], flow, false);
    }
  }

  /** A packet reaches the SPU that another one has sent it to. */
  receive(queue: EventQueue): void {
    const { a: row, b: to, c: isBound, timeNs } = queue;
    const { held, spus, regime, npus } = this.options;
    this.handOver.receive(row, to, timeNs);
    const { batch } = held;
    const spu = spus[to];
    const at = row * FLOW_KEY_WORDS;
    const { key } = batch.packets;
    const isFull = !spu.load.accepts(timeNs);
    let waiting = -1;
    if (isFull || spu.memory?.take(timeNs, batch.packets.records!.length[row]) === false) {
      batch.outcome[row] = isFull ? SPU_QUEUE_FULL : MEMORY_FULL;
      // the session that it was to make does not come to be
      const wingHash = batch.wingHash[row];
      const flow = spu.table!.find(key, at, wingHash);
      const isPending = flow >= 0 && (spu.table!.user(flow >>> 1, 0) & STATE_PENDING) !== 0;
      if (isBound === 1 && !isPending) regime.abandon(to, key, at, wingHash);
    } else if (batch.path[row] === PATH_ICMP_ERROR) {
      this.icmpErrors.arrive(batch, row, isBound === 1);
    } else {
      if (regime.homeOf(key, at) < 0) spu.fromCentralPoint++;
      else if (batch.path[row] === PATH_FRAGMENT) spu.fragmentsHandedIn++;
      else spu.redirected++;
      const flow = spu.table!.find(key, at, batch.wingHash[row]);
      this.enter(batch, row, key, at, batch.wingHash[row], flow, isBound === 1);
      const isFirst = batch.packets.fragment[row] === FRAGMENT_FIRST;
      if (isFirst && npus[batch.npu[row]].cache !== undefined) waiting = this.fragments.learnAtOwner(batch, row, spu);
    }
    this.handOver.leave(batch, row);
    this.fragments.follow(waiting, timeNs);
  }

  /** Lets a second pass: sessions without packets are invalidated, and removed when they have lingered. */
  tick(second: number): void {
    this.ends.tick(second);
  }

  /** Ends the sessions of an SPU, all or some; returns how many. */
  clear(position: number, nowNs: number, isWanted?: (session: number) => boolean): number {
    return this.ends.clear(this.options.spus[position], position, nowNs, isWanted);
  }

  /** The configuration has other tables. */
  configure(): void {
    this.dropsInet6 = this.options.configuration?.forwarding.inet6 === 'drop';
    this.firstPath.configure();
  }

  /** Ends the input: nothing comes any more. */
  finish(tick: number): void {
    this.ends.finish(tick);
  }

  /** Drops fragments whose first one did not come in time, or whose chain gives way. */
  loseFragments(first: number, isForRoom: boolean): void {
    this.fragments.lose(first, isForRoom);
  }

  /**
   * Counts a packet of a session, and moves the state of the session on.
   *
   * @returns False if the session is over, or closed and the packet opens another one: nothing is changed then.
   */
  pass(
    spu: Spu,
    flow: number,
    length: number,
    tick: number,
    protocol: number,
    tcpFlags: number,
    flags: number,
  ): boolean {
    // hot: called per packet, no allocation
    const table = spu.table!;
    const session = flow >>> 1;
    const state = table.user(session, 0);
    if (state & STATE_INVALID || (isClosed(state) && isOpening(protocol, tcpFlags))) return false;
    table.count(flow, length, tick);
    const next = nextState(state, protocol, tcpFlags, flow & 1);
    if (next !== state) {
      table.setUser(session, 0, withSteady(next, protocol));
      // one that an ICMP error has ended stays so
      if (table.timeout(session) > 0) {
        table.setTimeout(session, spu.cut(timeoutOf(next, protocol, flags, this.options.values)));
      }
    }
    return true;
  }

  /** The ownership check: what this SPU has for a packet, where an NPU's entry may be wrong. */
  private lookUp(batch: PathBatch, row: number, spu: Spu): number {
    const { table } = spu;
    const { key } = batch.packets;
    const at = row * FLOW_KEY_WORDS;
    if (table === undefined) return -1;
    const named = batch.known[row];
    if (named >= 0 && spu.has(named, key, at)) return named;
    const flow = table.find(key, at, batch.wingHash[row]);
    if (flow < 0 && batch.path[row] === PATH_NPU_HIT) {
      spu.staleHits++;
      const { messages } = this.options;
      messages.stale(this.handOver.nowNs(batch, row), batch.npu[row], batch.spu[row], named, batch.entry[row]);
    }
    return flow;
  }

  /**
   * A packet at an SPU: fast path if it has the session, else wherever the regime says.
   *
   * @param flow What this SPU has for the key; -1 = nothing.
   * @param isBound Whether it is known that the session is to be made here.
   */
  private enter(
    batch: PathBatch,
    row: number,
    key: Int32Array,
    at: number,
    wingHash: number,
    flow: number,
    isBound: boolean,
  ): void {
    const { regime } = this.options;
    const position = batch.spu[row];
    if (flow >= 0 && this.join(batch, row, key, at, wingHash, flow)) return;
    if (!isBound) {
      const owner = regime.claim(position, key, at, wingHash);
      if (owner < 0) {
        this.handOver.work(batch, row, WORK_SEND, wingHash);
        batch.outcome[row] = owner === NO_SPU ? NO_SPU_LEFT : CENTRAL_POINT_FULL;
        return;
      }
      if (owner !== position) {
        const home = regime.homeOf(key, at);
        this.handOver.send(batch, row, owner, key, at, wingHash, home < 0 || home === position || regime.isByHash);
        return;
      }
    }
    this.firstPath.start(batch, row, key, at, wingHash, flow);
  }

  /** A packet of a session that the SPU has; false if the session is over or gives way. */
  private join(batch: PathBatch, row: number, key: Int32Array, at: number, wingHash: number, flow: number): boolean {
    const { packets } = batch;
    const spu = this.options.spus[batch.spu[row]];
    const table = spu.table!;
    const session = flow >>> 1;
    const isPending = (table.user(session, 0) & STATE_PENDING) !== 0;
    if (isPending && !this.pending.hasRoom(spu, session)) {
      this.pending.hold(batch, row, spu, session); // drops it
      return true;
    }
    const length = packets.records!.length[row];
    const protocol = key[at + 9] & 0xff;
    const tick = batch.tick[row];
    if (!this.pass(spu, flow, length, tick, protocol, packets.tcpFlags[row], packets.flags[row])) {
      if (!isPending) return false;
      table.count(flow, length, tick); // nothing takes the place of a pending session
    }
    const doneNs = this.handOver.work(batch, row, WORK_FAST, flowHashOf(table, flow, wingHash));
    spu.fastPath++;
    batch.flow[row] = flow;
    if (!isPending && table.user(session, 0) & STATE_TEMPLATE) {
      this.firstPath.copy(batch, row, spu, session);
      if (batch.outcome[row] !== OUTCOME_PENDING) return true;
    }
    if (isPending) {
      this.pending.hold(batch, row, spu, session);
    } else if (batch.path[row] !== PATH_NPU_HIT) {
      // also for a fragment: it was not looked up, so its NPU may lack the session; if not, this is no message
      const { entries } = this.options;
      entries.request(doneNs, batch.npu[row], batch.spu[row], session);
    }
    return true;
  }
}
