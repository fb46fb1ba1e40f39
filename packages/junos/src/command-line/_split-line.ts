import { unquoteWord } from '../configuration/_word.ts';

/** A word of a line. */
export interface Token {
  /** Without quotes. */
  readonly text: string;
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
  /** Whether it stands in quotes. */
  readonly isQuoted: boolean;
  /** Whether its last quote is missing. */
  readonly isOpen: boolean;
}

const WORD = /"((?:[^"\\]|\\[\s\S])*)("|\\?$)|\||[^\s"|]+/g;

/** Splits a line into words, strings in quotes and pipes; a string that does not end goes to the end of the line. */
export function splitLine(line: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: whole, 1: inner, 2: quote, index } of line.matchAll(WORD)) {
    const isQuoted = inner !== undefined;
    const text = isQuoted ? unquoteWord(inner) : whole;
    tokens.push({ text, start: index, end: index + whole.length, isQuoted, isOpen: isQuoted && quote !== '"' });
  }
  return tokens;
}
