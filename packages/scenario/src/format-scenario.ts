import { stringify } from 'yaml';
import type { Scenario } from './scenario.ts';

/** Keys between the version and the traffic, in the order of the schema. */
const KEYS = [
  'chassis',
  'hash',
  'symmetric',
  'configuration',
  'parameters',
  'ordering',
  'egress',
  'packetMemory',
  'spuSpeeds',
  'faults',
  'events',
  'spus',
] as const;

/**
 * Writes a scenario as a file's text: what `loadScenario` reads as the same scenario.
 *
 * @param scenario The scenario.
 * @param format `yaml` (default) or `json`.
 * @returns The text, keys in the order of the schema, with a line feed at its end.
 * @example
 * ```ts
 * import { formatScenario, loadScenario, type Scenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const scenario: Scenario = { schema: 'midplane-scenario/1', traffic: [{ capture: 'office.pcapng' }] };
 * assert.equal(formatScenario(scenario), 'schema: midplane-scenario/1\ntraffic:\n  - capture: office.pcapng\n');
 * assert.deepEqual(loadScenario(formatScenario(scenario, 'json')), scenario);
 * ```
 */
export function formatScenario(scenario: Scenario, format: 'yaml' | 'json' = 'yaml'): string {
  const { schema, traffic } = scenario;
  const given = KEYS.filter((key) => scenario[key] !== undefined).map((key) => [key, scenario[key]]);
  const ordered: Scenario = { schema, ...Object.fromEntries(given), traffic };
  return format === 'json'
    ? `${JSON.stringify(ordered, null, 2)}\n`
    : stringify(ordered, { lineWidth: 0, aliasDuplicateObjects: false });
}
