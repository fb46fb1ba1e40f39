// More than 300 lines, for it is one schema: types and what each of their figures means, no code.
import type { Evenness } from '@midplane/weights';
import type { EventResult } from '../events/pipeline-event.ts';
import type { TimeSeries } from '../series/time-series.ts';
import type { OrderClass } from '../spu/order-class.ts';
import type { LostOrderCause } from '../spu/order-meter.ts';
import type { OrderingMode } from '../spu/spu-ordering.ts';
import type { ReportAssumption } from './assumption.ts';

export * from './assumption.ts';

/** Version of the report's schema. */
export const REPORT_SCHEMA = 'midplane-report/1';

/** Packets and bytes that left the path for a reason. */
export interface DropCount {
  readonly reason: string;
  readonly packets: number;
  /** Bytes on the wire. */
  readonly bytes: number;
}

/** The chassis that was modelled. */
export interface ReportChassis {
  readonly model: string;
  readonly release: string;
  /** Cards by slot. */
  readonly cards: Readonly<Record<string, string>>;
  /** SPU ID of the central point. */
  readonly centralPoint: number;
  readonly regime: string;
  readonly distributionMode: string;
  /** Rows of the session distribution hash table. */
  readonly tableLength: number;
  /** Session distribution hash function. */
  readonly hash: string;
  /** Whether both directions of a flow hash alike. */
  readonly symmetric: boolean;
  /** How packets are kept in order at the end, and from the next reboot on. */
  readonly ordering: OrderingMode;
  readonly orderingConfigured: OrderingMode;
}

/** What was offered. */
export interface ReportInput {
  readonly packets: number;
  /** Bytes on the wire. */
  readonly bytes: number;
  readonly capturedBytes: number;
  readonly ipv4: number;
  readonly ipv6: number;
  readonly nonIp: number;
  readonly malformed: number;
  readonly fragments: number;
  /** Simulated time from the first to the last packet, ns. */
  readonly durationNs: number;
  /** Packets with an older time stamp than the one before. */
  readonly timeBackwards: number;
  readonly withoutTimestamp: number;
  /** Pauses that were cut to the longest one that is simulated; `listed` has the first 16. */
  readonly gaps: {
    readonly count: number;
    readonly listed: readonly { readonly packet: number; readonly atNs: number; readonly seconds: number }[];
  };
  /** Where and why the input ended early, if it did. */
  readonly error?: string;
}

/** One NPU. */
export interface ReportNpu {
  readonly slot: number;
  readonly packets: number;
  readonly lookups: number;
  readonly hits: number;
  readonly installs: number;
  /** Sessions that did not fit. */
  readonly refusals: number;
  readonly withdrawals: number;
  readonly agedOut: number;
  /** Wings at the end, and the most that fit. */
  readonly wings: number;
  readonly capacity: number;
  /** What of it was IPv6. */
  readonly ipv6: {
    readonly lookups: number;
    readonly hits: number;
    readonly installs: number;
    readonly withdrawals: number;
    readonly agedOut: number;
    readonly wings: number;
  };
}

/** A pool of source NAT, or the addresses of interfaces, over all SPUs. */
export interface ReportNatPool {
  readonly name: string;
  readonly addresses: number;
  readonly ports: number;
  readonly inUse: number;
  readonly allocations: number;
  /** New sessions that found nothing left. */
  readonly failures: number;
}

/** The global session table of the regimes that have one. */
export interface ReportCentralPoint {
  /** Packets whose session it was asked for, and those whose session it knew. */
  readonly lookups: number;
  readonly known: number;
  /** Sessions installed on the word of their SPU. */
  readonly installs: number;
  /** Sessions that found it full. */
  readonly refused: number;
  /** Sessions at the end, at most at any time, and the most that fit. */
  readonly sessions: number;
  readonly peak: number;
  readonly capacity: number;
  /** Raised where a session found it full. */
  readonly alarm?: ReportAlarm;
}

/** An alarm as the chassis shows it. */
export interface ReportAlarm {
  readonly severity: string;
  readonly text: string;
}

/** A session among the largest of its SPU. */
export interface ReportSession {
  /** SPU ID x stride + index, as a decimal string. */
  readonly sessionId: string;
  /** In wing as text. */
  readonly flow: string;
  /** Both wings. */
  readonly packets: number;
  /** Both wings. */
  readonly bytes: number;
}

