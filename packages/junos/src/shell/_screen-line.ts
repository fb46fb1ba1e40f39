/** Draws a prompt and the line behind it, over as many rows as they need, and again whenever they change. */
export class ScreenLine {
  private readonly write: (text: string) => void;
  private columns: number;
  /** Row of the cursor, counted from that of the prompt; what is there so far, and where the cursor is in it. */
  private row = 0;
  private drawn = '';
  private at = 0;

  constructor(write: (text: string) => void, columns: number) {
    this.write = write;
    this.columns = columns;
  }

  /** The terminal has another width; what is drawn next begins anew. */
  resize(columns: number): void {
    this.columns = columns;
  }

  /** Begins on a new row. */
  begin(): void {
    this.row = 0;
    this.drawn = '';
    this.at = 0;
  }

  /** Draws text with the cursor at an offset of it. */
  draw(text: string, cursor: number): void {
    const { columns } = this;
    const isAtEnd = this.at === this.drawn.length && cursor === text.length;
    if (isAtEnd && text.startsWith(this.drawn) && text.length > this.drawn.length) {
      this.write(text.slice(this.drawn.length) + edge(text, columns));
    } else if (text !== this.drawn || cursor !== this.at) {
      const up = this.row > 0 ? `\x1b[${this.row}A` : '';
      const [row, column] = placeOf(text.slice(0, cursor), columns);
      const back = placeOf(text, columns)[0] - row;
      const place = `${back > 0 ? `\x1b[${back}A` : ''}\r${column > 0 ? `\x1b[${column}C` : ''}`;
      this.write(`${up}\r\x1b[J${text}${edge(text, columns)}${cursor === text.length ? '' : place}`);
    }
    this.drawn = text;
    this.at = cursor;
    [this.row] = placeOf(text.slice(0, cursor), columns);
  }

  /** Leaves the text, and goes to the row below it. */
  leave(): void {
    const below = placeOf(this.drawn, this.columns)[0] - this.row;
    this.write(`${below > 0 ? `\x1b[${below}B` : ''}\r\n`);
    this.begin();
  }
}

/** A terminal waits at its right edge: a blank takes the cursor to the next row. */
function edge(text: string, columns: number): string {
  const [row, column] = placeOf(text, columns);
  return row > 0 && column === 0 ? ' \r' : '';
}

/** Row and column of the cursor behind a text; what does not fit into a row goes to the next. */
function placeOf(text: string, columns: number): [row: number, column: number] {
  let row = 0;
  let column = 0;
  for (const character of text) {
    const width = widthOf(character);
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
  }
  return column >= columns ? [row + 1, 0] : [row, column];
}

/** Columns of a text: characters of East Asia and pictures take two, marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x300) width++;
    else if (/\p{Mark}/u.test(character)) continue;
    else width += isWide(code) ? 2 : 1;
  }
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
