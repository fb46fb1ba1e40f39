import type { ChassisErrorCode } from '@midplane/chassis';

/**
 * Why a scenario could not be read. Stable: commands and endpoints show it. A chassis that cannot exist has the code of
 * `ChassisError`, such as `unknown-card`.
 *
 * | code | the scenario |
 * | --- | --- |
 * | `scenario-too-large` | has more than 1,048,576 characters, 200,000 values or 64 levels |
 * | `scenario-syntax` | is neither YAML nor JSON |
 * | `scenario-duplicate-key` | has a key twice in one object |
 * | `scenario-alias` | has an alias without an anchor, more than 100 of them, or one that contains itself |
 * | `scenario-version` | has not the `schema` that is read here |
 * | `scenario-unknown-key` | has a key that means nothing |
 * | `scenario-missing-key` | lacks a key |
 * | `scenario-bad-value` | has a value that is not accepted |
 */
export type ScenarioErrorCode =
  | 'scenario-too-large'
  | 'scenario-syntax'
  | 'scenario-duplicate-key'
  | 'scenario-alias'
  | 'scenario-version'
  | 'scenario-unknown-key'
  | 'scenario-missing-key'
  | 'scenario-bad-value'
  | ChassisErrorCode;

/** Where in a text something stands. */
export interface ScenarioPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Another file than the scenario's, where it is one that the scenario names. */
  readonly file?: string;
}

/** What is wrong, in parts. */
export interface ScenarioProblem {
  readonly code: ScenarioErrorCode;
  /** Keys and indexes down to the value; empty for the whole. */
  readonly path: readonly (string | number)[];
  /** What must hold, with its subject. */
  readonly rule: string;
  /** The value, as it is to be printed. */
  readonly got: string;
  /** Where it stands; undefined where the scenario came as data. */
  readonly place: ScenarioPlace | undefined;
}

/**
 * A scenario that cannot be read: one sentence with the path into the file, line and column, and what is accepted.
 *
 * @example
 * ```ts
 * import { loadScenario, ScenarioError } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const text = 'schema: midplane-scenario/1\nhash: crc32\ntraffic: [{ capture: office.pcapng }]\n';
 * try {
 *   loadScenario(text, { name: 'office.yaml' });
 *   assert.fail();
 * } catch (error) {
 *   assert.ok(error instanceof ScenarioError);
 *   assert.deepEqual([error.code, error.path, error.line, error.column], ['scenario-bad-value', 'hash', 2, 7]);
 *   assert.match(error.message, /^Cannot read scenario office\.yaml: hash must be one of crc32c, .* \(line 2, column 7\): got "crc32"/);
 * }
 * ```
 */
export class ScenarioError extends SyntaxError {
  /** Stable code of the reason. */
  readonly code: ScenarioErrorCode;
  /** Path into the scenario, such as `chassis.cards.1`; empty for the whole. */
  readonly path: string;
  /** Its steps, keys and indexes: a key may have points in it. */
  readonly steps: readonly (string | number)[];
  /** Line from 1; undefined where the scenario came as data. */
  readonly line: number | undefined;
  /** Column from 1; undefined where the scenario came as data. */
  readonly column: number | undefined;

  /**
   * @param name How messages call the scenario.
   * @param problem What is wrong.
   * @param options `cause`, where another error is behind this one.
   */
  constructor(name: string, problem: ScenarioProblem, options?: ErrorOptions) {
    const { code, path, rule, got, place } = problem;
    const file = place?.file === undefined ? '' : `${place.file}, `;
    const where = place === undefined ? '' : ` (${file}line ${place.line}, column ${place.column})`;
    super(oneLine(`Cannot read scenario ${name}: ${rule}${where}: got ${got}`), options);
    this.name = 'ScenarioError';
    this.code = code;
    this.path = path.join('.');
    this.steps = path;
    this.line = place?.line;
    this.column = place?.column;
  }
}

/** Returns a value as an error says it, cut to a length that stays one line. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1 item' : `a list of ${value.length} items`;
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0
      ? 'an empty object'
      : `an object with the ${keys.length === 1 ? 'key' : 'keys'} ${cut(keys.join(', '))}`;
  }
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(cut(value));
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: file names may hold them, messages must not
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}
