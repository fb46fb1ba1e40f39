import { FLOW_KEY_WORDS } from '@midplane/flow';
import { type FlowHash, hashKey } from '@midplane/hash';
import { decodeEmbedded, FLAG_ICMP_ERROR, FRAGMENT_FIRST, KIND_NON_IP } from '@midplane/packet';
import { hashWing, type SessionTable } from '@midplane/session-table';
import { hashIndexOf } from '@midplane/weights';
import { DROP_REASONS } from '../drop-reasons.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import { OUTCOME_DROPPED, PATH_FRAGMENT, PATH_ICMP_ERROR, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import { firstState, isClosed, isOpening, nextState, timeoutOf } from './lifetime.ts';
import type { Spu } from './spu.ts';
import { TouchLists } from './touch-lists.ts';

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
  private readonly touches: TouchLists;
  private arrivals = 0;

  constructor(options: SpuStageOptions) {
    this.options = options;
    this.touches = new TouchLists(options.spus.length);
  }

  prepare(batch: PathBatch): void {
    // touches what `decide` will read: the session that the NPU names, else the slot where it would be
    const { npus, spus } = this.options;
    const { count, npu, npuEntry, spu, wingHash } = batch;
    const { touches } = this;
    touches.reset(count);
    for (let row = 0; row < count; row++) {
      const entry = npuEntry[row];
      if (entry < 0) {
        touches.add(spu[row], wingHash[row], 0);
      } else {
        const { table } = npus[npu[row]];
        touches.add(table.tag(entry), table.user(entry, 0), 1);
      }
    }
    for (let position = 0; position < spus.length; position++) {
      const { table } = spus[position];
      if (table === undefined) continue;
      batch.sink ^= table.touchSlots(touches.list(position, 0), touches.size(position, 0));
      batch.sink ^= table.touchSessions(touches.list(position, 1), touches.size(position, 1));
    }
  }

  decide(batch: PathBatch, row: number): void {
    // hot: called per packet, no allocation
    const { packets } = batch;
    const path = batch.path[row];
    const spu = this.options.spus[batch.spu[row]];
    const length = packets.records!.length[row];
    this.arrivals++;
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
      this.enter(batch, row, spu, packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row]);
    }
  }

  tick(second: number): void {
    for (const spu of this.options.spus) {
      spu.table?.age(second, (session, key, wingHash) => {
        this.tally(spu, session);
        for (const npu of this.options.npus) npu.withdraw(key, 0, wingHash);
        spu.agedOut++;
      });
    }
  }

  /** Puts the sessions that are still there on the lists of the largest. */
  finish(): void {
    for (const spu of this.options.spus) {
      const { table } = spu;
      if (table === undefined) continue;
      for (let session = table.next(0); session >= 0; session = table.next(session + 1)) this.tally(spu, session);
    }
  }

  /** A packet at its owner: fast path if the session exists, else first path. */
  private enter(batch: PathBatch, row: number, spu: Spu, key: Int32Array, at: number, wingHash: number): void {
    const table = spu.table!;
    const { packets } = batch;
    const tick = batch.tick[row];
    const length = packets.records!.length[row];
    const protocol = key[at + 9] & 0xff;
    const tcpFlags = packets.tcpFlags[row];
    const known = batch.path[row] === PATH_NPU_HIT ? table.flowOf(batch.session[row], key, at) : -1;
    const flow = known >= 0 ? known : table.find(key, at, wingHash);
    if (flow >= 0) {
      const session = flow >>> 1;
      const state = table.user(session, 0);
      if (!isClosed(state) || !isOpening(protocol, tcpFlags)) {
        const next = nextState(state, protocol, tcpFlags, flow & 1);
        table.count(flow, length, tick);
        if (next !== state) {
          table.setUser(session, 0, next);
          table.setTimeout(session, timeoutOf(next, protocol, packets.flags[row], this.options.values));
        }
        spu.fastPath++;
        batch.flow[row] = flow;
        if (batch.path[row] !== PATH_NPU_HIT) this.install(batch, row, key, at, wingHash, session);
        return;
      }
      this.tally(spu, session);
      this.withdraw(table, session);
      table.remove(session);
      spu.replaced++;
    }
    const state = firstState(protocol, tcpFlags);
    const timeout = timeoutOf(state, protocol, packets.flags[row], this.options.values);
    const session = table.insert(key, at, tick, timeout, wingHash);
    if (session < 0) {
      spu.failed++;
      batch.outcome[row] = TABLE_FULL;
      return;
    }
    table.setUser(session, 0, state);
    table.setUser(session, 1, this.arrivals);
    table.count(session << 1, length, tick);
    spu.created++;
    spu.firstPath++;
    batch.flow[row] = session << 1;
    this.install(batch, row, key, at, wingHash, session);
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
    this.enter(batch, row, this.handOver(batch, row, spu, this.scratch), this.scratch, 0, hashWing(this.scratch, 0));
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
    if (flow < 0) {
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

  /** Installs a session on the NPU that received the packet; fragments are never looked up there. */
  private install(batch: PathBatch, row: number, key: Int32Array, at: number, wingHash: number, session: number): void {
    if (batch.path[row] === PATH_FRAGMENT) return;
    this.options.npus[batch.npu[row]].install(key, at, wingHash, batch.spu[row], session, batch.tick[row]);
  }

  private withdraw(table: SessionTable, session: number): void {
    table.keyInto(session << 1, this.keyOfGone);
    const wingHash = hashWing(this.keyOfGone, 0);
    for (const npu of this.options.npus) npu.withdraw(this.keyOfGone, 0, wingHash);
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
