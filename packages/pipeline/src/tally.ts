import type { DropReasons } from './drop-reasons.ts';
import { OUTCOME_DELIVERED, OUTCOME_DROPPED, OUTCOME_TO_RE, type PathBatch } from './path-batch.ts';

/** `outcome` is a byte. */
const OUTCOMES = 256;

/** How packets ended, in total and per SPU. */
export class Tally {
  /** Packets that SPUs made themselves; they are delivered. */
  generated = 0;
  /** Copies of multicast packets; they are delivered. */
  replicated = 0;
  private readonly reasons: DropReasons;
  private readonly columns: number;
  /** By outcome, then by SPU; the last column: packets that reached no SPU. */
  private readonly packets: Float64Array;
  private readonly bytes: Float64Array;

  /** @param spus Number of SPUs. */
  constructor(reasons: DropReasons, spus: number) {
    this.reasons = reasons;
    this.columns = spus + 1;
    this.packets = new Float64Array(OUTCOMES * this.columns);
    this.bytes = new Float64Array(OUTCOMES * this.columns);
  }

  /** Counts a row whose stages have all been asked; `reachedSpu` tells whether an SPU has seen it. */
  count(batch: PathBatch, row: number, reachedSpu: boolean): void {
    // hot: called per packet; the same for every outcome
    const cell = batch.outcome[row] * this.columns + (reachedSpu ? batch.spu[row] : this.columns - 1);
    this.packets[cell]++;
    this.bytes[cell] += batch.packets.records!.length[row];
  }

  /** Counts packets that an SPU has delivered; their bytes are not asked for. */
  deliver(spu: number, packets: number): void {
    this.packets[OUTCOME_DELIVERED * this.columns + spu] += packets;
  }

  /** Counts a packet that was on its way over the fabric; of SPU -1 none has seen it. */
  end(outcome: number, spu: number, bytes: number): void {
    const cell = outcome * this.columns + (spu >= 0 ? spu : this.columns - 1);
    this.packets[cell]++;
    this.bytes[cell] += bytes;
  }

  /**
   * Counts packets that an SPU has made itself: they leave through an interface, at once or
   * over a fabric that counts them.
   */
  add(kind: 'generated' | 'replicated', spu: number, packets: number, isDelivered: boolean): void {
    this[kind] += packets;
    if (isDelivered) this.deliver(spu, packets);
  }

  /** Packets delivered. */
  get delivered(): number {
    return this.sumOf(OUTCOME_DELIVERED, OUTCOME_DELIVERED);
  }

  /** Packets to the Routing Engine. */
  get toRe(): number {
    return this.sumOf(OUTCOME_TO_RE, OUTCOME_TO_RE);
  }

  /** Packets dropped. */
  get dropped(): number {
    return this.sumOf(OUTCOME_DROPPED, OUTCOMES - 1);
  }

  /** Packets that an SPU has delivered. */
  deliveredOf(spu: number): number {
    return this.packets[OUTCOME_DELIVERED * this.columns + spu];
  }

  /** Packets that an SPU has dropped. */
  droppedOf(spu: number): number {
    let sum = 0;
    for (let outcome = OUTCOME_DROPPED; outcome < OUTCOMES; outcome++) {
      sum += this.packets[outcome * this.columns + spu];
    }
    return sum;
  }

  /** Packets that were dropped before any SPU had seen them. */
  get droppedBefore(): number {
    return this.droppedOf(this.columns - 1);
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
        packets += this.packets[(OUTCOME_DROPPED + code) * this.columns + column];
        bytes += this.bytes[(OUTCOME_DROPPED + code) * this.columns + column];
      }
      if (packets > 0) list.push({ reason, packets, bytes });
    }
    return list;
  }

  private sumOf(from: number, to: number): number {
    let sum = 0;
    for (let cell = from * this.columns; cell < (to + 1) * this.columns; cell++) sum += this.packets[cell];
    return sum;
  }
}
