import { ETHERNET, writeEcho, writeEthernet, writeIpv4, writeIpv6, writeTcp, writeUdp, writeZeros } from './_frame.ts';
import { ACK, DATA, FIN, FROM_SERVER, PSH, REQUEST, RST, SYN, tcpStep } from './_life-cycle.ts';
import {
  ADDRESS_SUM,
  CLIENT,
  CLIENT_SEQUENCE,
  FLOW_IPV6,
  FLOW_SERVER_CLOSES,
  FLOW_TRANSPORT,
  FLOW_UPLOAD,
  KIND,
  LABEL,
  PORTS,
  QUOTA,
  SENT,
  SERVER,
  SERVER_SEQUENCE,
} from './_live-flows.ts';
import { SizeMix } from './_size-mix.ts';
import { ICMP, TCP } from './_tuple.ts';
import type { TrafficPlan } from './shape.ts';
import type { TrafficRecords } from './traffic-records.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
const SHORT_HEADER = 8; // UDP and echo
const FRAME_MIN = 60;
/** Payload of a packet that carries data, at least: what fills an IPv4 TCP frame of 60 bytes. */
const PAYLOAD_MIN = 6;
const WINDOW_SYN = 64_240;
const WINDOW = 502;
/** Bit of what `write` returns: the server sends it. The bits below are the length of the frame. */
export const WRITTEN_FROM_SERVER: number = 1 << 16;

/** Returns the port word of a packet; the halves change places if the server sends. */
function swapPorts(ports: number, fromServer: number): number {
  const turn = fromServer << 4;
  return (ports << turn) | (ports >>> (32 - turn)); // by 0: x | x
}

/** Writes the next packet of a flow and moves the flow on. */
export class PacketWriter {
  readonly #sizes: SizeMix;
  readonly #snaplen: number;

  constructor(plan: TrafficPlan) {
    this.#sizes = new SizeMix(plan.frames);
    this.#snaplen = plan.snaplen;
  }

  /** Writes the next packet of the flow in slot `at` of `words` at byte `to`; `bits` are random. */
  write(records: TrafficRecords, to: number, words: Int32Array, at: number, bits: number): number {
    // hot: called per packet, no allocation
    const transport = words[at + KIND]! & FLOW_TRANSPORT;
    if (transport === TCP) return this.#writeTcp(records, to, words, at, bits);
    return transport === ICMP ? this.#writeEcho(records, to, words, at) : this.#writeUdp(records, to, words, at, bits);
  }

  #writeTcp(records: TrafficRecords, to: number, words: Int32Array, at: number, bits: number): number {
    const kind = words[at + KIND]!;
    const sent = words[at + SENT]!;
    const headers = ETHERNET + ((kind & FLOW_IPV6) !== 0 ? IPV6_HEADER : IPV4_HEADER) + TCP_HEADER;
    const step = tcpStep(sent, words[at + QUOTA]!, (kind & FLOW_SERVER_CLOSES) !== 0);
    let flags = step & 0xff;
    let fromServer = (step & FROM_SERVER) >>> 8; // 1 or 0: a branch on it would be a coin toss
    let payload = 0;
    if ((step & DATA) !== 0) {
      const size = this.#sizes.next();
      flags = ACK;
      fromServer = (step & REQUEST) === 0 && (kind & FLOW_UPLOAD) === 0 ? 1 : 0;
      if (size === this.#sizes.smallest && (bits & 0x10000) !== 0 && (step & REQUEST) === 0) {
        fromServer ^= 1; // the receiver acknowledges
      } else {
        flags = PSH | ACK;
        payload = Math.max(size - headers, PAYLOAD_MIN);
      }
    } else {
      this.#sizes.small();
    }

    const mine = at + CLIENT_SEQUENCE + fromServer;
    const sequence = words[mine]!;
    const acknowledgment = (flags & ACK) !== 0 ? words[at + SERVER_SEQUENCE - fromServer]! : 0;
    words[mine] = (sequence + payload + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;

    const l4 = to + headers - TCP_HEADER;
    const length = TCP_HEADER + payload;
    this.#writeIp(records.view, to, words, at, fromServer, 6, length);
    writeTcp(
      records.view,
      l4,
      swapPorts(words[at + PORTS]!, fromServer),
      sent === 1 && (flags & RST) !== 0 ? 0 : sequence, // a refused SYN: the server has no sequence numbers
      acknowledgment,
      flags,
      (flags & SYN) !== 0 ? WINDOW_SYN : (flags & RST) !== 0 ? 0 : WINDOW,
      words[at + ADDRESS_SUM]! + 6 + length,
    );
    return this.#finish(records, to, headers, payload, fromServer);
  }

