import type { Path } from '../path-batch.ts';
import type { CitedRule } from './rules.ts';

/** Part of the way of a packet. */
export type ExplainedStage = 'ingress' | 'key' | 'hash' | 'npu' | 'way' | 'spu' | 'policy' | 'session' | 'outcome';

/** One line of an explanation: what a stage decided, and by which rules. Plain data. */
export interface ExplainedStep {
  readonly stage: ExplainedStage;
  /** What was decided and why, as a sentence without a full stop. */
  readonly text: string;
  /** Rules of `docs/rules.md` that it follows, the most telling first. */
  readonly rules: readonly CitedRule[];
}

/** The session of a packet as the packet left it. */
export interface ExplainedSession {
  readonly sessionId: string;
  readonly state: 'valid' | 'pending' | 'invalidated';
  /** Which half of it the packet is of. */
  readonly wing: 'in' | 'out';
  /** How far it has come, in words. */
  readonly phase: string;
  readonly timeoutS: number;
  /** Number of the packet that made it. */
  readonly firstPacket: number;
}

/** One packet, stage by stage. Plain data. */
export interface ExplainedPacket {
  /** Arrival number, from 1. */
  readonly packet: number;
  /** Nanoseconds since the first packet. */
  readonly timeNs: number;
  readonly lengthBytes: number;
  /** What it is, as `192.0.2.1:1234 > 198.51.100.2:443/tcp`, or `ARP`. */
  readonly flow: string;
  /** What else it is, as `SYN ACK`, `first fragment`; empty for a plain packet. */
  readonly about: string;
  readonly steps: readonly ExplainedStep[];
  /** Hash and hash index; undefined where no stage looked at them. */
  readonly hash: number | undefined;
  readonly hashIndex: number | undefined;
  readonly npuSlot: number;
  readonly npu: 'hit' | 'miss' | 'not looked up';
  readonly path: Path;
  /** SPU at which its way ended; undefined if it reached none. */
  readonly spuId: number | undefined;
  readonly pass: 'first path' | 'fast path' | undefined;
  readonly session: ExplainedSession | undefined;
  /** `delivered`, `to the Routing Engine`, or a drop reason. */
  readonly outcome: string;
}

/** The packets that were asked for. Plain data. */
export interface Explanation {
  readonly schema: 'midplane-explain/1';
  /** What the answer can and cannot tell about a real device. */
  readonly honest: string;
  readonly release: string;
  readonly regime: string;
  readonly distributionMode: string;
  /** Packets that were offered. */
  readonly offered: number;
  /** Packets that match what was asked for, of which `packets` has the first ones. */
  readonly matched: number;
  readonly packets: readonly ExplainedPacket[];
  /** If none matched a flow, the flow among the offered ones that has most in common with it. */
  readonly nearestFlow: string | undefined;
}
