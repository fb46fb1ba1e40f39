import { ChassisState, type ResolvedChassis } from '@midplane/chassis';
import type { Report, ReportAssumption } from '@midplane/pipeline';
import { chassisOptionsOf, type ScenarioChassis } from '../scenario.ts';
import { rounded } from './headroom.ts';

/** What it costs to bring a change into force. */
export interface OutageCost {
  /** Why the chassis reboots, or why it does not, as a sentence without a full stop. */
  readonly why: string;
  /** Time without traffic, seconds; 0 without a reboot. */
  readonly seconds: number;
  /** Packets, and new sessions, of the traffic's mean rate in that time. */
  readonly packets: number;
  readonly newSessions: number;
  /** Sessions that are lost: as many as there are at most at a time, SPU by SPU. */
  readonly sessionsLost: number;
}

/** The cost, and the times that it rests on. */
export interface Outage {
  readonly cost: OutageCost;
  readonly assumptions: readonly ReportAssumption[];
}

/**
 * Reckons what bringing a change into force costs: the reboot of the chassis with the new cards, in the traffic's mean rate.
 *
 * Fidelity: assumed. That services cards and modes want a reboot is documented; how long it takes is not published.
 *
 * @param before The chassis in force.
 * @param after The chassis after it.
 * @param chassis What `after` was resolved from.
 * @param report The run before the change.
 */
export function outageOf(
  before: ResolvedChassis,
  after: ResolvedChassis,
  chassis: ScenarioChassis | undefined,
  report: Report,
): Outage {
  const why = reasonOf(before, after);
  if (why === undefined) {
    const same = sameCards(before, after, () => true);
    const cost = { why: same ? 'nothing changes on the device' : 'I/O cards come and go without a reboot' };
    return { cost: { ...cost, seconds: 0, packets: 0, newSessions: 0, sessionsLost: 0 }, assumptions: [] };
  }
  const timing = chassis?.timing;
  const state = new ChassisState({ ...chassisOptionsOf(chassis), ...(timing && { timing }) });
  state.command(0, { command: 'reboot' });
  while (state.nextNs < Number.POSITIVE_INFINITY) state.advance(state.nextNs);
  const ns = state.outages.reduce((sum, { fromNs, untilNs }) => sum + ((untilNs ?? fromNs) - fromNs), 0);
  const { durationNs, packets } = report.input;
  const created = report.spus.reduce((sum, { sessions }) => sum + sessions.created, 0);
  const inOutage = (count: number): number => (durationNs === 0 ? 0 : Math.round((count * ns) / durationNs));
  return {
    cost: {
      why,
      seconds: rounded(ns / 1e9),
      packets: inOutage(packets),
      newSessions: inOutage(created),
      sessionsLost: report.spus.reduce((sum, { sessions }) => sum + sessions.peak, 0),
    },
    assumptions: state.assumptions.map((each) => ({ ...each, unit: 's', mark: 'A' as const })),
  };
}

/** What of the change wants a reboot. */
function reasonOf(before: ResolvedChassis, after: ResolvedChassis): string | undefined {
  if (before.model !== after.model) return 'the chassis is another model';
  if (before.release !== after.release) return `release ${after.release} starts with a reboot`;
  if (!sameCards(before, after, (card) => card.startsWith('SPC'))) {
    return 'services cards take part from the next reboot on';
  }
  if (before.distributionMode !== after.distributionMode) return 'a distribution mode takes effect with a reboot';
  return undefined;
}

function sameCards(before: ResolvedChassis, after: ResolvedChassis, counts: (card: string) => boolean): boolean {
  const cardsOf = ({ slots }: ResolvedChassis): string =>
    slots.map(({ card }) => (card !== null && counts(card) ? card : '')).join();
  return cardsOf(before) === cardsOf(after);
}
