import type { DropReasons } from './drop-reasons.ts';
import { OUTCOME_DELIVERED, OUTCOME_DROPPED, OUTCOME_TO_RE, type PathBatch } from './path-batch.ts';

/** How packets ended, in total and per SPU. */
export class Tally {
  delivered = 0;
  toRe = 0;
  dropped = 0;
  /** Packets that SPUs made themselves; they are delivered. */
  generated = 0;
  /** Copies of multicast packets; they are delivered. */
  replicated = 0;
  /** Packets delivered by SPU position. */
  readonly deliveredBySpu: Float64Array;
  private readonly reasons: DropReasons;
  private readonly columns: number;
  private readonly packets: Float64Array;
  private readonly bytes: Float64Array;

  /** @param spus Number of SPUs. */
  constructor(reasons: DropReasons, spus: number) {
    this.reasons = reasons;
    this.columns = spus + 1; // the last column: packets that reached no SPU
    this.deliveredBySpu = new Float64Array(spus);
    this.packets = new Float64Array(256 * this.columns);
    this.bytes = new Float64Array(256 * this.columns);
  }

  /** Counts a row whose stages have all been asked; `reachedSpu` tells whether an SPU has seen it. */
  count(batch: PathBatch, row: number, reachedSpu: boolean): void {
    // hot: called per packet
    const outcome = batch.outcome[row];
    if (outcome === OUTCOME_DELIVERED) {
      this.delivered++;
      if (reachedSpu) this.deliveredBySpu[batch.spu[row]]++;
    } else if (outcome === OUTCOME_TO_RE) {
      this.toRe++;
    } else if (outcome >= OUTCOME_DROPPED) {
      this.dropped++;
      const cell = (outcome - OUTCOME_DROPPED) * this.columns + (reachedSpu ? batch.spu[row] : this.columns - 1);
      this.packets[cell]++;
      this.bytes[cell] += batch.packets.records!.length[row];
    }
  }

  /** Counts a packet that was on its way over the fabric; of SPU -1 none has seen it. */
  end(outcome: number, spu: number, bytes: number): void {
    if (outcome === OUTCOME_DELIVERED) {
      this.delivered++;
      if (spu >= 0) this.deliveredBySpu[spu]++;
      return;
    }
    this.dropped++;
    const cell = (outcome - OUTCOME_DROPPED) * this.columns + (spu >= 0 ? spu : this.columns - 1);
    this.packets[cell]++;
    this.bytes[cell] += bytes;
  }

  /** Counts packets that an SPU has made itself: they leave through an interface, at once or over a fabric that counts them. */
  add(kind: 'generated' | 'replicated', spu: number, packets: number, isDelivered: boolean): void {
    this[kind] += packets;
    if (!isDelivered) return;
    this.delivered += packets;
    this.deliveredBySpu[spu] += packets;
  }

  /** Packets that an SPU has dropped. */
  droppedOf(spu: number): number {
    let sum = 0;
    for (let cell = spu; cell < this.packets.length; cell += this.columns) sum += this.packets[cell];
    return sum;
  }

  /** Drops by reason of one SPU, or of all packets; reasons in order of their codes, without zeros. */
  drops(spu?: number): { reason: string; packets: number; bytes: number }[] {
    const list: { reason: string; packets: number; bytes: number }[] = [];
    for (const [code, reason] of this.reasons.names.entries()) {
      let packets = 0;
      let bytes = 0;
      const from = spu ?? 0;
      const to = spu === undefined ? this.columns : spu + 1;
      for (let column = from; column < to; column++) {
        packets += this.packets[code * this.columns + column];
        bytes += this.bytes[code * this.columns + column];
      }
      if (packets > 0) list.push({ reason, packets, bytes });
    }
    return list;
  }
}
