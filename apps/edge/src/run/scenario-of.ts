import type { RunQuery } from '@midplane/api';
import {
  ChassisError,
  type ChassisErrorCode,
  type ChassisOptions,
  chassisOptionsOf,
  resolveChassis,
} from '@midplane/chassis';
import {
  checkScenario,
  generatedPackets,
  loadScenario,
  SCENARIO_SCHEMA,
  type Scenario,
  type ScenarioHash,
} from '@midplane/scenario';
import { planTraffic, planWorkload } from '@midplane/traffic';
import { describeError, pointerOf, RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import { checkHash } from './check-hash.ts';
import { checkSpan } from './simulated-span.ts';
import type { Upload } from './upload.ts';

/** Which parameter of the query a chassis error is about. */
const PARAMETERS: Readonly<Partial<Record<ChassisErrorCode, keyof RunQuery>>> = {
  'unknown-model': 'chassis',
  'malformed-release': 'release',
  'unsupported-mode': 'distribution',
  'out-of-range': 'tableLength',
};

/**
 * The scenario of a request: that of the body or the query, and what single settings of the query change in it, as the
 * options of the command do.
 *
 * @throws {RequestError | ScenarioError} If it is refused, or it names another number of captures than were sent.
 */
export function scenarioOf(upload: Upload, query: RunQuery, limits: Limits): Scenario {
  const sent = sentScenario(upload.scenario, query.scenario, 'scenario');
  const scenario = withQuery(sent ?? { schema: SCENARIO_SCHEMA, traffic: [{ capture: '-' }] }, query);
  inParameter(query.scenario && 'scenario', () => {
    checkCaptures(scenario, upload);
    checkHere(scenario, limits);
  });
  return scenario;
}

/**
 * Runs a check of a scenario. Where that stands in the query, its faults name the parameter: their pointers are into the text
 * there, not into the body.
 *
 * @param parameter Where the scenario stands; nothing if it stands in the body.
 */
export function inParameter<T>(parameter: string | undefined, check: () => T): T {
  try {
    return check();
  } catch (error) {
    const problem = describeError(error);
    if (!parameter || problem?.pointer === undefined || problem.parameter !== undefined) throw error;
    const { code, detail, pointer, line, column } = problem;
    const inText = line !== undefined && column !== undefined && { line, column };
    throw new RequestError(code, detail, { parameter, pointer, ...inText });
  }
}

/** A scenario that stands in the body or in the query. */
export function sentScenario(
  inBody: Scenario | undefined,
  inQuery: string | undefined,
  parameter: string,
): Scenario | undefined {
  if (inQuery === undefined) return inBody;
  if (inBody === undefined) return inParameter(parameter, () => loadScenario(inQuery, { name: 'in the query' }));
  const rule = 'a scenario must stand in the body or in the query';
  throw new RequestError('two-scenarios', `Cannot read scenario: ${rule}: got both`, { parameter });
}

/**
 * A scenario with what single settings of the query change in it.
 *
 * @throws {RequestError} `unknown-hash`; what else is wrong is found by {@link checkHere}.
 */
export function withQuery(before: Scenario, query: RunQuery): Scenario {
  const chassis = chassisOptionsOf(query);
  if (query.hash !== undefined) checkHash(query.hash, { parameter: 'hash' });
  return {
    ...before,
    ...(Object.keys(chassis).length > 0 && { chassis: { ...before.chassis, ...chassis } }),
    ...(query.hash !== undefined && { hash: query.hash as ScenarioHash }),
    ...(query.asymmetric && { symmetric: false }),
    ...(query.ordering !== undefined && { ordering: { ...before.ordering, mode: query.ordering, measure: true } }),
  };
}

/**
 * Checks a scenario that the query has changed: what it changes may not fit what the scenario says, nor this endpoint.
 *
 * @param parameterOf Name of a parameter of the query, where a fault is told under another one.
 */
export function checkHere(
  scenario: Scenario,
  limits: Limits,
  parameterOf = (name: keyof RunQuery): string => name,
): void {
  try {
    checkTableLength(resolveChassis(scenario.chassis as ChassisOptions).tableLength, limits);
  } catch (error) {
    if (!(error instanceof ChassisError)) throw error;
    throw new RequestError(error.code, error.message, { parameter: parameterOf(PARAMETERS[error.code] ?? 'cards') });
  }
  checkScenario(scenario, { name: 'of the request' });
  checkTraffic(scenario, limits);
  checkSpan(scenario, limits);
}

/** Refuses a table that is longer than this endpoint makes. */
export function checkTableLength(tableLength: number, limits: Limits): void {
  if (tableLength <= limits.tableLength) return;
  const rule = `tableLength must be at most ${limits.tableLength} here`;
  throw new RequestError('out-of-range', `Cannot build table: ${rule}: got ${tableLength}`);
}

/** Refuses generated traffic that is more or longer than a run may be, before it begins. */
export function checkTraffic({ traffic }: Pick<Scenario, 'traffic'>, limits: Limits): void {
  for (const [index, item] of traffic.entries()) {
    if ('capture' in item) continue;
    const pointer = pointerOf(['traffic', index]);
    const { packets, flows, seconds } = sizeOf(item);
    if (flows > limits.flows) {
      const rule = `traffic.${index} must have at most ${limits.flows} flows here`;
      throw new RequestError('too-many-flows', `Cannot run scenario: ${rule}: got ${flows}`, { pointer });
    }
    if (packets > limits.packets) {
      const rule = `traffic.${index} must have at most ${limits.packets} packets here`;
      throw new RequestError('too-many-packets', `Cannot run scenario: ${rule}: got ${packets}`, { pointer });
    }
    if (seconds > limits.simulatedSeconds) {
      const rule = `traffic.${index} must last at most ${limits.simulatedSeconds} s here`;
      throw new RequestError('too-long-simulated', `Cannot run scenario: ${rule}: got ${seconds}`, { pointer });
    }
  }
}

function sizeOf(item: Exclude<Scenario['traffic'][number], { capture: string }>): {
  packets: number;
  flows: number;
  seconds: number;
} {
  if ('workload' in item) {
    const { flows, elephants, durationSeconds } = planWorkload(item.workload);
    return { packets: generatedPackets(item)!, flows: flows.count + elephants.count, seconds: durationSeconds };
  }
  const { packets, flows, packetsPerSecond } = planTraffic(item);
  return { packets, flows, seconds: packets / packetsPerSecond };
}

/** A capture that was sent is named once in the scenario, one that was not is not. */
export function checkCaptures(scenario: Scenario, { capture }: Pick<Upload, 'capture'>): void {
  const named = namedCaptures(scenario);
  if (capture === undefined && named.length > 0) {
    const rule = `traffic.${named[0]}.capture must be sent with the scenario, as the body or as a part of a form`;
    const pointer = pointerOf(['traffic', named[0], 'capture']);
    throw new RequestError('capture-not-sent', `Cannot run scenario: ${rule}: got none`, { pointer });
  }
  if (capture !== undefined && named.length !== 1) {
    const rule = 'traffic must name one capture, the one that is sent';
    throw new RequestError('one-capture', `Cannot run scenario: ${rule}: got ${named.length}`, { pointer: '/traffic' });
  }
}

/** Where in its traffic a scenario names captures. */
export function namedCaptures({ traffic }: Pick<Scenario, 'traffic'>): number[] {
  return traffic.flatMap((item, index) => ('capture' in item ? [index] : []));
}
