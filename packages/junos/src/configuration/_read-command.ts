import { LIST_WORD, type Lists } from './_insert.ts';
import { Lexer } from './_lexer.ts';
import { ConfigurationSyntaxError } from './configuration-problem.ts';

/** Words of a command, with the column of each, from 1. */
export interface CommandWords {
  /** Words; `[` stands for values in brackets. */
  readonly words: readonly string[];
  readonly columns: readonly number[];
  /** Values that stood in brackets. */
  readonly lists: Lists | null;
}

/** Splits a command into words; words that are given one by one stay as they are, but for brackets. */
export function readCommand(command: string | readonly string[]): CommandWords {
  return typeof command === 'string' ? readText(command) : readWords(command);
}

function readText(command: string): CommandWords {
  const lexer = new Lexer(command);
  const collector = new Collector();
  for (let kind = lexer.next(); kind !== 'end'; kind = lexer.next()) {
    const isGood = kind === 'word' || kind === '[' || kind === ']';
    if (!isGood || !collector.add(kind === 'word' ? lexer.word : kind, kind !== 'word', lexer.column)) {
      const message = kind === 'error' ? lexer.word : 'syntax error';
      throw new ConfigurationSyntaxError(message, collector.words.length, 1, lexer.column);
    }
  }
  const { words, columns, lists } = collector;
  if (collector.isOpen) throw new ConfigurationSyntaxError('syntax error', words.length, 1, command.length + 1);
  return { words, columns, lists };
}

function readWords(words: readonly string[]): CommandWords {
  if (!words.includes('[')) return { words, columns: [], lists: null };
  const collector = new Collector();
  for (const word of words) {
    if (!collector.add(word, word === '[' || word === ']', 0)) {
      throw new ConfigurationSyntaxError('syntax error', collector.words.length);
    }
  }
  if (collector.isOpen) throw new ConfigurationSyntaxError('syntax error', collector.words.length);
  return { words: collector.words, columns: [], lists: collector.lists };
}

/** Gathers words, and values between brackets. */
class Collector {
  readonly words: string[] = [];
  readonly columns: number[] = [];
  lists: Map<number, string[]> | null = null;
  private open: string[] | null = null;

  get isOpen(): boolean {
    return this.open !== null;
  }

  /** Returns whether the word may stand there. */
  add(word: string, isSign: boolean, column: number): boolean {
    if (!isSign) {
      if (this.open !== null) this.open.push(word);
      else {
        this.words.push(word);
        this.columns.push(column);
      }
      return true;
    }
    if (word === '[' && this.open === null && this.words.length > 0) {
      this.open = [];
      this.lists ??= new Map();
      this.lists.set(this.words.length, this.open);
      this.words.push(LIST_WORD);
      this.columns.push(column);
      return true;
    }
    const isEnd = word === ']' && this.open !== null && this.open.length > 0;
    if (isEnd) this.open = null;
    return isEnd;
  }
}
