import type { CompareQuery, RunQuery } from '@midplane/api';
import { changeScenario, describeChange, SCENARIO_SCHEMA, type Scenario, scenarioChangeOf } from '@midplane/scenario';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import { checkHash } from './check-hash.ts';
import { checkCaptures, checkHere, inParameter, namedCaptures, sentScenario, withQuery } from './scenario-of.ts';
import type { Upload } from './upload.ts';

/** The two sides of a comparison, and how they are called. */
export interface Sides {
  readonly before: Scenario;
  readonly after: Scenario;
  readonly names: readonly [before: string, after: string];
}

/** What the query calls, after the change, what it calls so before. */
const AFTER: Readonly<Partial<Record<keyof RunQuery, keyof CompareQuery>>> = {
  chassis: 'toChassis',
  cards: 'toCards',
  release: 'toRelease',
  tableLength: 'toTableLength',
  distribution: 'toDistribution',
};

/**
 * The scenarios of a comparison, as the command makes them: single settings without `to` change both sides.
 *
 * A side that names no traffic has that of the other one.
 *
 * @throws {RequestError | ScenarioError} If one of them is refused, nothing differs, or captures are missing.
 */
export function sidesOf(upload: Upload, query: CompareQuery, limits: Limits): Sides {
  const { scenario: first, after: second } = upload.scenarios;
  const sentBefore = sentScenario(upload.scenario, query.scenario, 'scenario');
  const sentAfter = sentScenario(second?.scenario, query.after, 'after');
  if (query.toHash !== undefined) checkHash(query.toHash, { parameter: 'toHash' });
  const change = scenarioChangeOf(query);
  const changed = describeChange(change);
  if (sentAfter === undefined && changed === '') {
    const rule = 'a second scenario ("after"), or a setting such as toCards, must be given';
    throw new RequestError('nothing-to-compare', `Cannot compare: ${rule}: got neither`, { parameter: 'after' });
  }
  const traffic = sentAfter?.traffic ?? [{ capture: '-' }];
  const before = withQuery(sentBefore ?? { schema: SCENARIO_SCHEMA, traffic }, query);
  const after = changeScenario(sentAfter === undefined ? before : withQuery(sentAfter, query), change);
  const ofAfter = query.after && 'after';
  const ofBefore = (query.scenario && 'scenario') || (sentBefore === undefined ? ofAfter : undefined);
  inParameter(ofBefore, () => checkHere(before, limits));
  inParameter(sentAfter === undefined ? ofBefore : ofAfter, () =>
    checkHere(after, limits, (name) => (query[AFTER[name]!] === undefined ? name : AFTER[name]!)),
  );
  inParameter(ofBefore, () => checkBothCaptures(before, after, upload));
  const nameAfter = sentAfter === undefined ? [] : [second?.fileName ?? 'after'];
  return {
    before,
    after,
    names: [first?.fileName ?? upload.fileName ?? '-', [...nameAfter, ...(changed === '' ? [] : [changed])].join(' ')],
  };
}

/**
 * The captures that are sent: one where the traffic is the same, otherwise one for each side that names one. Of each the longest
 * pauses, ns, that the paths simulate down which it goes; undefined: the default.
 */
export function capturesOf(before: Scenario, after: Scenario): (readonly (number | undefined)[])[] {
  const [first, second] = [before, after].map(({ parameters }) => parameters?.maxGapNs);
  if (isSameTraffic(before, after)) return namedCaptures(before).map(() => [first, second]);
  return [...namedCaptures(before).map(() => [first]), ...namedCaptures(after).map(() => [second])];
}

function isSameTraffic(before: Scenario, after: Scenario): boolean {
  return JSON.stringify(before.traffic) === JSON.stringify(after.traffic);
}

function checkBothCaptures(before: Scenario, after: Scenario, upload: Upload): void {
  if (isSameTraffic(before, after)) {
    checkCaptures(before, upload);
    return;
  }
  const counts = [before, after].map((side) => namedCaptures(side).length);
  const needed = capturesOf(before, after).length;
  if (counts.some((count) => count > 1) || (needed === 0 && upload.capture !== undefined)) {
    const rule = 'the traffic of a side must name one capture at most, and one that is sent must be named';
    throw new RequestError('one-capture', `Cannot compare: ${rule}: got ${counts.join(' and ')}`);
  }
  if (needed === 0 || (upload.capture !== undefined && (needed === 1 || upload.nextPart !== undefined))) return;
  const rule = 'each side of another traffic must have its capture sent, in a form, that of the side before first';
  const got = upload.capture === undefined ? 'none' : 'one';
  throw new RequestError('capture-not-sent', `Cannot compare: ${rule}: got ${got}`);
}
