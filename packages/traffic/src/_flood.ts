import { halves } from './_checksum.ts';
import {
  DONT_FRAGMENT,
  ETHERNET,
  writeEthernet,
  writeIpv4,
  writeIpv6,
  writeTcp,
  writeUdp,
  writeZeros,
} from './_frame.ts';
import { SYN } from './_life-cycle.ts';
import { hostMask, parseHost, parsePrefix } from './_prefix.ts';
import { mix32, Random } from './_random.ts';
import type { TrafficRecords } from './traffic-records.ts';
import type { WorkloadPlan } from './workload.ts';

const NS = 1_000_000_000;
const FRAME = 60;
const TTL = 57;

/** One flood: packets from random sources, each with its place in an interval of its own. Draws from its own seed. */
export class Flood {
  /** When the next packet is due, ns, and nothing else in it; infinite after the last. */
  readonly next: Float64Array<ArrayBuffer> = new Float64Array(1);
  readonly #random: Random;
  readonly #isSyn: boolean;
  readonly #isIpv6: boolean;
  readonly #port: number;
  /** Three words of the source's prefix and of the target's, for the writer. */
  readonly #prefixes = new Int32Array(6);
  readonly #source: Int32Array<ArrayBuffer>;
  readonly #mask: Int32Array<ArrayBuffer>;
  readonly #target: number;
  readonly #fromNs: number;
  readonly #intervalNs: number;
  readonly #packets: number;
  #made = 0;

  constructor(plan: WorkloadPlan['floods'][number], seed: number) {
    this.#random = new Random(seed);
    this.#isSyn = plan.kind === 'syn';
    this.#port = plan.port;
    const target = parseHost(plan.target)!;
    const sources = parsePrefix(plan.sources)!;
    this.#isIpv6 = target.family === 6;
    this.#target = target.words.at(-1)!;
    if (this.#isIpv6) this.#prefixes.set(target.words.subarray(0, 3), 3);
    this.#source = sources.words;
    this.#mask = sources.words.map((_, index) => hostMask(sources.length, index));
    this.#fromNs = plan.fromSeconds * NS;
    this.#intervalNs = NS / plan.perSecond;
    this.#packets = Math.floor((plan.untilSeconds - plan.fromSeconds) * plan.perSecond + 1e-6);
    this.#schedule();
  }

  /** Packets written so far. */
  get made(): number {
    return this.#made;
  }

  /** Writes the next packet at byte `to` and returns the length of its frame. */
  write(records: TrafficRecords, to: number): number {
    // hot: called per packet, no allocation
    const { view } = records;
    const random = this.#random;
    const words = this.#source;
    const mask = this.#mask;
    const prefixes = this.#prefixes;
    let addressSum = halves(this.#target);
    const last = words.length - 1;
    for (let i = 0; i < last; i++) {
      prefixes[i] = words[i]! | (random.next() & mask[i]!);
      addressSum += halves(prefixes[i]!) + halves(prefixes[i + 3]!);
    }
    const source = words[last]! | (random.next() & mask[last]!);
    addressSum += halves(source);
    const bits = random.next();
    const ports = ((1024 + (((bits >>> 16) * 64_512) >>> 16)) << 16) | this.#port;
    const protocol = this.#isSyn ? 6 : 17;
    const header = this.#isSyn ? 20 : 8;
    const ip = this.#isIpv6 ? 40 : 20;
    const payload = this.#isSyn ? 0 : Math.max(0, FRAME - ETHERNET - ip - header);
    const length = header + payload;
    const at = to + ETHERNET;
    if (this.#isIpv6) {
      writeEthernet(view, to, 0, 0x86dd);
      writeIpv6(view, at, length, TTL, protocol, bits & 0xfffff, 0, source, this.#target, prefixes);
    } else {
      writeEthernet(view, to, 0, 0x0800);
      writeIpv4(view, at, ip + length, bits & 0xffff, TTL, protocol, source, this.#target, addressSum, DONT_FRAGMENT);
    }
    const pseudo = addressSum + protocol + length;
    if (this.#isSyn) writeTcp(view, at + ip, ports, mix32(bits), 0, SYN, 64_240, pseudo);
    else writeUdp(view, at + ip, ports, length, pseudo);
    const frame = Math.max(FRAME, ETHERNET + ip + length);
    writeZeros(view, records.bytes, at + ip + header, to + frame);
    this.#made++;
    this.#schedule();
    return frame;
  }

  #schedule(): void {
    const at = this.#fromNs + (this.#made + this.#random.unit()) * this.#intervalNs;
    this.next[0] = this.#made < this.#packets ? Math.floor(at) : Number.POSITIVE_INFINITY;
  }
}
