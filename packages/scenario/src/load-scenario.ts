import { compileConfiguration, createPipeline, type DeviceConfiguration } from '@midplane/pipeline';
import { planTraffic, planWorkload } from '@midplane/traffic';
import { findChassisProblem, ruleOf } from './_chassis-problem.ts';
import { findEventProblem } from './_check-events.ts';
import type { Path, Refusal } from './_refusal.ts';
import { shapeError } from './_shape-error.ts';
import { findStandardInputProblem } from './_standard-input.ts';
import { readTree, type TextTree } from './_text-tree.ts';
import { withNumbers } from './_with-numbers.ts';
import { slotsOf } from './junos/_absent-interfaces.ts';
import { JunosProblem } from './junos/junos-problem.ts';
import { pipelineOptionsOf } from './run-scenario.ts';
import type { Scenario, ScenarioConfiguration, ScenarioTraffic } from './scenario.ts';
import { ScenarioError, type ScenarioErrorCode, showValue } from './scenario-error.ts';
import { scenarioSchema } from './schema.ts';

/** How a scenario is read. */
export interface LoadScenarioOptions {
  /** How messages call it, such as the name of its file; default `from text`. */
  readonly name?: string;
  /** Reads the file that `configuration.file` names; without it such a scenario is refused. */
  readonly readText?: (path: string) => string;
  /** Whether the text came from standard input: no capture may be `-` then. Otherwise one may. */
  readonly isStandardInput?: boolean;
}

/** Where something stands. */
type Places = Pick<TextTree, 'placeOf' | 'placeIn'>;

/**
 * Reads a scenario file, YAML or JSON, and checks all of it.
 *
 * Times may be written as a number in the unit of their key or as text with a unit: `udpTimeoutS: 90` and
 * `udpTimeoutS: 1.5 min` are the same. Aliases are followed, merge keys and tags are not known.
 *
 * @param text The file, at most 1,048,576 characters.
 * @param options How messages call the scenario.
 * @returns The scenario as plain data, times in the units of their keys.
 * @throws {ScenarioError} With a stable `code`, the path, line and column; the message is one sentence.
 * @example
 * ```ts
 * import { loadScenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const text = `
 * schema: midplane-scenario/1
 * chassis:
 *   cards: { 1: SPC2, 2: SPC2, 7: IOC2 }
 * parameters:
 *   udpTimeoutS: 1.5 min
 * traffic:
 *   - capture: office.pcapng
 * `;
 * const scenario = loadScenario(text, { name: 'office.yaml' });
 * assert.equal(scenario.parameters?.udpTimeoutS, 90);
 * assert.throws(
 *   () => loadScenario(text.replace('7: IOC2', '7: IOC9'), { name: 'office.yaml' }),
 *   /office\.yaml: chassis\.cards\.7 must be one of SPC1 .* \(line 4, column 33\): got "IOC9"/,
 * );
 * ```
 */
export function loadScenario(text: string, options: LoadScenarioOptions = {}): Scenario {
  const name = options.name ?? 'from text';
  const tree = readTree(text, (code, path, rule, got, place) => {
    throw new ScenarioError(name, { code, path, rule, got, place });
  });
  return check(tree.value, name, tree, options);
}

/**
 * Checks a scenario that came as data, such as the body of a request.
 *
 * @param value Plain data; not changed.
 * @param options How messages call the scenario; default `from data`.
 * @returns The scenario, times in the units of their keys.
 * @throws {ScenarioError} As `loadScenario`, without line and column.
 * @example
 * ```ts
 * import { checkScenario } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const traffic = [{ shape: 'small', packets: 1000 }];
 * assert.deepEqual(checkScenario({ schema: 'midplane-scenario/1', traffic }).traffic, traffic);
 * assert.throws(
 *   () => checkScenario({ schema: 'midplane-scenario/1', hsah: 'crc32c', traffic }),
 *   /hsah must be one of the keys schema, chassis, hash, .*: got "hsah" \(nearest: hash\)/,
 * );
 * ```
 */
export function checkScenario(value: unknown, options: LoadScenarioOptions = {}): Scenario {
  return check(value, options.name ?? 'from data', undefined, options);
}

