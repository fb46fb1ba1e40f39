import type { ConfiguredModel } from '@midplane/junos';
import type { DeviceConfiguration, ParameterName } from '@midplane/pipeline';
import type { Scenario } from '../scenario.ts';

/**
 * Returns a scenario with what a Junos configuration says: zones, policies, NAT, sides, np-cache, ageing, timeouts, modes.
 *
 * What the configuration says takes the place of the scenario's own `configuration`; other parameters stay. That a TCP session
 * must begin with SYN is left as the scenario has it, since a capture may begin inside of sessions, and so is the length of
 * pending queues, whose words have no published numbers.
 *
 * Fidelity: inferred. Meanings are those of the Junos statement reference.
 *
 * @param scenario The scenario; not changed.
 * @param model Result of `toModel` of `@midplane/junos`.
 * @returns A new scenario.
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
  const { chassis, device, distributionMode, flow, orderingMode } = model;
  const timeouts: readonly (readonly [ParameterName, number | null])[] = [
    ['tcpInitialTimeoutS', flow.tcpInitialTimeoutS],
    ['tcpTimeWaitS', flow.tcpTimeWaitS],
    ['earlyAgeoutS', flow.aging.earlyAgeoutS],
    ['highWatermarkPercent', flow.aging.highWatermarkPercent],
    ['lowWatermarkPercent', flow.aging.lowWatermarkPercent],
  ];
  const parameters = Object.fromEntries(timeouts.filter(([, value]) => value !== null)) as Scenario['parameters'];
  const synCheck = scenario.configuration?.flow;
  const configuration: DeviceConfiguration = {
    ...device,
    ...(chassis.npCache.length > 0 && { npCache: chassis.npCache }),
    ...(synCheck !== undefined && { flow: synCheck }),
  };
  return {
    ...scenario,
    ...(distributionMode !== null && { chassis: { ...scenario.chassis, distributionMode } }),
    ...((orderingMode === 'software' || scenario.ordering !== undefined) && {
      ordering: { ...scenario.ordering, mode: orderingMode },
    }),
    configuration,
    parameters: { ...scenario.parameters, ...parameters },
  };
}
