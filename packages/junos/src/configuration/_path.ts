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
      end = child?.kind === 'list' ? findListEnd(node, child.keys.length, words, i) : -1;
      if (end < 0) end = findUnknownEnd(node, words, i);
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

/** Returns the end of the words that name a statement which the schema does not know: all of them before a shorter one. */
function findUnknownEnd(node: Statement, words: readonly string[], start: number): number {
  const whole = node.find(...words.slice(start));
  return whole?.schema === null ? words.length : findUnknown(node, words, start);
}

/** Takes away what words name, and containers that it leaves empty. */
export function deleteWords(from: Statement, words: readonly string[]): PathProblem | null {
  const target = findPath(from, words);
  if ('message' in target) return deleteUnknown(from, words) ? null : target;
  const { statement, value } = target;
  if (value !== null && statement.values.length > 1) statement.removeValue(value);
  else for (const each of value === null ? alike(statement) : [statement]) removeStatement(each, from);
  return null;
}

/** Takes away statements that the schema does not know and whose words begin so. */
function deleteUnknown(from: Statement, words: readonly string[]): boolean {
  const found = findBeginning(from, words);
  for (const child of found?.statements ?? []) removeStatement(child, from);
  return found !== null;
}

/** A statement, and of one that the schema does not know those beside it that begin with its words. */
function alike(statement: Statement): readonly Statement[] {
  const { schema, words, parent } = statement;
  return schema !== null || parent === null ? [statement] : beginningWith(parent, words);
}

function beginningWith(level: Statement, words: readonly string[]): Statement[] {
  return level.children.filter(
    ({ schema, words: own }) => schema === null && words.every((word, at) => own[at] === word),
  );
}

/** Puts statements that the schema does not know and whose words begin so below one of these words, which is returned. */
function gatherUnknown(from: Statement, words: readonly string[]): Statement | null {
  const found = findBeginning(from, words);
  if (found === null) return null;
  const { level, rest, statements } = found;
  const [first, ...others] = statements;
  const gathered = gather(level, rest, statements);
  level.replace(first, gathered);
  for (const child of others) level.remove(child);
  return gathered;
}

/** Copies statements below one of the words that they begin with; what one of these words alone has becomes its own. */
function gather(level: Statement, words: readonly string[], statements: readonly Statement[]): Statement {
  const gathered = new Statement(null, words, level, statements[0].line);
  for (const each of statements) {
    const rest = each.words.slice(words.length);
    if (rest.length > 0) gathered.add(each.copy(gathered, rest));
    else {
      for (const child of each.children) gathered.add(child.copy(gathered));
      for (const value of each.values) gathered.add(new Statement(null, [value], gathered, each.line));
    }
  }
  return gathered;
}

/** Returns what words name, statements that begin with them together; `null` if there are none. */
export function gathered(from: Statement, words: readonly string[]): Statement | null {
  const target = findPath(from, words);
  if (!('message' in target)) {
    const { statement, value } = target;
    const all = value === null ? alike(statement) : [statement];
    return all.length > 1 ? gather(statement.parent!, statement.words, all) : statement;
  }
  const found = findBeginning(from, words);
  return found && gather(found.level, found.rest, found.statements);
}

/** Returns a level with nothing but the entries of the list whose keyword is the last word; `null` if there are none. */
export function entriesOf(from: Statement, words: readonly string[]): Statement | null {
  const target = findPath(from, words.slice(0, -1));
  if ('message' in target || target.value !== null || words.length === 0) return null;
  const level = target.statement;
  const list = level.schema?.child(words[words.length - 1]) ?? null;
  const entries = level.children.filter(({ schema }) => schema === list);
  if (list?.kind !== 'list' || entries.length === 0) return null;
  const view = new Statement(level.schema, level.words, level.parent);
  for (const each of entries) view.add(each.copy(view));
  return view;
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
    const statements = beginningWith(level, rest);
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
  for (const each of 'message' in target ? [statement] : alike(statement)) each.inactive = !isActive;
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
