import type { EventQueue } from '../engine/event-queue.ts';
import { EVENT_PACKET } from '../engine/event-queue.ts';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { Timeline } from '../engine/timeline.ts';
import { isForRoutingEngine } from '../ingress/ingress-stage.ts';
import { isHandedOver } from '../ingress/read-ahead.ts';
import { OUTCOME_PENDING, type PathBatch } from '../path-batch.ts';
import type { Spu } from '../spu/spu.ts';
import type { SpuShare } from './spu-share.ts';

/** What the rows of an SPU group meet. */
export interface SpuGroupOptions {
  readonly spus: readonly Spu[];
  readonly held: HeldPackets;
  readonly timeline: Timeline;
  /** What a packet takes from SPU to SPU at least, ns. */
  readonly lookaheadNs: number;
}

/**
 * One of several groups of SPUs: it decides the packets of its SPUs. Of batches in whose time something else happens it sees
 * all packets, and lets time pass for those of others; of most it gets its own alone, see `Separable`.
 *
 * Groups are bound together by packets that an SPU hands over, and by nothing else: fragments and ICMP errors,
 * for both wings of any session are on the SPU that they hash to. Such a packet reaches another SPU a lookahead
 * after it came at the earliest. So after a row that can be handed over groups go on for one lookahead, then meet
 * and exchange what they have sent.
 */
export class SpuGroup {
  /** Packets that this group accounts for. */
  packets = 0;
  /** Packets that came to SPUs of other groups. */
  elsewhere = 0;
  private readonly share: SpuShare;
  private readonly options: SpuGroupOptions;
  /** By row: 1 = of another group; has meaning where the batch has rows of others. */
  private foreign = new Uint8Array(0);
  private hasForeign = false;

  constructor(share: SpuShare, options: SpuGroupOptions) {
    this.share = share;
    this.options = options;
    for (const [position, spu] of options.spus.entries()) if (share.isHosted[position] === 0) spu.table = undefined;
  }

  /**
   * Takes down which rows are this group's.
   *
   * @param untilNs Time of the last packet, whosever it is.
   * @param elsewhere Packets that only other groups got, see `Engine.take`.
   */
  begin(batch: PathBatch, untilNs: number, elsewhere: number): void {
    this.hasForeign = elsewhere < 0;
    if (elsewhere < 0) {
      this.mark(batch);
      return;
    }
    if (!this.options.timeline.isQuietUntil(untilNs))
      throw new Error(
        'Cannot decide own rows alone: nothing else may happen: got an event or a second before the last',
      );
    this.packets += batch.count;
    this.elsewhere += elsewhere;
  }

  private mark({ spu, count }: PathBatch): void {
    // hot: called per packet
    if (this.foreign.length < count) this.foreign = new Uint8Array(count);
    const { foreign } = this;
    const { isHosted } = this.share;
    let own = 0;
    for (let row = 0; row < count; row++) {
      const mine = isHosted[spu[row]];
      foreign[row] = mine ^ 1;
      own += mine;
    }
    this.packets += own;
  }

  /** Whether a row is of another group; it then only counts as one that has come. */
  passes(batch: PathBatch, row: number): boolean {
    if (!this.hasForeign || this.foreign[row] === 0) return false;
    if (batch.outcome[row] === OUTCOME_PENDING && !isForRoutingEngine(batch, row)) this.elsewhere++;
    return true;
  }

  /** Decides all rows of a batch, a window at a time where packets can be handed over. */
  run(batch: PathBatch, mayHandOver: boolean, decide: (from: number, to: number) => void): void {
    const { nowNs, packets, count } = batch;
    let from = 0;
    while (from < count) {
      let first = mayHandOver ? from : count;
      while (first < count && !isHandedOver(packets, first)) first++;
      if (first === count) {
        decide(from, count);
        return;
      }
      const untilNs = nowNs[first] + this.options.lookaheadNs;
      let to = first + 1;
      while (to < count && nowNs[to] < untilNs) to++;
      decide(from, to);
      this.share.exchange.meet(this.receive);
      from = to;
    }
  }

  /** Sends a held row to an SPU of another group; false if it is one of this group. */
  readonly post = (atNs: number, from: number, to: number, row: number, isBound: boolean): boolean => {
    const { isHosted, exchange } = this.share;
    if (isHosted[to] === 1) return false;
    this.options.held.writeRow(row, exchange.figures, 0);
    exchange.send(atNs, from, to, isBound);
    this.packets--;
    return true;
  };

  private readonly receive = (atNs: number, from: number, to: number, isBound: boolean): void => {
    const { held, timeline } = this.options;
    const row = held.keepWritten(this.share.exchange.figures, 0);
    const queue: EventQueue = timeline.toSpu;
    queue.add(atNs, EVENT_PACKET, from, row, to, isBound ? 1 : 0, 0);
    timeline.settle();
    this.packets++;
  };
}
