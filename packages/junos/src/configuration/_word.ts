/** Characters that stand in a word without quotes, besides letters and digits. */
const PLAIN = /^[\w.\-/:@+,%=~<>*]+$/;

/** Writes a word as configurations do: in quotes if it is empty or has blanks or signs that mean something. */
export function quoteWord(text: string): string {
  if (PLAIN.test(text) && !text.startsWith('/*')) return text;
  let quoted = '"';
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    const next = text[i + 1];
    if (character === '"') quoted += '\\"';
    // only where it would be read as the start of an escape, so that regular expressions stay as they were typed
    else if (character === '\\' && (next === undefined || next === '"' || next === '\\')) quoted += '\\\\';
    else quoted += character;
  }
  return `${quoted}"`;
}

/** Words that mean something else at the start of a statement. */
const MARKS: ReadonlySet<string> = new Set([
  'inactive:',
  'protect:',
  'replace:',
  'active:',
  'set',
  'delete',
  'deactivate',
  'activate',
]);

/** Writes the first word of a statement. */
export function quoteFirst(text: string): string {
  return MARKS.has(text) ? `"${text}"` : quoteWord(text);
}

/** Reads what stands between quotes: `\"` and `\\` are one character each, any other backslash is itself. */
export function unquoteWord(inner: string): string {
  return inner.includes('\\') ? inner.replace(/\\(["\\])/g, '$1') : inner;
}

/** Quotes a value for a message, cut to a length that stays one line. */
export function quoteForMessage(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
