import { quoteWord } from './_word.ts';
import type { Statement } from './statement.ts';

/** Writes what stands at and below a statement as `set` lines, with the whole path. */
export function formatSet(statement: Statement): string {
  const out: string[] = [];
  const above = statement.path.map((word) => `${quoteWord(word)} `).join('');
  if (statement.parent === null) for (const child of statement.children) write(child, above, out);
  else write(statement, above.slice(0, above.length - `${statement.words.map(quoteWord).join(' ')} `.length), out);
  return out.join('');
}

function write(statement: Statement, above: string, out: string[]): void {
  const { children, values } = statement;
  const path = `${above}${statement.words.map(quoteWord).join(' ')}`;
  if (values.length > 1 && statement.schema === null) {
    // one line for all: line by line they would be read as statements of their own
    out.push(`set ${path} [ ${values.map(quoteWord).join(' ')} ]\n`);
  } else if (values.length > 0) for (const value of values) out.push(`set ${path} ${quoteWord(value)}\n`);
  else if (children.length === 0) out.push(`set ${path}\n`);
  const below = `${path} `;
  for (const child of children) write(child, below, out);
  if (statement.inactive) out.push(`deactivate ${path}\n`);
}
