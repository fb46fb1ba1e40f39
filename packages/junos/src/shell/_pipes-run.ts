import { compilePattern } from './_pattern.ts';

/** What a pipe makes of lines. */
type LinePipe = (lines: Iterable<string>) => Iterable<string>;

/** Cuts pieces of text into lines, without their ends. */
export function* linesOf(pieces: Iterable<string>): Generator<string, void, undefined> {
  let rest = '';
  for (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/**
 * Returns what a pipe makes of lines; `display`, `compare` and `no-more` change nothing about them.
 *
 * Fidelity: observed. Words of the pipes and `Count: n lines`; that patterns have no case, `Pattern not found` and that
 * `last` without a number shows a screen are assumed.
 *
 * @param words Words behind the sign, written out.
 * @param rows Lines that `last` shows where it has no number.
 * @throws {SyntaxError} If the pattern is none.
 * @throws {RangeError} If it is too long.
 */
export function linePipe([name, argument]: readonly string[], rows: number): LinePipe | null {
  switch (name) {
    case 'match': {
      const has = compilePattern(argument);
      return (lines) => filtered(lines, has);
    }
    case 'except': {
      const has = compilePattern(argument);
      return (lines) => filtered(lines, (line) => !has(line));
    }
    case 'find': {
      const has = compilePattern(argument);
      return (lines) => fromFirst(lines, has);
    }
    case 'count':
      return counted;
    case 'last':
      return (lines) => lastOf(lines, argument === undefined ? rows : Number(argument));
    default:
      return null;
  }
}

/** The lines that pass. */
export function* filtered(lines: Iterable<string>, keep: (line: string) => boolean): Generator<string> {
  for (const line of lines) if (keep(line)) yield line;
}

function* fromFirst(lines: Iterable<string>, has: (line: string) => boolean): Generator<string> {
  let isFound = false;
  for (const line of lines) {
    isFound ||= has(line);
    if (isFound) yield line;
  }
  if (!isFound) yield 'Pattern not found';
}

function* counted(lines: Iterable<string>): Generator<string> {
  let count = 0;
  for (const _ of lines) count++;
  yield `Count: ${count} lines`;
}

function* lastOf(lines: Iterable<string>, count: number): Generator<string> {
  let kept: string[] = [];
  for (const line of lines) {
    kept.push(line);
    // cut now and then, not for every line
    if (kept.length >= 2 * count + 64) kept = kept.slice(-count);
  }
  yield* kept.slice(-count);
}
