import type { Scalar } from 'yaml';

/**
 * Finds where in a YAML text a place inside of a string stands.
 *
 * @param text The whole text.
 * @param scalar A string of it.
 * @param line Line in the string's value, from 1.
 * @param column Column there, from 1.
 * @returns Offset in the text; undefined where the string is written in a way that does not show its lines.
 */
export function offsetIn(text: string, scalar: Scalar, line: number, column: number): number | undefined {
  const [start] = scalar.range!;
  const value = String(scalar.value);
  const rows = value.split('\n');
  if (line < 1 || line > rows.length) return undefined;
  if (scalar.type === 'BLOCK_LITERAL') {
    // the value begins in the line below its sign, each line behind the same indent
    let offset = start;
    for (let row = 0; row < line; row++) offset = text.indexOf('\n', offset) + 1;
    const end = text.indexOf('\n', offset);
    const given = text.slice(offset, end < 0 ? text.length : end).replace(/\r$/, '');
    const row = rows[line - 1].replace(/\r$/, '');
    return given.endsWith(row) ? offset + given.length - row.length + column - 1 : undefined;
  }
  const before = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0) + column - 1;
  if (scalar.type === 'PLAIN') return text.startsWith(value, start) ? start + before : undefined;
  return scalar.type === 'QUOTE_DOUBLE' ? offsetQuoted(text, start + 1, before) : undefined;
}

/** Offset of a character of a string in quotes, behind so many others; undefined where the string goes over lines. */
function offsetQuoted(text: string, start: number, before: number): number | undefined {
  let offset = start;
  for (let left = before; left > 0; left--) {
    if (text[offset] === '\n' || text[offset] === undefined) return undefined;
    if (text[offset] !== '\\') offset++;
    else offset += { x: 4, u: 6, U: 10 }[text[offset + 1]] ?? 2;
  }
  return offset;
}
