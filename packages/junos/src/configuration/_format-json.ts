import { INDENT } from './_format-text.ts';
import { elementOf, isFlattened, isSimple, keysOf } from './_format-xml.ts';
import type { Statement } from './statement.ts';

/** Writes a tree as `| display json` does from 16.1 on: all of the path, and what stands below the statement. */
export function formatJson(statement: Statement): string {
  let content: Json = objectOf(statement.children, statement.parent === null ? [] : keyMembers(statement));
  if (statement.parent !== null && statement.values.length > 0) content = valuesOf(statement);
  for (let node: Statement | null = statement; node !== null && node.parent !== null; node = node.parent) {
    const above: Statement = node.parent;
    if (isFlattened(node)) continue;
    const isEntry = node.schema?.kind === 'list';
    const members = above.parent === null || isFlattened(above) ? [] : keyMembers(above);
    content = { members: [...members, [elementOf(node), isEntry ? { items: [content] } : content]] };
  }
  const out: string[] = [];
  write({ members: [['configuration', content]] }, '', out);
  return `${out.join('')}\n`;
}

type Member = [name: string, value: Json];
type Json = string | { readonly members: Member[] } | { readonly items: readonly Json[]; readonly isShort?: boolean };

function objectOf(children: readonly Statement[], members: Member[]): { members: Member[] } {
  const groups = new Map<string, Statement[]>();
  for (const child of children) {
    for (const each of isFlattened(child) && !child.inactive ? child.children : [child]) {
      const tag = elementOf(each);
      const group = groups.get(tag);
      if (group === undefined) groups.set(tag, [each]);
      else group.push(each);
    }
  }
  for (const [tag, group] of groups) {
    const [first] = group;
    const isList = first.schema?.kind === 'list' || group.length > 1;
    const value = isList ? { items: group.map(jsonOf) } : jsonOf(first);
    members.push([tag, value]);
    // marks of an object stand in it, those of a value beside it
    if (!isList && (typeof value === 'string' || 'items' in value)) {
      const marks = marksOf(first);
      if (marks !== null) members.push([`@${tag}`, marks]);
    }
  }
  return { members };
}

function keyMembers(statement: Statement): Member[] {
  return keysOf(statement).map(({ name, value, isNumber }): Member => [name, scalar(value, isNumber)]);
}

function valuesOf(statement: Statement): Json {
  const { schema, values } = statement;
  const all = values.map((value) => scalar(value, schema?.type?.numeric === true));
  return schema?.kind === 'leaf-list' || all.length > 1 ? { items: all, isShort: true } : all[0];
}

function jsonOf(statement: Statement): Json {
  if (statement.values.length > 0) return valuesOf(statement);
  if (isSimple(statement) && marksOf(statement) === null) return scalar(keysOf(statement)[0].value, false);
  const keys = keyMembers(statement);
  const { schema, children } = statement;
  if (keys.length === 0 && children.length === 0 && schema?.kind !== 'container') {
    return { items: ['null'], isShort: true };
  }
  const marks = marksOf(statement);
  return objectOf(children, marks === null ? keys : [['@', marks], ...keys]);
}

function marksOf({ inactive, comments }: Statement): Json | null {
  const members: Member[] = [];
  if (inactive) members.push(['inactive', 'true']);
  if (comments.length > 0)
    members.push(['comment', JSON.stringify(comments.map((text) => `/* ${text} */`).join('\n'))]);
  return members.length === 0 ? null : { members };
}

function scalar(value: string, isNumber: boolean): string {
  return isNumber && /^(0|[1-9]\d{0,14})$/.test(value) ? value : JSON.stringify(value);
}

function write(value: Json, indent: string, out: string[]): void {
  if (typeof value === 'string') {
    out.push(value);
    return;
  }
  if ('items' in value && value.isShort) {
    out.push(`[${value.items.join(', ')}]`);
    return;
  }
  const inner = indent + INDENT;
  const [open, close] = 'items' in value ? '[]' : '{}';
  const count = 'items' in value ? value.items.length : value.members.length;
  out.push(open);
  for (let i = 0; i < count; i++) {
    out.push(i === 0 ? '\n' : ',\n', inner);
    if ('items' in value) write(value.items[i], inner, out);
    else {
      const [name, member] = value.members[i];
      out.push(JSON.stringify(name), ' : ');
      write(member, inner, out);
    }
  }
  out.push(count === 0 ? '' : `\n${indent}`, close);
}
