import { ChassisError, resolveChassis } from '@midplane/chassis';
import {
  type ConfigurationProblem,
  type ConfiguredModel,
  type ModelWarning,
  parseConfiguration,
  type Statement,
  toModel,
} from '@midplane/junos';
import type { Report } from '@midplane/pipeline';
import { chassisOptionsOf, type Scenario } from '../scenario.ts';
import { leaveOutAbsent } from './_absent-interfaces.ts';
import { applyConfiguration, statementsOf } from './apply-configuration.ts';
import { JunosProblem } from './junos-problem.ts';

/** A scenario whose Junos text was read. */
export interface ConfiguredScenario {
  /** The same in the model's own keys. */
  readonly scenario: Scenario;
  /** Configuration of the device at the begin: the text, and what of the other keys has Junos' words. */
  readonly root: Statement;
  /** What of the text has no effect, or another one than on the device. */
  readonly warnings: Report['warnings'];
}

const CODE = 'configuration-statement';

/** What was read of scenarios; they are data that nobody changes. */
const READ = new WeakMap<Scenario, ConfiguredScenario>();

/**
 * Reads the Junos text of a scenario.
 *
 * Where other keys of the scenario say something too, they go before the text.
 *
 * @throws {JunosProblem} If there is something wrong in the text.
 */
export function configuredScenario(scenario: Scenario): ConfiguredScenario {
  let configured = READ.get(scenario);
  if (configured === undefined) {
    configured = read(scenario);
    READ.set(scenario, configured);
  }
  return configured;
}

function read(scenario: Scenario): ConfiguredScenario {
  const { junos, file } = scenario.configuration ?? {};
  if (file !== undefined) {
    throw new TypeError(`Cannot run scenario: configuration.file must have been read: got ${JSON.stringify(file)}`);
  }
  const own = statementsOf(scenario).join('\n');
  if (junos === undefined) return { scenario, root: parseConfiguration(own).root, warnings: [] };
  const { root, errors, warnings } = parseConfiguration(junos);
  if (errors.length > 0) throw new JunosProblem(junos, errors[0]);
  parseConfiguration(own, { into: root, form: 'set' });
  const model = supported(scenario, toModel(root));
  const applied = applyConfiguration(scenario, model);
  const { zones, policies } = scenario.configuration!;
  const hasOwn = zones !== undefined || policies !== undefined;
  const modelled = model.warnings.filter(
    ({ message }) => !(hasOwn && message.startsWith('neither zones nor policies')),
  );
  const { configuration, absent, absentCaches } = leaveOutAbsent(applied.configuration!, applied);
  return {
    scenario: { ...applied, configuration },
    root,
    warnings: [
      ...tell('configuration', warnings, modelled),
      ...tellAbsent(absent, absentCaches),
      ...tellOfModel(model),
    ],
  };
}

/** The model without a distribution mode that release and cards do not allow. */
export function supported({ chassis }: Scenario, model: ConfiguredModel): ConfiguredModel {
  const { distributionMode, warnings } = model;
  if (distributionMode === null || distributionMode === chassis?.distributionMode) return model;
  try {
    resolveChassis({ ...chassisOptionsOf(chassis), distributionMode });
    return model;
  } catch (error) {
    if (!(error instanceof ChassisError && error.code === 'unsupported-mode')) throw error;
    const message = `session-distribution-mode ${distributionMode} is left out: ${error.rule}`;
    return { ...model, distributionMode: null, warnings: [...warnings, { message, path: [], line: 0 }] };
  }
}

/**
 * One warning for all statements without effect, and one for each that is taken for something else.
 *
 * @param where What the statements stand in.
 */
export function tell(
  where: string,
  parsed: readonly ConfigurationProblem[],
  modelled: readonly ModelWarning[],
): Report['warnings'] {
  const idle = new Map<string, number>();
  const others: string[] = [];
  for (const { message, line } of [...parsed, ...modelled]) {
    const [, statement] = IDLE.exec(message) ?? [];
    if (statement === undefined) others.push(`${message}${lineOf(line)}`);
    else if (!idle.has(statement) || idle.get(statement) === 0) idle.set(statement, line);
  }
  const list = [...idle].sort(([, a], [, b]) => a - b).map(([statement, line]) => `${statement}${lineOf(line)}`);
  const warnings = others.map((message) => ({ code: CODE, message: `${where}: ${message}` }));
  if (list.length > 0) {
    const statements = list.length === 1 ? '1 statement has' : `${list.length} statements have`;
    warnings.unshift({
      code: CODE,
      message: `${where}: ${statements} no effect in the model: ${list.join(', ')}`,
    });
  }
  return warnings;
}

/** The messages of `parseConfiguration` and `toModel` about statements without effect. */
const IDLE =
  /^(.*?)(?: is not (?:part of|known to) the model: it is kept and has no effect| is not part of the model: it has no effect| has no effect in the model)$/s;

function lineOf(line: number): string {
  return line === 0 ? '' : ` (line ${line})`;
}

function tellAbsent(interfaces: readonly string[], caches: readonly number[]): Report['warnings'] {
  const told: string[] = [];
  const tellOf = (names: readonly string[], effect: string): void => {
    if (names.length === 0) return;
    const are = names.length === 1 ? 'is in a slot' : 'are in slots';
    told.push(`configuration: ${names.join(', ')} ${are} without an I/O card: ${effect}`);
  };
  tellOf(interfaces, 'nothing passes there');
  tellOf(
    caches.map((slot) => `np-cache of fpc ${slot}`),
    'nothing is cached there',
  );
  return told.map((message) => ({ code: CODE, message }));
}

/** What the model reads and does not follow. */
function tellOfModel({ flow, chassis }: ReturnType<typeof toModel>): Report['warnings'] {
  const messages: string[] = [];
  if (flow.pendingQueue !== null) {
    messages.push(
      `security flow pending-sess-queue-length ${flow.pendingQueue}: how many packets that are is not published, the parameter pendingQueuePackets counts`,
    );
  }
  if (chassis.cluster !== null) {
    messages.push('chassis cluster: one chassis is simulated, node 0, as if it were alone');
  }
  return messages.map((message) => ({ code: CODE, message: `configuration: ${message}` }));
}
