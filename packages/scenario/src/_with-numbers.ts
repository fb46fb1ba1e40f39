import { PARAMETERS, type ParameterName } from '@midplane/pipeline';
import { readTime } from './_quantity.ts';
import type { Path, Refusal } from './_refusal.ts';
import type { Scenario, ScenarioTraffic } from './scenario.ts';
import { showValue } from './scenario-error.ts';

/** Keys of workloads that are times. */
const TIMES: ReadonlySet<string> = new Set([
  'durationSeconds',
  'atSeconds',
  'lifeSeconds',
  'fromSeconds',
  'untilSeconds',
]);

/** The scenario with every time that was written with a unit as a number in the unit of its key. */
export function withNumbers(given: Scenario, refuse: Refusal): Scenario {
  const { parameters } = given;
  const inUnits = (values: object, at: Path): Record<string, number> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]: [string, unknown]) => {
        if (typeof value !== 'string') return [name, value as number];
        const { unit } = PARAMETERS[name as ParameterName];
        const number = readTime(value, unit as 's' | 'ns') ?? Number.NaN;
        if (Number.isSafeInteger(number)) return [name, number];
        const path = [...at, name];
        const rule = `${path.join('.')} must be a whole number of ${unit}`;
        throw refuse('scenario-bad-value', path, rule, showValue(value));
      }),
    );
  const timed = given.events && (timesIn(given.events, ['events'], refuse) as NonNullable<Scenario['events']>);
  const events = timed?.map((event, index) =>
    typeof event.set !== 'object' ? event : { ...event, set: inUnits(event.set, ['events', index, 'set']) },
  );
  const traffic = given.traffic.map((item, index) => timesIn(item, ['traffic', index], refuse) as ScenarioTraffic);
  return {
    ...given,
    ...(parameters && { parameters: inUnits(parameters, ['parameters']) }),
    ...(events && { events }),
    traffic,
  };
}

function timesIn(value: unknown, path: Path, refuse: Refusal): unknown {
  if (Array.isArray(value)) return value.map((item, index) => timesIn(item, [...path, index], refuse));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, timesIn(each, [...path, key], refuse)]));
  }
  return typeof value === 'string' && TIMES.has(String(path.at(-1))) ? readTime(value, 's') : value;
}
