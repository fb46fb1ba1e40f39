import { FLOW_KEY_WORDS } from '@midplane/flow';
import { type FlowHash, hashKey } from '@midplane/hash';
import { decodeEmbedded, FLAG_ICMP_ERROR, FRAGMENT_FIRST, KIND_NON_IP } from '@midplane/packet';
import { hashWing, type SessionTable } from '@midplane/session-table';
import { hashIndexOf } from '@midplane/weights';
import { DROP_REASONS } from '../drop-reasons.ts';
import type { NpuEntries } from '../npu/entries.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import { OUTCOME_DROPPED, PATH_FRAGMENT, PATH_ICMP_ERROR, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import {
  firstState,
  invalidated,
  isClosed,
  isOpening,
  nextState,
  STATE_INVALID,
  timeoutOf,
  withSteady,
} from './lifetime.ts';
import type { Spu } from './spu.ts';

const NS = 1_000_000_000;
const FAMILY_DROP = OUTCOME_DROPPED + DROP_REASONS.indexOf('family-drop');
const TABLE_FULL = OUTCOME_DROPPED + DROP_REASONS.indexOf('session-table-full');
const NO_FIRST_FRAGMENT = OUTCOME_DROPPED + DROP_REASONS.indexOf('fragment-without-first');
const NO_SESSION = OUTCOME_DROPPED + DROP_REASONS.indexOf('icmp-error-without-session');

/** What the SPU stage works on. */
export interface SpuStageOptions {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly hash: FlowHash;
  /** SPU position by hash index. */
  readonly spuOfIndex: Uint8Array;
  readonly values: ParameterValues;
  readonly entries: NpuEntries;
}

/**
 * The SPUs of the distributed regime: the SPU of the hash index is also the central point of the wing, so a packet
 * whose session is not in its table starts one there.
 *
 * Both wings of a session hash alike (symmetric normalisation) and nothing translates addresses, so no pointer record is
 * needed yet; fragments and ICMP errors are the packets that arrive at another SPU than the owner and are handed over.
 */
export class SpuStage implements Stage {
  readonly name = 'spu';
  private readonly options: SpuStageOptions;
  private readonly scratch = new Int32Array(FLOW_KEY_WORDS);

