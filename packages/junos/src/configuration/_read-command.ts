import { Lexer } from './_lexer.ts';
import { ConfigurationSyntaxError } from './configuration-problem.ts';

/** Words of a command, with the column of each, from 1. */
export interface CommandWords {
  readonly words: readonly string[];
  readonly columns: readonly number[];
  /** Values that stood in brackets at the end. */
  readonly list: readonly string[] | null;
}

/** Splits a command into words; words that are given one by one stay as they are. */
export function readCommand(command: string | readonly string[]): CommandWords {
  if (typeof command !== 'string') return { words: command, columns: [], list: null };
  const lexer = new Lexer(command);
  const words: string[] = [];
  const columns: number[] = [];
  let list: string[] | null = null;
  let isOpen = false;
  for (let kind = lexer.next(); kind !== 'end'; kind = lexer.next()) {
    if (kind === 'word' && isOpen) list!.push(lexer.word);
    else if (kind === 'word' && list === null) {
      words.push(lexer.word);
      columns.push(lexer.column);
    } else if (kind === '[' && list === null) {
      isOpen = true;
      list = [];
    } else if (kind === ']' && isOpen) isOpen = false;
    else
      throw new ConfigurationSyntaxError(kind === 'error' ? lexer.word : 'syntax error', words.length, 1, lexer.column);
  }
  if (isOpen || list?.length === 0) {
    throw new ConfigurationSyntaxError('syntax error', words.length, 1, command.length + 1);
  }
  return { words, columns, list };
}