function check(
  value: unknown,
  name: string,
  places: Places | undefined,
  { readText, isStandardInput = false }: LoadScenarioOptions,
): Scenario {
  const refuse = (code: ScenarioErrorCode, path: Path, rule: string, got: string, what: 'key' | 'value' = 'value') => {
    return new ScenarioError(name, { code, path, rule, got, place: places?.placeOf(path, what) });
  };
  const parsed = scenarioSchema.safeParse(value);
  if (!parsed.success) throw shapeError(value, parsed.error.issues, refuse);
  const scenario = withNumbers(withJunos(value as Scenario, refuse, readText), refuse);
  const problem = findChassisProblem(scenario.chassis ?? {});
  if (problem !== undefined) {
    const { error, path, isKey } = problem;
    const got = error.message.slice(error.message.indexOf(error.rule) + error.rule.length + ': got '.length);
    throw refuse(error.code, path, ruleOf(problem), got, isKey ? 'key' : 'value');
  }
  if (scenario.configuration !== undefined) {
    const { junos, ...own } = scenario.configuration;
    checkConfiguration(own, refuse);
  }
  const wrong = findEventProblem(scenario.events ?? []);
  if (wrong !== undefined) throw refuse('scenario-bad-value', wrong.path, wrong.rule, wrong.got);
  checkNpCache(scenario, refuse);
  try {
    checkDevice(scenario, refuse);
  } catch (error) {
    if (error instanceof JunosProblem) throw junosError(error, value as Scenario, name, places);
    throw error;
  }
  for (const [index, item] of scenario.traffic.entries()) checkTraffic(item, index, refuse);
  const again = findStandardInputProblem(scenario.traffic, isStandardInput);
  if (again !== undefined) throw refuse('scenario-bad-value', again.path, again.rule, again.got);
  return scenario;
}

/** The scenario with its Junos configuration as text in `configuration.junos`. */
function withJunos(given: Scenario, refuse: Refusal, readText: LoadScenarioOptions['readText']): Scenario {
  const configuration: ScenarioConfiguration | string | undefined = given.configuration;
  if (typeof configuration === 'string') return { ...given, configuration: { junos: configuration } };
  if (configuration?.file === undefined) return given;
  const { file, ...rest } = configuration;
  const at = ['configuration', 'file'];
  if (rest.junos !== undefined) {
    throw refuse(
      'scenario-bad-value',
      at,
      'configuration.file must be absent where junos is given',
      showValue(file),
      'key',
    );
  }
  if (readText === undefined) {
    const rule =
      'configuration.file must be absent where no files are read, with the text itself as configuration.junos';
    throw refuse('scenario-bad-value', at, rule, showValue(file));
  }
  return { ...given, configuration: { ...rest, junos: readText(file) } };
}

/** Where in the file something wrong in a Junos text stands, or in the file that the scenario names. */
function junosError(
  { reason, line, column, word, event, message }: JunosProblem,
  { configuration }: { readonly configuration?: ScenarioConfiguration | string },
  name: string,
  places: Places | undefined,
): ScenarioError {
  const file = event === null && typeof configuration === 'object' ? configuration.file : undefined;
  const key = typeof configuration === 'string' ? [] : [file === undefined ? 'junos' : 'file'];
  const path = event === null ? ['configuration', ...key] : ['events', event, 'set'];
  const place =
    file !== undefined
      ? { line, column, file }
      : line === 0
        ? places?.placeOf(path, 'value')
        : places?.placeIn(path, line, column);
  const inText = places === undefined && line > 0 ? ` in line ${line}, column ${column}` : '';
  const rule = `${path.join('.')} must be a Junos configuration${inText}: ${reason}`;
  return new ScenarioError(
    name,
    { code: 'scenario-bad-value', path, rule, got: showValue(word), place },
    { cause: message },
  );
}

/** Checks what the parts of a configuration must be together. */
function checkConfiguration(configuration: DeviceConfiguration, refuse: Refusal): void {
  tried(
    () => compileConfiguration(configuration),
    (message, at = '') => {
      const path: Path = ['configuration', ...[...at.matchAll(STEP)].map(stepOf)];
      const [, must = '', got = ''] = / must (.*): got (.*)$/s.exec(message) ?? [];
      const rule = `${path.join('.')} must ${must}`;
      return refuse('scenario-bad-value', path, rule, got, at.endsWith('"]') ? 'key' : 'value');
    },
  );
}

