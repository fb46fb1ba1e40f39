import type { SchemaNode } from './schema/schema-node.ts';
import { Statement } from './statement.ts';

/** Deeper statements are refused: nobody writes them, and reading them back would need as deep a stack. */
export const MAX_DEPTH = 100;

/** Values that stood in brackets, by the index of the word `[` that stands for them. */
export type Lists = ReadonlyMap<number, readonly string[]>;

/** The word that stands for values in brackets. */
export const LIST_WORD = '[';

/** Statements of more words are refused: looking them up takes time in proportion to the square of their number. */
const MAX_WORDS = 200;

/** Puts words of a statement into a tree, level by level as the schema says. */
export class Inserter {
  /** What was wrong with the last words. */
  problem = '';
  /** Index of the word that was wrong. */
  problemAt = 0;
  /** Index of the first word that the schema does not know, -1 if it knows all. */
  unknownAt = -1;
  /** Whether the last words ended where the identifiers of a list begin: they may stand in a block of their own. */
  isListOpen = false;
  /** Whether that word stands in a hierarchy of which nothing is known. */
  isUnmodelled = false;
  private readonly remembersValues: boolean;
  /** What the last words changed, besides adding statements. */
  private readonly undos: (() => void)[] = [];
  /** Statements that the last words added, in order. */
  private readonly added: Statement[] = [];

  /** @param remembersValues Whether `undo` brings old values back; that takes time for long lists of values. */
  constructor(remembersValues = false) {
    this.remembersValues = remembersValues;
  }

  /**
   * Adds what is missing.
   *
   * @param lists Values that stood in brackets among the words.
   * @returns The last statement that the words name; `null` if they are wrong, see `problem`.
   */
  insert(parent: Statement, words: readonly string[], lists: Lists | null, line: number): Statement | null {
    this.unknownAt = -1;
    this.isListOpen = false;
    this.undos.length = 0;
    this.added.length = 0;
    if (words.length > MAX_WORDS) return this.fail(`statement of more than ${MAX_WORDS} words`, MAX_WORDS);
    let node = parent;
    let last = parent;
    let i = 0;
    while (i < words.length) {
      const { schema } = node;
      const child = schema === null ? null : (schema.child(words[i]) ?? wildcardList(schema, words[i], node));
      if (schema === null || child === null) return this.insertUnknown(node, words, i, lists, line);
      if (child.kind === 'container') {
        node = last = this.enter(node, child, [words[i]], line);
        i++;
      } else if (child.kind === 'list') {
        const end = this.readKeys(child, node, words, i);
        if (end < 0) return null;
        last = this.enter(node, child, words.slice(i, end), line);
        i = end;
        // `address 192.0.2.1/32 port 80`: the port stands beside the address
        if (child.options.isLeaf !== true) node = last;
      } else {
        const end = child.kind === 'flag' ? i + 1 : i + 2;
        // more words than the schema allows: a form that it does not know
        if (end < words.length && schema.child(words[end]) === null) {
          return this.insertUnknown(node, words, i, lists, line);
        }
        const list = lists?.get(i + 1);
        const values = list ?? words.slice(i + 1, end);
        if (!this.checkValues(child, values, i, end > words.length)) return null;
        last = this.enter(node, child, [words[i]], line);
        this.rememberValues(last);
        if (child.kind === 'leaf') last.values = values;
        else for (const value of child.kind === 'flag' ? [] : values) last.addValue(value);
        i = end;
      }
    }
    return last;
  }

  private readKeys(schema: SchemaNode, parent: Statement, words: readonly string[], start: number): number {
    let i = schema.options.bare ? start : start + 1;
    this.isListOpen = i === words.length && schema.options.bare !== true;
    for (const { type, word, optional } of schema.keys) {
      if (word !== undefined) {
        if (words[i] === word) i++;
        else if (optional) break;
        else return this.fail(i < words.length ? 'syntax error' : 'missing argument', i) ?? -1;
      }
      const wrong = i < words.length ? type.check(words[i]) : 'missing argument';
      if (wrong !== null && !(i < words.length && isWildcard(words[i], parent))) return this.fail(wrong, i) ?? -1;
      i++;
    }
    return i;
  }

  private checkValues({ kind, type }: SchemaNode, values: readonly string[], at: number, isMissing: boolean): boolean {
    if (kind === 'flag') return true;
    if (isMissing) return this.fail('missing argument', at + 1) !== null;
    if (kind === 'leaf' && values.length !== 1) return this.fail('syntax error', at + 1) !== null;
    for (const value of values) {
      const wrong = type!.check(value);
      if (wrong !== null) return this.fail(wrong, at + 1) !== null;
    }
    return true;
  }

  private fail(problem: string, at: number): null {
    this.problem = problem;
    this.problemAt = at;
    return null;
  }

  /** Adds values, which then do not stand beside the list any more. */
  private addValues(statement: Statement, list: readonly string[]): void {
    const parent = statement.parent!;
    for (const value of list) {
      statement.addValue(value);
      const beside = parent.findKey(`${statement.key}\0${value}`);
      if (beside === undefined || beside.schema !== null || beside.children.length > 0) continue;
      parent.remove(beside);
      this.undos.push(() => parent.add(beside));
    }
  }