  #writeUdp(records: TrafficRecords, to: number, words: Int32Array, at: number, bits: number): number {
    const kind = words[at + KIND]!;
    const sent = words[at + SENT]!;
    const headers = ETHERNET + ((kind & FLOW_IPV6) !== 0 ? IPV6_HEADER : IPV4_HEADER) + SHORT_HEADER;
    // a question, an answer, then one of four against the bulk
    const against = (bits & 0x30000) === 0;
    const fromServer = sent < 2 ? sent : ((kind & FLOW_UPLOAD) !== 0) === against ? 1 : 0;
    const room = this.#sizes.next() - headers;
    const payload = Math.max(room, PAYLOAD_MIN);
    const length = SHORT_HEADER + payload;
    this.#writeIp(records.view, to, words, at, fromServer, 17, length);
    writeUdp(
      records.view,
      to + headers - SHORT_HEADER,
      swapPorts(words[at + PORTS]!, fromServer),
      length,
      words[at + ADDRESS_SUM]! + 17 + length,
    );
    return this.#finish(records, to, headers, payload, fromServer);
  }

  #writeEcho(records: TrafficRecords, to: number, words: Int32Array, at: number): number {
    const sent = words[at + SENT]!;
    const ipv6 = (words[at + KIND]! & FLOW_IPV6) !== 0;
    const fromServer = sent & 1;
    const headers = ETHERNET + (ipv6 ? IPV6_HEADER : IPV4_HEADER) + SHORT_HEADER;
    const payload = Math.max(FRAME_MIN - headers, PAYLOAD_MIN);
    const length = SHORT_HEADER + payload;
    this.#sizes.small();
    this.#writeIp(records.view, to, words, at, fromServer, ipv6 ? 58 : 1, length);
    writeEcho(
      records.view,
      to + headers - SHORT_HEADER,
      ipv6 ? 128 + fromServer : 8 - 8 * fromServer,
      words[at + PORTS]! >>> 16,
      (sent >>> 1) & 0xffff,
      ipv6 ? words[at + ADDRESS_SUM]! + 58 + length : 0,
    );
    return this.#finish(records, to, headers, payload, fromServer);
  }

  #writeIp(
    view: DataView,
    to: number,
    words: Int32Array,
    at: number,
    fromServer: number,
    protocol: number,
    length: number,
  ): void {
    const kind = words[at + KIND]!;
    const ttl = (kind >>> (8 + (fromServer << 3))) & 0xff;
    const label = words[at + LABEL]!;
    const client = words[at + CLIENT]!;
    const server = words[at + SERVER]!;
    if ((kind & FLOW_IPV6) !== 0) {
      writeEthernet(view, to, fromServer, ETHERTYPE_IPV6);
      writeIpv6(
        view,
        to + ETHERNET,
        length,
        ttl,
        protocol,
        label ^ (-fromServer & 0xfffff),
        fromServer,
        client,
        server,
      );
      return;
    }
    const id = (label + words[at + SENT]! + (fromServer << 15)) & 0xffff;
    const swap = (client ^ server) & -fromServer;
    writeEthernet(view, to, fromServer, ETHERTYPE_IPV4);
    writeIpv4(
      view,
      to + ETHERNET,
      IPV4_HEADER + length,
      id,
      ttl,
      protocol,
      client ^ swap,
      server ^ swap,
      words[at + ADDRESS_SUM]!,
    );
  }

  /** Writes payload and padding, as far as captured. */
  #finish(records: TrafficRecords, to: number, headers: number, payload: number, fromServer: number): number {
    const frame = Math.max(headers + payload, FRAME_MIN);
    const captured = Math.min(frame, this.#snaplen);
    writeZeros(records.view, records.bytes, to + headers, to + captured);
    return frame | (fromServer << 16);
  }
}
