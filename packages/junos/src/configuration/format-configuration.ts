import type { OutputFormat } from '../output/sink.ts';
import { formatJson } from './_format-json.ts';
import { formatSet } from './_format-set.ts';
import { formatText } from './_format-text.ts';
import { formatXml } from './_format-xml.ts';
import type { Statement } from './statement.ts';

/** Forms of a configuration: curly text, `| display set`, `| display xml`, `| display json`. */
export type ConfigurationFormat = OutputFormat | 'set';

/** All forms. */
export const CONFIGURATION_FORMATS: readonly ConfigurationFormat[] = ['text', 'set', 'xml', 'json'];

/**
 * Writes a configuration, or what stands below one of its statements.
 *
 * Text and `set` lines are read back by `parseConfiguration` as the same tree; `set` lines carry no annotations. Elements of
 * statements that the schema does not know are named after their first word.
 *
 * Fidelity: documented. Junos "CLI user guide" and "Mapping Junos OS configuration statements to JSON" (the form from 16.1
 * on); white space of JSON and elements of unknown statements are assumed.
 *
 * @param statement Root, or the statement whose inside is written. `set` lines and XML begin at the root all the same.
 * @param format Form, curly text by default.
 * @param release Release that XML names.
 * @returns Lines, each with a line end; nothing for an empty tree in text or `set` form.
 * @throws {RangeError} If the form is unknown.
 * @example
 * ```ts
 * import { formatConfiguration, parseConfiguration } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const { root } = parseConfiguration('set security zones security-zone trust interfaces xe-7/0/0.0\nset system host-name gw');
 * assert.equal(
 *   formatConfiguration(root),
 *   `security {
 *     zones {
 *         security-zone trust {
 *             interfaces {
 *                 xe-7/0/0.0;
 *             }
 *         }
 *     }
 * }
 * system {
 *     host-name gw;
 * }
 * `,
 * );
 * assert.deepEqual(JSON.parse(formatConfiguration(root, 'json')).configuration.system, { 'host-name': 'gw' });
 * ```
 */
export function formatConfiguration(
  statement: Statement,
  format: ConfigurationFormat = 'text',
  release = '17.4R1',
): string {
  switch (format) {
    case 'text':
      return formatText(statement);
    case 'set':
      return formatSet(statement);
    case 'xml':
      return formatXml(statement, release);
    case 'json':
      return formatJson(statement);
    default:
      throw new RangeError(
        `Cannot format configuration: format must be one of ${CONFIGURATION_FORMATS.join(', ')}: got ${JSON.stringify(format)}`,
      );
  }
}
