import { formatAssumption, formatCount, type ReportAssumption, type TextStyle } from '@midplane/pipeline';
import type { Limit } from './headroom.ts';

/** Columns of a terminal that texts fit. */
export const WIDTH = 100;

/** A blank at which a line may be broken: not the one before a unit. */
const BREAK = / (?!(?:x|%|s)(?!\w))/;

/** No colours. */
export const PLAIN: TextStyle = { heading: (text) => text, warning: (text) => text, faint: (text) => text };

/** Breaks a text at blanks, or between parts that may not be broken; lines after the first are indented. */
export function wrap(text: string | readonly string[], indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of typeof text === 'string' ? text.split(BREAK) : text) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Assumptions as text, each in one piece. */
export function assumptionLines(assumptions: readonly ReportAssumption[]): string[] {
  const items = assumptions.map(formatAssumption);
  return wrap(items.map((item, i) => (i < items.length - 1 ? `${item};` : item)));
}

/** `12.3 %`, and `0.0123 %` of little. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(percent === 0 || percent >= 0.1 ? 1 : 4)} %`;
}

/** How many times something is: `3`, `3.21`, `32.1`, `1,234`. */
export function formatTimes(factor: number): string {
  if (factor >= 100) return formatCount(Math.floor(factor));
  return Number.isInteger(factor) ? String(factor) : factor.toFixed(factor < 10 ? 2 : 1);
}

/** `3.21 x`; `> 1,000 x` where it does not matter any more; `full` where it is reached. */
export function formatFactor({ factor, reached }: Pick<Limit, 'factor' | 'reached'>): string {
  if (reached) return 'full';
  if (factor === null) return '-';
  if (factor > 1000) return '> 1,000 x';
  return `${factor.toFixed(factor < 10 ? 2 : 1)} x`;
}
