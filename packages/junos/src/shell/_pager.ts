import { compilePattern, type Pattern } from './_pattern.ts';
import { filtered } from './_pipes-run.ts';
import { widthOf } from './_screen-line.ts';

/** What stands below a page. */
export const MORE = '---(more)---';

/** Shows lines, and stops when the screen is full. */
export class Pager {
  private lines: Iterator<string>;
  private next: IteratorResult<string>;
  private readonly write: (text: string) => void;

  /** @param write Takes lines with their ends. */
  constructor(lines: Iterable<string>, write: (text: string) => void) {
    this.lines = lines[Symbol.iterator]();
    this.next = this.lines.next();
    this.write = write;
  }

  /** Whether everything was shown. */
  get isDone(): boolean {
    return this.next.done === true;
  }

  /** Shows some rows more, at least one line; a line that is wider than the screen takes several. */
  show(rows: number, columns: number): void {
    let text = '';
    for (let left = rows; left > 0 && !this.next.done; ) {
      const line = this.next.value;
      const height = Math.max(1, Math.ceil(widthOf(line) / columns));
      if (height > left && left < rows) break;
      text += `${line}\n`;
      left -= height;
      this.next = this.lines.next();
    }
    this.write(text);
  }

  /** From now on only lines that match are shown. */
  match(pattern: string, isExcept: boolean): void {
    const has = compilePattern(pattern);
    this.replace((lines) => filtered(lines, isExcept ? (line) => !has(line) : has));
  }

  /** Goes on with the first line that matches; whether there is one. */
  find(pattern: string): boolean {
    const has: Pattern = compilePattern(pattern);
    while (!this.next.done && !has(this.next.value)) this.next = this.lines.next();
    return !this.next.done;
  }

  /** Ends it. */
  stop(): void {
    this.lines.return?.();
    this.next = { done: true, value: undefined };
  }

  private replace(change: (lines: Iterable<string>) => Iterable<string>): void {
    this.lines = change(restOf(this.lines, this.next))[Symbol.iterator]();
    this.next = this.lines.next();
  }
}

/** The lines that are left, the next one of which was read already. */
function* restOf(lines: Iterator<string>, first: IteratorResult<string>): Generator<string> {
  try {
    for (let next = first; !next.done; next = lines.next()) yield next.value;
  } finally {
    lines.return?.();
  }
}
