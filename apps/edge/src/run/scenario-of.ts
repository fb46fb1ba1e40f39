import type { RunQuery } from '@midplane/api';
import { ChassisError, type ChassisErrorCode, type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { checkScenario, loadScenario, SCENARIO_SCHEMA, type Scenario, type ScenarioHash } from '@midplane/scenario';
import { planTraffic, planWorkload } from '@midplane/traffic';
import { pointerOf, RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import type { Upload } from './upload.ts';

const MODES = { hash: 'hash-based', rr: 'rr-based', wrr: 'wrr', adaptive: 'adaptive' } as const;

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
  const inQuery = query.scenario === undefined ? undefined : readQuery(query.scenario);
  if (inQuery !== undefined && upload.scenario !== undefined) {
    const rule = 'a scenario must stand in the body or in the query';
    throw new RequestError('two-scenarios', `Cannot read scenario: ${rule}: got both`, { parameter: 'scenario' });
  }
  const before = upload.scenario ?? inQuery ?? { schema: SCENARIO_SCHEMA, traffic: [{ capture: '-' }] };
  const chassis = {
    ...(query.chassis !== undefined && { model: query.chassis }),
    ...(query.cards !== undefined && { cards: query.cards }),
    ...(query.release !== undefined && { release: query.release }),
    ...(query.tableLength !== undefined && { tableLength: query.tableLength }),
    ...(query.distribution !== undefined && { distributionMode: MODES[query.distribution] }),
  };
  const scenario: Scenario = {
    ...before,
    ...(Object.keys(chassis).length > 0 && { chassis: { ...before.chassis, ...chassis } }),
    ...(query.hash !== undefined && { hash: query.hash as ScenarioHash }),
    ...(query.asymmetric && { symmetric: false }),
    ...(query.ordering !== undefined && { ordering: { ...before.ordering, mode: query.ordering, measure: true } }),
  };
  checkCaptures(scenario, upload);
  try {
    checkTableLength(resolveChassis(scenario.chassis as ChassisOptions).tableLength, limits);
  } catch (error) {
    if (!(error instanceof ChassisError)) throw error;
    throw new RequestError(error.code, error.message, { parameter: PARAMETERS[error.code] ?? 'cards' });
  }
  // what the query changes may not fit what the scenario says
  checkScenario(scenario, { name: 'of the request' });
  checkTraffic(scenario, limits);
  return scenario;
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
    const { packets, floods, flows, elephants, durationSeconds } = planWorkload(item.workload);
    const flooded = floods.reduce((sum, each) => sum + (each.untilSeconds - each.fromSeconds) * each.perSecond, 0);
    return { packets: packets + flooded, flows: flows.count + elephants.count, seconds: durationSeconds };
  }
  const { packets, flows, packetsPerSecond } = planTraffic(item);
  return { packets, flows, seconds: packets / packetsPerSecond };
}

function readQuery(text: string): Scenario {
  return loadScenario(text, { name: 'in the query' });
}

/** A capture that was sent is named once in the scenario, one that was not is not. */
function checkCaptures({ traffic }: Scenario, { capture }: Upload): void {
  const named = traffic.flatMap((item, index) => ('capture' in item ? [index] : []));
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
