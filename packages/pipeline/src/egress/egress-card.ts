import { LatencyHistogram } from '../spu/latency-histogram.ts';
import { OrderCounts } from '../spu/order-class.ts';

/**
 * The way to one I/O card: packets cross the fabric one after the other, and wait for each other in a queue.
 *
 * Fidelity: assumed. Rate and length of the queue are parameters; without a rate nothing waits.
 */
export class EgressCard {
  /** Slot of the card. */
  readonly slot: number;
  /** Packets that have left by it, and their bytes on the wire. */
  packets = 0;
  bytes = 0;
  /** Packets that had to wait, and the most that were in the queue or on their way at one time. */
  waited = 0;
  queuePeak = 0;
  /** Packets that found the queue full, and their bytes. */
  dropped = 0;
  droppedBytes = 0;
  /** From leaving the SPU to having left by the card. */
  readonly latency: LatencyHistogram = new LatencyHistogram();
  /** The order in which packets of each direction of a session left, where it is measured. */
  readonly order: OrderCounts = new OrderCounts();
  /** Bits that cross the fabric in a nanosecond; 0 = no limit. */
  private readonly gigabitsPerSecond: number;
  private readonly most: number;
  /** When the fabric is done with what it has; not whole nanoseconds, so that no rate is rounded. */
  private freeAtNs = 0;
  private ids = new Int32Array(64);
  /** When each leaves its SPU, and when it has left by the card. */
  private leaveNs = new Float64Array(64);
  private sentNs = new Float64Array(64);
  private lengths = new Float64Array(64);
  private head = 0;
  private count = 0;

  constructor(slot: number, gigabitsPerSecond: number, queuePackets: number) {
    this.slot = slot;
    this.gigabitsPerSecond = gigabitsPerSecond;
    this.most = queuePackets;
  }

  /**
   * A packet comes from its SPU; packets come in the order of time.
   *
   * @param id Its number, given to `sent` or `lost` later.
   * @returns When it has left by the card, whole ns; -1 if the queue is full.
   */
  offer(leaveNs: number, bytes: number, id: number, sent: (id: number) => void): number {
    // hot: called per packet where the egress is modelled, no allocation
    this.serve(leaveNs, sent);
    const { gigabitsPerSecond } = this;
    if (gigabitsPerSecond > 0 && this.count >= this.most) {
      this.dropped++;
      this.droppedBytes += bytes;
      return -1;
    }
    if (this.freeAtNs > leaveNs) this.waited++;
    if (gigabitsPerSecond > 0) this.freeAtNs = Math.max(this.freeAtNs, leaveNs) + (8 * bytes) / gigabitsPerSecond;
    const sentNs = Math.max(leaveNs, Math.ceil(this.freeAtNs));
    if (this.count === this.ids.length) this.grow();
    const at = (this.head + this.count++) & (this.ids.length - 1);
    this.ids[at] = id;
    this.leaveNs[at] = leaveNs;
    this.sentNs[at] = sentNs;
    this.lengths[at] = bytes;
    if (gigabitsPerSecond > 0 && this.count > this.queuePeak) this.queuePeak = this.count;
    return sentNs;
  }

  /** Lets packets leave up to a time. */
  serve(untilNs: number, sent: (id: number) => void): void {
    const mask = this.ids.length - 1;
    while (this.count > 0 && this.sentNs[this.head] <= untilNs) {
      const { head } = this;
      this.latency.add(this.sentNs[head] - this.leaveNs[head]);
      this.packets++;
      this.bytes += this.lengths[head];
      this.head = (head + 1) & mask;
      this.count--;
      sent(this.ids[head]);
    }
  }

  /** The card is reset: what has not left by now is lost. */
  reset(lost: (id: number) => void): void {
    const mask = this.ids.length - 1;
    for (; this.count > 0; this.count--) {
      lost(this.ids[this.head]);
      this.head = (this.head + 1) & mask;
    }
    this.freeAtNs = 0;
  }

  private grow(): void {
    const size = this.ids.length;
    const inOrder = <T extends Int32Array | Float64Array>(to: T, from: T): T => {
      for (let i = 0; i < size; i++) to[i] = from[(this.head + i) & (size - 1)];
      return to;
    };
    this.ids = inOrder(new Int32Array(size * 2), this.ids);
    this.leaveNs = inOrder(new Float64Array(size * 2), this.leaveNs);
    this.sentNs = inOrder(new Float64Array(size * 2), this.sentNs);
    this.lengths = inOrder(new Float64Array(size * 2), this.lengths);
    this.head = 0;
  }
}
