import type { Pager } from './_pager.ts';
import type { CommandOutcome, Question } from './command-outcome.ts';

/** What comes behind pages: the end of a command; or `null`, the line that is being typed. */
export type After = CommandOutcome | null;

/** What is being typed: a command, an answer, text, or what to do with the next page. */
export type Task =
  | { readonly kind: 'command' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'line'; readonly prompt: string; readonly question: Question }
  | { readonly kind: 'text'; readonly question: Question; readonly lines: string[] }
  | { readonly kind: 'more'; readonly pager: Pager; readonly after: After }
  | {
      readonly kind: 'pattern';
      readonly prompt: string;
      readonly pager: Pager;
      readonly after: After;
      readonly use: (pattern: string) => void;
    }
  | { readonly kind: 'over' };
