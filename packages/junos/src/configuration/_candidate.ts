import { Inserter } from './_insert.ts';
import { findPath } from './_path.ts';
import { type CommandWords, readCommand } from './_read-command.ts';
import { ConfigurationSyntaxError } from './configuration-problem.ts';
import type { CommandInput } from './configuration-results.ts';
import type { Statement } from './statement.ts';

/** The tree that is edited: what is active, until something is changed. A change that fails leaves it as it was. */
export class Candidate {
  readonly inserter: Inserter = new Inserter(true);
  /** `null` while it is what is active. */
  private draft: Statement | null = null;
  private readonly active: () => Statement;

  constructor(active: () => Statement) {
    this.active = active;
  }

  get tree(): Statement {
    return this.draft ?? this.active();
  }

  /** Another tree is edited from now on; `null`: what is active. */
  replace(tree: Statement | null): void {
    this.draft = tree;
  }

  /** Runs something on a tree of its own, and leaves no trace of it. */
  try<T>(run: (tree: Statement) => T): T {
    const kept = this.draft;
    try {
      return run(this.own());
    } finally {
      this.inserter.undo();
      this.draft = kept;
    }
  }

  /** Runs a change; if it throws, there was none. */
  change<T>(run: () => T, columns: readonly number[] = []): T {
    const kept = this.draft;
    this.own();
    try {
      return run();
    } catch (error) {
      this.draft = kept;
      if (!(error instanceof ConfigurationSyntaxError) || error.column > 0) throw error;
      const { message, wordIndex, line } = error;
      throw new ConfigurationSyntaxError(message, wordIndex, line, columns[wordIndex] ?? 0);
    }
  }

  /** Changes what the words of a command name; of values in brackets each. */
  edit(
    above: readonly string[],
    command: CommandInput,
    run: (words: readonly string[]) => { message: string; wordIndex: number } | null,
  ): void {
    const { words, columns, lists } = readCommand(command);
    this.change(() => {
      // a later value may be wrong when an earlier one is gone already
      if (lists !== null) this.draft = this.tree.copy(null);
      for (const each of lists?.get(words.length - 1) ?? [null]) {
        const wrong = run([...above, ...(each === null ? words : [...words.slice(0, -1), each])]);
        if (wrong === null) continue;
        const at = Math.max(0, wrong.wordIndex - above.length);
        throw new ConfigurationSyntaxError(wrong.message, at, 1, columnOf(columns, words, at));
      }
    });
  }

  /** Inserts words below a level; throws, with the word's place, if they are wrong. */
  insert(
    above: readonly string[],
    { words, columns, lists }: CommandWords,
    options: { readonly root?: Statement; readonly isLookup?: boolean } = {},
  ): Statement {
    const { root = this.tree, isLookup = false } = options;
    const { inserter } = this;
    const shifted = lists && new Map([...lists].map(([at, values]) => [at + above.length, values]));
    const statement = inserter.insert(root, [...above, ...words], shifted, 0);
    if (statement !== null && (inserter.unknownAt < 0 || inserter.isUnmodelled)) return statement;
    // a leaf without value is enough to ask for it
    if (isLookup && statement === null && inserter.problem === 'missing argument') return root;
    const at = (statement === null ? inserter.problemAt : inserter.unknownAt) - above.length;
    const message = statement === null ? inserter.problem : 'syntax error';
    inserter.undo();
    throw new ConfigurationSyntaxError(message, at, 1, columnOf(columns, words, at));
  }

  /** Finds the statement that words name below a level. */
  find(above: readonly string[], words: readonly string[], columns: readonly number[]): Statement {
    const target = findPath(this.tree, [...above, ...words]);
    if (!('message' in target) && target.value === null && words.length > 0) return target.statement;
    const at = 'message' in target ? target.wordIndex - above.length : words.length;
    const message = 'message' in target ? target.message : 'syntax error';
    throw new ConfigurationSyntaxError(message, at, 1, columnOf(columns, words, at));
  }

  private own(): Statement {
    this.draft ??= this.active().copy(null);
    return this.draft;
  }
}

/** Column of a word of the command, or behind its last; 0 where words were given one by one. */
function columnOf(columns: readonly number[], words: readonly string[], at: number): number {
  if (columns.length === 0) return 0;
  const last = columns.length - 1;
  return at <= last ? columns[at] : columns[last] + words[last].length + 1;
}
