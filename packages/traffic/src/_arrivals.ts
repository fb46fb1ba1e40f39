import { fillFlow, moreBits } from './_fill-flow.ts';
import { BENCHMARK_PREFIXES, sumPrefixes } from './_frame.ts';
import { FRACTION, GAP, type LiveFlows } from './_live-flows.ts';
import type { Random } from './_random.ts';
import { coprimeStep, emptyTuple, type Tuple, TuplePlan } from './_tuple.ts';
import { zipfQuotas } from './_zipf.ts';
import type { TrafficPlan } from './shape.ts';

/** Packets in a tick of the wheel, in the mean. */
const TICK_PACKETS = 8;
const WHEEL_LOG2_MAX = 16;
/** A flow with more than this share of the packets lives from the start to the end. */
const LONG_SHARE = 1 / 800;
/** No other flow lives longer than this share of the whole. */
const LIFE_SHARE = 1 / 8;
/** Long flows start within this share of the whole, and live for {@link LONG_LIFE_SHARE}. */
const LONG_START_SHARE = 1 / 50;
const LONG_LIFE_SHARE = 0.95;
const PREFIX_SUM = sumPrefixes(BENCHMARK_PREFIXES);

/**
 * Decides when each flow starts, how many packets it has and how fast it sends.
 *
 * Time here is in ticks and only orders the packets; the time stamps follow from the rate. The few flows that hold much
 * of the traffic start early and last; the others start evenly over the time, their ranks well mixed, and their gaps
 * follow from a round-trip time of their own.
 */
export class Arrivals {
  /** Ticks in all, about. */
  readonly ticks: number;
  /** Size of the wheel that the gaps fit. */
  readonly wheelLog2: number;
  /** Flows that have started. */
  started = 0;
  readonly #plan: TrafficPlan;
  readonly #random: Random;
  readonly #tuples: TuplePlan;
  readonly #tuple: Tuple = emptyTuple();
  readonly #quotas: Uint32Array<ArrayBuffer>;
  readonly #long: number;
  readonly #step: number;
  #rank: number;
  /** Tick at which the next flow starts; infinite after the last. */
  nextTick = 0;

  constructor(plan: TrafficPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
    this.#tuples = new TuplePlan(plan);
    this.#quotas = zipfQuotas(plan.flows, plan.packets, plan.zipfExponent);
    this.ticks = Math.ceil(plan.packets / TICK_PACKETS);
    let log2 = 4;
    while (log2 < WHEEL_LOG2_MAX && 1 << log2 < this.ticks) log2++;
    this.wheelLog2 = log2;
    const limit = plan.packets * LONG_SHARE;
    let long = 0;
    while (long < plan.flows && this.#quotas[long]! > limit) long++;
    this.#long = long;
    const others = plan.flows - long;
    this.#step = coprimeStep(Math.max(1, others));
    this.#rank = others === 0 ? 0 : (random.next() >>> 0) % others;
    this.#schedule();
  }

  /** Starts the next flow: takes a slot, fills it and returns it. */
  start(flows: LiveFlows): number {
    // hot: called once per flow, no allocation
    const number = this.started;
    const rank = number < this.#long ? number : this.#long + this.#rank;
    const quota = this.#quotas[rank]!;
    const tuple = this.#tuple;
    this.#tuples.choose(number, tuple);
    const { bits } = tuple;
    const gap = this.#gap(number < this.#long, quota, moreBits(bits) >>> 0, (1 << this.wheelLog2) / 2);

    const at = flows.take();
    fillFlow(flows.words, at, tuple, quota, PREFIX_SUM);
    flows.words[at + GAP] = gap;
    flows.words[at + FRACTION] = bits & 0xff;

    if (number >= this.#long) {
      this.#rank += this.#step;
      const others = this.#plan.flows - this.#long;
      if (this.#rank >= others) this.#rank -= others;
    }
    this.started++;
    this.#schedule();
    return at;
  }

  /** Returns the mean gap in 24.8 fixed point. */
  #gap(long: boolean, quota: number, bits: number, most: number): number {
    if (long) return Math.floor(Math.min(most, (this.ticks * LONG_LIFE_SHARE) / quota) * 256);
    // round-trip time 2 to 66 ms, two packets in each
    const roundTrip = 0.002 + ((bits >>> 16) / 65_536) * 0.064;
    const natural = (roundTrip * this.#plan.packetsPerSecond) / TICK_PACKETS / 2;
    return Math.floor(Math.min(natural, (this.ticks * LIFE_SHARE) / quota, most) * 256);
  }

  /** Says when the next flow starts. */
  #schedule(): void {
    const { flows } = this.#plan;
    const number = this.started;
    if (number >= flows) this.nextTick = Number.POSITIVE_INFINITY;
    else if (number < this.#long) {
      this.nextTick = Math.floor(((number + 0.5) * this.ticks * LONG_START_SHARE) / this.#long);
    } else {
      const span = this.ticks * (1 - LIFE_SHARE);
      const at = (number - this.#long + this.#random.unit()) / (flows - this.#long);
      // not before the long ones: flows start in the order of their numbers
      this.nextTick = Math.max(this.nextTick, Math.floor(at * span));
    }
  }
}