/** How long packets were at an SPU, from arrival to the end of the work on them, ns; percentiles to 6.25 %. */
export interface ReportLatency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** One I/O card, as packets leave by it. */
export interface ReportEgressCard {
  readonly slot: number;
  /** Packets that left by it, and their bytes on the wire. */
  readonly packets: number;
  readonly bytes: number;
  /** Packets that had to wait for the fabric, and the most that waited or were on their way at one time. */
  readonly waited: number;
  readonly queuePeak: number;
  /** From leaving the SPU to having left by the card. */
  readonly latencyNs: ReportLatency;
  /** Packets that found the queue full, and their bytes; their SPUs count them as dropped. */
  readonly dropped: number;
  readonly droppedBytes: number;
  /** The order of packets direction by direction of each session, as they left; `null` where it was not measured. */
  readonly measured: ReportReordering | null;
}

/** Packets, and those that left after a later one (RFC 4737). */
export interface ReportReordering {
  readonly packets: number;
  readonly reordered: number;
  readonly ratio: number;
  /** Packets between a reordered one and the first that overtook it. */
  readonly meanExtent: number;
  readonly maxExtent: number;
}

/** A chassis to which something happened. */
export interface ReportDevice {
  /** What happened to it, in the order of time. */
  readonly log: readonly { readonly atNs: number; readonly kind: string; readonly text: string }[];
  /** Times in which no traffic passed; `untilNs` is `null` where it lasts. */
  readonly outages: readonly { readonly fromNs: number; readonly untilNs: number | null; readonly cause: string }[];
  /** Alarms at the end. */
  readonly alarms: readonly ReportAlarm[];
}

/** How packets were kept in order at an SPU, or at all of them. */
export interface ReportOrdering {
  /** Packets that waited for an earlier one of their ordering list, and for how long, ns. */
  readonly held: number;
  readonly meanWaitNs: number;
  readonly maxWaitNs: number;
  /** Packets that their list did not wait for. */
  readonly stalls: number;
  /** The order of packets session by session; `null` where it was not measured. */
  readonly measured:
    | (ReportReordering & {
        /**
         * Packets that were not measured: too many sessions had packets under way at one time, or the number of theirs was
         * given to another session before they had left.
         */
        readonly unmeasured: number;
        /** Packets that came to the owner after a later one of their session, by cause. */
        readonly lostBefore: Readonly<Record<LostOrderCause, number>>;
      })
    | null;
}

/** Where packets left their SPUs after a later one of their session. */
export interface ReportOrder {
  /** By what kind of session they belong to; packets that came as fragments are a class of their own. */
  readonly classes: readonly (ReportReordering & { readonly class: OrderClass })[];
  /** The sessions with most reordered packets, at most 10. */
  readonly sessions: readonly {
    /** SPU ID x stride + index, as a decimal string. */
    readonly sessionId: string;
    /** In wing as text. */
    readonly flow: string;
    readonly packets: number;
    readonly reordered: number;
    readonly maxExtent: number;
  }[];
}

