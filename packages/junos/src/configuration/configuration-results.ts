import type { ConfigurationProblem } from './configuration-problem.ts';

/** A command as one text, or its words. */
export type CommandInput = string | readonly string[];

/** What `commit` may be told. */
export interface CommitOptions {
  /** Now, in nanoseconds since the simulation started; 0 by default. */
  readonly nowNs?: number;
  /** Comment for the list of commits. */
  readonly comment?: string;
  /** Minutes, 1 to 65535, after which the commit is taken back unless another one confirms it. */
  readonly confirmedMinutes?: number;
}

/** What a commit, or its check, came to. */
export interface CommitResult {
  /** Whether it succeeded; nothing was committed otherwise. */
  readonly ok: boolean;
  /** What the device prints, with a line end. */
  readonly output: string;
  /** Its warnings, without the word. */
  readonly warnings: readonly string[];
}

/** What loading a text came to. */
export interface LoadResult {
  /** Statements that were left out. */
  readonly errors: readonly ConfigurationProblem[];
  /** Statements that the model does not know, and kept. */
  readonly warnings: readonly ConfigurationProblem[];
  /** What the device prints, with a line end. */
  readonly output: string;
}

/** How a text is loaded: lines of commands, in place of everything, or added to what is there. */
export type LoadMode = 'set' | 'override' | 'merge';
