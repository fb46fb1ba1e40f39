import { ArrivalCurve } from './_arrival-curve.ts';
import { fillFlow, moreBits } from './_fill-flow.ts';
import { sumPrefixes } from './_frame.ts';
import { FLOW_RESETS, type FlowSlots, FRACTION, GAP, KIND } from './_live-flows.ts';
import { Popularity } from './_popularity.ts';
import { firstHost, parsePrefix } from './_prefix.ts';
import { mix32, type Random } from './_random.ts';
import { coprimeStep, emptyTuple, limit, TCP, type Tuple, TuplePlan } from './_tuple.ts';
import { elephantPackets } from './plan-workload.ts';
import type { WorkloadPlan } from './workload.ts';

const NS = 1_000_000_000;
/** A flow with more than this share of the packets lives from start to end, where neither arrivals nor lives are given. */
const LONG_SHARE = 1 / 800;
/** Flows that start on their own account do so within this share of the time. */
const START_SHARE = 7 / 8;
/** No flow lives longer than this share of the time, unless its life is given. */
const LIFE_SHARE = 1 / 8;
/** Elephants and long flows start within this share of the time, and live for {@link LONG_LIFE_SHARE}. */
const LONG_START_SHARE = 1 / 50;
const LONG_LIFE_SHARE = 0.95;

/** Returns six words: the first three of the client's and of the server's IPv6 prefix. */
export function prefixWords(plan: WorkloadPlan): Int32Array<ArrayBuffer> {
  const words = new Int32Array(6);
  words.set(parsePrefix(plan.clients.ipv6)!.words.subarray(0, 3));
  words.set(parsePrefix(plan.servers.ipv6)!.words.subarray(0, 3), 3);
  return words;
}

/**
 * Decides when each flow starts, how many packets it has and how far they lie apart.
 *
 * Numbers run over the early flows first (elephants, then the long ones of an uneven popularity), then over the others in
 * the order in which they arrive, their ranks well mixed. No table: any number of flows costs the same.
 */
export class SessionStarts {
  /** Flows that start in the first moments: `startEarly` for each of them first, then `start`. */
  readonly early: number;
  /** When the next flow starts, ns, and nothing else in it; infinite after the last. */
  readonly next: Float64Array<ArrayBuffer> = new Float64Array(1);
  readonly #plan: WorkloadPlan;
  readonly #random: Random;
  readonly #tuples: TuplePlan;
  readonly #tuple: Tuple = emptyTuple();
  readonly #prefixSum: number;
  readonly #popularity: Popularity;
  readonly #elephantPackets: number;
  readonly #resets: number;
  readonly #others: number;
  readonly #step: number;
  readonly #curve: ArrivalCurve;
  /** Longest life of a flow that is not early, ns. */
  readonly #lifeNs: number;
  #rank: number;
  #arrived = 0;

