import type { KeyName } from './_keys.ts';

const MOST_HISTORY = 500;
/** Characters of a line. */
const MOST_LENGTH = 10_000;

/** A line that is edited: text, cursor, history, what was cut. It draws nothing. */
export class LineEditor {
  text = '';
  /** Offset of the cursor. */
  cursor = 0;
  private readonly history: string[] = [];
  /** Place in the history; its length for the new line. */
  private place = 0;
  private unfinished = '';
  private cut = '';

  /** Puts text in at the cursor. */
  insert(typed: string): void {
    const room = Math.max(0, MOST_LENGTH - this.text.length);
    const text = typed.slice(0, room);
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor);
    this.cursor += text.length;
  }

  /** Takes the line away, and remembers it. */
  take(isRemembered: boolean): string {
    const { text, history } = this;
    if (isRemembered && text.trim() !== '' && history.at(-1) !== text) {
      history.push(text);
      if (history.length > MOST_HISTORY) history.shift();
    }
    this.clear();
    return text;
  }

  /** Empties the line. */
  clear(): void {
    this.text = '';
    this.cursor = 0;
    this.place = this.history.length;
    this.unfinished = '';
  }

  /** Does what a key stands for; whether that changed something. */
  press(name: KeyName): boolean {
    const { text, cursor } = this;
    switch (name) {
      case 'left':
        this.cursor = this.before(cursor);
        break;
      case 'right':
        this.cursor = this.behind(cursor);
        break;
      case 'home':
        this.cursor = 0;
        break;
      case 'end':
        this.cursor = text.length;
        break;
      case 'word-left':
        this.cursor = this.wordBefore();
        break;
      case 'word-right':
        this.cursor = this.wordBehind();
        break;
      case 'backspace':
        this.remove(this.before(cursor), cursor, false);
        break;
      case 'delete':
        this.remove(cursor, this.behind(cursor), false);
        break;
      case 'kill-right':
        this.remove(cursor, text.length, true);
        break;
      case 'kill-left':
        this.remove(0, cursor, true);
        break;
      case 'kill-word':
        this.remove(this.wordBefore(), cursor, true);
        break;
      case 'delete-word-right':
        this.remove(cursor, this.wordBehind(), true);
        break;
      case 'yank':
        this.insert(this.cut);
        break;
      case 'transpose':
        this.transpose();
        break;
      case 'up':
        this.recall(this.place - 1);
        break;
      case 'down':
        this.recall(this.place + 1);
        break;
      default:
        return false;
    }
    return this.text !== text || this.cursor !== cursor;
  }

  private recall(place: number): void {
    const { history } = this;
    if (place < 0 || place > history.length) return;
    if (this.place === history.length) this.unfinished = this.text;
    this.place = place;
    this.text = place === history.length ? this.unfinished : history[place];
    this.cursor = this.text.length;
  }

  private remove(from: number, to: number, isCut: boolean): void {
    if (from === to) return;
    if (isCut) this.cut = this.text.slice(from, to);
    this.text = this.text.slice(0, from) + this.text.slice(to);
    this.cursor = from;
  }

  private transpose(): void {
    const { text } = this;
    const at = Math.min(this.cursor, text.length - 1);
    if (at < 1) return;
    this.text = text.slice(0, at - 1) + text[at] + text[at - 1] + text.slice(at + 1);
    this.cursor = at + 1;
  }

  /** A character may be two units. */
  private before(at: number): number {
    const isPair = at > 1 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(this.text.slice(at - 2, at));
    return Math.max(0, at - (isPair ? 2 : 1));
  }

  private behind(at: number): number {
    const isPair = /^[\ud800-\udbff][\udc00-\udfff]$/.test(this.text.slice(at, at + 2));
    return Math.min(this.text.length, at + (isPair ? 2 : 1));
  }

  private wordBefore(): number {
    return /\S*\s*$/.exec(this.text.slice(0, this.cursor))!.index;
  }

  private wordBehind(): number {
    return this.cursor + /^\s*\S*/.exec(this.text.slice(this.cursor))![0].length;
  }
}
