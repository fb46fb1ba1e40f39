import type { DistributionMode } from '@midplane/chassis';
import type { Scenario, ScenarioHash } from '../scenario.ts';

/** What is to be different after a change; what is left out stays as it is. */
export interface ScenarioChange {
  readonly model?: string;
  /** Card names by slot, or text such as `1=SPC2,2=SPC2,7=IOC2`: all cards, not only new ones. */
  readonly cards?: Readonly<Record<string, string>> | string;
  readonly release?: string;
  readonly distributionMode?: DistributionMode;
  readonly tableLength?: number;
  readonly hash?: ScenarioHash;
}

/**
 * Returns a scenario with something changed: the same traffic on another chassis.
 *
 * A table length that the scenario names stays, also with another release; one that it does not name follows the release.
 *
 * @example
 * ```ts
 * import { changeScenario, type Scenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const before: Scenario = {
 *   schema: 'midplane-scenario/1',
 *   chassis: { cards: '1=SPC2,7=IOC2' },
 *   traffic: [{ capture: 'office.pcapng' }],
 * };
 * const after = changeScenario(before, { cards: '1=SPC2,2=SPC2,7=IOC2', hash: 'toeplitz' });
 * assert.deepEqual(after.chassis, { cards: '1=SPC2,2=SPC2,7=IOC2' });
 * assert.equal(after.hash, 'toeplitz');
 * assert.equal(after.traffic, before.traffic);
 * ```
 */
export function changeScenario(scenario: Scenario, change: ScenarioChange): Scenario {
  const { hash, ...given } = change;
  const changed = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    ...scenario,
    ...(changed.length > 0 && { chassis: { ...scenario.chassis, ...Object.fromEntries(changed) } }),
    ...(hash !== undefined && { hash }),
  };
}
