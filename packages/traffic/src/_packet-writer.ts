// A little over 300 lines: a frame is written field by field, in its order.
import {
  BENCHMARK_PREFIXES,
  DONT_FRAGMENT,
  ETHERNET,
  FRAGMENT_HEADER,
  writeEcho,
  writeEthernet,
  writeFragmentHeader,
  writeIpv4,
  writeIpv6,
  writeTcp,
  writeUdp,
  writeZeros,
} from './_frame.ts';
import { ACK, DATA, FIN, FROM_SERVER, PSH, REQUEST, RST, SYN, tcpStep } from './_life-cycle.ts';
import {
  ADDRESS_SUM,
  CLIENT,
  CLIENT_SEQUENCE,
  DECISION,
  FLOW_IPV6,
  FLOW_RESETS,
  FLOW_SERVER_CLOSES,
  FLOW_TRANSPORT,
  FLOW_UPLOAD,
  IDENTIFICATION,
  KIND,
  LABEL,
  PIECES,
  PORTS,
  QUOTA,
  SENT,
  SERVER,
  SERVER_SEQUENCE,
} from './_live-flows.ts';
import { mix32 } from './_random.ts';
import { SizeMix } from './_size-mix.ts';
import { ICMP, limit, TCP, UDP } from './_tuple.ts';
import type { FrameSize } from './shape.ts';
import type { TrafficRecords } from './traffic-records.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const PROTOCOL_FRAGMENT = 44;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
const SHORT_HEADER = 8; // UDP and echo
const FRAME_MIN = 60;
/** Frames up to this size may stand for a bare acknowledgment. */
const ACKNOWLEDGMENT_MAX = 80;
/** Payload of a packet that carries data, at least: what fills an IPv4 TCP frame of 60 bytes. */
const PAYLOAD_MIN = 6;
const WINDOW_SYN = 64_240;
const WINDOW = 502;
/** Bit of what `write` returns: the server sends it. The bits below are the length of the frame. */
export const WRITTEN_FROM_SERVER: number = 1 << 16;
// a decision: payload bytes in the low 16 bits, TCP flags above, then the side
const DECISION_FLAGS = 16;
const DECISION_SIDE = 24;
// pieces: next 8 bits, number 8 bits, reversed 1 bit, bytes of each / 8 in the rest
const PIECES_COUNT = 8;
const PIECES_REVERSED = 16;
const PIECES_SIZE = 17;

/** What becomes of packets that carry data, see `FragmentsDescription`. */
export interface FragmentPlan {
  readonly share: number;
  readonly reversedShare: number;
  readonly mtuBytes: number;
}

/** Returns the port word of a packet; the halves change places if the server sends. */
function swapPorts(ports: number, fromServer: number): number {
  const turn = fromServer << 4;
  return (ports << turn) | (ports >>> (32 - turn)); // by 0: x | x
}

function packDecision(payload: number, flags: number, fromServer: number): number {
  return payload | (flags << DECISION_FLAGS) | (fromServer << DECISION_SIDE);
}

/**
 * Writes the next packet of a flow and moves the flow on.
 *
 * Every packet is decided first (size, side, flags), then written: whole, or piece by piece, one with each call.
 */
export class PacketWriter {
  readonly #sizes: SizeMix;
  readonly #snaplen: number;
  readonly #prefixes: Int32Array;
  /** Size that may be a bare acknowledgment, -1 if none. */
  readonly #acknowledgment: number;
  /** Limits of 32-bit words: below it, the packet is cut; the pieces are reversed. */
  readonly #cutBelow: number;
  readonly #reversedBelow: number;
  readonly #mtu: number;
  #identification: number;

  constructor(
    plan: { readonly frames: readonly FrameSize[]; readonly snaplen: number; readonly seed: number },
    prefixes: Int32Array = BENCHMARK_PREFIXES,
    fragments: FragmentPlan = { share: 0, reversedShare: 0, mtuBytes: 576 },
  ) {
    this.#sizes = new SizeMix(plan.frames);
    this.#snaplen = plan.snaplen;
    this.#prefixes = prefixes;
    this.#acknowledgment = this.#sizes.smallest <= ACKNOWLEDGMENT_MAX ? this.#sizes.smallest : -1;
    this.#cutBelow = limit(fragments.share);
    this.#reversedBelow = limit(fragments.reversedShare);
    this.#mtu = fragments.mtuBytes;
    this.#identification = mix32(plan.seed ^ 0x66726167) & 0xffff;
  }

