import { quoteFirst, quoteWord } from './_word.ts';
import type { Statement } from './statement.ts';

/** Blanks per level. */
export const INDENT = '    ';

/** Writes what stands below a statement in curly form. */
export function formatText(statement: Statement): string {
  const out: string[] = [];
  writeChildren(statement, '', out);
  return out.join('');
}

/** Writes one statement in curly form. */
export function formatStatement(statement: Statement, indent: string, before = ''): string {
  const out: string[] = [];
  write(statement, indent, before, out);
  return out.join('');
}

function writeChildren(statement: Statement, indent: string, out: string[]): void {
  for (const child of statement.children) write(child, indent, '', out);
}

function write(statement: Statement, indent: string, before: string, out: string[]): void {
  const { children, schema } = statement;
  for (const comment of statement.comments) out.push(`${indent}/* ${comment} */\n`);
  const head = `${before}${headOf(statement)}`;
  // `family inet { ... }`: the keyword stands before every statement below
  if (schema?.options.joined && children.length > 0) {
    for (const child of children) write(child, indent, `${head} `, out);
    return;
  }
  const start = `${indent}${statement.inactive ? 'inactive: ' : ''}`;
  if (children.length === 0) out.push(`${start}${head};\n`);
  else {
    const line = oneLineOf(statement);
    if (line !== null) out.push(`${start}${before}${line};\n`);
    else {
      out.push(`${start}${head} {\n`);
      writeChildren(statement, indent + INDENT, out);
      out.push(`${indent}}\n`);
    }
  }
}

/** Words and values of a statement, as they stand before `;` or `{`. */
export function headOf({ words, values }: Statement): string {
  let text = quoteFirst(words[0]);
  for (let i = 1; i < words.length; i++) text += ` ${quoteWord(words[i])}`;
  if (values.length === 1) text += ` ${quoteWord(values[0])}`;
  else if (values.length > 1) text += ` [ ${values.map(quoteWord).join(' ')} ]`;
  return text;
}

/** Words of a statement and of what is below it, where they stand on one line; `null` elsewhere. */
function oneLineOf(statement: Statement): string | null {
  const { children, schema } = statement;
  if (children.length === 0) return headOf(statement);
  const fits = schema?.options.inline === true || (schema?.options.oneLine === true && children.length === 1);
  if (!fits) return null;
  let line = headOf(statement);
  for (const child of children) {
    // a mark, an annotation or an unknown form would mean something else there
    const isPlain = !child.inactive && child.comments.length === 0 && (children.length === 1 || child.schema !== null);
    const rest = isPlain ? oneLineOf(child) : null;
    if (rest === null) return null;
    line += ` ${rest}`;
  }
  return line;
}
