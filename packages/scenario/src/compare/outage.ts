import { ChassisState, type ResolvedChassis } from '@midplane/chassis';
import type { PipelineOptions, Report, ReportAssumption } from '@midplane/pipeline';
import { chassisOptionsOf, type ScenarioChassis } from '../scenario.ts';
import { exchangeIoCards } from './_io-cards.ts';
import { rounded } from './headroom.ts';

/** What it costs to bring a change into force. */
export interface OutageCost {
  /** Whether the chassis reboots. */
  readonly reboot: boolean;
  /** Why it does or why it does not, as a sentence without a full stop. */
  readonly why: string;
  /** Time without traffic, seconds. */
  readonly seconds: number;
  /** Packets, and new sessions, of the traffic's mean rate in that time. */
  readonly packets: number;
  readonly newSessions: number;
  /** Sessions that a reboot loses: as many as there are at most at a time, SPU by SPU. */
  readonly sessionsLost: number;
}

/** The cost, and the times that it rests on. */
export interface Outage {
  readonly cost: OutageCost;
  readonly assumptions: readonly ReportAssumption[];
}

/** What is in force before the change, or is to be after it. */
export interface OutageSide {
  /** What it is run with. */
  readonly options: PipelineOptions;
  /** What its chassis was resolved from. */
  readonly chassis: ScenarioChassis | undefined;
}

/**
 * Reckons what bringing a change into force costs: the reboot of the chassis as it is to be, or the exchange of its I/O
 * cards, in the traffic's mean rate.
 *
 * Fidelity: assumed. That services cards and modes want a reboot is documented; how long it takes is not published. That
 * the central point's place and the length of the table do is inferred: both are made when the chassis boots.
 *
 * @param before What is in force.
 * @param after What is to be.
 * @param report The run before the change.
 */
export function outageOf(before: OutageSide, after: OutageSide, report: Report): Outage {
  const timing = after.chassis?.timing;
  const stateOf = ({ chassis, options }: OutageSide): ChassisState => {
    const { distributionMode } = options.chassis; // a Junos text may have set it
    return new ChassisState({ ...chassisOptionsOf(chassis), distributionMode, ...(timing && { timing }) });
  };
  const rebootsFor = reasonOf(before.options, after.options);
  const reboot = rebootsFor !== undefined;
  const state = stateOf(reboot ? after : before);
  let why = rebootsFor;
  if (reboot) {
    state.command(0, { command: 'reboot' });
    while (state.nextNs < Number.POSITIVE_INFINITY) state.advance(state.nextNs);
  } else why = exchangeIoCards(state, before.options.chassis, after.options.chassis);
  const ns = state.outages.reduce((sum, { fromNs, untilNs }) => sum + ((untilNs ?? fromNs) - fromNs), 0);
  const { durationNs, packets } = report.input;
  const created = report.spus.reduce((sum, { sessions }) => sum + sessions.created, 0);
  const inOutage = (count: number): number => (durationNs === 0 ? 0 : Math.round((count * ns) / durationNs));
  return {
    cost: {
      reboot,
      why: why ?? 'nothing changes on the device',
      seconds: rounded(ns / 1e9),
      packets: inOutage(packets),
      newSessions: inOutage(created),
      sessionsLost: reboot ? report.spus.reduce((sum, { sessions }) => sum + sessions.peak, 0) : 0,
    },
    assumptions: ns === 0 ? [] : state.assumptions.map((each) => ({ ...each, unit: 's', mark: 'A' as const })),
  };
}

/** What of the change wants a reboot. */
function reasonOf(from: PipelineOptions, to: PipelineOptions): string | undefined {
  const [before, after] = [from.chassis, to.chassis];
  if (before.model !== after.model) return 'the chassis is another model';
  if (before.release !== after.release) return `release ${after.release} starts with a reboot`;
  if (servicesCards(before) !== servicesCards(after)) return 'services cards take part from the next reboot on';
  if (before.distributionMode !== after.distributionMode) return 'a distribution mode takes effect with a reboot';
  if (before.centralPoint.spuId !== after.centralPoint.spuId || before.centralPoint.mode !== after.centralPoint.mode) {
    return 'the central point is chosen when the chassis boots';
  }
  if (before.tableLength !== after.tableLength) return 'the distribution table is built when the chassis boots';
  if (orderingOf(from) !== orderingOf(to)) return 'a mode of packet ordering takes effect with a reboot';
  if (inet6Of(from) !== inet6Of(to)) return 'a forwarding mode of IPv6 takes effect with a reboot';
  return undefined;
}

function servicesCards({ slots }: ResolvedChassis): string {
  return slots.map(({ card }) => (card?.startsWith('SPC') ? card : '')).join();
}

function orderingOf({ ordering }: PipelineOptions): string {
  return ordering?.mode ?? 'hardware';
}

function inet6Of({ configuration }: PipelineOptions): string {
  return configuration?.forwarding?.inet6 ?? 'flow-based';
}
