import { type Column, formatCount, renderTable } from './text-table.ts';

/** A column of figures. */
export interface Figure<T> {
  readonly title: string;
  readonly of: (row: T) => number | string;
  /** Shown even if it is 0 in every row. */
  readonly isAlways?: true;
}

/** A table without the columns that have nothing to say. */
export function tableOf<T>(
  title: string,
  rows: readonly (readonly [string, T])[],
  figures: readonly Figure<T>[],
): string[] {
  const shown = figures.filter(({ of, isAlways }) => isAlways || rows.some(([, row]) => of(row) !== 0));
  const columns: readonly Column[] = [
    { title, align: 'right' },
    ...shown.map((figure) => ({ title: figure.title, align: 'right' }) as const),
  ];
  return renderTable(
    columns,
    rows.map(([name, row]) => [name, ...shown.map(({ of }) => textOf(of(row)))]),
  );
}

function textOf(value: number | string): string {
  return typeof value === 'number' ? formatCount(value) : value;
}
