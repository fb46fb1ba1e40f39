import { findUnknown } from './_insert.ts';
import { Statement } from './statement.ts';

/** What words name in a tree. */
export interface Target {
  readonly statement: Statement;
  /** Value of a list of values, where the words name one of them. */
  readonly value: string | null;
}

/** Why words name nothing, and the index of the first word that does not. */
export interface PathProblem {
  readonly message: string;
  readonly wordIndex: number;
}

/** Finds what words name, from a statement on. */
export function findPath(from: Statement, words: readonly string[]): Target | PathProblem {
  let node = from;
  let i = 0;
  while (i < words.length) {
    const child = node.schema?.child(words[i]) ?? null;
    let end = i + 1;
    if (child === null || node.find(words[i]) === undefined) {
      end = child?.kind === 'list' ? findListEnd(node, child.keys.length, words, i) : findUnknown(node, words, i);
      if (end < 0) end = findUnknown(node, words, i);
      if (end < 0) return { message: 'statement not found', wordIndex: i };
    }
    node = node.find(...words.slice(i, end))!;
    i = end;
    if (i < words.length && (node.schema?.kind === 'leaf' || node.values.length > 0)) {
      const found = i + 1 === words.length && node.values.includes(words[i]);
      if (!found) return { message: 'statement not found', wordIndex: i };
      return { statement: node, value: words[i] };
    }
  }
  return { statement: node, value: null };
}

/** Returns the end of the words that name an entry of a list, -1 if there is none. */
function findListEnd(node: Statement, keys: number, words: readonly string[], start: number): number {
  for (let end = start + 1; end <= Math.min(words.length, start + 2 * keys + 1); end++) {
    if (node.find(...words.slice(start, end)) !== undefined) return end;
  }
  return -1;
}

/** Takes away what words name, and containers that it leaves empty. */
export function deleteWords(from: Statement, words: readonly string[]): PathProblem | null {
  const target = findPath(from, words);
  if ('message' in target) return deleteUnknown(from, words) ? null : target;
  const { statement, value } = target;
  if (value !== null && statement.values.length > 1) statement.removeValue(value);
  else removeStatement(statement, from);
  return null;
}

/** Takes away statements that the schema does not know and whose words begin so. */
function deleteUnknown(from: Statement, words: readonly string[]): boolean {
  const found = findBeginning(from, words);
  for (const child of found?.statements ?? []) removeStatement(child, from);
  return found !== null;
}

/** Puts statements that the schema does not know and whose words begin so below one of these words, which is returned. */
function gatherUnknown(from: Statement, words: readonly string[]): Statement | null {
  const found = findBeginning(from, words);
  if (found === null) return null;
  const { level, rest, statements } = found;
  const [first, ...others] = statements;
  const gathered = new Statement(null, rest, level, first.line);
  for (const child of statements) gathered.add(child.copy(gathered, child.words.slice(rest.length)));
  level.replace(first, gathered);
  for (const child of others) level.remove(child);
  return gathered;
}

/** Finds statements that the schema does not know and that begin with words, as `set` lines make them. */
function findBeginning(
  from: Statement,
  words: readonly string[],
): { level: Statement; rest: readonly string[]; statements: Statement[] } | null {
  for (let start = words.length - 1; start >= 0; start--) {
    const target = findPath(from, words.slice(0, start));
    if ('message' in target || target.value !== null) continue;
    const rest = words.slice(start);
    const level = target.statement;
    const statements = level.children.filter(
      ({ schema, words: own }) => schema === null && rest.every((word, at) => own[at] === word),
    );
    if (statements.length > 0) return { level, rest, statements };
  }
  return null;
}

/** Removes a statement, and containers above it, up to a level, that mean nothing when they are empty. */
export function removeStatement(statement: Statement, top: Statement): void {
  let node = statement;
  for (;;) {
    const { parent } = node;
    if (parent === null) {
      node.clear();
      return;
    }
    parent.remove(node);
    const isPresent = parent.schema === null || parent.schema.kind !== 'container' || parent.schema.options.presence;
    if (parent === top || parent.children.length > 0 || isPresent || parent.parent === null) return;
    node = parent;
  }
}

/** Marks what words name as active or not. */
export function setActive(from: Statement, words: readonly string[], isActive: boolean): PathProblem | null {
  const target = findPath(from, words);
  const statement = 'message' in target ? gatherUnknown(from, words) : target.statement;
  if (statement === null) return target as PathProblem;
  if (statement.parent === null || statement.schema?.options.joined) {
    return { message: 'syntax error', wordIndex: words.length };
  }
  statement.inactive = !isActive;
  return null;
}

/** Returns the tree without what is inactive. */
export function activePart(root: Statement): Statement {
  return copyActive(root, null);
}

function copyActive(statement: Statement, parent: Statement | null): Statement {
  const copy = new Statement(statement.schema, statement.words, parent, statement.line);
  copy.values = [...statement.values];
  copy.children = statement.children.filter(({ inactive }) => !inactive).map((child) => copyActive(child, copy));
  return copy;
}
