import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Path } from '../path-batch.ts';

/** A session as its table has it at one moment. */
export interface SessionSight {
  /** Position of its SPU. */
  readonly position: number;
  /** Its index there. */
  readonly session: number;
  /** Wing that the packet is of: 0 = in, 1 = out. */
  readonly wing: number;
  /** Number of its first packet. */
  readonly firstPacket: number;
  /** State bits of `spu/lifetime.ts`. */
  readonly state: number;
  /** Seconds without a packet until it ages out. */
  readonly timeoutS: number;
  /** NPUs that have an entry of it, and those that were asked to make one, or will be once it is confirmed, as bits. */
  readonly entries: number;
  readonly requested: number;
  /** Its out wing, if that is not the reverse of the in wing, and where its source comes from. */
  readonly out: Int32Array | undefined;
  readonly nat: string | undefined;
}

/** What was seen of one packet while the stages decided it. */
export interface Sighting {
  /** Arrival number, from 1. */
  readonly packet: number;
  readonly timeNs: number;
  readonly lengthBytes: number;
  readonly interfaceIndex: number;
  /** Index of the interface of the configuration that it came in by; -1 = that does not say. */
  ingress: number;
  readonly kind: number;
  readonly fragment: number;
  readonly flags: number;
  readonly protocol: number;
  readonly tcpFlags: number;
  readonly icmp: number;
  readonly etherType: number;
  readonly key: Int32Array;
  /** Source and destination MAC address, 12 bytes; zeros where the link has none. */
  readonly macs: Uint8Array;
  /** Position of the NPU. */
  readonly npu: number;
  readonly hash: number;
  readonly hashIndex: number;
  /** Way that the NPU chose. */
  path: Path;
  /** Position of the SPU of the hash index, as the table said then; -1 = it was not looked up. */
  aimedAt: number;
  /** Position of the SPU that the NPU sent it to; -1 = none. */
  arrivedAt: number;
  /** Time that an SPU held it, a fragment before its first one; undefined = it was not held. */
  heldNs: number | undefined;
  /** Whether it waited, at the owner, for its session to be confirmed. */
  waitedForConfirmation: boolean;
  /** Position of the SPU whose pending session, in which it waited, gave way to that of another SPU; -1 = none did. */
  yieldedAt: number;
  /** Whether its look-up found an entry that had been idle for too long. */
  npuEntryWasIdle: boolean;
  /** Key of the session that it is about: its own, that of its first fragment, or of the packet inside an ICMP error. */
  about: Int32Array | undefined;
  /** That session when the packet came to the SPU of its NPU, wherever it is. */
  before: SessionSight | undefined;
  /** What the SPU that decided it had of it just before: it is another one, and later, if the packet was handed over. */
  met: SessionSight | undefined;
  /** The session as the packet left it: with its own flags counted, and none of those behind it. */
  after: SessionSight | undefined;
  /** What the central point did meanwhile. */
  centralPointAsked: boolean;
  centralPointKnew: boolean;
  /** Position of the SPU that it ended at; -1 = none. */
  endedAt: number;
  /** Position of the I/O card that it left by, or was to leave by; -1 = that is not modelled. */
  leftBy: number;
  /** What the device was told when its SPU decided it; undefined = no SPU has, or nothing. */
  configuration: CompiledConfiguration | undefined;
  /** OUTCOME_ value at the end. */
  outcome: number;
}
