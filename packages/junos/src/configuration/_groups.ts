import { activePart } from './_path.ts';
import { Statement } from './statement.ts';

/**
 * Returns the tree that counts: without what is inactive, and with groups that `apply-groups` of the highest level names.
 * What stands in the tree itself goes before what a group says, and the group named first before others.
 */
export function effectiveTree(root: Statement, node: 0 | 1): { root: Statement; missing: string[] } {
  const tree = activePart(root);
  const missing: string[] = [];
  for (const given of tree.find('apply-groups')?.values ?? []) {
    const name = given.replaceAll(`\${node}`, `node${node}`);
    const group = tree.find('groups')?.find(name);
    if (group === undefined) missing.push(given);
    else inherit(tree, group);
  }
  return { root: tree, missing };
}

function inherit(into: Statement, from: Statement): void {
  for (const child of from.children) {
    // wildcards stand for what is there
    const pattern = wildcardOf(child);
    if (pattern !== null) {
      for (const each of into.children) if (pattern(each)) inherit(each, child);
      continue;
    }
    const found = into.findKey(child.key);
    if (found === undefined) {
      const { choice } = child.schema?.options ?? {};
      const isTaken = choice !== undefined && into.children.some((each) => each.schema?.options.choice === choice);
      if (!isTaken) into.add(withoutWildcards(child, into));
    } else if (child.schema?.kind === 'leaf-list') for (const value of child.values) found.addValue(value);
    else inherit(found, child);
  }
}

function withoutWildcards(statement: Statement, parent: Statement): Statement {
  const copy = new Statement(statement.schema, statement.words, parent, statement.line);
  copy.values = [...statement.values];
  copy.children = statement.children
    .filter((child) => wildcardOf(child) === null)
    .map((child) => withoutWildcards(child, copy));
  return copy;
}

/** Returns what tells whether a wildcard such as `<xe-*>` means a statement; `null` if there is no wildcard. */
function wildcardOf({ words }: Statement): ((other: Statement) => boolean) | null {
  if (!words.some((word) => /^<.*>$/.test(word))) return null;
  const patterns = words.map((word) => (/^<.*>$/.test(word) ? word.slice(1, -1).split('*') : [word]));
  return (other) => other.words.length === words.length && patterns.every((parts, at) => fits(other.words[at], parts));
}

/** Whether a text is made of parts in their order, with anything between them. */
function fits(text: string, parts: readonly string[]): boolean {
  const last = parts[parts.length - 1];
  if (parts.length === 1) return text === last;
  if (!text.startsWith(parts[0])) return false;
  let at = parts[0].length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
