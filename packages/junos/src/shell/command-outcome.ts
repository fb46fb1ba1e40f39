import type { CommandContext } from '../command-line/command-line.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { ShellDevice } from './shell-device.ts';

/** Something that a command asks before it goes on. */
export interface Question {
  /** `line`: one line, such as `yes`; `text`: lines until the end of input. */
  readonly kind: 'line' | 'text';
  /** What is printed before. */
  readonly prompt: string;
  /** What becomes of the answer. */
  readonly answer: (text: string) => CommandOutcome | Promise<CommandOutcome>;
}

/** What a command line came to. */
export interface CommandOutcome {
  /** What is printed, in pieces that end with a line end where there are any; made while it is read. */
  readonly output: Iterable<string>;
  /** What is wrong; `null` if nothing. It is printed after the output. */
  readonly error: { readonly message: string; readonly offset: number | null; readonly help: string } | null;
  /** Whether a terminal stops after each page. */
  readonly isPaged: boolean;
  /** What is asked before the command is done; `null` if it is. */
  readonly question: Question | null;
  /** Whether the session is over. */
  readonly isOver: boolean;
}

/** What a command of either mode came to; what is left out is nothing. */
export type Answer = Partial<CommandOutcome>;

/** What commands run on. */
export interface Surroundings {
  readonly device: ShellDevice;
  /** Form that `| display` asks for. */
  readonly format: 'text' | 'set' | 'xml' | 'json';
  /** Words of `| compare`, `null` without. */
  readonly compare: readonly string[] | null;
  /** Goes to the other mode. */
  enter(mode: CommandContext['mode']): void;
}

/** An outcome of which some is given. */
export function outcome(answer: Answer): CommandOutcome {
  return { output: [], error: null, isPaged: true, question: null, isOver: false, ...answer };
}

/** An error without a place in the line. */
export function problem(message: string): Answer {
  return { error: { message, offset: null, help: '' } };
}

/** Whether the candidate differs from what is active. */
export function isChanged(configuration: Configuration): boolean {
  return configuration.compare() !== '';
}
