import type { CompletionResult } from '../command-line/command-line.ts';

/** What Tab or a space does to the line. */
export interface CompletionStep {
  /** What is added at the cursor. */
  readonly addition: string;
  /** What is told below the line; `null` for nothing. */
  readonly told: CompletionResult | null;
  /** Whether the key is done with; a space that is not is typed. */
  readonly isDone: boolean;
}

const TYPED: CompletionStep = { addition: '', told: null, isDone: false };

/**
 * Completes the word before the cursor.
 *
 * A space does it where only one word is meant; where names or values may come it stays a space.
 *
 * @param complete Tells what may come at the end of a line.
 */
export function completeAt(
  text: string,
  cursor: number,
  isTab: boolean,
  complete: (line: string) => CompletionResult,
): CompletionStep {
  const before = text.slice(0, cursor);
  if (!isTab && (!/\S$/.test(before) || cursor < text.length)) return TYPED;
  if (isQuoting(before)) return TYPED;
  const result = complete(before);
  const { completions, addition, error, offset } = result;
  if (error !== null) return { addition: '', told: result, isDone: true };
  const isName = completions.some(({ word, shown }) => word === null && shown !== '<[Enter]>');
  if (!isTab && (isName || offset >= cursor)) return TYPED;
  // a space asks for the whole word
  if (addition !== '' && (isTab || addition.endsWith(' '))) return { addition, told: null, isDone: true };
  const typed = `${before}${addition}`.slice(offset);
  if (!isTab && completions.some(({ word }) => word === typed)) return { addition, told: null, isDone: false };
  if (completions.length === 0) return { addition, told: null, isDone: isTab };
  if (!isTab && completions.length > 1) {
    const told = { ...result, error: { message: `'${typed}' is ambiguous.`, offset, completions } };
    return { addition, told, isDone: true };
  }
  return { addition, told: isTab ? result : null, isDone: isTab };
}

/** Whether a text ends within quotes. */
export function isQuoting(text: string): boolean {
  return (text.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
}