/** A step of a path such as `policies[2].source` or `sides["10.0.0.0/8"]`. */
const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g;

function stepOf([, quoted, index, name]: RegExpExecArray): string | number {
  if (quoted !== undefined) return JSON.parse(`"${quoted}"`) as string;
  return index === undefined ? name : Number(index);
}

/** Where in a scenario the fault is, by what `createPipeline` says that it cannot do. */
const PLACES: readonly (readonly [begin: string, path: Path])[] = [
  ['use interface', ['configuration']],
  ['set egress', ['egress']],
  ['set timing', ['chassis', 'timing']],
];

/** Checks that the slots of `npCache` have an I/O card, or get one: elsewhere the key would mean nothing. */
function checkNpCache(scenario: Scenario, refuse: Refusal): void {
  const { npCache = [] } = scenario.configuration ?? {};
  if (npCache.length === 0) return;
  const slots = slotsOf(scenario);
  for (const [index, slot] of npCache.entries()) {
    if (slots.has(slot)) continue;
    const path = ['configuration', 'npCache', index];
    const rule = `${path.join('.')} must be a slot with an I/O card, which slots ${[...slots].join(', ')} have`;
    throw refuse('scenario-bad-value', path, rule, String(slot));
  }
}

/** Checks what must fit to the chassis, or together: slots of interfaces, SPUs of events, queue and rate of the egress. */
function checkDevice(scenario: Scenario, refuse: Refusal): void {
  const { configuration, events, egress, chassis } = scenario;
  const parts = [configuration, events, egress, chassis?.timing, chassis?.start];
  if (parts.every((part) => part === undefined)) return;
  tried(
    () => createPipeline(pipelineOptionsOf(scenario)),
    (message) => {
      const [, what = '', rule = '', got = ''] = /^Cannot (.*?): (.*): got (.*)$/s.exec(message) ?? [];
      const [, event] = /^schedule event (\d+)/.exec(what) ?? [];
      const named = PLACES.find(([begin]) => what.startsWith(begin));
      const path: Path = event !== undefined ? ['events', Number(event)] : (named?.[1] ?? ['events']);
      // "set egress" and "schedule event 0" say no more than the path
      const must = what === named?.[0] || event !== undefined ? rule : `${what}: ${rule}`;
      return refuse('scenario-bad-value', path, `${path.join('.')}: ${must}`, got);
    },
  );
}

/** Checks what the parts of a workload must be together. */
function checkTraffic(item: ScenarioTraffic, index: number, refuse: Refusal): void {
  if ('workload' in item) {
    const root = `traffic.${index}.workload`;
    tried(
      () => planWorkload(item.workload, root),
      (message, at) => {
        const label = (at ?? root).replaceAll(/\[(\d+)\]/g, '.$1');
        const path = label.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
        const [, must = '', got = ''] = / must (.*): got (.*)$/s.exec(message) ?? [];
        return refuse('scenario-bad-value', path, `${label} must ${must}`, got);
      },
    );
  } else if ('shape' in item) {
    tried(
      () => planTraffic(item),
      (message) => {
        const [, rule = '', got = ''] = /^Cannot plan traffic: (.*): got (.*)$/s.exec(message) ?? [];
        const name = /^\w+/.exec(rule)?.[0] ?? '';
        const isKey = Object.hasOwn(item, name) && rule.startsWith(`${name} must`);
        const path: Path = isKey ? ['traffic', index, name] : ['traffic', index];
        return refuse(
          'scenario-bad-value',
          path,
          isKey ? `traffic.${index}.${rule}` : `traffic.${index}: ${rule}`,
          got,
        );
      },
    );
  }
}

/** Runs a check of another package; its RangeError or TypeError becomes ours. */
function tried(run: () => unknown, describe: (message: string, path: string | undefined) => ScenarioError): void {
  try {
    run();
  } catch (error) {
    const isTheirs = (error instanceof RangeError || error instanceof TypeError) && error.message.startsWith('Cannot ');
    throw isTheirs ? describe(error.message, (error as { path?: string }).path) : error;
  }
}
