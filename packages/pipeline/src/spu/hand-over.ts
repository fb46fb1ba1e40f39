import type { HeldPackets } from '../engine/held-packets.ts';
import type { Messages } from '../engine/messages.ts';
import type { ParameterValues } from '../parameters.ts';
import { OUTCOME_HELD, OUTCOME_PENDING, PATH_FRAGMENT, PATH_NP_CACHE, type PathBatch } from '../path-batch.ts';
import type { Spu } from './spu.ts';
import { FRAGMENT } from './spu-ordering.ts';
import { WORK_FRAGMENT, WORK_SEND } from './work-kind.ts';

const NS = 1_000_000_000;

/** What packets between SPUs need. */
export interface HandOverOptions {
  readonly spus: readonly Spu[];
  readonly values: ParameterValues;
  readonly held: HeldPackets;
  readonly messages: Messages;
  /** Sends a row that was held on its way behind the SPU. */
  readonly resume: (batch: PathBatch, row: number) => void;
  /** Takes a held row that goes to an SPU of another group; false if that is none. */
  readonly post: (atNs: number, from: number, to: number, row: number, isBound: boolean) => boolean;
}

/** Packets on their way from one SPU to another, and rows that go on after they have waited. */
export class HandOver {
  private readonly options: HandOverOptions;

  constructor(options: HandOverOptions) {
    this.options = options;
  }

  /** When a row arrived at its SPU, ns. */
  nowNs(batch: PathBatch, row: number): number {
    return batch.nowNs[row] + this.options.values.npuToSpuDelayNs;
  }

  /**
   * The SPU of a row works on it, as on a packet of a session or one that makes one.
   *
   * @param kind What it does with it, such as `WORK_FAST`.
   * @param flowHash Hash of the flow of its session.
   * @returns When the work is done, ns.
   */
  work(batch: PathBatch, row: number, kind: number, flowHash: number): number {
    const { load, ordering } = this.options.spus[batch.spu[row]];
    const nowNs = this.nowNs(batch, row);
    const isFragment = batch.path[row] === PATH_FRAGMENT || batch.path[row] === PATH_NP_CACHE;
    const doneNs = load.serve(nowNs, isFragment ? kind + WORK_FRAGMENT : kind);
    const protocol = isFragment ? FRAGMENT : batch.packets.protocol[row];
    const leaveNs = ordering.leaveNs(flowHash, protocol, nowNs, doneNs);
    batch.leaveNs[row] = leaveNs;
    load.latency.add(leaveNs - nowNs);
    return doneNs;
  }

  /**
   * Sends a packet to another SPU; the row is held meanwhile.
   *
   * @param key Key of the session that it is about, and its hash.
   * @param isBound Whether the session is, or is to be made, there.
   */
  send(
    batch: PathBatch,
    row: number,
    to: number,
    key: Int32Array,
    at: number,
    wingHash: number,
    isBound: boolean,
  ): void {
    const { spus, held, messages, post, values } = this.options;
    const from = batch.spu[row];
    spus[from].handedOver++;
    const { load, memory } = spus[from];
    const doneNs = load.serve(this.nowNs(batch, row), WORK_SEND);
    const kept = held.keepAs(batch, row, key, at, wingHash);
    memory?.free(doneNs, held.batch.packets.records!.length[kept]);
    if (post(doneNs + values.spuToSpuDelayNs, from, to, kept, isBound)) held.release(kept);
    else messages.packet(doneNs, from, to, kept, isBound);
    batch.outcome[row] = OUTCOME_HELD;
  }

  /** Sends a row that is held already. */
  sendHeld(row: number, nowNs: number, to: number): void {
    const { spus, held, messages } = this.options;
    const from = held.batch.spu[row];
    spus[from].handedOver++;
    spus[from].memory?.free(nowNs, held.batch.packets.records!.length[row]);
    messages.packet(nowNs, from, to, row, true);
  }

  /** A packet reaches the SPU that it was sent to. */
  receive(row: number, to: number, nowNs: number): void {
    const { spus, held } = this.options;
    const { batch } = held;
    batch.spu[row] = to;
    this.wake(row, nowNs);
    const spu = spus[to];
    spu.packets++;
    spu.bytes += batch.packets.records!.length[row];
  }

  /** A row that is held goes on at a time of its SPU. */
  wake(row: number, nowNs: number): void {
    const { held, values } = this.options;
    const { batch } = held;
    batch.nowNs[row] = nowNs - values.npuToSpuDelayNs;
    batch.tick[row] = Math.floor(batch.nowNs[row] / NS) + 1;
    batch.outcome[row] = OUTCOME_PENDING;
  }

  /** A row that was held has been decided: it goes on behind the SPU, unless it is held once more. */
  leave(batch: PathBatch, row: number): void {
    const { held, resume } = this.options;
    if (batch.outcome[row] !== OUTCOME_HELD) resume(batch, row);
    held.release(row);
  }
}
