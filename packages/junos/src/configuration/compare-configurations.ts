import { formatStatement, headOf } from './_format-text.ts';
import { isFlattened } from './_format-xml.ts';
import { quoteWord } from './_word.ts';
import type { SchemaNode } from './schema/schema-node.ts';
import type { Statement } from './statement.ts';

/**
 * Compares two configurations as `show | compare` prints them: what the first has more has a
 * plus sign, what it lacks a minus.
 *
 * Fidelity: observed. Headings, signs, indentation by level and the `{ ... }` of what stands before are those of published
 * sessions; the lines of statements that only moved are assumed.
 *
 * @param candidate Root, or a statement of it.
 * @param active Root of the other, or the same statement of it.
 * @returns Lines, or nothing if they are equal. Annotations do not count.
 * @example
 * ```ts
 * import { compareConfigurations, parseConfiguration } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const active = parseConfiguration('set system host-name old').root;
 * const candidate = parseConfiguration('set system host-name new\nset chassis fpc 7 np-cache').root;
 * assert.equal(
 *   compareConfigurations(candidate, active),
 *   `[edit]
 * +  chassis {
 * +      fpc 7 {
 * +          np-cache;
 * +      }
 * +  }
 * [edit system]
 * -  host-name old;
 * +  host-name new;
 * `,
 * );
 * ```
 */
export function compareConfigurations(candidate: Statement, active: Statement): string {
  const blocks: string[] = [];
  compare(candidate, active, { path: candidate.path, depth: candidate.depth, before: '' }, blocks);
  return blocks.join('');
}

/** Where two statements stand. */
interface Level {
  readonly path: readonly string[];
  readonly depth: number;
  /** Keyword before every line, such as `family`. */
  readonly before: string;
}

function compare(candidate: Statement, active: Statement, level: Level, blocks: string[]): void {
  const { path, depth, before } = level;
  // observed: two blanks at the highest level and below `system`, one more per level elsewhere
  const indent = ' '.repeat(depth === 0 || (depth === 1 && path[path.length - 1] === 'system') ? 2 : depth + 2);
  const lines: string[] = [];
  const below: [Statement, Statement][] = [];
  for (const old of active.children) {
    const found = candidate.findKey(old.key);
    if (found === undefined) lines.push(marked('-', old, indent, before));
  }
  const moved = movedAmong(candidate, active);
  for (const [at, child] of candidate.children.entries()) {
    const old = active.findKey(child.key);
    if (old === undefined) {
      const above = candidate.children[at - 1];
      if (isOrdered(child) && above?.schema === child.schema && active.findKey(above.key) !== undefined) {
        lines.push(` ${indent}${headOf(above)} { ... }\n`);
      }
      lines.push(marked('+', child, indent, before));
      continue;
    }
    if (child.values.join('\0') !== old.values.join('\0')) {
      for (const line of compareValues(child, old, indent)) lines.push(line);
    } else if (isWhole(child, old)) {
      if (formatStatement(child, '') === formatStatement(old, '')) continue;
      lines.push(marked('-', old, indent, before), marked('+', child, indent, before));
      continue;
    } else if (child.inactive !== old.inactive) {
      const body = child.children.length > 0 ? ' { ... }' : ';';
      // observed: one blank more than other lines
      lines.push(`!${indent} ${child.inactive ? 'inactive' : 'active'}: ${before}${headOf(child)}${body}\n`);
    } else if (moved.has(child)) lines.push(`!${indent}${headOf(child)} { ... }\n`);
    if (child.children.length > 0 || old.children.length > 0) below.push([child, old]);
  }
  if (lines.length > 0) {
    blocks.push(`${path.length === 0 ? '[edit]' : `[edit ${path.map(quoteWord).join(' ')}]`}\n`, lines.join(''));
  }
  for (const [child, old] of below) {
    const words = [...(before === '' ? [] : [before.trimEnd()]), ...child.words];
    const isJoined = child.schema?.options.joined === true;
    const next = isJoined
      ? { path, depth, before: `${child.words[0]} ` }
      : {
          path: [...path, ...words],
          // observed: a container that its entries stand for does not count
          depth: depth + words.length - child.words.length + (isFlattened(child) || isFlattened(old) ? 0 : 1),
          before: '',
        };
    compare(child, old, next, blocks);
  }
}

function compareValues(child: Statement, old: Statement, indent: string): string[] {
  const lines: string[] = [];
  if (old.schema?.kind !== 'leaf-list') {
    return [marked('-', old, indent), marked('+', child, indent)];
  }
  const words = child.words.map(quoteWord).join(' ');
  const write = (sign: string, values: readonly string[]) => {
    const all = values.map(quoteWord).join(' ');
    if (values.length > 0) lines.push(`${sign}${indent}${words} ${values.length > 1 ? `[ ${all} ]` : all};\n`);
  };
  const has = new Set(child.values);
  const had = new Set(old.values);
  const gone = old.values.filter((value) => !has.has(value));
  const added = child.values.filter((value) => !had.has(value));
  if (gone.length + added.length > 0) {
    write('-', gone);
    write('+', added);
  } else {
    write('-', old.values);
    write('+', child.values);
  }
  return lines;
}

/** Whether statements that stand on one line are compared as such: `route 0.0.0.0/0 next-hop 192.0.2.1`. */
function isWhole(child: Statement, old: Statement): boolean {
  const { oneLine = false, inline = false } = child.schema?.options ?? {};
  if (!(oneLine || inline) || child.children.length + old.children.length === 0) return false;
  return [child, old].some((each) => each.children.length > 0 && !formatStatement(each, '').trimEnd().includes('\n'));
}

/** Whether the order of entries is that in which they were typed. */
function isOrdered({ schema }: Statement): boolean {
  return schema?.kind === 'list' && schema.options.sorted !== true;
}

/**
 * Entries of ordered lists that moved to the front of others; entries that came or went do not count.
 *
 * Of a list whose first entry moved to the end, the others are those that moved, as published sessions show it.
 */
function movedAmong(candidate: Statement, active: Statement): ReadonlySet<Statement> {
  const queues = new Map<SchemaNode, { keys: string[]; at: number; gone: Set<string> }>();
  for (const child of active.children) {
    if (!isOrdered(child) || candidate.findKey(child.key) === undefined) continue;
    const queue = queues.get(child.schema!);
    if (queue === undefined) queues.set(child.schema!, { keys: [child.key], at: 0, gone: new Set() });
    else queue.keys.push(child.key);
  }
  const moved = new Set<Statement>();
  for (const child of candidate.children) {
    const queue = child.schema === null ? undefined : queues.get(child.schema);
    if (queue === undefined || active.findKey(child.key) === undefined) continue;
    while (queue.gone.has(queue.keys[queue.at])) queue.at++;
    if (queue.keys[queue.at] === child.key) queue.at++;
    else {
      queue.gone.add(child.key);
      moved.add(child);
    }
  }
  return moved;
}

function marked(sign: string, statement: Statement, indent: string, before = ''): string {
  return formatStatement(statement, indent, before)
    .replace(/\n(?=.)/g, `\n${sign}`)
    .replace(/^/, sign);
}
