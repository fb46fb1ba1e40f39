import { Configuration, type ConfiguredModel, toModel } from '@midplane/junos';
import type { ParameterName, PipelineCommit, Report } from '@midplane/pipeline';
import { PARAMETERS } from '@midplane/pipeline';
import type { Scenario, ScenarioEvent } from '../scenario.ts';
import { leaveOutAbsent } from './_absent-interfaces.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { configuredScenario, supported, tell } from './configured-scenario.ts';
import { JunosProblem } from './junos-problem.ts';

/** First words of lines; a line without one is what stands behind `set`. */
const COMMANDS = /^(set|delete|activate|deactivate)\s/;
const NAME_LENGTH = 100;
/** Every commit looks at the whole configuration: characters of it, times commits, at most. */
const MOST_CHARACTERS = 20_000_000;
const LEAST_CHARACTERS = 20_000;

/** What changes from one configuration of a device to the next; undefined = nothing that the model has. */
export function commitBetween(
  scenario: Scenario,
  before: ConfiguredModel,
  after: ConfiguredModel,
  name: string,
): PipelineCommit | undefined {
  const [old, next] = [before, after].map((model) => {
    const applied = applyConfiguration(scenario, model);
    return { ...applied, configuration: leaveOutAbsent(applied.configuration!, applied).configuration };
  });
  const parameters: Partial<Record<ParameterName, number>> = {};
  for (const key of Object.keys(PARAMETERS) as ParameterName[]) {
    const value = next.parameters?.[key] ?? PARAMETERS[key].value;
    if (value !== (old.parameters?.[key] ?? PARAMETERS[key].value)) parameters[key] = value;
  }
  const commit = {
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(JSON.stringify(next.configuration) !== JSON.stringify(old.configuration) && {
      configuration: next.configuration,
    }),
    ...(before.orderingMode !== after.orderingMode && { ordering: after.orderingMode }),
    ...(before.distributionMode !== after.distributionMode && { distributionMode: after.distributionMode }),
  };
  return Object.keys(commit).length === 0 ? undefined : { name, ...commit };
}

/** The commits of a scenario's events. */
export interface EventCommits {
  /** By the index of the event. */
  readonly commits: ReadonlyMap<number, PipelineCommit>;
  /** What of their lines has no effect, or another one than on the device. */
  readonly warnings: Report['warnings'];
}

/**
 * The commits that the Junos texts of a scenario's events make.
 *
 * Each is a change of the configuration that the ones before it in the list have left.
 *
 * @throws {JunosProblem} If a text cannot be taken, or not be committed.
 */
export function commitsOf(scenario: Scenario): EventCommits {
  const commits = new Map<number, PipelineCommit>();
  const told: { code: string; message: string }[] = [];
  let configuration: Configuration | undefined;
  let before: ConfiguredModel | undefined;
  const length = Math.max(LEAST_CHARACTERS, scenario.configuration?.junos?.length ?? 0);
  const most = Math.max(1, Math.floor(MOST_CHARACTERS / length));
  let latest = { index: 0, atSeconds: 0 };
  for (const [index, event] of (scenario.events ?? []).entries()) {
    const { set, atSeconds = latest.atSeconds } = event;
    if (typeof set !== 'string') continue;
    if (atSeconds < latest.atSeconds) {
      const rule = `its Junos lines must not come before those of event ${latest.index}, which stand before them`;
      throw new RangeError(`Cannot schedule event ${index}: ${rule}: got ${atSeconds} s`);
    }
    if (commits.size === most) {
      const rule = `at most ${most} events may have Junos lines, with a configuration of this length`;
      throw new RangeError(`Cannot schedule event ${index}: ${rule}: got one more`);
    }
    latest = { index, atSeconds };
    configuration ??= new Configuration({ active: configuredScenario(scenario).root });
    before ??= supported(scenario, toModel(configuration));
    const { errors, warnings } = configuration.load('set', withCommands(set));
    if (errors.length > 0) throw new JunosProblem(set, shifted(set, errors[0]), index);
    const { ok, output } = configuration.commit();
    if (!ok) throw new JunosProblem(set, { message: sentenceOf(output), line: 0, column: 0 }, index);
    const name = nameOf(set);
    const after = supported(scenario, toModel(configuration));
    const known = new Set(before.warnings.map(({ message }) => message));
    const fresh = after.warnings.filter(({ message }) => !known.has(message)).map((each) => ({ ...each, line: 0 }));
    told.push(...tell(`events.${index}.set`, warnings, fresh));
    commits.set(index, commitBetween(scenario, before, after, name) ?? { name });
    before = after;
  }
  return { commits, warnings: told };
}

/** The Junos lines of an event, each with its command; undefined where it has none. */
export function linesOfEvent({ set }: ScenarioEvent): string | undefined {
  return typeof set === 'string' ? withCommands(set) : undefined;
}

/** The lines with `set` before those that have no command. */
function withCommands(text: string): string {
  return text.replaceAll(/^[ \t]*(?=[^\s#])(?:.*)$/gm, (line) =>
    COMMANDS.test(line.trimStart()) ? line : `set ${line}`,
  );
}

/** A problem in the lines as they were given. */
function shifted<T extends { readonly line: number; readonly column: number }>(text: string, problem: T): T {
  const line = text.split(/\r\n|\r|\n/)[problem.line - 1] ?? '';
  return COMMANDS.test(line.trimStart())
    ? problem
    : { ...problem, column: Math.max(1, problem.column - 'set '.length) };
}

/** What a commit that is refused says, in one line. */
function sentenceOf(output: string): string {
  return output
    .trim()
    .split(/\s*\n\s*/)
    .join(' ');
}

/** What the report calls an event. */
function nameOf(text: string): string {
  const lines = withCommands(text)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const name = lines.join('; ');
  if (name.length <= NAME_LENGTH) return name;
  return `${name.slice(0, NAME_LENGTH)}... (${lines.length} line${lines.length === 1 ? '' : 's'})`;
}
