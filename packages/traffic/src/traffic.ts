import { LINKTYPE_ETHERNET } from '@midplane/packet';
import { Arrivals } from './_arrivals.ts';
import { FRACTION, GAP, LiveFlows, NEXT, QUOTA, SENT } from './_live-flows.ts';
import { PacketWriter, WRITTEN_FROM_SERVER } from './_packet-writer.ts';
import { Random } from './_random.ts';
import { planTraffic, type TrafficOptions, type TrafficPlan } from './shape.ts';
import { roomOf, TrafficRecords } from './traffic-records.ts';

const NS = 1_000_000_000;

/**
 * A seeded workload: makes its packets in batches, in order of time, until all are made.
 *
 * Every flow has its own 5-tuple and appears. A TCP flow opens with SYN and ends with its FIN handshake or a reset,
 * sequence numbers advance; UDP and ICMP echo go back and forth. All checksums are valid (payloads are zeros). The packets
 * depend on the plan alone, not on the batches.
 *
 * Memory: 4 bytes a flow, 64 bytes for each flow alive.
 *
 * Fidelity: assumed. A model of traffic for tests and benchmarks; it copies no network.
 *
 * @example
 * ```ts
 * import { createTraffic } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * const traffic = createTraffic({ shape: 'small', packets: 1000, flows: 50, seed: 7 });
 * const records = traffic.createRecords(256);
 * let packets = 0;
 * while (traffic.nextInto(records) > 0) packets += records.count;
 * assert.equal(packets, 1000);
 * ```
 */
export class Traffic {
  /** Every parameter of the workload. */
  readonly plan: TrafficPlan;
  /** Link type of the frames: Ethernet. */
  readonly linkType: number = LINKTYPE_ETHERNET;
  readonly #random: Random;
  readonly #arrivals: Arrivals;
  readonly #flows: LiveFlows;
  readonly #writer: PacketWriter;
  readonly #rowBytes: number;
  readonly #intervalNs: number;
  #made = 0;
  /** Whole seconds since the start. */
  #second = 0;
  #tick = -1;
  /** Slot whose turn it is within the tick, -1 if none is left. */
  #turn = -1;

  /**
   * @param options See {@link planTraffic}.
   * @throws {RangeError} If a parameter is outside its range.
   */
  constructor(options: TrafficOptions = {}) {
    this.plan = planTraffic(options);
    this.#random = new Random(this.plan.seed);
    this.#arrivals = new Arrivals(this.plan, this.#random);
    this.#flows = new LiveFlows(this.#arrivals.wheelLog2);
    this.#writer = new PacketWriter(this.plan);
    const largest = Math.max(80, this.plan.frames.at(-1)!.bytes);
    this.#rowBytes = Math.min(this.plan.snaplen, largest);
    this.#intervalNs = NS / this.plan.packetsPerSecond;
  }

  /** Packets made so far. */
  get made(): number {
    return this.#made;
  }

  /** Flows that are alive: started, and not at their last packet yet. */
  get liveFlows(): number {
    return this.#flows.live;
  }

