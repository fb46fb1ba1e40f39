import { type AllocateColumn, newColumn, type PacketBatch } from '@midplane/packet';
import type { ReadAhead } from './ingress/read-ahead.ts';

/** How a packet reached its SPU, by index of {@link PATHS}. */
export type Path = 'none' | 'npu-hit' | 'hash' | 'fragment' | 'icmp-error' | 'central-point' | 'np-cache';
/** Names of the values of `PathBatch.path`. */
export const PATHS: readonly Path[] = [
  'none',
  'npu-hit',
  'hash',
  'fragment',
  'icmp-error',
  'central-point',
  'np-cache',
];
/** `path` of a packet that has not been sent to an SPU. */
export const PATH_NONE = 0;
/** `path` of a packet whose session the NPU session table named. */
export const PATH_NPU_HIT = 1;
/** `path` of a packet that the session distribution hash table sent to an SPU. */
export const PATH_HASH = 2;
/** `path` of a fragment: hashed on addresses and protocol, then handed to the owner. */
export const PATH_FRAGMENT = 3;
/** `path` of an ICMP error: hashed as it stands, then handed to the owner of the session that it is about. */
export const PATH_ICMP_ERROR = 4;

/** `path` of a packet that the NPU did not know and sent to the central point. */
export const PATH_CENTRAL_POINT = 5;
/** `path` of a fragment that the NPU sent straight to the owner, which it had learnt from the first one. */
export const PATH_NP_CACHE = 6;

/** `outcome` of a row that is still on its way. */
export const OUTCOME_PENDING = 0;
/** `outcome` of a row that left through an interface. */
export const OUTCOME_DELIVERED = 1;
/** `outcome` of a row that was delivered to the Routing Engine (ARP). */
export const OUTCOME_TO_RE = 2;
/** `outcome` of a row that is kept for later: by an SPU (a fragment whose first one has not come), or at the egress. */
export const OUTCOME_HELD = 3;
/** First `outcome` of a drop: `OUTCOME_DROPPED + code` of the reason, see `DropReasons`. */
export const OUTCOME_DROPPED = 4;

/**
 * A batch of packets on the path: the decoded columns and what the stages decide.
 *
 * Stages read and write columns of row `i`; nothing is allocated per packet. A custom stage may read every column and
 * write `spu`, `path` and `outcome`.
 */
export class PathBatch {
  /** The decoded packets. */
  readonly packets: PacketBatch;
  /** Rows that are filled. */
  count = 0;
  /** First row that is not decided, where time goes on; all are decided between batches. */
  at = 0;
  /** Number of the packet in row 0, from 1. */
  firstPacket = 1;
  /** Numbers of the packets, where the rows are not consecutive packets. */
  readonly numbers: Float64Array | undefined = undefined;
  /** Time of arrival, integer nanoseconds since the first packet. */
  readonly nowNs: Float64Array;
  /** Second after the one of `nowNs`: the tick that session tables count in, so that no session ages out early. */
  readonly tick: Int32Array;
  /** Position of the NPU that received the packet, in the order of the chassis' IOCs. */
  readonly npu: Uint8Array;
  /** Index of the interface by which the packet came in; -1 = the configuration does not say. */
  readonly ingress: Int16Array;
  /** Session distribution hash, unsigned. */
  readonly hash: Uint32Array;
  /** Row of the session distribution hash table. */
  readonly hashIndex: Int32Array;
  /** Hash of the flow key inside the session tables: places memory, decides nothing. */
  readonly wingHash: Int32Array;
  /** Position of the SPU in the order of SPU IDs: first that of the hash index, then that of the owner; -1 = none. */
  readonly spu: Int32Array;
  /** Index into {@link PATHS}. */
  readonly path: Uint8Array;
  /**
   * `session << 1 | wing` that `spu` had for the key when it was looked up, or that the NPU's entry
   * names; -1 = none. A hint only.
   */
  readonly known: Int32Array;
  /** Number of the NPU's entry that named the SPU, where NPUs have tables of their own; -1 = none did. */
  readonly entry: Int32Array;
  /** `session << 1 | wing` in the table of `spu`; -1 = no session. */
  readonly flow: Int32Array;
  /** When its SPU is done with it and order lets it go, ns; has meaning where the egress is modelled. */
  readonly leaveNs: Float64Array;
  /** OUTCOME_ value. */
  readonly outcome: Uint8Array;
  /** What stages need of the bytes of packets, where those are not at hand; undefined = they are. */
  fromBytes: ReadAhead | undefined = undefined;
  /** What touching loops read, kept so that the engine does not remove them; without meaning. */
  sink = 0;

  /**
   * @param packets Decoded packets; its capacity is the capacity of this batch.
   * @param isLoose Whether rows are single packets, each with its number.
   * @param allocate Makes the columns that can be filled elsewhere: `numbers`, `nowNs`, `tick`, `hash`, `wingHash`, `spu`.
   * @param decided A batch of as many rows whose other columns this one shares: of such batches one is decided at a time.
   */
  constructor(packets: PacketBatch, isLoose = false, allocate: AllocateColumn = newColumn, decided?: PathBatch) {
    const rows = packets.capacity;
    if (isLoose) this.numbers = allocate(Float64Array, rows);
    this.packets = packets;
    this.nowNs = allocate(Float64Array, rows);
    this.tick = allocate(Int32Array, rows);
    this.npu = decided?.npu ?? new Uint8Array(rows);
    this.ingress = decided?.ingress ?? new Int16Array(rows).fill(-1);
    this.hash = allocate(Uint32Array, rows);
    this.hashIndex = decided?.hashIndex ?? new Int32Array(rows);
    this.wingHash = allocate(Int32Array, rows);
    this.spu = allocate(Int32Array, rows);
    this.path = decided?.path ?? new Uint8Array(rows);
    this.known = decided?.known ?? new Int32Array(rows);
    this.entry = decided?.entry ?? new Int32Array(rows);
    this.flow = decided?.flow ?? new Int32Array(rows);
    this.leaveNs = decided?.leaveNs ?? new Float64Array(rows);
    this.outcome = decided?.outcome ?? new Uint8Array(rows);
  }

  /** Number of the packet in a row, from 1. */
  numberOf(row: number): number {
    return this.numbers === undefined ? this.firstPacket + row : this.numbers[row];
  }
}
