/** Words of a flow that is alive: one cache line. */
export const SLOT_WORDS = 16;
/** Next slot in the same list, -1 at its end. */
export const NEXT = 0;
/** FLOW_ bits, see below; time to live of the client's packets in bits 8-15, of the server's in 16-23. */
export const KIND = 1;
/** Packets sent. */
export const SENT = 2;
/** Packets in all. */
export const QUOTA = 3;
/** IPv4 address, or last word of the IPv6 address. */
export const CLIENT = 4;
/** See {@link CLIENT}. */
export const SERVER = 5;
/** Client port << 16 | server port. */
export const PORTS = 6;
/** Next sequence number of the client; the server's is the next word. */
export const CLIENT_SEQUENCE = 7;
/** Next sequence number of the server. */
export const SERVER_SEQUENCE = 8;
/** Mean gap between packets, ticks of the wheel in 24.8 fixed point. */
export const GAP = 9;
/** Fraction of the current time, 8 bits. */
export const FRACTION = 10;
/** Sum of the halves of both addresses. */
export const ADDRESS_SUM = 11;
/** First IPv4 identification of the client; IPv6 flow label. */
export const LABEL = 12;

/** Fragments of the packet in hand: next, their number, order, size; see `_packet-writer.ts`. 0: none in hand. */
export const PIECES = 13;
/** What the packet in hand is: payload, TCP flags, side. */
export const DECISION = 14;
/** Identification of the fragments in hand. */
export const IDENTIFICATION = 15;

/** Transport, two bits of {@link KIND}. */
export const FLOW_TRANSPORT = 3;
/** IPv6. */
export const FLOW_IPV6: number = 1 << 2;
/** The client sends the bulk of the data. */
export const FLOW_UPLOAD: number = 1 << 3;
/** The server closes first. */
export const FLOW_SERVER_CLOSES: number = 1 << 4;
/** TCP: ends with a reset, not with FIN. */
export const FLOW_RESETS: number = 1 << 5;

const FIRST_SLOTS = 256;

/**
 * The flows that are alive.
 *
 * Memory follows the flows that are alive at once: slots are taken again, and double when all are in use.
 */
export class FlowSlots {
  /** Slots, {@link SLOT_WORDS} each; a new array after `take` has grown it. */
  words: Int32Array<ArrayBuffer> = new Int32Array(FIRST_SLOTS * SLOT_WORDS);
  #free = -1;
  #used = 0;
  /** Flows alive. */
  live = 0;

  /** Takes a slot and returns its first word; its contents are stale. */
  take(): number {
    this.live++;
    const at = this.#free;
    if (at >= 0) {
      this.#free = this.words[at + NEXT]!;
      return at;
    }
    if ((this.#used + 1) * SLOT_WORDS > this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    return this.#used++ * SLOT_WORDS;
  }

  /** Gives a slot back. */
  release(at: number): void {
    this.live--;
    this.words[at + NEXT] = this.#free;
    this.#free = at;
  }
}

/** Live flows, and a timing wheel that says which of them sends next. */
export class LiveFlows extends FlowSlots {
  /** First slot of the list of each tick, -1 if empty. */
  readonly heads: Int32Array<ArrayBuffer>;
  /** Number of ticks in the wheel minus 1; the number is a power of two. */
  readonly mask: number;

  constructor(sizeLog2: number) {
    super();
    this.heads = new Int32Array(1 << sizeLog2).fill(-1);
    this.mask = (1 << sizeLog2) - 1;
  }
}
