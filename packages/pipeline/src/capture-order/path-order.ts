import { FLOW_KEY_WORDS } from '@midplane/flow';
import { ReorderingMetrics, type ReorderingMetricsFigures } from '@midplane/ordering';
import type { PacketBatch } from '@midplane/packet';
import { OrderMeasure, type OrderOptions, type OrderResult } from './order-measure.ts';
import { PacketDigest } from './packet-digest.ts';

/** Packets of the first capture that are remembered at once. */
export const REMEMBERED: number = 2 ** 20;
const NONE = -1;

/** What is said about the way from one capture to another. */
export interface PathOrderResult extends OrderResult {
  /** IP packets of both captures; others are not looked for. */
  readonly ingress: number;
  readonly egress: number;
  readonly matched: number;
  /** Packets of the second capture that were not in the first, or no longer remembered. */
  readonly onlyEgress: number;
  /** Packets of the first capture that were not in the second: lost, or remembered no longer. */
  readonly onlyIngress: number;
  /** Packets whose flow was forgotten between the captures: matched, in no figure per flow. */
  readonly flowForgotten: number;
  /** The same figures over all packets, whatever their flow. */
  readonly acrossFlows: ReorderingMetricsFigures;
}

/**
 * Order of packets in one capture against another: each packet of the second is found in the first by its digest, and
 * its number is its place among the packets of its flow there. Of equal packets the earliest that is left is taken.
 */
export class PathOrder {
  private readonly measure: OrderMeasure;
  private readonly all: ReorderingMetrics;
  private readonly digest: PacketDigest;
  /** Packets of both captures so far. */
  ingress = 0;
  egress = 0;
  private matched = 0;
  private flowForgotten = 0;
  // By place, which is the number of the packet below the mask: digest, flow, number in the flow, next of its chain
  private readonly first: Int32Array;
  private readonly second: Int32Array;
  private readonly slot: Int32Array;
  private readonly use: Uint32Array;
  private readonly sequence: Uint32Array;
  private readonly next: Int32Array;
  /** Whether a place holds a packet that was not found yet. */
  private readonly isOpen: Uint8Array;
  // By the lower bits of the digest: chains, oldest first; places + 1, so that what is not used stays unwritten
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  // By slot: packets of the flow, and how many flows have had the slot
  private readonly sent: Uint32Array;
  private readonly uses: Uint32Array;

  private readonly mask: number;

  /** @param remembered A power of two. */
  constructor(options: OrderOptions, isTranslated: boolean, remembered: number = REMEMBERED) {
    this.mask = remembered - 1;
    this.first = new Int32Array(remembered);
    this.second = new Int32Array(remembered);
    this.slot = new Int32Array(remembered);
    this.use = new Uint32Array(remembered);
    this.sequence = new Uint32Array(remembered);
    this.next = new Int32Array(remembered);
    this.isOpen = new Uint8Array(remembered);
    this.head = new Int32Array(remembered);
    this.tail = new Int32Array(remembered);
    this.measure = new OrderMeasure(options, 32, false);
    this.all = new ReorderingMetrics({ threshold: options.threshold, holes: 1024 });
    this.all.start(0);
    this.digest = new PacketDigest(isTranslated);
    this.sent = new Uint32Array(options.flows);
    this.uses = new Uint32Array(options.flows);
  }

  /** Takes a packet of the first capture. */
  offerIngress(batch: PacketBatch, row: number): void {
    const { digest } = this;
    if (!digest.read(batch, row)) return;
    const slot = this.measure.slots.find(batch.key, row * FLOW_KEY_WORDS);
    if (this.measure.slots.isNew) {
      this.uses[slot]++;
      this.sent[slot] = 0;
      this.measure.metrics.start(0, slot);
    }
    const place = this.ingress++ & this.mask;
    // the oldest packet of all is the first of its chain
    if (this.isOpen[place] !== 0) this.unchain(this.first[place] & this.mask, NONE, place);
    const bucket = digest.first & this.mask;
    this.first[place] = digest.first;
    this.second[place] = digest.second;
    this.slot[place] = slot;
    this.use[place] = this.uses[slot];
    this.sequence[place] = this.sent[slot]++;
    this.next[place] = NONE;
    this.isOpen[place] = 1;
    const last = this.tail[bucket] - 1;
    if (last === NONE) this.head[bucket] = place + 1;
    else this.next[last] = place;
    this.tail[bucket] = place + 1;
  }

  /**
   * Takes a packet of the second capture.
   *
   * @param isLast Whether to give it up if it is not found: otherwise it is to be offered again, with more of the first.
   * @returns Whether it is done with.
   */
  offerEgress(batch: PacketBatch, row: number, nowNs: number, isLast: boolean): boolean {
    const { digest } = this;
    if (!digest.read(batch, row)) return true;
    const bucket = digest.first & this.mask;
    let before = NONE;
    let place = this.head[bucket] - 1;
    while (place !== NONE && (this.first[place] !== digest.first || this.second[place] !== digest.second)) {
      before = place;
      place = this.next[place];
    }
    if (place === NONE) {
      if (isLast) this.egress++;
      return isLast;
    }
    this.egress++;
    this.unchain(bucket, before, place);
    this.matched++;
    // number in the first capture: the place says all but the multiple of the window that lies below the newest
    const age = (this.ingress - 1 - place) & this.mask;
    this.all.offer(this.ingress - 1 - age, nowNs);
    const slot = this.slot[place];
    if (this.use[place] !== this.uses[slot]) this.flowForgotten++;
    else this.measure.metrics.offer(this.sequence[place], nowNs, 1, slot);
    return true;
  }

  finish(): PathOrderResult {
    const { ingress, egress, matched, flowForgotten } = this;
    return {
      ingress,
      egress,
      matched,
      onlyEgress: egress - matched,
      onlyIngress: ingress - matched,
      flowForgotten,
      ...this.measure.finish(),
      acrossFlows: this.all.figures(),
    };
  }

  private unchain(bucket: number, before: number, place: number): void {
    const next = this.next[place];
    if (before === NONE) this.head[bucket] = next + 1;
    else this.next[before] = next;
    if (next === NONE) this.tail[bucket] = before + 1;
    this.isOpen[place] = 0;
  }
}
