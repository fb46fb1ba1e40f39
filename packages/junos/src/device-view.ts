import type { DistributionMode, ModelName, SpuRole } from '@midplane/chassis';
import type { CpSessionView, SessionView } from './session-view.ts';

/** Something to iterate over, at once or as it arrives. It is iterated once for every output that shows it. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/** Sessions by state. */
export interface StateCounts {
  /** Sessions that carry traffic. */
  readonly valid: number;
  /** Sessions that the central point has not confirmed. */
  readonly pending: number;
  /** Sessions that ended and linger. */
  readonly invalidated: number;
  /** The rest. */
  readonly other: number;
}

/** Flow sessions of one SPU. */
export interface FlowCounts extends StateCounts {
  /** Unicast sessions that are valid. */
  readonly unicast: number;
  /** Multicast sessions that are valid. */
  readonly multicast: number;
  /** Sessions that could not be created since the system started. */
  readonly failed: number;
  /** Sessions in use that are IPv4. */
  readonly ipv4: number;
  /** Sessions in use that are IPv6. */
  readonly ipv6: number;
  /** Sessions that fit. */
  readonly maximum: number;
}

/** Central-point sessions of one SPU. */
export interface CpCounts extends StateCounts {
  /** Records in use that are IPv4. */
  readonly ipv4: number;
  /** Records in use that are IPv6. */
  readonly ipv6: number;
  /** Records that fit. */
  readonly maximum: number;
  /** IPv6 records that fit. */
  readonly maximumInet6: number;
}

/** Packets that one SPU handled since the system started. */
export interface PacketCounts {
  /** Packets sent on. */
  readonly forwarded: number;
  /** Packets dropped. */
  readonly dropped: number;
  /** Fragments sent on. */
  readonly fragments: number;
}

/** One SPU. */
export interface SpuView {
  /** FPC x 4 + PIC. */
  readonly spuId: number;
  /** What it does. */
  readonly role: SpuRole;
  /** Whether it is up; one that is not is left out of the flow output. */
  readonly online: boolean;
  /** CPU utilization, 0 to 100. */
  readonly cpuPercent: number;
  /** Memory utilization, 0 to 100. */
  readonly memoryPercent: number;
  /** CPU utilization of the last 60 seconds, newest first; what is missing counts as 0. */
  readonly cpuHistory: readonly number[];
  /** Sessions created in each of the last 60 seconds, newest first. */
  readonly sessionRateHistory: readonly number[];
  /** Flow sessions. */
  readonly flow: FlowCounts;
  /** Central-point sessions; `null` if this SPU keeps no table of them. */
  readonly cp: CpCounts | null;
  /** Packets. */
  readonly packets: PacketCounts;
  /** Its sessions: an array in any order, or something that gives them in ascending order of session ID. */
  readonly sessions: Source<SessionView>;
  /** What its central point holds: an array in any order, or something that gives it in ascending order of ID. */
  readonly cpSessions: Source<CpSessionView>;
}

/** One PIC of a card. */
export interface PicView {
  /** PIC number. */
  readonly pic: number;
  /** `Online`, `Offline` and so on, as the box prints it. */
  readonly state: string;
  /** Such as `SPU Flow` or `10x 10GE SFP+`. */
  readonly description: string;
  /** Whether the network processor's session cache is configured on it. */
  readonly npCache: boolean;
}

/** One slot with a card. */
export interface SlotView {
  /** FPC number. */
  readonly slot: number;
  /** `Online`, `Offline` and so on, as the box prints it. */
  readonly state: string;
  /** Order number of the card. */
  readonly model: string;
  /** Such as `SRX5k SPC II`. */
  readonly description: string;
  /** Its PICs, ascending. */
  readonly pics: readonly PicView[];
}

/** What forwarding does with a protocol family. */
export type ForwardingMode = 'flow based' | 'drop';

/** Who puts packets of a session back in order. */
export type OrderingMode = 'hardware' | 'software';

/** How flow processing is set up. */
export interface FlowStatusView {
  /** Forwarding mode by family. */
  readonly forwarding: Readonly<Record<'inet' | 'inet6' | 'mpls' | 'iso', ForwardingMode>>;
  /** Whether flow tracing is on. */
  readonly tracing: boolean;
  /** How new sessions are spread. */
  readonly distribution: DistributionMode;
  /** Packet ordering: what runs, and what is configured and takes effect with the next reboot. */
  readonly ordering: { readonly running: OrderingMode; readonly configured: OrderingMode };
  /** What else takes effect with the next reboot; left out: nothing does. */
  readonly afterReboot?: { readonly inet6: ForwardingMode; readonly distribution: DistributionMode };
}

/** An alarm of the chassis. */
export interface AlarmView {
  /** When it was raised, in nanoseconds since the simulation started. */
  readonly raisedNs: number;
  /** How bad it is. */
  readonly class: 'Minor' | 'Major';
  /** Such as `CP/Flow session table full`. */
  readonly description: string;
}

/** A configuration that was committed. */
export interface CommitView {
  /** When, in nanoseconds since the simulation started. */
  readonly committedNs: number;
  /** Comment of the commit, `null` without. */
  readonly comment: string | null;
}

/**
 * What operational commands show of one chassis at one moment.
 *
 * Plain data that a composition fills from a finished or a running simulation; where `sessions` are arrays it survives
 * JSON and structured clone. Of a cluster there is one for each node.
 */
export interface DeviceView {
  /** Host name. */
  readonly hostName: string;
  /** Model. */
  readonly model: ModelName;
  /** Release, such as `17.4R1`. */
  readonly release: string;
  /** Number of this node, `null` without a cluster. */
  readonly node: 0 | 1 | null;
  /** Now, in nanoseconds since the simulation started. */
  readonly nowNs: number;
  /** When it booted last, in nanoseconds since the simulation started. */
  readonly bootedNs: number;
  /** Unix time of the simulation's begin, in seconds; 2026-01-01 00:00:00 UTC by default (assumed). */
  readonly epochSeconds?: number;
  /** When it was configured last, in nanoseconds since the simulation started; 0 by default. */
  readonly configuredNs?: number;
  /** What was committed, newest first; the configuration at the begin by default. */
  readonly commits?: readonly CommitView[];
  /** Slots with a card, ascending. */
  readonly slots: readonly SlotView[];
  /** SPUs, ascending by SPU ID. */
  readonly spus: readonly SpuView[];
  /** How flow processing is set up. */
  readonly flowStatus: FlowStatusView;
  /** Sessions created per second, average of the last 96 seconds. */
  readonly sessionsPerSecond: { readonly total: number; readonly ipv4: number; readonly ipv6: number };
  /** Alarms that are active, oldest first. */
  readonly alarms: readonly AlarmView[];
}

/**
 * Returns the sessions in use: those of every state.
 *
 * Fidelity: observed. Published summaries show invalidated sessions in `Sessions-in-use`.
 *
 * @param counts Sessions by state.
 * @returns Their sum.
 * @example
 * ```ts
 * import { sessionsInUse } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(sessionsInUse({ valid: 4, pending: 0, invalidated: 2, other: 0 }), 6);
 * ```
 */
export function sessionsInUse(counts: StateCounts): number {
  return counts.valid + counts.pending + counts.invalidated + counts.other;
}