  /**
   * Writes the next frame of the flow in slot `at` of `words` at byte `to`; `bits` are random.
   *
   * The packet is complete unless `words[at + PIECES]` is not 0 afterwards.
   */
  write(records: TrafficRecords, to: number, words: Int32Array, at: number, bits: number): number {
    // hot: called per packet, no allocation
    if (words[at + PIECES] !== 0) return this.#writePiece(records, to, words, at);
    const transport = words[at + KIND]! & FLOW_TRANSPORT;
    const decision =
      transport === TCP
        ? this.#decideTcp(words, at, bits)
        : transport === UDP
          ? this.#decideUdp(words, at, bits)
          : this.#decideEcho(words, at);
    if (this.#cutBelow !== 0 && (decision & 0xffff) !== 0 && mix32(bits ^ 0x6d2b79f5) >>> 0 < this.#cutBelow) {
      this.#cut(words, at, decision, bits);
      return this.#writePiece(records, to, words, at);
    }
    const length = (transport === TCP ? TCP_HEADER : SHORT_HEADER) + (decision & 0xffff);
    const written = this.#emit(records, to, words, at, decision, 0, length, -1);
    this.#advance(words, at, decision);
    return written;
  }

  #decideTcp(words: Int32Array, at: number, bits: number): number {
    const kind = words[at + KIND]!;
    const step = tcpStep(
      words[at + SENT]!,
      words[at + QUOTA]!,
      (kind & FLOW_SERVER_CLOSES) !== 0,
      (kind & FLOW_RESETS) !== 0,
    );
    if ((step & DATA) === 0) {
      this.#sizes.small();
      return packDecision(0, step & 0xff, (step & FROM_SERVER) >>> 8); // 1 or 0: a branch on it would be a coin toss
    }
    const size = this.#sizes.next();
    const isRequest = (step & REQUEST) !== 0;
    const fromServer = !isRequest && (kind & FLOW_UPLOAD) === 0 ? 1 : 0;
    if (!isRequest && size === this.#acknowledgment) {
      if ((bits & 0x10000) !== 0) return packDecision(0, ACK, fromServer ^ 1); // the receiver acknowledges
    } else if (!isRequest && this.#acknowledgment < 0 && (bits & 0x30000) === 0) {
      return packDecision(this.#payload(size, kind, TCP_HEADER), PSH | ACK, fromServer ^ 1); // with data, one of four
    }
    return packDecision(this.#payload(size, kind, TCP_HEADER), PSH | ACK, fromServer);
  }

  #decideUdp(words: Int32Array, at: number, bits: number): number {
    const kind = words[at + KIND]!;
    const sent = words[at + SENT]!;
    // a question, an answer, then one of four against the bulk
    const against = (bits & 0x30000) === 0;
    const fromServer = sent < 2 ? sent : ((kind & FLOW_UPLOAD) !== 0) === against ? 1 : 0;
    return packDecision(this.#payload(this.#sizes.next(), kind, SHORT_HEADER), 0, fromServer);
  }

  #decideEcho(words: Int32Array, at: number): number {
    this.#sizes.small();
    return packDecision(this.#payload(FRAME_MIN, words[at + KIND]!, SHORT_HEADER), 0, words[at + SENT]! & 1);
  }

  /** Returns the payload of a frame of `size` bytes. */
  #payload(size: number, kind: number, header: number): number {
    return Math.max(size - ETHERNET - ((kind & FLOW_IPV6) !== 0 ? IPV6_HEADER : IPV4_HEADER) - header, PAYLOAD_MIN);
  }

