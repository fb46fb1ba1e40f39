/** Names of the ready-made workloads. */
export type TrafficShape = 'small' | 'many';

/** One size of a frame mix. */
export interface FrameSize {
  /** Bytes from the destination address to the end of the payload, without the 4-byte FCS, as captures hold them. */
  readonly bytes: number;
  /** Share of the packets, relative to the other sizes. */
  readonly weight: number;
}

/** A workload with nothing left open; what {@link planTraffic} returns. */
export interface TrafficPlan {
  /** Same seed and same parameters, same packets, on every engine. Integer 0 to 2^32 - 1. */
  readonly seed: number;
  /** Packets in all. */
  readonly packets: number;
  /** Flows in all, both directions being one; each has its own 5-tuple. */
  readonly flows: number;
  /** Packets per second; constant, with a jitter below one interval. */
  readonly packetsPerSecond: number;
  /** Seconds since 1970 at which the first interval starts. */
  readonly startSeconds: number;
  /** Share of the flows that are IPv6. */
  readonly ipv6Share: number;
  /** Share of the flows that are UDP; what neither UDP nor ICMP takes is TCP. */
  readonly udpShare: number;
  /** Share of the flows that are ICMP or ICMPv6 echo. */
  readonly icmpShare: number;
  /** Exponent of popularity: 0 all flows alike, 1 the classic. */
  readonly zipfExponent: number;
  /** Client addresses, from 198.18.0.1 and 2001:2:0:1::1 on. */
  readonly clients: number;
  /** Server addresses, from 198.19.0.1 and 2001:2:0:2::1 on. */
  readonly servers: number;
  /** Bytes of each frame that are captured, at most. */
  readonly snaplen: number;
  /** Frame sizes, ascending. */
  readonly frames: readonly FrameSize[];
  /** 2: packets of clients come from interface 0, packets of servers from 1. 1: all from 0. */
  readonly interfaces: 1 | 2;
}

/** What {@link createTraffic} takes: a shape, and whatever shall differ from it. */
export type TrafficOptions = {
  /** Ready-made workload that fills what is not given; `'small'` if absent. */
  readonly shape?: TrafficShape | undefined;
  /** Length in seconds, instead of `packetsPerSecond`. */
  readonly durationSeconds?: number | undefined;
} & { readonly [Name in keyof TrafficPlan]?: TrafficPlan[Name] | undefined };

/** 2026-01-01T00:00:00Z in seconds since 1970: where traffic starts unless told otherwise. */
export const TRAFFIC_START_SECONDS = 1_767_225_600;

/** The 7:4:1 mix of 64, 594 and 1,518 bytes on the wire, of which 4 are the FCS that captures leave out. */
export const IMIX: readonly FrameSize[] = [
  { bytes: 60, weight: 7 },
  { bytes: 590, weight: 4 },
  { bytes: 1514, weight: 1 },
];

/**
 * The ready-made workloads: `small` has 1 M packets of 50,000 flows, IMIX, headers captured (about 89 MB as pcap); `many`
 * has 4 M packets of 1 M flows, 64 bytes on the wire (about 306 MB as pcap).
 *
 * Fidelity: assumed. Sizes and numbers are those of common router tests; shares, exponents and rates are ours.
 */
export const TRAFFIC_SHAPES: Readonly<
  Record<TrafficShape, Omit<TrafficPlan, 'seed' | 'startSeconds' | 'clients' | 'servers' | 'interfaces'>>
> = {
  small: {
    packets: 1_000_000,
    flows: 50_000,
    packetsPerSecond: 100_000,
    ipv6Share: 0.1,
    udpShare: 0.15,
    icmpShare: 0.01,
    zipfExponent: 1,
    snaplen: 90,
    frames: IMIX,
  },
  many: {
    packets: 4_000_000,
    flows: 1_000_000,
    packetsPerSecond: 1_000_000,
    ipv6Share: 0.04,
    udpShare: 0.2,
    icmpShare: 0.01,
    zipfExponent: 0.8,
    snaplen: 96,
    frames: [{ bytes: 60, weight: 1 }],
  },
};

/** Ports and ICMP identifiers that a client has: 1024 to 65535. */
export const CLIENT_PORTS = 64_512;
const ADDRESSES = 65_000;

function check(ok: boolean, what: string, must: string, value: unknown): void {
  if (!ok) throw new RangeError(`Cannot plan traffic: ${what} must be ${must}: got ${String(value)}`);
}

function checkInteger(what: string, value: number, low: number, high: number): void {
  check(Number.isInteger(value) && value >= low && value <= high, what, `an integer from ${low} to ${high}`, value);
}

function checkNumber(what: string, value: number, low: number, high: number): void {
  check(value >= low && value <= high, what, `a number from ${low} to ${high}`, value);
}

function checkFlows(flows: number): void {
  checkInteger('flows', flows, 1, 100_000_000);
}

