import { unquoteWord } from './_word.ts';

/** What a token is: the character itself for signs. */
export type TokenKind = 'word' | '{' | '}' | ';' | '[' | ']' | 'newline' | 'end' | 'error';

const BLANK = 1;
const SIGN = 2;
const QUOTE = 4;

/** What ends a word, by character code. */
const CLASSES = new Uint8Array(128);
for (const blank of ' \t\r\n\v\f') CLASSES[blank.charCodeAt(0)] = BLANK;
for (const sign of '{};[]') CLASSES[sign.charCodeAt(0)] = SIGN;
CLASSES['"'.charCodeAt(0)] = QUOTE;

const NEW_LINE = 10;
const HASH = 35;
const STAR = 42;
const SLASH = 47;
const BACKSLASH = 92;
const QUOTE_CODE = 34;

/** Splits a configuration into words and signs. After `next`, fields tell about the token. */
export class Lexer {
  /** The word, without quotes; or what is wrong, of kind `error`. */
  word = '';
  /** Offset of the token. */
  start = 0;
  /** Line of the token, from 1. */
  line = 1;
  /** Whether the word stood in quotes. */
  isQuoted = false;
  /** Annotations since the last call of `takeComments`. */
  private comments: string[] | null = null;
  private readonly text: string;
  private readonly byLine: boolean;
  private position: number;
  private lineStart = 0;
  private nextLine = 1;
  private nextLineStart = 0;

  /** @param byLine Whether the end of a line is a token. */
  constructor(text: string, byLine = false) {
    this.text = text;
    this.byLine = byLine;
    // a byte order mark is no word
    this.position = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  /** Column of the token, from 1. */
  get column(): number {
    return this.start - this.lineStart + 1;
  }

  /** Returns annotations and forgets them. */
  takeComments(): string[] | null {
    const { comments } = this;
    this.comments = null;
    return comments;
  }

  /** Goes to the next token. */
  next(): TokenKind {
    // hot: called per token, no allocation but the word
    const { text } = this;
    let { position } = this;
    for (;;) {
      if (position >= text.length) return this.begin(position, 'end');
      const code = text.charCodeAt(position);
      if (code === NEW_LINE) {
        if (this.byLine) {
          this.begin(position, 'newline');
          this.startLine(++position);
          this.position = position;
          return 'newline';
        }
        this.startLine(++position);
      } else if (code < 128 && CLASSES[code] === BLANK) position++;
      else if (code === HASH) {
        const end = text.indexOf('\n', position);
        position = end < 0 ? text.length : end;
      } else if (code === SLASH && text.charCodeAt(position + 1) === STAR) {
        const end = text.indexOf('*/', position + 2);
        if (end < 0) return this.fail(position, 'annotation without */ at its end');
        this.comments ??= [];
        this.comments.push(text.slice(position + 2, end).trim());
        this.countLines(position, end);
        position = end + 2;
      } else break;
    }
    const code = text.charCodeAt(position);
    const kind = code < 128 ? CLASSES[code] : 0;
    if (kind === SIGN) {
      this.begin(position, 'word');
      this.position = position + 1;
      return text[position] as TokenKind;
    }
    if (kind === QUOTE) return this.readQuoted(position);
    this.begin(position, 'word');
    let end = position + 1;
    for (; end < text.length; end++) {
      const each = text.charCodeAt(end);
      if (each < 128 && CLASSES[each] !== 0) break;
    }
    this.word = text.slice(position, end);
    this.position = end;
    return 'word';
  }

  private begin(position: number, kind: TokenKind): TokenKind {
    this.start = position;
    this.line = this.nextLine;
    this.lineStart = this.nextLineStart;
    this.isQuoted = false;
    this.position = position;
    return kind;
  }

  private fail(position: number, message: string): TokenKind {
    this.begin(position, 'error');
    this.word = message;
    this.position = this.text.length;
    return 'error';
  }

  private readQuoted(position: number): TokenKind {
    const { text } = this;
    let end = position + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === QUOTE_CODE) break;
      if (code === BACKSLASH) end++;
    }
    if (end >= text.length) return this.fail(position, 'string without " at its end');
    this.begin(position, 'word');
    this.isQuoted = true;
    this.word = unquoteWord(text.slice(position + 1, end));
    this.countLines(position, end);
    this.position = end + 1;
    return 'word';
  }

  private startLine(position: number): void {
    this.nextLine++;
    this.nextLineStart = position;
  }

  private countLines(from: number, to: number): void {
    for (let at = this.text.indexOf('\n', from); at >= 0 && at < to; at = this.text.indexOf('\n', at + 1)) {
      this.startLine(at + 1);
    }
  }
}
