import type { Completion } from '../command-line/command-line.ts';
import { widthOf } from './_screen-line.ts';

/** Words are set off from their help by as many columns at least. */
const LEAST_WIDTH = 20;
/** Columns that help gets at least, where words are long. */
const LEAST_HELP = 30;

/**
 * What may come, as the device lists it: help behind the words, and below itself where it is long.
 *
 * @param columns Columns of the terminal; no line is longer, unless a word is.
 */
export function completionTable(completions: readonly Completion[], columns = 80): string {
  if (completions.length === 0) return '';
  const longest = Math.max(LEAST_WIDTH, ...completions.map(({ shown }) => widthOf(shown)));
  const width = Math.max(LEAST_WIDTH, Math.min(longest, columns - LEAST_HELP - 3));
  const lines = ['Possible completions:'];
  for (const { shown, help } of completions) {
    const rows = rowsOf(help, Math.max(LEAST_WIDTH, columns - width - 3));
    const isLong = widthOf(shown) > width;
    const first = isLong ? '' : (rows.shift() ?? '');
    lines.push(`  ${shown}${' '.repeat(Math.max(0, width - widthOf(shown)))} ${first}`.trimEnd());
    for (const row of rows) lines.push(`${' '.repeat(width + 3)}${row}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Breaks help at blanks. */
function rowsOf(help: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of help.split(' ')) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}
