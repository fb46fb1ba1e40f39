/**
 * Something in a Junos text of a scenario that cannot be taken.
 *
 * The message is that of the device where it is known, with line and column in the text.
 */
export class JunosProblem extends SyntaxError {
  /** What is wrong, without its place. */
  readonly reason: string;
  /** Line in the text, from 1; 0 where it has none. */
  readonly line: number;
  /** Column in the text, from 1; 0 where it has none. */
  readonly column: number;
  /** The word, as far as there is one. */
  readonly word: string;
  /** Index of the event whose text it is, `null` for the configuration itself. */
  readonly event: number | null;

  /**
   * @param text The Junos text.
   * @param problem What is wrong, and where.
   * @param event Index of the event whose text it is.
   */
  constructor(
    text: string,
    { message, line, column }: { readonly message: string; readonly line: number; readonly column: number },
    event: number | null = null,
  ) {
    // the parser says what it got, too: the sentence ends with that once
    const [, reason = message, got = ''] = /^(.*): got (.*)$/s.exec(message) ?? [];
    const word = wordAt(text, line, column) || got;
    const where = line === 0 ? '' : ` (line ${line}, column ${column})`;
    const what = event === null ? 'configuration' : `event ${event}`;
    super(`Cannot read ${what}: it must be a Junos configuration: ${reason}${where}: got ${JSON.stringify(word)}`);
    this.name = 'JunosProblem';
    this.reason = reason;
    this.line = line;
    this.column = column;
    this.word = word;
    this.event = event;
  }
}

/** The word at a place, cut to one line; the end of the line where there is none. */
function wordAt(text: string, line: number, column: number): string {
  if (line === 0) return text.trim().slice(0, 60);
  const row = text.split(/\r\n|\r|\n/)[line - 1] ?? '';
  const [word = ''] = /^(?:[{};[\]]|"[^"]*"?|[^\s{};[\]]+)/.exec(row.slice(column - 1)) ?? [];
  return word.length > 60 ? `${word.slice(0, 60)}...` : word;
}