  constructor(options: SpuStageOptions) {
    this.options = options;
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
    else spu.hashed++;
    if (packets.kind[row] === KIND_NON_IP) {
      batch.outcome[row] = FAMILY_DROP;
    } else if (path === PATH_FRAGMENT) {
      this.decideFragment(batch, row, spu);
    } else if (packets.flags[row] & FLAG_ICMP_ERROR) {
      this.decideIcmpError(batch, row, spu);
    } else {
      this.enter(batch, row, spu, packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row], batch.known[row]);
    }
  }

  /** Lets a second pass: sessions without packets are invalidated, and removed when they have lingered. */
  tick(second: number): void {
    const { spus, entries, values } = this.options;
    for (let position = 0; position < spus.length; position++) {
      const spu = spus[position];
      const { table } = spu;
      table?.age(second, (session) => {
        if (table.user(session, 0) & STATE_INVALID) {
          entries.dropAll(table, session);
          spu.invalidated--;
          return;
        }
        this.tally(spu, session);
        spu.agedOut++;
        spu.invalidated++;
        entries.withdraw(table.tick * NS, position, session);
        table.setUser(session, 0, invalidated(table.user(session, 0)));
        table.keep(values.lingerS);
      });
    }
  }

  /** Puts the sessions that are still there on the lists of the largest; counts NPU entries that are idle by a tick. */
  finish(tick: number): void {
    const { spus, npus, entries } = this.options;
    for (const spu of spus) {
      const { table } = spu;
      if (table === undefined) continue;
      for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
        if ((table.user(session, 0) & STATE_INVALID) === 0) this.tally(spu, session);
        const idleS = tick - table.lastTick(session);
        for (const npu of npus) {
          if (table.tag(session) & npu.bit && idleS > npu.idleTimeoutS) entries.ageOut(table, session, npu);
        }
      }
    }
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

  /** A packet at its owner: fast path if the session exists, else first path. */
  private enter(
    batch: PathBatch,
    row: number,
    spu: Spu,
    key: Int32Array,
    at: number,
    wingHash: number,
    flow: number,
  ): void {
    const table = spu.table!;
    const { entries } = this.options;
    const { packets } = batch;
    const tick = batch.tick[row];
    const length = packets.records!.length[row];
    const protocol = key[at + 9] & 0xff;
    const tcpFlags = packets.tcpFlags[row];
    let bits = 0;
    if (flow >= 0) {
      const session = flow >>> 1;
      if (this.pass(table, flow, length, tick, protocol, tcpFlags, packets.flags[row])) {
        spu.fastPath++;
        batch.flow[row] = flow;
        if (batch.path[row] !== PATH_NPU_HIT) this.install(batch, row, session);
        return;
      }
      bits = table.tag(session);
      if (table.user(session, 0) & STATE_INVALID) {
        spu.invalidated--;
      } else {
        this.tally(spu, session);
        spu.replaced++;
      }
      table.remove(session);
    }
    const state = firstState(protocol, tcpFlags);
    const timeout = timeoutOf(state, protocol, packets.flags[row], this.options.values);
    const session = table.insert(key, at, tick, timeout, wingHash);
    if (session < 0) {
      spu.failed++;
      batch.outcome[row] = TABLE_FULL;
      return;
    }
    table.setUser(session, 0, withSteady(state, protocol));
    table.setUser(session, 1, batch.firstPacket + row);
    entries.inherit(table, session, bits);
    table.count(session << 1, length, tick);
    spu.remember(wingHash);
    spu.created++;
    spu.firstPath++;
    batch.flow[row] = session << 1;
    this.install(batch, row, session);
  }

  /** A fragment at the SPU of its addresses: the first one names the ports and so the owner. */
  private decideFragment(batch: PathBatch, row: number, spu: Spu): void {
    const { packets } = batch;
    const at = row * FLOW_KEY_WORDS;
    const tick = batch.tick[row];
    const id = packets.fragmentId[row];
    if (packets.fragment[row] === FRAGMENT_FIRST) {
      spu.fragments.learn(packets.key, at, id, tick);
      this.scratch.set(packets.key.subarray(at, at + FLOW_KEY_WORDS));
    } else if (!spu.fragments.recallInto(packets.key, at, id, tick, this.scratch)) {
      batch.outcome[row] = NO_FIRST_FRAGMENT;
      return;
    }
    const owner = this.handOver(batch, row, spu, this.scratch);
    const wingHash = hashWing(this.scratch, 0);
    this.enter(batch, row, owner, this.scratch, 0, wingHash, owner.table!.find(this.scratch, 0, wingHash));
  }

  /** An ICMP error: handed to the owner of the session that the packet inside belongs to. */
  private decideIcmpError(batch: PathBatch, row: number, spu: Spu): void {
    if (!decodeEmbedded(batch.packets, row, this.scratch, 0)) {
      batch.outcome[row] = NO_SESSION;
      return;
    }
    const owner = this.handOver(batch, row, spu, this.scratch);
    const flow = owner.table!.find(this.scratch, 0);
    batch.path[row] = PATH_ICMP_ERROR;
    owner.icmpErrorsIn++;
    if (flow < 0 || owner.table!.user(flow >>> 1, 0) & STATE_INVALID) {
      batch.outcome[row] = NO_SESSION;
      return;
    }
    // the error travels against the packet that caused it
    owner.table!.count(flow ^ 1, batch.packets.records!.length[row], batch.tick[row]);
    owner.fastPath++;
    batch.flow[row] = flow ^ 1;
  }

  /** Moves a packet to the SPU that owns a flow. */
  private handOver(batch: PathBatch, row: number, from: Spu, key: Int32Array): Spu {
    const { hash, spuOfIndex, spus } = this.options;
    const position = spuOfIndex[hashIndexOf(hashKey(key, 0, { hash, symmetric: true }), spuOfIndex.length)];
    const owner = spus[position];
    if (owner === from) return owner;
    from.handedOver++;
    owner.packets++;
    owner.bytes += batch.packets.records!.length[row];
    batch.spu[row] = position;
    return owner;
  }

  /** Sends a session to the NPU that received the packet; fragments are never looked up there. */
  private install(batch: PathBatch, row: number, session: number): void {
    if (batch.path[row] === PATH_FRAGMENT) return;
    const { entries, values } = this.options;
    entries.request(batch.nowNs[row] + values.npuToSpuDelayNs, batch.npu[row], batch.spu[row], session);
  }

  private tally(spu: Spu, session: number): void {
    const table = spu.table!;
    const flow = session << 1;
    const bytes = table.bytes(flow) + table.bytes(flow + 1);
    if (!spu.top.wants(bytes)) return;
    table.keyInto(flow, this.keyOfGone);
    spu.top.offer({
      key: this.keyOfGone,
      packets: table.packets(flow) + table.packets(flow + 1),
      bytes,
      first: table.user(session, 1) >>> 0,
      index: session,
    });
  }

  /** Key of the session being withdrawn or listed: not `scratch`, which may hold the packet that is being decided. */
  private readonly keyOfGone = new Int32Array(FLOW_KEY_WORDS);
}
