import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FRAGMENT_ATOMIC, FRAGMENT_NONE, KIND_IPV4, type PacketBatch } from '@midplane/packet';
import { ipIdStep, isNear } from './ip-id.ts';
import { OrderMeasure, type OrderOptions, type OrderResult } from './order-measure.ts';

const TCP = 6;
const FIN = 1;
const SYN = 2;
/** So many small steps in a row, and the IP IDs of a flow are believed to tell the order of sending. */
const TRUSTED = 4;

/** What is said about TCP. */
export interface TcpOrderResult extends OrderResult {
  /** Segments with data, SYN or FIN; segments without have no number of their own. */
  readonly packets: number;
  readonly withoutData: number;
  /** Fragments, and headers that were not captured. */
  readonly unreadable: number;
}

/**
 * Order of TCP segments by sequence number, per flow and direction; `length` numbers per segment.
 *
 * A segment that fills a gap was reordered, or lost and sent again. IP IDs decide where those of the flow increase: what
 * was sent again has a larger one than all before it, what was reordered a smaller one. Elsewhere the late time decides.
 */
export class TcpOrder {
  private readonly measure: OrderMeasure;
  private readonly lostAfterNs: number;
  private packets = 0;
  private withoutData = 0;
  private unreadable = 0;
  // By slot
  private readonly initial: Int32Array;
  private readonly hasInitial: Uint8Array;
  private readonly largestId: Uint16Array;
  private readonly steps: Uint8Array;

  constructor(options: OrderOptions) {
    this.measure = new OrderMeasure(options, 32, true);
    this.lostAfterNs = options.lostAfterNs;
    this.initial = new Int32Array(options.flows);
    this.hasInitial = new Uint8Array(options.flows);
    this.largestId = new Uint16Array(options.flows);
    this.steps = new Uint8Array(options.flows);
  }

  /** Counts one packet; others than TCP are left alone. */
  offer(batch: PacketBatch, row: number, nowNs: number): void {
    // hot: once per packet, allocates nothing
    if (batch.protocol[row] !== TCP) return;
    const { view, offset, capturedLength, length: lengths } = batch.records!;
    const l3 = batch.l3Offset[row];
    const l4 = batch.l4Offset[row];
    const fragment = batch.fragment[row];
    const end = offset[row] + capturedLength[row];
    if (l4 < 0 || l4 + 14 > end || (fragment !== FRAGMENT_NONE && fragment !== FRAGMENT_ATOMIC)) {
      this.unreadable++;
      return;
    }
    const isIpv4 = batch.kind[row] === KIND_IPV4;
    const stated = isIpv4 ? view.getUint16(l3 + 2) : view.getUint16(l3 + 4) + 40;
    // 0 where the network card cuts the packet later: then the frame tells
    const isStated = isIpv4 ? stated > 0 : stated > 40;
    const ipEnd = isStated ? l3 + stated : offset[row] + lengths[row];
    const payload = ipEnd - l4 - ((view.getUint8(l4 + 12) >>> 4) << 2);
    const flags = batch.tcpFlags[row];
    const length = Math.max(0, payload) + (flags & FIN) + ((flags & SYN) >>> 1);
    if (length === 0) {
      this.withoutData++;
      return;
    }
    this.packets++;
    const { measure } = this;
    const slot = measure.slots.find(batch.key, row * FLOW_KEY_WORDS);
    if (measure.slots.isNew) this.clear(slot);
    const sequence = view.getUint32(l4 + 4);
    if ((flags & SYN) !== 0) this.begin(slot, sequence);
    const lostAfterNs = isIpv4 ? this.judge(slot, view.getUint16(l3 + 4)) : this.lostAfterNs;
    measure.metrics.offer(sequence, nowNs, length, slot, lostAfterNs);
  }

  finish(): TcpOrderResult {
    const { packets, withoutData, unreadable } = this;
    return { packets, withoutData, unreadable, ...this.measure.finish() };
  }

  /** A SYN with another number than the last one begins another connection. */
  private begin(slot: number, sequence: number): void {
    if (this.hasInitial[slot] !== 0 && this.initial[slot] === (sequence | 0)) return;
    this.measure.end(slot);
    this.clear(slot);
    this.hasInitial[slot] = 1;
    this.initial[slot] = sequence;
    this.measure.metrics.start(sequence, slot);
  }

  private clear(slot: number): void {
    this.hasInitial[slot] = 0;
    this.steps[slot] = 0;
  }

  /** Late time from which a packet with this IP ID counts as sent again: always, never, or as the option says. */
  private judge(slot: number, id: number): number {
    const steps = this.steps[slot];
    const step = ipIdStep(this.largestId[slot], id);
    if (steps === 0 || !isNear(step)) {
      this.steps[slot] = 1;
      this.largestId[slot] = id;
      return this.lostAfterNs;
    }
    if (step === 0) return this.lostAfterNs;
    const isTrusted = steps > TRUSTED;
    if (step < 0) return isTrusted ? Number.POSITIVE_INFINITY : this.lostAfterNs;
    this.largestId[slot] = id;
    if (!isTrusted) this.steps[slot] = steps + 1;
    return isTrusted ? -1 : this.lostAfterNs;
  }
}
