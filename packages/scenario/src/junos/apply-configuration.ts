import type { ConfiguredModel } from '@midplane/junos';
import type { DeviceConfiguration, ParameterName } from '@midplane/pipeline';
import type { Scenario } from '../scenario.ts';

/** Statement of the mode of packet ordering. */
export const ORDERING_STATEMENT = 'security forwarding-process application-services packet-ordering-mode';
const DISTRIBUTION_STATEMENT = 'security forwarding-process application-services session-distribution-mode';

/** A parameter that a Junos configuration sets, the statement below `security flow`, and what the device accepts. */
interface FlowParameter {
  readonly name: ParameterName;
  readonly statement: string;
  readonly low: number;
  readonly high: number;
  readonly read: (flow: ConfiguredModel['flow']) => number | null;
}

const FLOW_PARAMETERS: readonly FlowParameter[] = [
  {
    name: 'tcpInitialTimeoutS',
    statement: 'tcp-session tcp-initial-timeout',
    low: 4,
    high: 300,
    read: (flow) => flow.tcpInitialTimeoutS,
  },
  {
    name: 'tcpTimeWaitS',
    statement: 'tcp-session time-wait-state session-timeout',
    low: 2,
    high: 600,
    read: (flow) => flow.tcpTimeWaitS,
  },
  {
    name: 'earlyAgeoutS',
    statement: 'aging early-ageout',
    low: 1,
    high: 65_535,
    read: ({ aging }) => aging.earlyAgeoutS,
  },
  {
    name: 'highWatermarkPercent',
    statement: 'aging high-watermark',
    low: 1,
    high: 100,
    read: ({ aging }) => aging.highWatermarkPercent,
  },
  {
    name: 'lowWatermarkPercent',
    statement: 'aging low-watermark',
    low: 0,
    high: 100,
    read: ({ aging }) => aging.lowWatermarkPercent,
  },
];

/** Whether the device takes the value of a parameter. */
function isAccepted({ low, high }: FlowParameter, value: number): boolean {
  return value >= low && value <= high;
}

/**
 * Returns a scenario with what a Junos configuration says, all of it in the model's own keys.
 *
 * What the configuration says takes the place of what the scenario has: `chassis.distributionMode`, `ordering.mode`, five
 * `parameters`, and of `configuration` zones, interfaces, applications, policies, NAT, np-cache and forwarding.
 * What it does not say stays: other parameters, `configuration.multicast`, and `configuration.flow`, since a
 * capture may begin inside of TCP sessions. Sides of both count, first those of the scenario. The mode of ordering
 * `none`, which no device has, stays too.
 *
 * Fidelity: inferred. Meanings are those of the Junos statement reference.
 *
 * @param scenario The scenario; not changed.
 * @param model Result of `toModel` of `@midplane/junos`.
 * @returns A new scenario, without a Junos text.
 * @example
 * ```ts
 * import { parseConfiguration, toModel } from '@midplane/junos';
 * import { applyConfiguration } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const { root } = parseConfiguration('set security flow tcp-session tcp-initial-timeout 40');
 * const scenario = { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 100 }] } as const;
 * assert.equal(applyConfiguration(scenario, toModel(root)).parameters?.tcpInitialTimeoutS, 40);
 * ```
 */
export function applyConfiguration(scenario: Scenario, model: ConfiguredModel): Scenario {
  const { device, distributionMode, orderingMode } = model;
  const { distributionMode: _, ...chassis } = scenario.chassis ?? {};
  const parameters: Partial<Record<ParameterName, number>> = { ...scenario.parameters };
  for (const each of FLOW_PARAMETERS) {
    const value = each.read(model.flow);
    if (value !== null) parameters[each.name] = value;
    else if (isAccepted(each, parameters[each.name] ?? each.low)) delete parameters[each.name];
  }
  const { junos, file, npCache, ...own } = scenario.configuration ?? {};
  const sides = { ...device.sides, ...own.sides };
  const configuration: DeviceConfiguration = {
    ...own,
    ...device,
    ...(Object.keys(sides).length > 0 && { sides }),
    ...(model.chassis.npCache.length > 0 && { npCache: model.chassis.npCache }),
  };
  const isOrdered = orderingMode === 'software' || scenario.ordering !== undefined;
  return {
    ...scenario,
    ...(scenario.chassis !== undefined && { chassis }),
    ...(distributionMode !== null && { chassis: { ...chassis, distributionMode } }),
    ...(isOrdered && {
      ordering: { ...scenario.ordering, mode: scenario.ordering?.mode === 'none' ? 'none' : orderingMode },
    }),
    configuration,
    parameters,
  };
}

/**
 * Says in Junos' words what of a scenario's own keys has such words: `set` lines.
 *
 * They go before what a Junos text says, and a shell shows them.
 */
export function statementsOf(scenario: Scenario): string[] {
  const { configuration = {}, parameters = {}, ordering, chassis, traffic } = scenario;
  const lines = (configuration.npCache ?? []).map((slot) => `set chassis fpc ${slot} np-cache`);
  if (ordering?.mode === 'hardware' || ordering?.mode === 'software') {
    lines.push(`set ${ORDERING_STATEMENT} ${ordering.mode}`);
  }
  if (chassis?.distributionMode !== undefined) {
    lines.push(`set ${DISTRIBUTION_STATEMENT} ${chassis.distributionMode}`);
  }
  for (const each of FLOW_PARAMETERS) {
    const value = parameters[each.name];
    if (value !== undefined && isAccepted(each, value)) lines.push(`set security flow ${each.statement} ${value}`);
  }
  // a device without the statement drops IPv6, a scenario without a Junos text does not
  const isOwn = configuration.junos === undefined && traffic.length > 0;
  const inet6 = configuration.forwarding?.inet6 ?? (isOwn ? 'flow-based' : undefined);
  if (inet6 !== undefined) lines.push(`set security forwarding-options family inet6 mode ${inet6}`);
  return lines;
}
