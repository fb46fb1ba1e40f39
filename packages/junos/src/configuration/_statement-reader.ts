import { Inserter, LIST_WORD } from './_insert.ts';
import type { Lexer, TokenKind } from './_lexer.ts';
import type { ConfigurationProblem } from './configuration-problem.ts';
import { Statement } from './statement.ts';

/** Words that stand before those of every statement of a block: `address-book { global { ... } }`. */
export interface Prefix {
  readonly words: readonly string[];
  readonly lines: readonly number[];
  readonly columns: readonly number[];
  readonly isInactive: boolean;
}

/** More errors than these are not listed. */
const MAX_ERRORS = 100;

/**
 * Gathers the words of one statement after the other, puts them into a tree, and notes what
 * is wrong and what is not known.
 */
export class StatementReader {
  readonly root: Statement;
  readonly errors: ConfigurationProblem[] = [];
  readonly warnings: ConfigurationProblem[] = [];
  private readonly inserter = new Inserter();
  private readonly warned = new Set<string>();
  /** Words of a statement, where each begins, and the values in brackets behind them. */
  protected words: string[] = [];
  private lines: number[] = [];
  private columns: number[] = [];
  protected lists: Map<number, readonly string[]> | null = null;
  private isInactive = false;
  /** Whether the statement is one that `delete:` stands before. */
  private isDeleted = false;
  protected prefix: Prefix | null = null;

  constructor(root: Statement) {
    this.root = root;
  }

  /** Begins anew. */
  protected startStatement(): void {
    this.words = [];
    this.lines.length = 0;
    this.columns.length = 0;
    this.lists = null;
    this.isInactive = false;
    this.isDeleted = false;
  }

  /** Takes the first word away again. */
  protected dropFirst(): void {
    this.words.shift();
    this.lines.shift();
    this.columns.shift();
    if (this.lists !== null) this.lists = new Map([...this.lists].map(([at, values]) => [at - 1, values]));
  }

  /** Takes a word, or a mark before the first one. */
  protected readWord(lexer: Lexer, hasMarks = true): void {
    const { word } = lexer;
    if (hasMarks && this.words.length === 0 && !lexer.isQuoted && word.endsWith(':')) {
      if (word === 'inactive:') {
        this.isInactive = true;
        return;
      }
      if (word === 'protect:' || word === 'replace:' || word === 'active:') {
        const { line, column } = lexer;
        this.warn(word, { message: `mark ${word} is left out`, path: [], line, column });
        return;
      }
      if (word === 'delete:') {
        const { line, column } = lexer;
        this.warn(word, { message: 'mark delete: is left out with its statement', path: [], line, column });
        this.isDeleted = true;
        return;
      }
    }
    this.words.push(word);
    this.lines.push(lexer.line);
    this.columns.push(lexer.column);
  }

  /** Takes values in brackets; `false` where they do not end. */
  protected readList(lexer: Lexer): boolean {
    const values: string[] = [];
    const { line, column } = lexer;
    for (let kind = lexer.next(); kind !== ']'; kind = lexer.next()) {
      if (kind !== 'word') {
        this.fail(kind === 'error' ? lexer.word : `[ must be followed by words and ]: got ${show(kind)}`, lexer);
        return false;
      }
      values.push(lexer.word);
    }
    if (values.length === 0) {
      this.fail('[ must be followed by a value', lexer);
      return false;
    }
    this.lists ??= new Map();
    this.lists.set(this.words.length, values);
    this.words.push(LIST_WORD);
    this.lines.push(line);
    this.columns.push(column);
    return true;
  }

  /** Begins a block: of a statement, or of the identifiers of a list. */
  protected begin(node: Statement, comments: readonly string[] | null): Statement {
    const { words, lines, columns, isInactive } = this;
    if (this.isDeleted) {
      this.startStatement();
      this.prefix = null;
      return new Statement(null, ['-'], node);
    }
    const prefix: Prefix = { words, lines: [...lines], columns: [...columns], isInactive };
    const statement = this.insert(node, comments, true);
    this.prefix = statement === null && this.inserter.isListOpen ? prefix : null;
    // what stands in a statement that is wrong goes nowhere
    return statement ?? (this.prefix === null ? new Statement(null, ['-'], node) : node);
  }