  /** Takes back what the last words changed. */
  undo(): void {
    for (let last = this.added.pop(); last !== undefined; last = this.added.pop()) last.parent!.remove(last);
    for (let undo = this.undos.pop(); undo !== undefined; undo = this.undos.pop()) undo();
  }

  /** Keeps a statement that has a block below it, and must not as the schema has it; it takes the place of the known one. */
  keepBlock(known: Statement, words: readonly string[]): Statement | null {
    const { parent, schema, line } = known;
    const own = words.slice(schema?.kind === 'flag' ? -1 : -2);
    if (schema?.kind === 'leaf-list') known.removeValue(own[1]);
    if (known.values.length === 0 || schema?.kind === 'leaf') parent!.remove(known);
    return this.keep(parent!, own, 0, null, line);
  }

  private rememberValues(statement: Statement): void {
    if (!this.remembersValues || statement.values.length === 0) return;
    const values = [...statement.values];
    this.undos.push(() => {
      for (const value of [...statement.values]) statement.removeValue(value);
      for (const value of values) statement.addValue(value);
    });
  }

  /** Returns the statement below of these words; adds it, and takes away what it excludes, if there is none. */
  private enter(parent: Statement, schema: SchemaNode, words: readonly string[], line: number): Statement {
    const key = words.length === 1 ? words[0] : words.join('\0');
    const found = parent.findKey(key);
    if (found !== undefined && found.schema === schema) return found;
    const { choice } = schema.options;
    if (choice !== undefined) {
      for (const other of parent.children.filter((each) => each.schema?.options.choice === choice)) {
        parent.remove(other);
        this.undos.push(() => parent.add(other));
      }
    }
    const added = parent.add(new Statement(schema, words, parent, line));
    this.added.push(added);
    return added;
  }

  /** Keeps words as they are, below statements that begin with them. */
  private insertUnknown(
    parent: Statement,
    words: readonly string[],
    start: number,
    lists: Lists | null,
    line: number,
  ): Statement | null {
    this.unknownAt = start;
    this.isUnmodelled = parent.schema === null || parent.schema.options.unmodelled === true;
    const list = lists?.get(words.length - 1) ?? null;
    for (const at of lists?.keys() ?? []) {
      // only values at the end can be told from words
      if (at >= start && (at < words.length - 1 || at === start)) return this.fail('syntax error', at);
    }
    if (list === null) return this.keep(parent, words, start, null, line);
    const before = words.slice(0, -1);
    // one value in brackets is the same as one without
    if (list.length === 1) return this.keep(parent, [...before, ...list], start, null, line);
    return this.keep(parent, before, start, list, line);
  }

  private keep(
    parent: Statement,
    words: readonly string[],
    start: number,
    list: readonly string[] | null,
    line: number,
  ): Statement | null {
    let node = parent;
    let i = start;
    for (;;) {
      const end = findUnknown(node, words, i);
      if (end < 0) break;
      node = node.findKey(words.slice(i, end).join('\0'))!;
      i = end;
      if (i === words.length) {
        if (list !== null) {
          if (node.children.length > 0) return this.fail('syntax error', i);
          this.rememberValues(node);
          this.addValues(node, list);
        }
        return node;
      }
      if (node.values.length > 0) return node;
    }
    if (node.depth >= MAX_DEPTH) return this.fail(`statement more than ${MAX_DEPTH} levels deep`, i);
    const added = node.add(new Statement(null, words.slice(i), node, line));
    this.added.push(added);
    this.addValues(added, list ?? []);
    return added;
  }
}

/** Returns the end of the words from `start` that name a statement which the schema does not know; -1 if none does. */
export function findUnknown(node: Statement, words: readonly string[], start: number): number {
  let key = '';
  for (let end = start + 1; end <= words.length; end++) {
    key = end === start + 1 ? words[start] : `${key}\0${words[end - 1]}`;
    const found = node.findKey(key);
    if (found === undefined || found.schema !== null) continue;
    // what begins like a list of values, and is neither it nor one of its values, stands beside it
    const { values } = found;
    const rest = words.length - end;
    if (values.length === 0 || rest === 0 || (rest === 1 && values.includes(words[end]))) return end;
  }
  return -1;
}

/** Whether a word is a wildcard, which only groups may have. */
function isWildcard(word: string, parent: Statement): boolean {
  if (!word.startsWith('<') || !word.endsWith('>')) return false;
  let node = parent;
  while (node.parent !== null && node.parent.parent !== null) node = node.parent;
  return node.words[0] === 'groups';
}

/** Returns the list without keyword whose identifier a wildcard stands for. */
function wildcardList(schema: SchemaNode, word: string, parent: Statement): SchemaNode | null {
  return isWildcard(word, parent) ? (schema.children.find(({ options }) => options.bare) ?? null) : null;
}
