import { effectiveTree } from '../configuration/_groups.ts';
import type { Statement } from '../configuration/statement.ts';
import type { ModelWarning } from './configured-model.ts';

/** What the parts of the translation share: the tree that counts, and warnings. */
export class ModelReader {
  /** Tree without what is inactive, with groups. */
  readonly root: Statement;
  readonly node: 0 | 1;
  readonly warnings: ModelWarning[] = [];
  private readonly said = new Set<string>();

  constructor(root: Statement, node: 0 | 1) {
    const { root: tree, missing } = effectiveTree(root, node);
    this.root = tree;
    this.node = node;
    for (const group of missing) this.warn(tree, `group ${group} is not there: nothing is inherited from it`);
  }

  /** Returns the statement of a path of keywords. */
  find(...keywords: readonly string[]): Statement | undefined {
    let node: Statement | undefined = this.root;
    for (const each of keywords) node = node?.find(each);
    return node;
  }

  /** Returns the value of a leaf. */
  valueOf(...keywords: readonly string[]): string | null {
    return this.find(...keywords)?.values[0] ?? null;
  }

  /** Returns the value of a leaf as number. */
  numberOf(...keywords: readonly string[]): number | null {
    const value = this.valueOf(...keywords);
    return value === null ? null : Number(value);
  }

  /** Says something about a statement, once. */
  warn({ path, line }: Statement, message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    this.warnings.push({ message, path, line });
  }

  /** Names what is there and has no effect: what the schema does not know, and what it knows and nobody models. */
  warnOfTheRest(statement: Statement = this.root): void {
    for (const child of statement.children) {
      if (child.words[0] === 'groups' && statement === this.root) continue;
      if (child.schema === null) {
        const path = [...statement.path, child.words[0]].join(' ');
        this.warn(child, `${path} is not part of the model: it has no effect`);
      } else {
        if (child.schema.options.inert) {
          // names would make a warning of every policy
          const path = [...keywordsOf(statement), child.words[0]].join(' ');
          this.warn(child, `${path} has no effect in the model`);
        }
        this.warnOfTheRest(child);
      }
    }
  }
}

/** Keywords from the root to a statement, without identifiers. */
function keywordsOf(statement: Statement): string[] {
  const words: string[] = [];
  for (let node: Statement | null = statement; node !== null && node.parent !== null; node = node.parent) {
    if (node.schema?.options.bare !== true) words.unshift(node.words[0]);
  }
  return words;
}

/** Returns statements below one that have a keyword. */
export function named(statement: Statement | undefined, keyword: string): Statement[] {
  return (statement?.children ?? []).filter(({ words, schema }) => words[0] === keyword && schema !== null);
}
