import type { Configuration } from '../configuration/configuration.ts';
import { configurationPlace } from './_configuration-words.ts';
import { operationalPlace } from './_operational.ts';
import { pipePlace } from './_pipes.ts';
import type { Choice, Place } from './_place.ts';
import { splitLine, type Token } from './_split-line.ts';

/** Where a command is typed. */
export interface CommandContext {
  /** Mode of the command line. */
  readonly mode: 'operational' | 'configuration';
  /** What is configured: completes names, and is what configuration mode edits. */
  readonly configuration: Configuration;
}

/** Something that may come next. */
export interface Completion {
  /** The word, or the place of a value such as `<name>`, or `<[Enter]>`. */
  readonly shown: string;
  /** What it is for. */
  readonly help: string;
  /** The word to type; `null` where there is none, as for a value. */
  readonly word: string | null;
}

/** What is wrong with a line, and where. */
export interface CommandError {
  /** One sentence, as the device says it where that is known. */
  readonly message: string;
  /** Offset of the word in the line: where the caret goes. */
  readonly offset: number;
  /** What could stand there. */
  readonly completions: readonly Completion[];
}

/** What may come at the end of a line. */
export interface CompletionResult {
  /** Offset of the word that is being typed; the length of the line if none is. */
  readonly offset: number;
  /** What may come, in order of the alphabet, values last. */
  readonly completions: readonly Completion[];
  /** What can be added to the line for sure: the rest of a word, with a blank if it is the only one. */
  readonly addition: string;
  /** Set if the words before make no sense. */
  readonly error: CommandError | null;
}

/** A command line with every word in full. */
export interface ExpandedCommand {
  /** Words of the command. */
  readonly words: readonly string[];
  /** Words of each pipe, in their order. */
  readonly pipes: readonly (readonly string[])[];
}

/** A line that was followed as far as it makes sense. */
interface Walk {
  readonly place: Place;
  readonly words: string[];
  readonly pipes: string[][];
  readonly error: CommandError | null;
}

/**
 * Returns what may come at the end of a line, for Tab, space and `?`.
 *
 * The last word is taken as unfinished unless a blank follows it. Names that are configured are offered, and completed by
 * `addition`.
 *
 * Fidelity: observed. Words, ranges and texts such as `<[Enter]>` are those of published sessions; help texts are ours.
 *
 * @param line The line up to the cursor.
 * @param context Mode and configuration.
 * @returns What may come; of a line that makes no sense what is wrong.
 * @example
 * ```ts
 * import { completeCommand, Configuration } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const context = { mode: 'operational', configuration: new Configuration() } as const;
 * const { completions, addition } = completeCommand('show security fl', context);
 * assert.deepEqual(completions.map(({ shown }) => shown), ['flow']);
 * assert.equal(addition, 'ow ');
 * assert.equal(completeCommand('show cpu', context).error?.offset, 5);
 * ```
 */
export function completeCommand(line: string, context: CommandContext): CompletionResult {
  const tokens = splitLine(line);
  const last = tokens[tokens.length - 1];
  const isTyping = last !== undefined && last.end === line.length && last.text !== '|';
  const done = isTyping ? tokens.slice(0, -1) : tokens;
  const { place, error } = follow(done, context);
  if (error !== null) return { offset: error.offset, completions: error.completions, addition: '', error };
  const typed = isTyping ? last.text : '';
  const offset = isTyping ? last.start : line.length;
  const fitting = place.choices.filter(({ word, type }) =>
    word === null ? typed === '' || type!.check(typed) === null : word.startsWith(typed),
  );
  if (typed !== '' && fitting.length === 0) {
    const wrong = refuse(last, place, done.length === 0, context.mode);
    return { offset, completions: wrong.completions, addition: '', error: wrong };
  }
  const completions = completionsOf(fitting, typed === '' && place.isComplete, typed === '' && place.hasPipe === true);
  const words = [...new Set(completions.flatMap(({ word }) => (word === null || word === '|' ? [] : [word])))];
  const isOnly = words.length === 1 && fitting.every(({ word }) => word !== null);
  const hasValue = fitting.some(({ word }) => word === null);
  let addition = '';
  if (words.length > 0 && (typed !== '' || isOnly) && !last?.isQuoted) {
    const shared = hasValue && words.length > 1 ? typed : sharedStart(words);
    addition =
      isOnly || (hasValue && words.length === 1) ? `${words[0].slice(typed.length)} ` : shared.slice(typed.length);
  }
  if (typed === '' && place.isComplete) addition = '';
  return { offset, completions, addition, error: null };
}

/**
 * Writes out the words of a line that were shortened, and takes its pipes apart.
 *
 * A word may be shortened as long as only one begins so; names and values are taken as they are.
 *
 * Fidelity: observed. Published sessions show `'word' is ambiguous.`, `unknown command.` and `syntax error.` with a caret.
 *
 * @param line The whole line.
 * @param context Mode and configuration.
 * @returns Words and pipes, or what is wrong. An empty line has no words.
 * @example
 * ```ts
 * import { Configuration, expandCommand } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const context = { mode: 'operational', configuration: new Configuration() } as const;
 * assert.deepEqual(expandCommand('sh sec mon | d xml', context), {
 *   words: ['show', 'security', 'monitoring'],
 *   pipes: [['display', 'xml']],
 * });
 * const error = expandCommand('show security flow s', context);
 * assert.ok('message' in error && error.message === "'s' is ambiguous." && error.offset === 19);
 * ```
 */
