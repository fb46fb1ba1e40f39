/** Popularity of flows: all alike, or by rank to the power of minus an exponent. */
export type FlowPopularity = 'uniform' | 'zipf';

/** Flows, both directions being one; each has its own 5-tuple. Elephants come in addition. */
export interface FlowsDescription {
  /** Flows in all, 0 to 500,000,000. Default: what `arrivals` give, else a 20th of `packets`, else 1,000. */
  readonly count?: number | undefined;
  /** `'zipf'` (default): each flow has one packet, the others go by `rank^-zipfExponent`. `'uniform'`: all have as many. */
  readonly popularity?: FlowPopularity | undefined;
  /** Exponent of `'zipf'`, 0 to 4; default 1. */
  readonly zipfExponent?: number | undefined;
  /** Time from first to last packet of a flow, about, 0 to 1e6; default 0: by a round-trip time of 2 to 66 ms each. */
  readonly lifeSeconds?: number | undefined;
}

/** A point of the arrival curve: so many flows start per second at that time, and in between along a straight line. */
export interface ArrivalPoint {
  /** Seconds since the start, 0 to 1e6, ascending; two points at one time make a step. */
  readonly atSeconds: number;
  /** Flows that start per second, 0 to 1e8. */
  readonly perSecond: number;
}

/** Few flows with much of the traffic: equal ones that live from start to end. */
export interface ElephantsDescription {
  /** 0 to 10,000. */
  readonly count: number;
  /** Their part of `packets` together, 0 to 1. */
  readonly share: number;
}

/** Weights of the protocols over flows, each 0 to 1e9; default 84, 15, 1. */
export interface ProtocolsDescription {
  /** Default 0, as all three where the object is given. */
  readonly tcp?: number | undefined;
  /** See `tcp`. */
  readonly udp?: number | undefined;
  /** Echo requests and replies, ICMP or ICMPv6 by the flow. See `tcp`. */
  readonly icmp?: number | undefined;
}

/** One size of a mix. */
export interface PacketSize {
  /** Bytes of the IP packet, 40 to 9,000. */
  readonly bytes: number;
  /** Share of the packets, relative to the other sizes, 0 to 1e9. */
  readonly weight: number;
}

/** Fragmentation of packets that carry data. */
export interface FragmentsDescription {
  /** Part of the packets that carry data, each cut into two fragments at least, 0 to 1; default 0. */
  readonly share?: number | undefined;
  /** Part of those whose fragments come last to first, 0 to 1; default 0. */
  readonly reversedShare?: number | undefined;
  /** Largest fragment, bytes of the IP packet, 128 to 9,000; default 576. */
  readonly mtuBytes?: number | undefined;
}

/** Kinds of floods. */
export type FloodKind = 'syn' | 'udp';

/** Packets of 60-byte frames from random sources to one target, in addition to `packets`. */
export interface FloodDescription {
  /** TCP SYNs, or UDP datagrams. */
  readonly kind: FloodKind;
  /** Packets per second, 1e-3 to 1e9. */
  readonly perSecond: number;
  /** Start, seconds, 0 to 1e6; default 0. */
  readonly fromSeconds?: number | undefined;
  /** End, seconds, after the start; default `durationSeconds`. */
  readonly untilSeconds?: number | undefined;
  /** IPv4 or IPv6 address; default the first server. */
  readonly target?: string | undefined;
  /** Port of the target, 0 to 65,535; default 443 for `'syn'`, 53 for `'udp'`. */
  readonly port?: number | undefined;
  /** Prefix of the sources, of the target's family; default `'10.0.0.0/8'` or `'2001:db8::/32'`. */
  readonly sources?: string | undefined;
}

/** Where the hosts of one side are. */
export interface HostsDescription {
  /** IPv4 prefix; default `'198.18.0.0/16'` for clients, `'198.19.0.0/16'` for servers (RFC 2544). */
  readonly ipv4?: string | undefined;
  /** IPv6 prefix; default `'2001:2:0:1::/64'` for clients, `'2001:2:0:2::/64'` for servers (RFC 5180). */
  readonly ipv6?: string | undefined;
  /** Addresses in use, 1 to 1,000,000; default a 16th of the flows for clients, a 64th for servers, as far as they fit. */
  readonly count?: number | undefined;
}

