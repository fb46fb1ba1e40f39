/** A key, or text that was typed or pasted. */
export type Key = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'key'; readonly name: KeyName };

/** Keys that do something. */
export type KeyName =
  | 'enter'
  | 'tab'
  | 'backspace'
  | 'delete'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'word-left'
  | 'word-right'
  | 'delete-word-right'
  | 'kill-right'
  | 'kill-left'
  | 'kill-word'
  | 'yank'
  | 'transpose'
  | 'interrupt'
  | 'end-of-input'
  | 'redraw';

const CONTROLS: Readonly<Record<number, KeyName>> = {
  1: 'home',
  2: 'left',
  3: 'interrupt',
  4: 'end-of-input',
  5: 'end',
  6: 'right',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  11: 'kill-right',
  12: 'redraw',
  13: 'enter',
  14: 'down',
  16: 'up',
  20: 'transpose',
  21: 'kill-left',
  23: 'kill-word',
  25: 'yank',
  127: 'backspace',
};

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  '1~': 'home',
  '7~': 'home',
  '4~': 'end',
  '8~': 'end',
  '3~': 'delete',
  '1;5C': 'word-right',
  '1;5D': 'word-left',
  '1;3C': 'word-right',
  '1;3D': 'word-left',
};

const AFTER_ESCAPE: Readonly<Record<string, KeyName>> = {
  b: 'word-left',
  f: 'word-right',
  d: 'delete-word-right',
  '\x7f': 'kill-word',
};

/** Longest escape sequence that is waited for. */
const MOST_SEQUENCE = 16;

/** Takes the bytes of a terminal apart; sequences and characters may be cut anywhere. */
export class KeyDecoder {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private isAfterReturn = false;

  /** Returns the keys that bytes bring. */
  decode(bytes: Uint8Array): Key[] {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    this.rest = '';
    const keys: Key[] = [];
    let typed = '';
    const flush = (): void => {
      if (typed !== '') keys.push({ kind: 'text', text: typed });
      typed = '';
    };
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at);
      // a terminal that sends both ends of a line means one
      const isSecond = code === 10 && this.isAfterReturn;
      this.isAfterReturn = code === 13;
      if (isSecond) {
        at++;
      } else if (code === 27) {
        flush();
        const length = escapeLength(text, at);
        if (length === 0) {
          this.rest = text.slice(at);
          break;
        }
        const name = sequenceName(text.slice(at + 1, at + length));
        if (name !== undefined) keys.push({ kind: 'key', name });
        at += length;
      } else if (code < 32 || code === 127) {
        flush();
        const name = CONTROLS[code];
        if (name !== undefined) keys.push({ kind: 'key', name });
        at++;
      } else {
        // C1 controls are no text either
        if (code < 128 || code > 159) typed += text[at];
        at++;
      }
    }
    flush();
    return keys;
  }
}

/** Length of the escape sequence that begins at a place; 0 if more of it has to come. */
function escapeLength(text: string, at: number): number {
  const next = text[at + 1];
  if (next === undefined) return 0;
  if (next !== '[' && next !== 'O') return 2;
  for (let end = at + 2; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 64 && code <= 126) return end - at + 1;
    // no sequence: what follows counts by itself
    if (code < 32 || end - at > MOST_SEQUENCE) return 2;
  }
  return text.length - at > MOST_SEQUENCE ? 2 : 0;
}

function sequenceName(sequence: string): KeyName | undefined {
  const after = /^[[O](.+)$/.exec(sequence);
  const table = after === null ? AFTER_ESCAPE : SEQUENCES;
  const word = after === null ? sequence : after[1];
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