export function expandCommand(line: string, context: CommandContext): ExpandedCommand | CommandError {
  const tokens = splitLine(line);
  if (tokens.length === 0) return { words: [], pipes: [] };
  const { place, words, pipes, error } = follow(tokens, context);
  if (error !== null) return error;
  const last = tokens[tokens.length - 1];
  if (last.isOpen) return { message: 'string without " at its end.', offset: last.start, completions: [] };
  if (!place.isComplete) {
    return {
      message: 'missing argument.',
      offset: line.length,
      completions: completionsOf(place.choices, false, false),
    };
  }
  return { words, pipes };
}

/** Follows words from the start of a line. */
function follow(tokens: readonly Token[], context: CommandContext): Walk {
  const { mode, configuration } = context;
  const operational = () => operationalPlace(configuration.active);
  let place =
    mode === 'operational'
      ? operational()
      : configurationPlace(configuration.candidate, configuration.editPath, operational);
  const words: string[] = [];
  const pipes: string[][] = [];
  let into = words;
  for (const token of tokens) {
    if (token.text === '|' && !token.isQuoted) {
      if (!place.isComplete || !place.hasPipe) {
        return { place, words, pipes, error: refuse(token, place, into.length === 0, mode) };
      }
      const isCandidate = mode === 'configuration' && words[0] === 'show';
      const isConfiguration = isCandidate || words[words[0] === 'run' ? 2 : 1] === 'configuration';
      place = pipePlace(isConfiguration);
      into = [];
      pipes.push(into);
      continue;
    }
    const found = choose(place.choices, token);
    if (found === null) {
      const error = refuse(token, place, words.length === 0, mode);
      const isKnown = into === words && mode === 'configuration' && isOfSchema(tokens, token, words, context);
      return { place, words, pipes, error: isKnown ? { ...error, message: 'statement not found.' } : error };
    }
    const text = found.word === null ? token.text : found.word;
    into.push(text);
    place = found.next(text);
  }
  return { place, words, pipes, error: null };
}

/** Commands whose words name what is there. */
const OF_WHAT_IS_THERE: readonly string[] = ['activate', 'annotate', 'deactivate', 'delete', 'insert', 'rename'];

/** Whether words up to one are such that `show` takes: the schema has them, the tree has not. */
function isOfSchema(
  tokens: readonly Token[],
  last: Token,
  [command]: readonly string[],
  context: CommandContext,
): boolean {
  if (!OF_WHAT_IS_THERE.includes(command)) return false;
  const path = tokens.slice(1, tokens.indexOf(last) + 1);
  return follow([{ ...tokens[0], text: 'show' }, ...path], context).error === null;
}

/** Returns what a word means; `null` if nothing, or one of several things. */
function choose(choices: readonly Choice[], { text, isQuoted }: Token): Choice | null {
  if (!isQuoted) {
    const exact = choices.find(({ word }) => word === text);
    if (exact !== undefined) return exact;
    const short = choices.filter(({ word, isName }) => word !== null && !isName && word.startsWith(text));
    const words = new Set(short.map(({ word }) => word));
    if (words.size === 1) return short[0];
    if (words.size > 1) return null;
  } else {
    const named = choices.find(({ word, isName }) => isName && word === text);
    if (named !== undefined) return named;
  }
  return choices.find(({ type }) => type !== null && type.check(text) === null) ?? null;
}

function refuse(token: Token, { choices }: Place, isFirst: boolean, mode: CommandContext['mode']): CommandError {
  const { text, start, isQuoted } = token;
  const short = isQuoted ? [] : choices.filter(({ word, isName }) => word !== null && !isName && word.startsWith(text));
  if (short.length > 1) {
    return { message: `'${text}' is ambiguous.`, offset: start, completions: completionsOf(short, false, false) };
  }
  const completions = completionsOf(choices, false, false);
  const types = choices.flatMap(({ type }) => type ?? []);
  if (types.length === 1 && choices.length === 1 && text !== '|') {
    return { message: types[0].check(text) ?? 'syntax error.', offset: start, completions };
  }
  const isUnknown = isFirst && mode === 'operational';
  return { message: isUnknown ? 'unknown command.' : 'syntax error.', offset: start, completions };
}

function completionsOf(choices: readonly Choice[], isComplete: boolean, hasPipe: boolean): Completion[] {
  const words = new Map<string, Completion>();
  const values: Completion[] = [];
  for (const { word, shown, help } of choices) {
    if (word === null) values.push({ shown, help, word: null });
    else if (!words.has(word)) words.set(word, { shown: word, help, word });
  }
  const sorted = [...words.values()].sort((a, b) => (a.shown < b.shown ? -1 : a.shown > b.shown ? 1 : 0));
  const enter = isComplete ? [{ shown: '<[Enter]>', help: 'Execute this command', word: null }] : [];
  const pipe = hasPipe ? [{ shown: '|', help: 'Pipe through a command', word: '|' }] : [];
  return [...enter, ...sorted, ...values, ...pipe];
}

function sharedStart(words: readonly string[]): string {
  let shared = words[0];
  for (const each of words) while (!each.startsWith(shared)) shared = shared.slice(0, -1);
  return shared;
}
