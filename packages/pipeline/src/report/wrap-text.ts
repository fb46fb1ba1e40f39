/**
 * Breaks text into lines at blanks; a word that is longer than a line has a line of its own.
 *
 * @param text A text, or its parts that may not be broken.
 * @param width Columns of a line, the indent included.
 * @param indent Stands before every line.
 */
export function wrapText(text: string | readonly string[], width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of typeof text === 'string' ? text.split(' ') : text) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, indent + line];
}
