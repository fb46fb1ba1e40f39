import { escapeXml } from '../output/sink.ts';
import { INDENT } from './_format-text.ts';
import type { Statement } from './statement.ts';

/** Writes a tree as `| display xml` does: all of the path, and what stands below the statement. */
export function formatXml(statement: Statement, release: string): string {
  const out = [
    `<rpc-reply xmlns:junos="${escapeXml(`http://xml.juniper.net/junos/${release}/junos`)}">\n`,
    `${INDENT}<configuration>\n`,
  ];
  const above: Statement[] = [];
  for (let node = statement; node.parent !== null; node = node.parent) above.unshift(node);
  writeBelow(above, 0, statement, INDENT + INDENT, out);
  out.push(
    `${INDENT}</configuration>\n${INDENT}<cli>\n${INDENT}${INDENT}<banner>[edit]</banner>\n${INDENT}</cli>\n</rpc-reply>\n`,
  );
  return out.join('');
}

function writeBelow(
  above: readonly Statement[],
  at: number,
  statement: Statement,
  indent: string,
  out: string[],
): void {
  if (at === above.length) {
    for (const child of statement.children) write(child, indent, out);
    if (statement.parent !== null && statement.children.length === 0) {
      for (const value of statement.values)
        out.push(`${indent}<${elementOf(statement)}>${escapeXml(value)}</${elementOf(statement)}>\n`);
    }
    return;
  }
  const node = above[at];
  const isTransparent = isFlattened(node) || (at === above.length - 1 && node.values.length > 0);
  if (isTransparent) {
    writeBelow(above, at + 1, statement, indent, out);
    return;
  }
  out.push(`${indent}<${elementOf(node)}>\n`);
  writeKeys(node, indent + INDENT, out);
  writeBelow(above, at + 1, statement, indent + INDENT, out);
  out.push(`${indent}</${elementOf(node)}>\n`);
}

function write(statement: Statement, indent: string, out: string[]): void {
  const { children, values } = statement;
  for (const comment of statement.comments) {
    out.push(`${indent}<junos:comment>/* ${escapeXml(comment)} */</junos:comment>\n`);
  }
  const tag = elementOf(statement);
  const attributes = statement.inactive ? ' inactive="inactive"' : '';
  if (isFlattened(statement) && !statement.inactive) {
    for (const child of children) write(child, indent, out);
    return;
  }
  if (values.length > 0) {
    for (const value of values) out.push(`${indent}<${tag}${attributes}>${escapeXml(value)}</${tag}>\n`);
    return;
  }
  const keys = keysOf(statement);
  if (keys.length === 0 && children.length === 0) {
    out.push(`${indent}<${tag}${attributes}/>\n`);
    return;
  }
  if (isSimple(statement)) {
    out.push(`${indent}<${tag}${attributes}>${escapeXml(keys[0].value)}</${tag}>\n`);
    return;
  }
  out.push(`${indent}<${tag}${attributes}>\n`);
  writeKeys(statement, indent + INDENT, out);
  for (const child of children) write(child, indent + INDENT, out);
  out.push(`${indent}</${tag}>\n`);
}

function writeKeys(statement: Statement, indent: string, out: string[]): void {
  for (const { name, value } of keysOf(statement)) out.push(`${indent}<${name}>${escapeXml(value)}</${name}>\n`);
}

/** Returns the name of the element of a statement. */
export function elementOf({ schema, words }: Statement): string {
  if (schema !== null) return schema.element;
  return /^(?!xml)[a-z_][\w.-]*$/i.test(words[0]) ? words[0] : 'name';
}

/** Identifiers of a statement as elements. */
export function keysOf({ schema, words }: Statement): { name: string; value: string; isNumber: boolean }[] {
  if (schema === null) {
    // the whole where the first word is no name of an element
    const rest = elementOf({ schema, words } as Statement) === words[0] ? words.slice(1) : words;
    return rest.length === 0 ? [] : [{ name: 'name', value: rest.join(' '), isNumber: false }];
  }
  if (schema.kind !== 'list') return [];
  const keys = [];
  let i = schema.options.bare ? 0 : 1;
  for (const { name, type, word } of schema.keys) {
    if (word !== undefined) i++;
    if (i >= words.length) break;
    keys.push({ name, value: words[i], isNumber: type.numeric === true });
    i++;
  }
  return keys;
}

/** Whether a statement that the schema does not know is a name with a value. */
export function isSimple(statement: Statement): boolean {
  return statement.schema === null && statement.children.length === 0 && keysOf(statement).length === 1;
}

/** Whether a container is left out, because entries of its only list carry its name: `interfaces` of a zone. */
export function isFlattened({ schema, children }: Statement): boolean {
  if (schema === null || schema.kind !== 'container' || children.length === 0) return false;
  return children.every((child) => child.schema?.options.bare === true && child.schema.element === schema.element);
}
