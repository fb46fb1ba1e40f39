import { FLOW_KEY_WORDS, formatFlow } from '@midplane/flow';
import { ReorderingMetrics, type ReorderingMetricsFigures, type StreamFigures } from '@midplane/ordering';
import { FlowSlots } from './flow-slots.ts';

/** What all measures of order are told. */
export interface OrderOptions {
  /** Flows that are remembered at once. */
  readonly flows: number;
  /** Displacement threshold of RFC 5236. */
  readonly threshold: number;
  /** Flows that are listed. */
  readonly top: number;
  /** Late time from which a TCP packet counts as sent again, where nothing else decides. */
  readonly lostAfterNs: number;
}

/** What holds where nothing is said: 16,384 flows, displacements up to 16, 5 flows listed, 3 ms. */
export const ORDER_DEFAULTS: OrderOptions = { flows: 16_384, threshold: 16, top: 5, lostAfterNs: 3_000_000 };

/** One flow of the list. */
export interface FlowOrder extends StreamFigures {
  readonly flow: string;
}

/** What is said about the order of packets by one kind of number. */
export interface OrderResult {
  readonly flows: { readonly measured: number; readonly forgotten: number };
  readonly figures: ReorderingMetricsFigures;
  /** Flows with reordered packets, most of them first. */
  readonly top: readonly FlowOrder[];
}

/** Ranges of missing numbers that are remembered per flow, and the largest n of n-reordering. */
const HOLES = 32;
const N_LIMIT = 32;

/** Reordering per flow, for a bounded number of flows: one that is forgotten and comes back starts anew. */
export class OrderMeasure {
  readonly slots: FlowSlots;
  readonly metrics: ReorderingMetrics;
  private readonly top: FlowOrder[] = [];
  private readonly topSize: number;
  private readonly key = new Int32Array(FLOW_KEY_WORDS);
  private readonly format: (key: Int32Array) => string;

  constructor(
    options: OrderOptions,
    sequenceBits: number,
    byRank: boolean,
    format: (key: Int32Array) => string = formatFlow,
  ) {
    const { flows, threshold, top } = options;
    this.topSize = top;
    this.format = format;
    this.slots = new FlowSlots(flows, FLOW_KEY_WORDS, (slot) => this.end(slot));
    this.metrics = new ReorderingMetrics({
      streams: flows,
      sequenceBits,
      holes: HOLES,
      nLimit: N_LIMIT,
      threshold,
      byRank,
    });
  }

  /** Ends the stream of a slot: its figures go into the list if they belong there. */
  end(slot: number): void {
    const figures = this.metrics.streamFigures(slot);
    this.metrics.reset(slot);
    if (figures.reordered === 0) return;
    const { keys, words } = this.slots;
    for (let i = 0; i < words; i++) this.key[i] = keys[slot * words + i];
    this.top.push({ flow: this.format(this.key), ...figures });
    if (this.top.length > 2 * this.topSize + 100) this.cut();
  }

  /** Ends all streams. */
  finish(): OrderResult {
    for (let slot = 0; slot < this.slots.size; slot++) this.end(slot);
    this.cut();
    const { size, evicted } = this.slots;
    return {
      flows: { measured: size + evicted, forgotten: evicted },
      figures: this.metrics.figures(),
      top: this.top,
    };
  }

  private cut(): void {
    this.top.sort((a, b) => b.reordered - a.reordered || b.received - a.received || (a.flow < b.flow ? -1 : 1));
    this.top.length = Math.min(this.top.length, this.topSize);
  }
}
