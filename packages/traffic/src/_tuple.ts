import { mix32 } from './_random.ts';

/** Transport of a flow. */
export const TCP = 0;
/** See {@link TCP}. */
export const UDP = 1;
/** Echo, ICMP or ICMPv6 by the flow's IP version. See {@link TCP}. */
export const ICMP = 2;

// Benchmarking ranges: 198.18.0.0/15 (RFC 2544), 2001:2::/48 (RFC 5180). Clients in the lower half, servers in the upper.
const BENCHMARK_HOSTS: FirstHosts = {
  clientIpv4: 0xc6120001 | 0,
  serverIpv4: 0xc6130001 | 0,
  clientIpv6: 1,
  serverIpv6: 1,
};

const EPHEMERAL = 32_768; // Linux takes 32768 to 60999 first
const EPHEMERAL_COUNT = 28_232;
const TCP_PORTS = Uint16Array.of(443, 443, 443, 443, 443, 443, 443, 443, 443, 80, 80, 80, 8080, 22, 993, 25);
const UDP_PORTS = Uint16Array.of(53, 53, 53, 53, 53, 53, 53, 443, 443, 443, 443, 443, 123, 123, 5060, 4500);

/** Endpoints of a flow, filled by `TuplePlan.choose`. */
export interface Tuple {
  ipv6: boolean;
  transport: number;
  /** IPv4 address, or the last word of the IPv6 address. */
  client: number;
  server: number;
  /** Client port or ICMP identifier. */
  clientPort: number;
  serverPort: number;
  /** 32 random bits of the flow, for whatever else it needs. */
  bits: number;
}

/** Makes a tuple that nothing has filled. */
export function emptyTuple(): Tuple {
  return { ipv6: false, transport: 0, client: 0, server: 0, clientPort: 0, serverPort: 0, bits: 0 };
}

/** The first address of each side: IPv4 addresses, and last words of IPv6 addresses. */
export interface FirstHosts {
  readonly clientIpv4: number;
  readonly serverIpv4: number;
  readonly clientIpv6: number;
  readonly serverIpv6: number;
}

/** Returns a share as a limit of 32-bit words: a word below it is in. */
export function limit(share: number): number {
  return Math.round(share * 4_294_967_296);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** A step coprime with `size` near its golden section, so that multiples of it visit all of 0 to size - 1, well spread. */
export function coprimeStep(size: number): number {
  let step = Math.max(1, Math.floor(size * 0.6180339887498949));
  while (gcd(step, size) !== 1) step++;
  return step;
}

/**
 * Gives every flow number its own 5-tuple.
 *
 * Client and client port alone are a bijection of the flow number: `number mod clients` says which client, the quotient
 * which port. Server, version and transport are then free.
 */
export class TuplePlan {
  readonly #seed: number;
  readonly #clients: number;
  readonly #servers: number;
  readonly #step: number;
  readonly #ipv6: number;
  readonly #udp: number;
  readonly #icmp: number;
  readonly #hosts: FirstHosts;

  constructor(
    plan: {
      seed: number;
      clients: number;
      servers: number;
      ipv6Share: number;
      udpShare: number;
      icmpShare: number;
    },
    hosts: FirstHosts = BENCHMARK_HOSTS,
  ) {
    this.#hosts = hosts;
    this.#seed = mix32(plan.seed ^ 0x7475706c);
    this.#clients = plan.clients;
    this.#servers = plan.servers;
    this.#step = coprimeStep(plan.clients);
    this.#ipv6 = limit(plan.ipv6Share);
    this.#udp = limit(plan.udpShare);
    this.#icmp = limit(plan.udpShare + plan.icmpShare);
  }

  /** Fills in the tuple of flow `number`. */
  choose(number: number, out: Tuple): void {
    const bits = mix32(this.#seed ^ number);
    const version = mix32(bits ^ 0x51ed270b) >>> 0;
    const transport = mix32(bits ^ 0x2545f491) >>> 0;
    const place = mix32(bits ^ 0x68bc21eb) >>> 0;
    // client and port: a bijection
    const client = ((number % this.#clients) * this.#step) % this.#clients;
    const turn = Math.floor(number / this.#clients);
    let port = 0;
    if (turn < EPHEMERAL_COUNT) {
      port = EPHEMERAL + (((mix32(this.#seed + client) >>> 0) + turn) % EPHEMERAL_COUNT);
    } else {
      const rest = turn - EPHEMERAL_COUNT;
      port = rest < EPHEMERAL - 1024 ? 1024 + rest : EPHEMERAL + EPHEMERAL_COUNT + rest - (EPHEMERAL - 1024);
    }
    // server: the low numbers are the popular ones
    const half = (place >>> 16) / 65_536;
    const server = Math.floor(half * half * this.#servers);
    const ipv6 = version < this.#ipv6;
    out.ipv6 = ipv6;
    out.transport = transport < this.#udp ? UDP : transport < this.#icmp ? ICMP : TCP;
    const hosts = this.#hosts;
    out.client = ((ipv6 ? hosts.clientIpv6 : hosts.clientIpv4) + client) | 0;
    out.server = ((ipv6 ? hosts.serverIpv6 : hosts.serverIpv4) + server) | 0;
    out.clientPort = port;
    out.serverPort = out.transport === ICMP ? 0 : (out.transport === UDP ? UDP_PORTS : TCP_PORTS)[place & 15]!;
    out.bits = bits;
  }
}
