import type { TextStyle } from './render-text.ts';
import { wrapText } from './wrap-text.ts';

const WIDTH = 100;

/** Returns warnings as lines of text, with an empty line behind them; nothing where there are none. */
export function warningLines(messages: readonly string[], style: Pick<TextStyle, 'warning'>): string[] {
  if (messages.length === 0) return [];
  const lines = messages.flatMap((message) => {
    const [first, ...rest] = wrapText(wordsOf(`Warning: ${message}`), WIDTH - 2);
    return [first, ...rest.map((line) => `  ${line}`)];
  });
  return [...lines.map(style.warning), ''];
}

/** Words of a message; the number of a line stays with its statement. */
function wordsOf(message: string): string[] {
  return message.split(/ (?!\(line |\d+\))/);
}
