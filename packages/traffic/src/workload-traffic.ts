import { LINKTYPE_ETHERNET } from '@midplane/packet';
import { EventHeap } from './_event-heap.ts';
import { Flood } from './_flood.ts';
import { FlowSlots, FRACTION, GAP, PIECES, QUOTA, SENT } from './_live-flows.ts';
import { PacketWriter, WRITTEN_FROM_SERVER } from './_packet-writer.ts';
import { mix32, Random } from './_random.ts';
import { prefixWords, SessionStarts } from './_session-starts.ts';
import { planWorkload } from './plan-workload.ts';
import { roomOf, TrafficRecords } from './traffic-records.ts';
import type { WorkloadDescription, WorkloadPlan } from './workload.ts';

const NS = 1_000_000_000;
const ETHERNET = 14;
const FRAME_MIN = 60;
/** Largest headers of a frame: Ethernet, IPv6, Fragment, TCP. */
const HEADERS_MAX = 82;
/** Event of the next flow that starts; floods lie below it, flows are their slots. */
const ARRIVAL = -1;
/** Fragments of one packet lie 1 to 17 microseconds apart. */
const PIECE_NS = 1_000;
const PIECE_SPREAD_MASK = 0x3fff;

/**
 * A workload of a description: makes its packets in batches, in order of time, until all are made.
 *
 * Flows start along the arrival curve, each with packets by its popularity; the rate of packets follows from that. Every
 * TCP flow opens with SYN and ends with FIN or a reset, sequence numbers advance, fragments are complete. The packets
 * depend on the description alone, not on the batches. A flood draws from a seed of its own: without it, all other
 * packets are the same.
 *
 * Starts at once whatever the number of flows. Memory: 76 bytes for each flow that is alive.
 *
 * Fidelity: assumed. A model of traffic for tests and sizing; it copies no network.
 *
 * @example
 * ```ts
 * import { WorkloadTraffic } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * const traffic = new WorkloadTraffic({ packets: 1_000_000_000, durationSeconds: 3600 });
 * const records = traffic.createRecords(256);
 * assert.equal(traffic.nextInto(records), 256); // at once
 * assert.equal(traffic.plan.flows.count, 50_000_000);
 * ```
 */
export class WorkloadTraffic {
  /** Every parameter of the workload. */
  readonly plan: WorkloadPlan;
  /** Link type of the frames: Ethernet. */
  readonly linkType: number = LINKTYPE_ETHERNET;
  readonly #random: Random;
  readonly #starts: SessionStarts;
  readonly #slots = new FlowSlots();
  readonly #events = new EventHeap();
  readonly #floods: readonly Flood[];
  readonly #writer: PacketWriter;
  readonly #rowBytes: number;
  #made = 0;

  /**
   * @param description See {@link WorkloadDescription}.
   * @throws {TypeError} If a value has the wrong shape.
   * @throws {RangeError} If a value is outside its range.
   */
  constructor(description: WorkloadDescription = {}) {
    const plan = planWorkload(description);
    this.plan = plan;
    this.#random = new Random(plan.seed);
    this.#starts = new SessionStarts(plan, this.#random);
    const frames = plan.sizes.map(({ bytes, weight }) => ({ bytes: Math.max(FRAME_MIN, bytes + ETHERNET), weight }));
    this.#writer = new PacketWriter(
      { frames, snaplen: plan.snaplen, seed: plan.seed },
      prefixWords(plan),
      plan.fragments,
    );
    this.#rowBytes = Math.min(plan.snaplen, Math.max(HEADERS_MAX, frames.at(-1)!.bytes));
    this.#floods = plan.floods.map((flood, index) => new Flood(flood, mix32(plan.seed ^ mix32(index + 1))));
    for (let number = 0; number < this.#starts.early; number++) {
      this.#events.push(this.#starts.earlyNs(number), this.#starts.startEarly(this.#slots, number));
    }
    this.#pushUnlessOver(this.#starts.next[0]!, ARRIVAL);
    for (const [index, flood] of this.#floods.entries()) this.#pushUnlessOver(flood.next[0]!, ARRIVAL - 1 - index);
  }

