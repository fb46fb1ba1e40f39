import { chassisOptionsOf, type DistributionMode, type DistributionName } from '@midplane/chassis';
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

/** What the command and the endpoint call the settings of a change. */
export interface NamedChange {
  /** Model. */
  readonly toChassis?: string | undefined;
  /** All cards by slot, as text. */
  readonly toCards?: string | undefined;
  readonly toRelease?: string | undefined;
  /** Rows of the distribution table. */
  readonly toTableLength?: number | undefined;
  readonly toDistribution?: DistributionName | undefined;
  readonly toHash?: string | undefined;
}

/**
 * What the names of the settings mean for {@link changeScenario}. Nothing is checked here: that is for the scenario.
 *
 * @returns A change; what was not named has no key.
 * @example
 * ```ts
 * import { scenarioChangeOf } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(scenarioChangeOf({ toCards: '1=SPC3,7=IOC2', toHash: 'toeplitz' }), { cards: '1=SPC3,7=IOC2', hash: 'toeplitz' });
 * ```
 */
export function scenarioChangeOf(named: NamedChange): ScenarioChange {
  const { toChassis, toCards, toRelease, toTableLength, toDistribution, toHash } = named;
  const chassis = chassisOptionsOf({
    chassis: toChassis,
    cards: toCards,
    release: toRelease,
    tableLength: toTableLength,
    distribution: toDistribution,
  });
  return { ...chassis, ...(toHash !== undefined && { hash: toHash as ScenarioHash }) };
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

/** What keys of a change are called, where that is not their name. */
const WORDS: Readonly<Record<string, string>> = { distributionMode: 'distribution', tableLength: 'table length' };

/**
 * Says a change in words, as the name of the side after it.
 *
 * @returns Such as `with cards 1=SPC2,7=IOC2, release 18.2R1`; empty where nothing is changed.
 * @example
 * ```ts
 * import { describeChange } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(describeChange({ cards: '1=SPC3,7=IOC2', tableLength: 1000 }), 'with cards 1=SPC3,7=IOC2, table length 1000');
 * ```
 */
export function describeChange(change: ScenarioChange): string {
  const words = Object.entries(change).map(([name, value]) => `${WORDS[name] ?? name} ${String(value)}`);
  return words.length === 0 ? '' : `with ${words.join(', ')}`;
}