function checkFrames(frames: readonly FrameSize[]): void {
  check(frames.length >= 1 && frames.length <= 16, 'frames', 'a list of 1 to 16 sizes', `${frames.length} sizes`);
  for (const [index, { bytes, weight }] of frames.entries()) {
    checkInteger('bytes of a frame', bytes, 60, 9_014);
    checkNumber('weight of a frame', weight, 0, 1e9);
    check(index === 0 || bytes > frames[index - 1]!.bytes, 'frames', 'in ascending order', bytes);
  }
  const sum = frames.reduce((total, { weight }) => total + weight, 0);
  check(sum > 0, 'weights of frames', 'above 0 in sum', sum);
}

function checkPlan(plan: TrafficPlan): void {
  checkInteger('seed', plan.seed, 0, 0xffff_ffff);
  checkInteger('packets', plan.packets, 1, 100_000_000_000);
  checkFlows(plan.flows);
  check(plan.packets >= plan.flows, 'packets', `at least flows (${plan.flows})`, plan.packets);
  checkNumber('packetsPerSecond', plan.packetsPerSecond, 1e-3, 1e9);
  checkInteger('startSeconds', plan.startSeconds, 0, 0xffff_ffff);
  for (const name of ['ipv6Share', 'udpShare', 'icmpShare'] as const) checkNumber(name, plan[name], 0, 1);
  const shares = plan.udpShare + plan.icmpShare;
  check(shares <= 1, 'udpShare and icmpShare', 'at most 1 in sum', shares);
  checkNumber('zipfExponent', plan.zipfExponent, 0, 4);
  checkInteger('clients', plan.clients, 1, ADDRESSES);
  checkInteger('servers', plan.servers, 1, ADDRESSES);
  const places = plan.clients * CLIENT_PORTS;
  check(plan.flows <= places, 'flows', `at most ${places}, which is ${CLIENT_PORTS} for each client`, plan.flows);
  checkInteger('snaplen', plan.snaplen, 80, 65_535);
  check(plan.interfaces === 1 || plan.interfaces === 2, 'interfaces', '1 or 2', plan.interfaces);
  checkFrames(plan.frames);
}

/**
 * Fills in what the options leave open, and checks all.
 *
 * Where only one of `packets` and `flows` is given, the other keeps the shape's ratio: `{ shape: 'many', packets: 400 }`
 * has 100 flows. Clients and servers follow the flows: one client for 16 flows, one server for 64.
 *
 * @param options Shape and what differs from it.
 * @returns Every parameter of the workload.
 * @throws {RangeError} If the shape is unknown, a parameter is outside its range, `packets` is below `flows`, or both
 * `packetsPerSecond` and `durationSeconds` are given.
 * @example
 * ```ts
 * import { planTraffic } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * const plan = planTraffic({ shape: 'many', packets: 400, durationSeconds: 2 });
 * assert.equal(plan.flows, 100);
 * assert.equal(plan.packetsPerSecond, 200);
 * assert.throws(() => planTraffic({ packets: 10, flows: 20 }), /packets must be at least flows \(20\): got 10/);
 * ```
 */
export function planTraffic(options: TrafficOptions = {}): TrafficPlan {
  const name = options.shape ?? 'small';
  if (!Object.hasOwn(TRAFFIC_SHAPES, name)) {
    const names = Object.keys(TRAFFIC_SHAPES).join(', ');
    throw new RangeError(`Cannot plan traffic: shape must be one of ${names}: got '${String(name)}'`);
  }
  const shape = TRAFFIC_SHAPES[name];
  const ratio = shape.packets / shape.flows;
  // before the packets that follow from them, so that the sentence names what was given
  if (options.flows !== undefined) checkFlows(options.flows);
  const packets = options.packets ?? (options.flows === undefined ? shape.packets : options.flows * ratio);
  const flows = options.flows ?? Math.max(1, Math.floor(packets / ratio));
  const { durationSeconds, packetsPerSecond } = options;
  if (durationSeconds !== undefined) {
    check(
      packetsPerSecond === undefined,
      'packetsPerSecond',
      'absent where durationSeconds is given',
      packetsPerSecond,
    );
    checkNumber('durationSeconds', durationSeconds, 1e-6, 1e9);
  }
  const rate = durationSeconds === undefined ? shape.packetsPerSecond : packets / durationSeconds;
  const plan: TrafficPlan = {
    seed: options.seed ?? 1,
    packets,
    flows,
    packetsPerSecond: packetsPerSecond ?? rate,
    startSeconds: options.startSeconds ?? TRAFFIC_START_SECONDS,
    ipv6Share: options.ipv6Share ?? shape.ipv6Share,
    udpShare: options.udpShare ?? shape.udpShare,
    icmpShare: options.icmpShare ?? shape.icmpShare,
    zipfExponent: options.zipfExponent ?? shape.zipfExponent,
    clients: options.clients ?? Math.min(ADDRESSES, Math.ceil(flows / 16)),
    servers: options.servers ?? Math.min(ADDRESSES, Math.ceil(flows / 64)),
    snaplen: options.snaplen ?? shape.snaplen,
    frames: options.frames ?? shape.frames,
    interfaces: options.interfaces ?? 1,
  };
  checkPlan(plan);
  return plan;
}