  /** Puts the statement that was read into the tree; `null` if it is wrong. */
  protected insert(node: Statement, comments: readonly string[] | null, isBlock = false): Statement | null {
    const { inserter, prefix } = this;
    if (this.isDeleted) {
      this.startStatement();
      return null;
    }
    if (prefix !== null) {
      this.words.unshift(...prefix.words);
      this.lines.unshift(...prefix.lines);
      this.columns.unshift(...prefix.columns);
      const { lists } = this;
      if (lists !== null) this.lists = new Map([...lists].map(([at, values]) => [at + prefix.words.length, values]));
      this.isInactive ||= prefix.isInactive;
    }
    const { words } = this;
    let statement = inserter.insert(node, words, this.lists, this.lines[0]);
    if (statement === null) {
      inserter.undo();
      if (!(isBlock && inserter.isListOpen))
        this.addError(inserter.problem, inserter.problemAt, [...node.path, ...words]);
    } else {
      if (inserter.unknownAt >= 0) this.warnOfUnknown(node);
      if (isBlock && statement.schema !== null && !mayHaveChildren(statement)) {
        this.warnOf(statement.path, 0, 'has another form than the model knows');
        statement = inserter.keepBlock(statement, words) ?? statement;
      }
      if (comments !== null || this.isInactive) {
        const first = firstBelow(node, statement);
        if (comments !== null) first.comments = comments;
        if (this.isInactive) first.inactive = true;
      }
      if (isBlock && !mayHaveChildren(statement)) {
        this.addError('no { may follow here', words.length, statement.path);
        statement = null;
      }
    }
    this.startStatement();
    return statement;
  }

  private warnOfUnknown(node: Statement): void {
    const { unknownAt, isUnmodelled } = this.inserter;
    // below an unknown statement nothing new is to be said
    if (node.schema === null && unknownAt === 0) return;
    const path = [...node.path, ...this.words.slice(0, unknownAt + 1)];
    this.warnOf(path, unknownAt, isUnmodelled ? 'is not part of the model' : 'is not known to the model');
  }

  private warnOf(path: readonly string[], wordIndex: number, what: string): void {
    const [line, column] = [this.lines[wordIndex], this.columns[wordIndex]];
    const message = `${path.join(' ')} ${what}: it is kept and has no effect`;
    this.warn(path.join('\0'), { message, path, line, column });
  }

  private warn(kind: string, problem: ConfigurationProblem): void {
    if (this.warned.has(kind)) return;
    this.warned.add(kind);
    this.warnings.push(problem);
  }

  /** Notes an error at a word of the statement, or behind its last. */
  protected addError(message: string, wordIndex: number, path: readonly string[]): void {
    if (this.errors.length >= MAX_ERRORS) return;
    const last = this.words.length - 1;
    const at = Math.min(wordIndex, last);
    const behind = wordIndex > last ? this.words[last].length + 1 : 0;
    this.errors.push({ message, path, line: this.lines[at], column: this.columns[at] + behind });
  }

  /** Ends reading: where a sign is missing or one too many, nobody knows how the rest was meant. */
  protected fail(message: string, { line, column }: { line: number; column: number }): void {
    this.errors.push({ message, path: [], line, column });
    this.startStatement();
  }
}

/** Whether statements may stand below. */
function mayHaveChildren({ schema, values }: Statement): boolean {
  return schema === null ? values.length === 0 : schema.kind === 'container' || schema.kind === 'list';
}

/** Returns the outermost statement that words below `node` named: what marks before them mean. */
function firstBelow(node: Statement, statement: Statement): Statement {
  let first = statement;
  while (first.parent !== node && first.parent !== null && !isJoinedBelow(node, first.parent)) first = first.parent;
  return first;
}

function isJoinedBelow(node: Statement, statement: Statement): boolean {
  return statement.schema?.options.joined === true && statement.parent === node;
}

/** A token as a message names it. */
export function show(kind: TokenKind): string {
  return kind === 'end' ? 'the end of the text' : kind === 'newline' ? 'the end of the line' : kind;
}
