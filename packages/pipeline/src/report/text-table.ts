/** A column of a text table. */
export interface Column {
  readonly title: string;
  /** Numbers stand right, words left. */
  readonly align: 'left' | 'right';
}

/** Renders rows under their titles, two spaces between columns, no trailing blanks. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (columns[i].align === 'right' ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** A whole number with commas: `1,234,567`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A share as percent with one decimal: `33.3 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Nanoseconds as seconds: `10.2 s`; below one second as milliseconds. */
export function formatSeconds(ns: number): string {
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  const tenths = Math.round(ns / 1e8);
  return `${formatCount(Math.floor(tenths / 10))}.${tenths % 10} s`;
}
