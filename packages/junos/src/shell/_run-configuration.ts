import type { Configuration } from '../configuration/configuration.ts';
import { type ConfigurationProblem, ConfigurationSyntaxError } from '../configuration/configuration-problem.ts';
import type { CommitOptions, LoadMode } from '../configuration/configuration-results.ts';
import { type Answer, isChanged, outcome, problem, type Surroundings } from './command-outcome.ts';

const LEAVING = 'Exiting configuration mode\n';

/** Runs a command of configuration mode, its words written out. */
export function runConfiguration(words: readonly string[], surroundings: Surroundings): Answer | Promise<Answer> {
  const { device, format, compare } = surroundings;
  const { configuration } = device;
  const rest = words.slice(1);
  switch (words[0]) {
    case 'set':
      return { output: warningsOf(configuration.set(rest)) };
    case 'delete':
      return askBeforeAll(rest, surroundings);
    case 'activate':
      return done(configuration.activate(rest));
    case 'deactivate':
      return done(configuration.deactivate(rest));
    case 'rename':
      return done(configuration.rename(rest));
    case 'insert':
      return done(configuration.insertStatement(rest));
    case 'annotate':
      return done(configuration.annotate(rest));
    case 'edit':
      return done(configuration.edit(rest));
    case 'up':
      return done(configuration.up(rest[0] === undefined ? 1 : Number(rest[0])));
    case 'top':
      return done(configuration.top());
    case 'show':
      if (compare === null) return { output: [configuration.show(rest, format)] };
      return { output: [configuration.compare(compare[2] === undefined ? 0 : Number(compare[2]))] };
    case 'commit':
      return commit(rest, surroundings);
    case 'rollback':
      return { output: [configuration.rollback(rest[0] === undefined ? 0 : Number(rest[0]))] };
    case 'load':
      return load(rest, surroundings);
    case 'exit':
      if (rest[0] !== 'configuration-mode' && configuration.exit()) return {};
      return leave(surroundings);
    default:
      return configuration.exit() ? {} : leave(surroundings);
  }
}

function done(_: unknown): Answer {
  return {};
}

function warningsOf(warnings: readonly ConfigurationProblem[]): string[] {
  return warnings.map(({ message }) => `warning: ${message}\n`);
}

/** Fidelity: observed. Without words everything below goes, and the device asks. */
function askBeforeAll(words: readonly string[], { device: { configuration } }: Surroundings): Answer {
  if (words.length > 0) return done(configuration.delete(words));
  return {
    question: {
      kind: 'line',
      prompt: 'This will delete the entire configuration\nDelete everything under this level? [yes,no] (no) ',
      answer: (text) => outcome(/^y(es?)?$/i.test(text.trim()) ? deleteAll(configuration) : {}),
    },
  };
}

/** Fidelity: assumed. A level that is empty already is told, and is no error. */
function deleteAll(configuration: Configuration): Answer {
  try {
    return done(configuration.delete([]));
  } catch (error) {
    if (!(error instanceof ConfigurationSyntaxError)) throw error;
    return { output: [`warning: ${error.message}\n`] };
  }
}

function commit([how, value]: readonly string[], { device, enter }: Surroundings): Answer {
  const { configuration, nowNs } = device;
  const options: CommitOptions = {
    nowNs,
    ...(how === 'comment' && { comment: value }),
    // ten minutes are the default, documented
    ...(how === 'confirmed' && { confirmedMinutes: value === undefined ? 10 : Number(value) }),
  };
  const result = how === 'check' ? configuration.check() : configuration.commit(options);
  if (!result.ok) {
    const lines = result.output.trimEnd();
    return { error: { message: lines, offset: null, help: '' } };
  }
  if (how !== 'check') device.committed?.();
  if (how !== 'and-quit') return { output: [result.output] };
  configuration.top();
  enter('operational');
  return { output: [result.output, LEAVING] };
}

function load([mode, from]: readonly string[], { device }: Surroundings): Answer | Promise<Answer> {
  const take = (text: string): Answer => {
    const { output, errors, warnings } = device.configuration.load(mode as LoadMode, text);
    if (errors.length > 0)
      return { output: warningsOf(warnings), error: { message: output.trimEnd(), offset: null, help: '' } };
    return { output: [...warningsOf(warnings), output] };
  };
  if (from !== 'terminal') {
    const text = device.readText?.(from);
    if (text === undefined) return problem(`error: no files can be read here: use 'load ${mode} terminal'`);
    return typeof text === 'string' ? take(text) : text.then(take);
  }
  return {
    question: {
      kind: 'text',
      prompt: '[Type ^D at a new line to end input]\n',
      answer: (text) => outcome(take(text)),
    },
  };
}

/** Fidelity: observed. The candidate stays as it is when configuration mode is left. */
function leave({ device: { configuration }, enter }: Surroundings): Answer {
  const go = (): Answer => {
    configuration.top();
    enter('operational');
    return { output: [LEAVING], isPaged: false };
  };
  if (!isChanged(configuration)) return go();
  return {
    question: {
      kind: 'line',
      prompt: 'The configuration has been changed but not committed\nExit with uncommitted changes? [yes,no] (yes) ',
      answer: (text) => outcome(/^n(o)?$/i.test(text.trim()) ? {} : go()),
    },
  };
}