  /**
   * Makes records that hold `capacity` packets of this workload.
   *
   * @param capacity Rows that fit, 1 to 65,536.
   * @returns Empty records, to be filled again and again.
   * @throws {RangeError} If `capacity` is not an integer in that range.
   */
  createRecords(capacity = 256): TrafficRecords {
    return new TrafficRecords(capacity, this.#rowBytes);
  }

  /**
   * Makes the next packets.
   *
   * @param records Filled from row 0 to the last for which there is room; what was in it is lost.
   * @returns Number of packets, 0 after the last. Also in `records.count`.
   * @throws {RangeError} If `records` has not the bytes for one packet.
   */
  nextInto(records: TrafficRecords): number {
    // hot: no allocation, called per batch
    const { capacity, offset, capturedLength, length, seconds, nanoseconds, interfaceIndex } = records;
    const room = roomOf(records, this.#rowBytes);
    const random = this.#random;
    const writer = this.#writer;
    const flows = this.#flows;
    const heads = flows.heads;
    const mask = flows.mask;
    const { packets, startSeconds, snaplen } = this.plan;
    const separate = this.plan.interfaces === 2 ? 1 : 0;
    const intervalNs = this.#intervalNs;
    let made = this.#made;
    let second = this.#second;
    let row = 0;
    let at = 0;
    while (row < capacity && made < packets && at <= room) {
      let turn = this.#turn;
      if (turn < 0) turn = this.#nextTurn();
      const words = flows.words;
      this.#turn = words[turn + NEXT]!;

      // the packet
      const jitter = random.next();
      const written = writer.write(records, at, words, turn, jitter);
      const frame = written & (WRITTEN_FROM_SERVER - 1);
      const captured = Math.min(frame, snaplen);
      offset[row] = at;
      capturedLength[row] = captured;
      length[row] = frame;
      interfaceIndex[row] = (written >>> 16) & separate;
      const relative = Math.floor((made + (jitter >>> 0) / 4_294_967_296) * intervalNs);
      let rest = relative - second * NS;
      if (rest >= NS) {
        second = Math.floor(relative / NS);
        rest = relative - second * NS;
      }
      seconds[row] = startSeconds + second;
      nanoseconds[row] = rest;
      at += captured;
      made++;
      row++;

      // the flow's next turn
      if (++words[turn + SENT]! >= words[turn + QUOTA]!) {
        flows.release(turn);
        continue;
      }
      const gap = words[turn + GAP]!;
      const later = words[turn + FRACTION]! + (gap >> 1) + Math.floor(((jitter & 0xffff) / 65_536) * gap);
      words[turn + FRACTION] = later & 0xff;
      const ticks = later >> 8;
      if (ticks === 0) {
        words[turn + NEXT] = this.#turn;
        this.#turn = turn;
      } else {
        const tick = (this.#tick + ticks) & mask;
        words[turn + NEXT] = heads[tick]!;
        heads[tick] = turn;
      }
    }
    this.#made = made;
    this.#second = second;
    records.count = row;
    return row;
  }

  /** Goes on to the next tick with a flow in it and returns that flow's slot. */
  #nextTurn(): number {
    const flows = this.#flows;
    const arrivals = this.#arrivals;
    const heads = flows.heads;
    let turn = -1;
    while (turn < 0) {
      const tick = ++this.#tick;
      turn = heads[tick & flows.mask]!;
      heads[tick & flows.mask] = -1;
      while (arrivals.nextTick <= tick) {
        const at = arrivals.start(flows);
        flows.words[at + NEXT] = turn;
        turn = at;
      }
    }
    return turn;
  }
}

/**
 * Makes a workload of a shape, or of its parts.
 *
 * @param options Shape, seed and whatever shall differ; see {@link planTraffic} for what is filled in.
 * @returns A generator at its first packet.
 * @throws {RangeError} If a parameter is outside its range.
 * @example The same seed gives the same packets
 * ```ts
 * import { createTraffic } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * const first = createTraffic({ shape: 'many', packets: 64, seed: 3 });
 * const second = createTraffic({ shape: 'many', packets: 64, seed: 3 });
 * const a = first.createRecords(64);
 * const b = second.createRecords(64);
 * first.nextInto(a);
 * second.nextInto(b);
 * assert.deepEqual(a.bytes, b.bytes);
 * ```
 */
export function createTraffic(options: TrafficOptions = {}): Traffic {
  return new Traffic(options);
}

/**
 * Goes through a workload batch by batch.
 *
 * @param options As for {@link createTraffic}.
 * @param capacity Packets in a batch, 1 to 65,536.
 * @returns The batches: always the same records, filled anew.
 * @throws {RangeError} If a parameter is outside its range.
 * @example
 * ```ts
 * import { readTraffic } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * let bytes = 0;
 * for (const records of readTraffic({ shape: 'many', packets: 1000, ipv6Share: 0 }, 512)) {
 *   for (let row = 0; row < records.count; row++) bytes += records.length[row]!;
 * }
 * assert.equal(bytes, 60_000);
 * ```
 */
export function* readTraffic(options: TrafficOptions = {}, capacity = 1024): Generator<TrafficRecords, void, void> {
  const traffic = new Traffic(options);
  const records = traffic.createRecords(capacity);
  while (traffic.nextInto(records) > 0) yield records;
}
