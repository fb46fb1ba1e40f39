import { splitLine } from '../command-line/_split-line.ts';
import {
  type CommandContext,
  type CommandError,
  type CompletionResult,
  completeCommand,
  expandCommand,
} from '../command-line/command-line.ts';
import { ConfigurationSyntaxError } from '../configuration/configuration-problem.ts';
import { completionTable } from './_completion-table.ts';
import { linePipe, linesOf } from './_pipes-run.ts';
import { runConfiguration } from './_run-configuration.ts';
import { runOperational } from './_run-operational.ts';
import {
  type Answer,
  type CommandOutcome,
  outcome,
  problem,
  type Question,
  type Surroundings,
} from './command-outcome.ts';
import type { ShellDevice } from './shell-device.ts';

/** How a session is set up. */
export interface CommandSessionOptions {
  /** Name before the `@` of the prompt; `user` by default. */
  readonly user?: string;
  /** Lines that `| last` shows; 24 by default. */
  readonly rows?: number;
  /** Columns that lists of words keep to; 80 by default. */
  readonly columns?: number;
}

/**
 * A session at the command line of a device: takes lines, gives what is printed.
 *
 * It knows no terminal: whoever types, and whoever reads, is the caller's. `Shell` puts a terminal before it; a script gives
 * it one line after the other.
 *
 * Fidelity: observed. Prompts, messages of modes and questions are those of published sessions.
 *
 * @example A reboot is asked for twice
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { CommandSession, Configuration, deviceViewOf } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const configuration = new Configuration();
 * const session = new CommandSession({
 *   configuration,
 *   hostName: 'edge',
 *   nowNs: 0,
 *   view: () => deviceViewOf(resolveChassis()),
 *   clearSessions: () => 0,
 *   reboot: () => 'Shutdown NOW!\n',
 *   changeFpc: () => '',
 * });
 * assert.equal(session.prompt, 'user@edge> ');
 * const { question } = await session.run('req sys reb');
 * assert.equal(question?.prompt, 'Reboot the system ? [yes,no] (no) ');
 * assert.equal([...(await question!.answer('yes')).output].join(''), 'Shutdown NOW!\n');
 *
 * const { error } = await session.run('show cpu');
 * assert.deepEqual([error?.message, error?.offset], ['syntax error.', 5]);
 * ```
 */
export class CommandSession {
  /** Lines that `| last` shows. */
  rows: number;
  /** Columns that lists of words keep to. */
  columns: number;
  private readonly device: ShellDevice;
  private readonly user: string;
  private mode: CommandContext['mode'] = 'operational';

  /**
   * @param device What commands look at and change.
   * @param options How the session is set up.
   */
  constructor(device: ShellDevice, options: CommandSessionOptions = {}) {
    this.device = device;
    this.user = options.user ?? 'user';
    this.rows = options.rows ?? 24;
    this.columns = options.columns ?? 80;
  }

  /** Mode and configuration, as completion takes them. */
  get context(): CommandContext {
    return { mode: this.mode, configuration: this.device.configuration };
  }

  /** What stands before the next line; in configuration mode of two lines. */
  get prompt(): string {
    const { hostName, node } = this.device;
    const banner = node === undefined ? '' : `{primary:node${node}}`;
    const name = `${this.user}@${hostName}`;
    if (this.mode === 'operational') return `${banner === '' ? '' : `${banner}\n`}${name}> `;
    return `${banner}[edit${this.level}]\n${name}# `;
  }

  /** Returns what may come at the end of a line. */
  complete(line: string): CompletionResult {
    return completeCommand(line, this.context);
  }

  /**
   * Runs a line.
   *
   * @param line The line, words shortened or not; an empty one does nothing.
   * @returns What it came to. Nothing that a line says makes it throw.
   */
  run(line: string): CommandOutcome | Promise<CommandOutcome> {
    const { device } = this;
    if (device.configuration.advance(device.nowNs)) device.committed?.();
    const expanded = expandCommand(line, this.context);
    if ('message' in expanded) return refusal(expanded, this.columns);
    const { words, pipes } = expanded;
    if (words.length === 0) return outcome({});
    const display = pipes.findLast(([name]) => name === 'display')?.[1] ?? 'text';
    const surroundings: Surroundings = {
      device,
      format: display as Surroundings['format'],
      compare: pipes.find(([name]) => name === 'compare') ?? null,
      enter: (mode) => {
        this.mode = mode;
      },
    };
    return guarded(line, () => {
      const filters = pipes.flatMap((pipe) => linePipe(pipe, this.rows) ?? []);
      const isRun = this.mode === 'configuration' && words[0] === 'run';
      if (isRun && words[1] === 'configure') return outcome(problem('already in configuration mode.'));
      const answer =
        this.mode === 'operational' || isRun
          ? runOperational(isRun ? words.slice(1) : words, surroundings)
          : runConfiguration(words, surroundings);
      const isPaged = !pipes.some(([name]) => name === 'no-more');
      const finish = (done: Answer): CommandOutcome => {
        const question = done.question == null ? null : guardedQuestion(done.question);
        if (filters.length === 0) return outcome({ isPaged, ...done, question });
        let lines: Iterable<string> = linesOf(done.output ?? []);
        for (const filter of filters) lines = filter(lines);
        return outcome({ isPaged, ...done, question, output: withEnds(lines) });
      };
      return answer instanceof Promise ? answer.then(finish) : finish(answer);
    });
  }

  private get level(): string {
    const { editPath } = this.device.configuration;
    return editPath.map((word) => ` ${/^[^\s"{};[\]#]+$/.test(word) ? word : JSON.stringify(word)}`).join('');
  }
}

function* withEnds(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

/** A line whose words make no sense. */
function refusal({ message, offset, completions }: CommandError, columns: number): CommandOutcome {
  const isAmbiguous = message.endsWith('is ambiguous.');
  return outcome({ error: { message, offset, help: isAmbiguous ? completionTable(completions, columns) : '' } });
}

/** Runs a command; what it says about its words becomes an error of the outcome. */
function guarded(
  line: string | null,
  run: () => CommandOutcome | Promise<CommandOutcome>,
): CommandOutcome | Promise<CommandOutcome> {
  const refuse = (error: unknown): CommandOutcome => outcome(answerOf(error, line));
  try {
    const done = run();
    return done instanceof Promise ? done.catch(refuse) : done;
  } catch (error) {
    return refuse(error);
  }
}

/** A question whose answer is told what is wrong as a line is; no word of it is to blame. */
function guardedQuestion(question: Question): Question {
  return { ...question, answer: (text) => guarded(null, () => question.answer(text)) };
}

/** What an error about the line says, if it came of one; one of the program is thrown again. */
function answerOf(error: unknown, line: string | null): Answer {
  if (error instanceof ConfigurationSyntaxError) {
    const at = line === null ? null : (splitLine(line)[1 + error.wordIndex]?.start ?? line.length);
    return { error: { message: `${error.message}${error.message.endsWith('.') ? '' : '.'}`, offset: at, help: '' } };
  }
  if (isAboutInput(error)) return problem(`error: ${(error as Error).message}`);
  throw error;
}

/** Whether an error is about what was given, not about the program: every error of our packages begins so. */
function isAboutInput(error: unknown): boolean {
  // so does one of the engine, of a property that is not there
  return (
    error instanceof Error && /^Cannot (?!read propert|set propert|convert |destructure|access)/.test(error.message)
  );
}
