import type { Path } from './_refusal.ts';
import type { ScenarioTraffic } from './scenario.ts';

/** Path of a capture that stands for standard input. */
const STANDARD_INPUT = '-';

/** What is wrong with a capture: where, and what must hold. */
export interface StandardInputProblem {
  readonly path: Path;
  readonly rule: string;
  readonly got: string;
}

/**
 * Finds the first capture that wants standard input although it is read already: it can be read once.
 *
 * @param isTaken Whether the scenario itself came from there.
 */
export function findStandardInputProblem(
  traffic: readonly ScenarioTraffic[],
  isTaken: boolean,
): StandardInputProblem | undefined {
  let reader = isTaken ? 'the scenario' : undefined;
  for (const [index, item] of traffic.entries()) {
    if (!('capture' in item) || item.capture !== STANDARD_INPUT) continue;
    const path = ['traffic', index, 'capture'];
    if (reader === undefined) {
      reader = path.join('.');
      continue;
    }
    const rule = `${path.join('.')} must be a file, as standard input can be read once, and ${reader} is read from it`;
    return { path, rule, got: `"${STANDARD_INPUT}"` };
  }
  return undefined;
}
