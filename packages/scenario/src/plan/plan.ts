import type { IocType, SpcType } from '@midplane/chassis';
import type { ReportAssumption } from '@midplane/pipeline';
import type { Limit, LimitName } from '../compare/headroom.ts';

/** Version of the plan's schema. */
export const PLAN_SCHEMA = 'midplane-plan/1';

/** What the traffic is, whatever the cards. */
export interface PlanDemand {
  readonly packets: number;
  readonly bytes: number;
  readonly durationNs: number;
  /** Most sessions at a time, and most that were made in one second. */
  readonly sessions: number;
  readonly sessionsPerSecond: number;
  /** Work of the busiest second, as SPUs of each card that it keeps busy; assumed. */
  readonly busySpus: Readonly<Partial<Record<SpcType, number>>>;
  /** Largest session by packets, and its part of all of them. */
  readonly largest: { readonly flow: string; readonly packetShare: number } | null;
}

/**
 * What came of a set of cards.
 *
 * | verdict | the set |
 * | --- | --- |
 * | `holds` | held the traffic in a run, with the growth |
 * | `too-small` | did not: in a run, or, even if everything were spread perfectly, by its totals |
 * | `elephant` | as `too-small`, as one session alone is too much for an SPU: more cards of the kind do not help |
 */
export type PlanVerdict = 'holds' | 'too-small' | 'elephant';

/** A set of services cards that was looked at. */
export interface PlanCandidate {
  /** All cards, I/O cards too, as `1-2=SPC2,7=IOC2`. */
  readonly cards: string;
  /** How many services cards of each kind. */
  readonly services: Readonly<Partial<Record<SpcType, number>>>;
  readonly verdict: PlanVerdict;
  /** Whether the traffic was run over it; if not, its totals alone rule it out. */
  readonly run: boolean;
  /** What is full first: of a run that of an SPU, without one the sum of all. */
  readonly binding: Pick<Limit, 'limit' | 'used' | 'capacity' | 'factor'> & { readonly spuId: number | null };
  /** Why, as a sentence without a full stop. */
  readonly reason: string;
}

/** The smallest cards that hold a traffic. Plain data. */
export interface Plan {
  readonly schema: typeof PLAN_SCHEMA;
  readonly model: string;
  readonly release: string;
  readonly ioCards: Readonly<Record<string, IocType>>;
  /** How many times the traffic has to fit. */
  readonly growth: number;
  /** CPU that counts as full, percent. */
  readonly cpuTargetPercent: number;
  /** Kinds of services cards that were looked at; the release runs them. */
  readonly types: readonly SpcType[];
  readonly demand: PlanDemand;
  /** The smallest set that holds; `null` where none does. */
  readonly chosen: PlanCandidate | null;
  /** Every set up to it, smallest first. */
  readonly candidates: readonly PlanCandidate[];
  /** What `smallest` means. */
  readonly order: string;
  /** Why the input ended early, if it did. */
  readonly inputError?: string;
  readonly assumptions: readonly ReportAssumption[];
}

/** What limits are called in sentences. */
export const LIMIT_WORDS: Readonly<Record<LimitName, string>> = {
  sessions: 'sessions at a time',
  cpu: 'CPU in the busiest second',
  'session-rate': 'new sessions a second',
  'central-point': "sessions in the central point's table",
};
