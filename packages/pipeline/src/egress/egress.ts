import { FRAGMENT_FIRST, FRAGMENT_LATER } from '@midplane/packet';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import { outcomeOf } from '../drop-reasons.ts';
import { EventHeap, type EventSink } from '../engine/event-heap.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import {
  OUTCOME_DELIVERED,
  OUTCOME_HELD,
  PATH_CENTRAL_POINT,
  PATH_FRAGMENT,
  PATH_HASH,
  PATH_ICMP_ERROR,
  PATH_NONE,
  PATH_NP_CACHE,
  type PathBatch,
} from '../path-batch.ts';
import { STATE_TEMPLATE } from '../spu/lifetime.ts';
import { orderClassOf } from '../spu/order-class.ts';
import type { LostOrderCause } from '../spu/order-meter.ts';
import type { Spu } from '../spu/spu.ts';
import type { Tally } from '../tally.ts';
import { Departures } from './departures.ts';
import { EgressCard } from './egress-card.ts';
import { EgressChoice } from './egress-choice.ts';
import type { ResolvedEgress } from './egress-options.ts';

const QUEUE_FULL = outcomeOf('egress-queue-full');
const RESET = outcomeOf('reset');
/** Bytes on the wire of a packet that an SPU makes itself: a TCP reset, or an ICMP error, with padding (assumed). */
const ANSWER_BYTES = 64;
/** Packets of one SPU that leave in one instant keep their order: so many numbers per SPU. */
const RANKS = 2 ** 44;

/** What has delayed a packet on its way to the owner, by its path. */
const CAUSES: Readonly<Record<number, LostOrderCause>> = {
  [PATH_FRAGMENT]: 'fragments',
  [PATH_NP_CACHE]: 'fragments',
  [PATH_CENTRAL_POINT]: 'central point',
  [PATH_HASH]: 'redirected',
};

/** What the egress works on. */
export interface EgressParts {
  readonly options: ResolvedEgress;
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly tally: Tally;
  readonly values: ParameterValues;
  readonly configuration: CompiledConfiguration | undefined;
  readonly npuOf: (interfaceIndex: number) => number;
}

/**
 * Packets between their SPU and the wire: over the fabric, by the queue of the I/O card that they leave by.
 *
 * Packets are decided in the order in which they arrive, and leave their SPUs in another one. So they are kept until nothing
 * can leave earlier any more: time at the SPUs never runs backwards, and what is decided at a time leaves at it or later.
 * Packets of one instant are served by SPU, then in the order in which the SPU had them.
 */
export class Egress implements EventSink {
  /** The I/O cards, as the NPUs. */
  readonly cards: readonly EgressCard[];
  /** Told what becomes of each packet that was offered: its number, an OUTCOME_ value, the position of its card. */
  onEnd: ((packet: number, outcome: number, card: number) => void) | undefined;
  timeNs = 0;
  kind = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  /** Whether what comes has been at an SPU: not so in a path of one's own without that stage. */
  isBehindSpus = true;
  private readonly parts: EgressParts;
  private readonly choice: EgressChoice;
  private readonly departures = new Departures();
  private readonly heap = new EventHeap();
  private readonly ranks: Float64Array;
  private readonly sent = (id: number): void => this.end(id, OUTCOME_DELIVERED);
  private readonly lost = (id: number): void => this.end(id, RESET);

  constructor(parts: EgressParts) {
    const { gigabitsPerSecond, queuePackets } = parts.options;
    this.parts = parts;
    this.cards = parts.npus.map(({ slot }) => new EgressCard(slot, gigabitsPerSecond, queuePackets));
    this.choice = new EgressChoice(parts.spus, parts.configuration, parts.npuOf);
    this.ranks = Float64Array.from(parts.spus, (_, position) => position * RANKS);
  }

  /** A session begins. */
  begin(spu: number, session: number): void {
    this.choice.begin(spu, session);
  }

  /** Takes over a row that has gone through all stages: it leaves when its SPU is done with it. */
  take(batch: PathBatch, row: number): void {
    const { spus, values } = this.parts;
    const nowNs = batch.nowNs[row] + values.npuToSpuDelayNs;
    const isFromSpu = this.isBehindSpus && batch.path[row] !== PATH_NONE;
    const leaveNs = isFromSpu ? Math.max(batch.leaveNs[row], nowNs) : nowNs;
    this.advance(nowNs);
    batch.outcome[row] = OUTCOME_HELD;
    const position = isFromSpu ? batch.spu[row] : -1;
    const session = batch.flow[row] >> 1;
    const spu = spus[batch.spu[row]];
    const length = batch.packets.records!.length[row];
    const packet = batch.numberOf(row);
    const memory = isFromSpu && spu.memory !== undefined ? length : 0;
    const leaves = session >= 0 && isTemplate(spu, session) ? spu.leaves.get(session) : undefined;
    if (leaves === undefined) {
      const id = this.keep(leaveNs, position, this.choice.cardOf(batch, row), length, packet, memory);
      if (session >= 0) this.measure(batch, row, id, nowNs, leaveNs);
      return;
    }
    // the packet is the last of its copies, and takes the memory of all with it
    for (const [copy, leaf] of leaves.entries()) {
      const isLast = copy === leaves.length - 1;
      const card = this.choice.cardOfLeaf(position, session, leaf);
      const id = this.keep(
        leaveNs,
        position,
        card < 0 ? batch.npu[row] : card,
        length,
        isLast ? packet : 0,
        isLast ? memory : 0,
      );
      if (isLast) this.measure(batch, row, id, nowNs, leaveNs);
    }
  }