/** One SPU. */
export interface ReportSpu {
  readonly spuId: number;
  readonly name: string;
  readonly card: string;
  readonly role: string;
  readonly weight: number;
  /** Weight divided by the sum of weights. */
  readonly weightShare: number;
  /** Rows of the session distribution hash table. */
  readonly rows: number;
  /**
   * Packets that arrived: from NPUs and handed over by other SPUs.
   * packets + generated + replicated = delivered + drops + handedOver.
   */
  readonly packets: number;
  /** Their bytes on the wire. */
  readonly bytes: number;
  /** Packets that left through an interface. */
  readonly delivered: number;
  /** Packets handed to the owner SPU. */
  readonly handedOver: number;
  readonly paths: {
    readonly npuHit: number;
    readonly hash: number;
    readonly fragment: number;
    /** ICMP errors handed over by the SPU that they hash to, to the owner of the session that they are about. */
    readonly icmpError: number;
    /** Handed over after the central point had said who owns the session. */
    readonly centralPoint: number;
    /** Fragments handed over by the SPU of their addresses. */
    readonly fragmentHandedOver: number;
    /**
     * Handed over by the SPU that the wing hashes to, as its pointer record said, or by one that
     * an NPU had taken for the owner.
     */
    readonly redirected: number;
    /** Fragments that an NPU sent straight to the owner, which it had learnt from the first one. */
    readonly npCache: number;
  };
  /** Fragments that do not simply make up their packet. They are counted, and go on. */
  readonly fragments: {
    /** A first fragment of less than 16 bytes, or one that begins before byte 16 (RFC 1858). */
    readonly tiny: number;
    readonly repeated: number;
    readonly overlapping: number;
  };
  /** Packets that an NPU sent by an entry whose session was not here. */
  readonly staleHits: number;
  /** Packets that the SPU made itself (answers to rejected ones), and copies of multicast packets. */
  readonly generated: number;
  readonly replicated: number;
  readonly firstPath: number;
  readonly fastPath: number;
  readonly sessions: {
    readonly created: number;
    readonly failed: number;
    readonly agedOut: number;
    /** Ended because a new SYN took the place of a closed session. */
    readonly replaced: number;
    /** Pending sessions given up, as an SPU of a lower ID had one of the same conversation. */
    readonly yielded: number;
    /** Ended by an event. */
    readonly cleared: number;
    /** Ended by a reset of the data plane. */
    readonly lost: number;
    /** In the table at the end, invalidated ones included. */
    readonly current: number;
    /** Leaf sessions of multicast at the end, one per interface out; `created` does not count them. */
    readonly leaves: number;
    /** Over, and still in the table at the end. */
    readonly invalidated: number;
    readonly peak: number;
    readonly capacity: number;
  };
  /** Pointer records at the end: wings that hash here, of sessions of other SPUs. */
  readonly pointers: number;
  /** How often the table came over the high watermark. */
  readonly aggressivePeriods: number;
  /** Sessions created divided by all sessions created; 0 if there were none. */
  readonly sessionShare: number;
  /** Utilisation of the flow threads in percent, in whole seconds: over the run, and in the busiest one. */
  readonly cpu: { readonly meanPercent: number; readonly peakPercent: number };
  readonly latencyNs: ReportLatency;
  readonly ordering: ReportOrdering;
  /** Packet memory; `null` where there is always enough. */
  readonly memory: { readonly peakBytes: number; readonly capacityBytes: number } | null;
  readonly drops: readonly DropCount[];
  /** Largest sessions by bytes, at most 5. */
  readonly top: readonly ReportSession[];
}

/** Everything that a run has to say. It knows the model only: no host, no wall time, no version of the software. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly chassis: ReportChassis;
  readonly input: ReportInput;
  /** offered + replicated + generated = delivered + toRe + dropped + remaining. */
  readonly totals: {
    readonly offered: number;
    /** Copies of multicast packets. */
    readonly replicated: number;
    /** Packets that SPUs made themselves. */
    readonly generated: number;
    readonly delivered: number;
    /** Delivered to the Routing Engine. */
    readonly toRe: number;
    readonly dropped: number;
    readonly remaining: number;
  };
  readonly drops: readonly DropCount[];
  readonly npus: readonly ReportNpu[];
  /** `null` where it is distributed over the SPUs. */
  readonly centralPoint: ReportCentralPoint | null;
  /** Pools of source NAT. */
  readonly natPools: readonly ReportNatPool[];
  /** Messages that were lost and sent again, and those that came twice; `null` where none suffer. */
  readonly faults: { readonly lost: number; readonly duplicates: number } | null;
  readonly spus: readonly ReportSpu[];
  /** The I/O cards as packets leave by them; `null` where that is not modelled. */
  readonly egress: readonly ReportEgressCard[] | null;
  /** The order of packets by class and session; `null` where it was not measured. */
  readonly order: ReportOrder | null;
  /** Of all SPUs. */
  readonly latencyNs: ReportLatency;
  /** What happened to the device, in the order of time. */
  readonly events: readonly EventResult[];
  /** Figures over time. */
  readonly series: TimeSeries;
  /** What became of the chassis; `null` where nothing happens to it. */
  readonly device: ReportDevice | null;
  /** How evenly the load follows the weights. */
  readonly evenness: { readonly sessions: Evenness; readonly packets: Evenness; readonly bytes: Evenness };
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly assumptions: readonly ReportAssumption[];
}
