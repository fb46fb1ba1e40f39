import { halves } from './_checksum.ts';
import { IPV6_PREFIX_SUM } from './_frame.ts';
import {
  ADDRESS_SUM,
  CLIENT,
  CLIENT_SEQUENCE,
  FLOW_IPV6,
  FLOW_SERVER_CLOSES,
  FLOW_UPLOAD,
  FRACTION,
  GAP,
  KIND,
  LABEL,
  type LiveFlows,
  NEXT,
  PORTS,
  QUOTA,
  SENT,
  SERVER,
  SERVER_SEQUENCE,
} from './_live-flows.ts';
import { mix32, type Random } from './_random.ts';
import { coprimeStep, type Tuple, TuplePlan } from './_tuple.ts';
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
  readonly #tuple: Tuple = {
    ipv6: false,
    transport: 0,
    client: 0,
    server: 0,
    clientPort: 0,
    serverPort: 0,
    bits: 0,
  };
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
    const { ipv6, client, server, bits } = tuple;
    const more = mix32(bits ^ 0x1b873593);
    const gap = this.#gap(number < this.#long, quota, more >>> 0, (1 << this.wheelLog2) / 2);

    const at = flows.take();
    const words = flows.words;
    // one in four hosts starts at 128, the others at 64
    const clientTtl = ((more & 3) === 0 ? 128 : 64) - 1 - ((more >>> 2) & 7);
    const serverTtl = ((more & 0x60) === 0 ? 128 : 64) - 1 - ((more >>> 7) & 15);
    const upload = (more & 0x7000) === 0 ? FLOW_UPLOAD : 0;
    const serverCloses = (more & 0x8000) === 0 ? FLOW_SERVER_CLOSES : 0;
    words[at + NEXT] = -1;
    words[at + KIND] =
      tuple.transport | (ipv6 ? FLOW_IPV6 : 0) | upload | serverCloses | (clientTtl << 8) | (serverTtl << 16);
    words[at + SENT] = 0;
    words[at + QUOTA] = quota;
    words[at + CLIENT] = client;
    words[at + SERVER] = server;
    words[at + PORTS] = (tuple.clientPort << 16) | tuple.serverPort;
    words[at + CLIENT_SEQUENCE] = mix32(bits ^ 0x165667b1);
    words[at + SERVER_SEQUENCE] = mix32(bits ^ 0x27d4eb2f);
    words[at + GAP] = gap;
    words[at + FRACTION] = bits & 0xff;
    words[at + ADDRESS_SUM] = halves(client) + halves(server) + (ipv6 ? IPV6_PREFIX_SUM : 0);
    words[at + LABEL] = more >>> 12;

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
