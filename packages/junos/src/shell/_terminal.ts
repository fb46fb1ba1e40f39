import { ScreenLine } from './_screen-line.ts';

/** The terminal as a shell writes to it: text, and the line that is being typed. */
export class Terminal {
  /** The prompt, and what is typed behind it. */
  readonly line: ScreenLine;
  columns: number;
  rows: number;
  private readonly encoder = new TextEncoder();
  private readonly send: (bytes: Uint8Array) => void;

  constructor(send: (bytes: Uint8Array) => void, columns: number, rows: number) {
    this.send = send;
    this.columns = columns;
    this.rows = rows;
    this.line = new ScreenLine((text) => this.raw(text), columns);
  }

  /** The terminal has another size; one below two columns and rows cannot be drawn on. */
  resize(columns: number, rows: number): void {
    this.columns = Math.max(2, columns);
    this.rows = Math.max(2, rows);
    this.line.resize(this.columns);
  }

  /** Prints text of the device: nothing in it controls the terminal. */
  print(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not reach the terminal
    this.raw(text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd').replaceAll('\n', '\r\n'));
  }

  /**
   * Prints a caret below the place of an error, and text below that; a line wider than the
   * screen went on in the next row.
   */
  printCaret(offset: number, text = ''): void {
    this.print(`${' '.repeat(offset % this.columns)}^\n${text}`);
  }

  /** Writes text with its control sequences. */
  raw(text: string): void {
    if (text !== '') this.send(this.encoder.encode(text));
  }
}