  /** Packets made so far, each fragment counted. */
  get made(): number {
    return this.#made;
  }

  /** How many of them are packets of floods: each has a source of its own, drawn at random, and belongs to no flow of the plan. */
  get floodPackets(): number {
    return this.#floods.reduce((sum, flood) => sum + flood.made, 0);
  }

  /** Flows that are alive: started, and not at their last packet yet. */
  get liveFlows(): number {
    return this.#slots.live;
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
    const events = this.#events;
    const slots = this.#slots;
    const writer = this.#writer;
    const floods = this.#floods;
    const { startSeconds, snaplen } = this.plan;
    const separate = this.plan.interfaces === 2 ? 1 : 0;
    let row = 0;
    let at = 0;
    while (row < capacity && at <= room && events.size > 0) {
      const now = events.times[0]!;
      const item = events.items[0]!;
      if (item === ARRIVAL) {
        this.#arrive(now);
        continue;
      }

      // the packet, and when its source is due again
      let written = 0;
      let later = Number.POSITIVE_INFINITY;
      if (item < ARRIVAL) {
        const flood = floods[ARRIVAL - 1 - item]!;
        written = flood.write(records, at);
        later = flood.next[0]!;
      } else {
        const words = slots.words;
        const jitter = random.next();
        written = writer.write(records, at, words, item, jitter);
        if (words[item + PIECES] !== 0) later = now + PIECE_NS + (jitter & PIECE_SPREAD_MASK);
        else if (++words[item + SENT]! >= words[item + QUOTA]!) slots.release(item);
        else {
          const gap = words[item + GAP]! * words[item + FRACTION]!;
          later = now + Math.max(1, Math.floor(gap * (0.5 + (jitter & 0xffff) / 65_536)));
        }
      }
      if (later === Number.POSITIVE_INFINITY) events.remove();
      else events.postpone(later); // one call, so that it is inlined: the time would be boxed

      const frame = written & (WRITTEN_FROM_SERVER - 1);
      const captured = Math.min(frame, snaplen);
      offset[row] = at;
      capturedLength[row] = captured;
      length[row] = frame;
      interfaceIndex[row] = (written >>> 16) & separate;
      const second = Math.floor(now / NS);
      seconds[row] = startSeconds + second;
      nanoseconds[row] = now - second * NS;
      at += captured;
      row++;
    }
    this.#made += row;
    records.count = row;
    return row;
  }

  /** Starts a flow and says when the next one starts. */
  #arrive(now: number): void {
    const slot = this.#starts.start(this.#slots);
    const next = this.#starts.next[0]!;
    if (next === Number.POSITIVE_INFINITY) this.#events.remove();
    else this.#events.postpone(next);
    if (slot >= 0) this.#events.push(now, slot);
  }

  #pushUnlessOver(time: number, item: number): void {
    if (time !== Number.POSITIVE_INFINITY) this.#events.push(time, item);
  }
}

/**
 * Goes through a workload batch by batch.
 *
 * @param description As for {@link WorkloadTraffic}.
 * @param capacity Packets in a batch, 1 to 65,536.
 * @returns The batches: always the same records, filled anew.
 * @throws {TypeError} If a value has the wrong shape.
 * @throws {RangeError} If a value is outside its range.
 * @example
 * ```ts
 * import { readWorkload } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * let packets = 0;
 * for (const records of readWorkload({ packets: 5000, protocols: { udp: 1 } })) packets += records.count;
 * assert.equal(packets, 5000);
 * ```
 */
export function* readWorkload(
  description: WorkloadDescription = {},
  capacity = 1024,
): Generator<TrafficRecords, void, void> {
  const traffic = new WorkloadTraffic(description);
  const records = traffic.createRecords(capacity);
  while (traffic.nextInto(records) > 0) yield records;
}
