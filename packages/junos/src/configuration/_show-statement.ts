import { formatStatement } from './_format-text.ts';
import { quoteWord } from './_word.ts';
import { type ConfigurationFormat, formatConfiguration } from './format-configuration.ts';
import type { Statement } from './statement.ts';

/**
 * Returns a statement as `show` prints it: what is below it, or the line of a value; as text
 * with what is inactive above it.
 */
export function showStatement(statement: Statement, format: ConfigurationFormat): string {
  if (format !== 'text') return formatConfiguration(statement, format);
  const isValue = statement.values.length > 0 || (statement.children.length === 0 && statement.schema?.kind === 'flag');
  if (isValue) return formatStatement(statement, '');
  let marks = '';
  for (let node: Statement | null = statement; node !== null; node = node.parent) {
    if (node.inactive) marks = `##\n## inactive: ${node.path.map(quoteWord).join(' ')}\n##\n`;
  }
  return marks + formatConfiguration(statement);
}