  /** The SPU of a row answers it: that leaves by the card on which the packet came in. */
  answer(batch: PathBatch, row: number): void {
    this.keep(batch.leaveNs[row], batch.spu[row], batch.npu[row], ANSWER_BYTES, 0, 0);
  }

  /** Nothing leaves an SPU before a time any more. */
  advance(nowNs: number): void {
    // hot: called per packet where the egress is modelled
    const { heap } = this;
    while (heap.size > 0 && heap.nextNs < nowNs) {
      heap.take(this);
      this.admit(this.a, this.timeNs);
    }
  }

  /** Lets everything leave. */
  drain(): void {
    this.advance(Number.POSITIVE_INFINITY);
    for (const card of this.cards) card.serve(Number.POSITIVE_INFINITY, this.sent);
  }

  /** All cards are reset: what has not left by now is lost. */
  reset(nowNs: number): void {
    this.advance(nowNs);
    for (const card of this.cards) {
      card.serve(nowNs, this.sent);
      card.reset(this.lost);
    }
    while (this.heap.size > 0) {
      this.heap.take(this);
      this.lost(this.a);
    }
  }

  private keep(leaveNs: number, spu: number, card: number, length: number, packet: number, memory: number): number {
    const { departures } = this;
    const id = departures.keep();
    departures.spu[id] = spu;
    departures.card[id] = card;
    departures.length[id] = length;
    departures.packet[id] = packet;
    departures.memory[id] = memory;
    departures.place[id] = -1;
    this.heap.add(leaveNs, this.ranks[Math.max(spu, 0)]++, 0, id, 0, 0, 0);
    return id;
  }

  /** Measures the order of a packet of a session, where that is asked for. */
  private measure(batch: PathBatch, row: number, id: number, nowNs: number, leaveNs: number): void {
    const { orderMeter } = this.parts.spus[batch.spu[row]];
    const path = batch.path[row];
    if (orderMeter === undefined || path === PATH_ICMP_ERROR) return;
    const { fragment, protocol } = batch.packets;
    const isFragment = fragment[row] === FRAGMENT_FIRST || fragment[row] === FRAGMENT_LATER;
    const flow = batch.flow[row];
    const orderClass = orderClassOf(protocol[row], isFragment);
    orderMeter.add(flow, batch.numberOf(row), nowNs, leaveNs, orderClass, CAUSES[path] ?? 'other');
    const { departures } = this;
    departures.place[id] = orderMeter.place;
    departures.tag[id] = orderMeter.tag;
    departures.wing[id] = flow & 1;
    departures.wingSequence[id] = orderMeter.wingSequence;
  }

  /** A packet leaves its SPU. */
  private admit(id: number, leaveNs: number): void {
    const { departures, parts } = this;
    const card = departures.card[id];
    const sentNs = this.cards[card].offer(leaveNs, departures.length[id], id, this.sent);
    const spu = parts.spus[departures.spu[id]];
    const place = departures.place[id];
    if (place >= 0) {
      const { orderMeter } = spu;
      const tag = departures.tag[id];
      if (sentNs < 0) orderMeter!.abandon(place, tag);
      else orderMeter!.leave(place, tag, departures.wing[id], departures.wingSequence[id], card, sentNs);
    }
    const memory = departures.memory[id];
    // the word that it is gone takes the way from an I/O card to an SPU
    if (memory > 0) spu.memory!.free((sentNs < 0 ? leaveNs : sentNs) + parts.values.npuToSpuDelayNs, memory);
    if (sentNs < 0) this.end(id, QUEUE_FULL);
  }

  private end(id: number, outcome: number): void {
    const { departures, parts } = this;
    const packet = departures.packet[id];
    parts.tally.end(outcome, departures.spu[id], departures.length[id]);
    departures.release(id);
    if (packet > 0) this.onEnd?.(packet, outcome, departures.card[id]);
  }
}

function isTemplate({ table }: Spu, session: number): boolean {
  return table?.has(session) ? (table.user(session, 0) & STATE_TEMPLATE) !== 0 : false;
}
