import type { SchemaNode } from './schema/schema-node.ts';

/** Longer lists are looked up by an index. */
const SCANNED = 8;

/**
 * One statement of a configuration, with the statements below it in their order.
 *
 * Read it freely; change it through `Configuration` or by parsing text. A statement that the schema knows has one level for
 * each part of its path, however the text was laid out; what it does not know is kept as it was written.
 *
 * @example
 * ```ts
 * import { parseConfiguration } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const { root } = parseConfiguration('chassis { fpc 7 { np-cache; } }');
 * const [fpc] = root.children[0].children;
 * assert.deepEqual(fpc.words, ['fpc', '7']);
 * assert.deepEqual(fpc.path, ['chassis', 'fpc', '7']);
 * ```
 */
export class Statement {
  /** What the schema says about it; `null` if it does not know the statement. */
  readonly schema: SchemaNode | null;
  /** Keyword and identifiers, such as `['unit', '0']`; values stand apart. None of the root. */
  readonly words: readonly string[];
  /** Statement above, `null` of the root. */
  readonly parent: Statement | null;
  /** The value of a leaf, or those of a list of values. */
  values: readonly string[] = [];
  /** Statements below, in their order. */
  children: readonly Statement[] = [];
  /** Whether it is marked `inactive:`. */
  inactive = false;
  /** Annotations, without their signs. */
  comments: readonly string[] = [];
  /** Line of the text that it was read from, 0 if it was set by a command. */
  readonly line: number;
  /** Words as one text, unique among the statements beside it. */
  readonly key: string;
  private index: Map<string, Statement> | null = null;
  private known: Set<string> | null = null;

  /** @param parent The new statement is not added to it. */
  constructor(schema: SchemaNode | null, words: readonly string[], parent: Statement | null, line = 0) {
    this.schema = schema;
    this.words = words;
    this.parent = parent;
    this.line = line;
    this.key = words.length === 1 ? words[0] : words.join('\0');
  }

  /** Words from the root to here, without values. */
  get path(): readonly string[] {
    const parts: string[] = [];
    for (let node: Statement = this; node.parent !== null; node = node.parent) parts.unshift(...node.words);
    return parts;
  }

  /** Number of statements above. */
  get depth(): number {
    let depth = 0;
    for (let node = this.parent; node !== null; node = node.parent) depth++;
    return depth;
  }

  /** Returns the statement below that has these words, `undefined` without. */
  find(...words: readonly string[]): Statement | undefined {
    return this.findKey(words.length === 1 ? words[0] : words.join('\0'));
  }

  /** @internal */
  findKey(key: string): Statement | undefined {
    const { children } = this;
    if (children.length <= SCANNED) {
      for (let i = 0; i < children.length; i++) if (children[i].key === key) return children[i];
      return undefined;
    }
    this.index ??= new Map(children.map((child) => [child.key, child]));
    return this.index.get(key);
  }

  /** @internal Adds a statement, at the end or before another. */
  add(child: Statement, before?: Statement): Statement {
    const children = this.children as Statement[];
    if (children.length === 0) this.children = [child];
    else if (before === undefined) children.push(child);
    else children.splice(children.indexOf(before), 0, child);
    this.index?.set(child.key, child);
    return child;
  }

  /** @internal */
  remove(child: Statement): void {
    const at = this.children.indexOf(child);
    if (at >= 0) (this.children as Statement[]).splice(at, 1);
    this.index?.delete(child.key);
  }

  /** @internal Takes away all statements below. */
  clear(): void {
    this.children = [];
    this.index = null;
  }

  /** @internal Puts another statement in the place of one. */
  replace(child: Statement, other: Statement): void {
    (this.children as Statement[])[this.children.indexOf(child)] = other;
    this.index?.delete(child.key);
    this.index?.set(other.key, other);
  }

  /** @internal Adds a value to a list of values, once. */
  addValue(value: string): void {
    const values = this.values as string[];
    if (values.length === 0) {
      this.values = [value];
      return;
    }
    if (values.length > SCANNED) this.known ??= new Set(values);
    if (this.known !== null ? this.known.has(value) : values.includes(value)) return;
    values.push(value);
    this.known?.add(value);
  }

  /** @internal */
  removeValue(value: string): boolean {
    const at = this.values.indexOf(value);
    if (at < 0) return false;
    (this.values as string[]).splice(at, 1);
    this.known?.delete(value);
    return true;
  }

  /** @internal Copies the statement and all below, under another parent and perhaps with other words. */
  copy(parent: Statement | null, words: readonly string[] = this.words): Statement {
    const copy = new Statement(this.schema, words, parent, this.line);
    copy.values = [...this.values];
    copy.inactive = this.inactive;
    copy.comments = this.comments;
    copy.children = this.children.map((child) => child.copy(copy));
    return copy;
  }
}