/**
 * A workload as plain data: what a scenario file says under `traffic`, in JSON or YAML.
 *
 * Everything is optional; `planWorkload` fills in and checks. A plan is a description too, of the same workload.
 *
 * Fidelity: assumed. A model of traffic for tests and sizing; it copies no network.
 */
export interface WorkloadDescription {
  /** Same seed and same description, same packets, on every engine. Integer 0 to 2^32 - 1; default 1. */
  readonly seed?: number | undefined;
  /** Seconds since 1970 at which it starts, integer; default 2026-01-01T00:00:00Z. */
  readonly startSeconds?: number | undefined;
  /**
   * Time in which flows start and elephants live, 1e-6 to 1e6; default the last point of `arrivals`, else 10. Flows that
   * are alive at its end run to theirs, at most an eighth or about `lifeSeconds` later.
   */
  readonly durationSeconds?: number | undefined;
  /** Packets of all flows, 0 to 2,000,000,000; fragments beyond the first and floods come in addition. Default 20 a flow. */
  readonly packets?: number | undefined;
  /** How many flows, and how the packets are shared between them. */
  readonly flows?: FlowsDescription | undefined;
  /** Session arrival rate, 2 to 64 points; default (or an empty list): evenly over the first 7/8 of the time. */
  readonly arrivals?: readonly ArrivalPoint[] | undefined;
  /** Default none. */
  readonly elephants?: ElephantsDescription | undefined;
  /** Mix of TCP, UDP and ICMP. */
  readonly protocols?: ProtocolsDescription | undefined;
  /** Part of the flows that is IPv6, 0 to 1; default 0.1. */
  readonly ipv6Share?: number | undefined;
  /**
   * Sizes of IP packets: `'imix'` (default; 40, 576 and 1,500 bytes as 7:4:1), one size for all, or a list of 1 to 16.
   * Handshakes, acknowledgments and echo are as small as they are; data takes 46 bytes at least (66 in IPv6).
   */
  readonly sizes?: 'imix' | number | readonly PacketSize[] | undefined;
  /** Part of the TCP flows of 6 packets and more that end by a reset, not by FIN, 0 to 1; default 0.05. */
  readonly resetShare?: number | undefined;
  /** Default none. */
  readonly fragments?: FragmentsDescription | undefined;
  /** Up to 16; default none. */
  readonly floods?: readonly FloodDescription[] | undefined;
  /** Side that opens the flows. */
  readonly clients?: HostsDescription | undefined;
  /** Side that answers. */
  readonly servers?: HostsDescription | undefined;
  /** Bytes of each frame that are captured, 96 to 65,535; default 96. */
  readonly snaplen?: number | undefined;
  /** 2: packets of clients and floods come from interface 0, packets of servers from 1. Default 1: all from 0. */
  readonly interfaces?: 1 | 2 | undefined;
}

type Filled<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };

/** A workload with nothing left open; what `planWorkload` returns. */
export interface WorkloadPlan extends Filled<WorkloadDescription> {
  readonly flows: Filled<FlowsDescription>;
  readonly elephants: Filled<ElephantsDescription>;
  readonly protocols: Filled<ProtocolsDescription>;
  /** By size, ascending. */
  readonly sizes: readonly PacketSize[];
  readonly fragments: Filled<FragmentsDescription>;
  readonly floods: readonly Filled<FloodDescription>[];
  readonly clients: Filled<HostsDescription>;
  readonly servers: Filled<HostsDescription>;
}

/** What `planWorkload` throws: `path` says where in the description, such as `'traffic.flows.popularity'`. */
export type WorkloadError = (TypeError | RangeError) & { readonly path: string };

/**
 * The simple IMIX in bytes of the IP packet.
 *
 * Fidelity: documented. The mix 7:4:1 of 40, 576 and 1,500 bytes that router tests use; RFC 6985 section 1 tells how
 * such mixes are written down, not this one.
 */
export const IMIX_PACKETS: readonly PacketSize[] = [
  { bytes: 40, weight: 7 },
  { bytes: 576, weight: 4 },
  { bytes: 1500, weight: 1 },
];
