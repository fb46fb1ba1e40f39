import type { ScenarioError, ScenarioErrorCode } from './scenario-error.ts';

/** Keys and indexes from the root of a scenario. */
export type Path = readonly (string | number)[];

/** Makes the error of a place: what must hold there, what was given, whether the key or its value is at fault. */
export type Refusal = (
  code: ScenarioErrorCode,
  path: Path,
  rule: string,
  got: string,
  what?: 'key' | 'value',
) => ScenarioError;