  constructor(plan: WorkloadPlan, random: Random) {
    const { flows, elephants, protocols, durationSeconds } = plan;
    this.#plan = plan;
    this.#random = random;
    this.#elephantPackets = elephantPackets(plan);
    const packets = plan.packets - this.#elephantPackets;
    const exponent = flows.popularity === 'uniform' ? 0 : flows.zipfExponent;
    this.#popularity = new Popularity(Math.max(1, flows.count), Math.max(1, packets), exponent);
    let long = 0;
    if (plan.arrivals.length === 0 && flows.lifeSeconds === 0) {
      const most = plan.packets * LONG_SHARE;
      while (long < flows.count && this.#popularity.quota(long) > most) long++;
    }
    this.early = elephants.count + long;
    this.#others = flows.count - long;
    this.#step = coprimeStep(Math.max(1, this.#others));
    this.#rank = this.#others === 0 ? 0 : long + ((random.next() >>> 0) % this.#others);
    const span = durationSeconds * START_SHARE;
    const even = [0, span].map((atSeconds) => ({ atSeconds, perSecond: this.#others / span }));
    this.#curve = new ArrivalCurve(plan.arrivals.length === 0 ? even : plan.arrivals);
    this.#lifeNs = (flows.lifeSeconds || durationSeconds * LIFE_SHARE) * NS;
    const weights = protocols.tcp + protocols.udp + protocols.icmp;
    const shares = { udpShare: protocols.udp / weights, icmpShare: protocols.icmp / weights };
    this.#tuples = new TuplePlan(
      {
        seed: plan.seed,
        clients: plan.clients.count,
        servers: plan.servers.count,
        ipv6Share: plan.ipv6Share,
        ...shares,
      },
      {
        clientIpv4: firstHost(parsePrefix(plan.clients.ipv4)!),
        serverIpv4: firstHost(parsePrefix(plan.servers.ipv4)!),
        clientIpv6: firstHost(parsePrefix(plan.clients.ipv6)!),
        serverIpv6: firstHost(parsePrefix(plan.servers.ipv6)!),
      },
    );
    this.#prefixSum = sumPrefixes(prefixWords(plan));
    this.#resets = limit(plan.resetShare);
    this.#schedule();
  }

  /** Takes a slot for early flow `number`, fills it and returns it; it starts at {@link earlyNs}. */
  startEarly(slots: FlowSlots, number: number): number {
    const { count } = this.#plan.elephants;
    const quota =
      number < count
        ? Math.floor(((number + 1) * this.#elephantPackets) / count) -
          Math.floor((number * this.#elephantPackets) / count)
        : this.#popularity.quota(number - count);
    return this.#fill(slots, number, quota, (this.#plan.durationSeconds * LONG_LIFE_SHARE * NS) / quota);
  }

  /** Returns when early flow `number` starts. */
  earlyNs(number: number): number {
    return Math.floor(((number + 0.5) / this.early) * this.#plan.durationSeconds * LONG_START_SHARE * NS);
  }

  /** Starts the next flow: takes a slot, fills it and returns it; -1 if it has no packet. */
  start(slots: FlowSlots): number {
    // hot: called once per flow, no allocation
    const quota = this.#popularity.quota(this.#rank);
    const number = this.early + this.#arrived;
    this.#rank += this.#step;
    if (this.#rank >= this.#plan.flows.count) this.#rank -= this.#others;
    this.#arrived++;
    this.#schedule();
    // rounding leaves a flow of a far rank without its packet about once in a million workloads
    return quota <= 0 ? -1 : this.#fill(slots, number, quota, this.#lifeNs / quota);
  }

  #fill(slots: FlowSlots, number: number, quota: number, gapNs: number): number {
    const tuple = this.#tuple;
    this.#tuples.choose(number, tuple);
    const at = slots.take();
    const { words } = slots;
    fillFlow(words, at, tuple, quota, this.#prefixSum);
    if (tuple.transport === TCP && mix32(tuple.bits ^ 0x72657374) >>> 0 < this.#resets)
      words[at + KIND]! |= FLOW_RESETS;
    // round-trip time 2 to 66 ms, two packets in each
    const natural = 1e6 + ((moreBits(tuple.bits) >>> 16) / 65_536) * 32e6;
    const isFixed = number < this.early || this.#plan.flows.lifeSeconds > 0;
    const gap = isFixed ? gapNs : Math.min(natural, gapNs);
    let scale = 1;
    while (gap / scale > 0x3fff_ffff) scale *= 1024;
    words[at + GAP] = Math.floor(gap / scale);
    words[at + FRACTION] = scale;
    return at;
  }

  #schedule(): void {
    if (this.#arrived >= this.#others) {
      this.next[0] = Number.POSITIVE_INFINITY;
      return;
    }
    const second = this.#curve.secondOf(this.#arrived + this.#random.unit());
    this.next[0] = Math.max(this.next[0]!, Math.floor(second * NS));
  }
}