  /** Cuts the packet in hand into two or more pieces of equal size, the first of which holds the upper-layer header. */
  #cut(words: Int32Array, at: number, decision: number, bits: number): void {
    const kind = words[at + KIND]!;
    const header = (kind & FLOW_TRANSPORT) === TCP ? TCP_HEADER : SHORT_HEADER;
    const total = header + (decision & 0xffff);
    const room = this.#mtu - ((kind & FLOW_IPV6) !== 0 ? IPV6_HEADER + FRAGMENT_HEADER : IPV4_HEADER);
    const pieces = Math.max(2, Math.ceil(total / (room & ~7)));
    const size = Math.max((Math.ceil(total / pieces) + 7) & ~7, (header + 7) & ~7);
    const count = Math.ceil(total / size);
    const reversed = mix32(bits ^ 0x1b56c4e9) >>> 0 < this.#reversedBelow ? 1 : 0;
    words[at + DECISION] = decision;
    words[at + IDENTIFICATION] = this.#identification;
    words[at + PIECES] = (count << PIECES_COUNT) | (reversed << PIECES_REVERSED) | ((size >>> 3) << PIECES_SIZE);
    this.#identification = (this.#identification + 1) & 0x7fff_ffff;
  }

  #writePiece(records: TrafficRecords, to: number, words: Int32Array, at: number): number {
    const pieces = words[at + PIECES]!;
    const decision = words[at + DECISION]!;
    const next = pieces & 0xff;
    const count = (pieces >>> PIECES_COUNT) & 0xff;
    const size = (pieces >>> PIECES_SIZE) << 3;
    const place = ((pieces >>> PIECES_REVERSED) & 1) !== 0 ? count - 1 - next : next;
    const isTcp = (words[at + KIND]! & FLOW_TRANSPORT) === TCP;
    const total = (isTcp ? TCP_HEADER : SHORT_HEADER) + (decision & 0xffff);
    const from = place * size;
    const written = this.#emit(records, to, words, at, decision, from, Math.min(size, total - from), total);
    if (next + 1 < count) words[at + PIECES] = pieces + 1;
    else {
      words[at + PIECES] = 0;
      this.#advance(words, at, decision);
    }
    return written;
  }

  /**
   * Writes bytes `from` to `from + size` of what IP carries, with the headers before them. `total` is -1 for a whole
   * packet, else the length of what is cut.
   */
  #emit(
    records: TrafficRecords,
    to: number,
    words: Int32Array,
    at: number,
    decision: number,
    from: number,
    size: number,
    total: number,
  ): number {
    const { view } = records;
    const kind = words[at + KIND]!;
    const transport = kind & FLOW_TRANSPORT;
    const ipv6 = (kind & FLOW_IPV6) !== 0;
    const fromServer = decision >>> DECISION_SIDE;
    const protocol = transport === TCP ? 6 : transport === UDP ? 17 : ipv6 ? 58 : 1;
    const more = total < 0 || from + size === total ? 0 : 1;
    const ttl = (kind >>> (8 + (fromServer << 3))) & 0xff;
    const client = words[at + CLIENT]!;
    const server = words[at + SERVER]!;
    const addressSum = words[at + ADDRESS_SUM]!;
    let l4 = to + ETHERNET;

    // IP
    if (ipv6) {
      const cut = total < 0 ? 0 : FRAGMENT_HEADER;
      const label = words[at + LABEL]! ^ (-fromServer & 0xfffff);
      const next = total < 0 ? protocol : PROTOCOL_FRAGMENT;
      writeEthernet(view, to, fromServer, ETHERTYPE_IPV6);
      writeIpv6(view, l4, size + cut, ttl, next, label, fromServer, client, server, this.#prefixes);
      l4 += IPV6_HEADER;
      if (total >= 0) writeFragmentHeader(view, l4, protocol, from | more, words[at + IDENTIFICATION]!);
      l4 += cut;
    } else {
      const own = (words[at + LABEL]! + words[at + SENT]! + (fromServer << 15)) & 0xffff;
      const id = total < 0 ? own : words[at + IDENTIFICATION]! & 0xffff;
      const word = total < 0 ? DONT_FRAGMENT : (more << 13) | (from >>> 3);
      const swap = (client ^ server) & -fromServer;
      writeEthernet(view, to, fromServer, ETHERTYPE_IPV4);
      writeIpv4(view, l4, IPV4_HEADER + size, id, ttl, protocol, client ^ swap, server ^ swap, addressSum, word);
      l4 += IPV4_HEADER;
    }

    // upper layer
    const payload = decision & 0xffff;
    let header = 0;
    if (from === 0) {
      header = transport === TCP ? TCP_HEADER : SHORT_HEADER;
      const length = header + payload;
      const ports = words[at + PORTS]!;
      if (transport === TCP) {
        const flags = (decision >>> DECISION_FLAGS) & 0xff;
        const isRefusal = words[at + SENT] === 1 && (flags & RST) !== 0; // the server has no sequence numbers
        writeTcp(
          view,
          l4,
          swapPorts(ports, fromServer),
          isRefusal ? 0 : words[at + CLIENT_SEQUENCE + fromServer]!,
          (flags & ACK) !== 0 ? words[at + SERVER_SEQUENCE - fromServer]! : 0,
          flags,
          (flags & SYN) !== 0 ? WINDOW_SYN : (flags & RST) !== 0 ? 0 : WINDOW,
          addressSum + 6 + length,
        );
      } else if (transport === ICMP) {
        const type = ipv6 ? 128 + fromServer : 8 - 8 * fromServer;
        const sequence = (words[at + SENT]! >>> 1) & 0xffff;
        writeEcho(view, l4, type, ports >>> 16, sequence, ipv6 ? addressSum + 58 + length : 0);
      } else writeUdp(view, l4, swapPorts(ports, fromServer), length, addressSum + 17 + length);
    }

    // payload and padding, as far as captured
    const frame = Math.max(l4 - to + size, FRAME_MIN);
    const captured = Math.min(frame, this.#snaplen);
    writeZeros(view, records.bytes, l4 + header, to + captured);
    return frame | (fromServer << 16);
  }

  /** Moves the sequence number of the sender on. */
  #advance(words: Int32Array, at: number, decision: number): void {
    if ((words[at + KIND]! & FLOW_TRANSPORT) !== TCP) return;
    const flags = decision >>> DECISION_FLAGS;
    const mine = at + CLIENT_SEQUENCE + (decision >>> DECISION_SIDE);
    words[mine] = (words[mine]! + (decision & 0xffff) + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;
  }
}
