import { Inserter, LIST_WORD, MAX_DEPTH } from './_insert.ts';
import { Lexer, type TokenKind } from './_lexer.ts';
import { deleteWords, setActive } from './_path.ts';
import { quoteForMessage } from './_word.ts';
import type { ConfigurationProblem } from './configuration-problem.ts';
import { ROOT_SCHEMA } from './schema/root.ts';
import { Statement } from './statement.ts';

/** How to read a configuration. */
export interface ParseOptions {
  /** Form of the text; by default it is told from the first words. */
  readonly form?: 'text' | 'set';
  /** Tree to add to, as `load merge` does; it is changed. A new one by default. */
  readonly into?: Statement;
}

/** A configuration that was read. */
export interface ParsedConfiguration {
  /** The tree; of a text with errors what could be read. */
  readonly root: Statement;
  /** What is wrong: such statements are not in the tree. */
  readonly errors: readonly ConfigurationProblem[];
  /** What the model does not know, once per kind of statement; such statements are kept. */
  readonly warnings: readonly ConfigurationProblem[];
  /** Which form the text had. */
  readonly form: 'text' | 'set';
}

/** Words that stand before those of every statement of a block: `address-book { global { ... } }`. */
interface Prefix {
  readonly words: readonly string[];
  readonly lines: readonly number[];
  readonly columns: readonly number[];
  readonly isInactive: boolean;
}

/** More errors than these are not listed. */
const MAX_ERRORS = 100;
/** First words of lines in the form of commands. */
const COMMANDS: readonly string[] = ['set', 'delete', 'deactivate', 'activate'];

/**
 * Reads a configuration in curly form or as `set` lines, whichever the text has.
 *
 * Never throws for what a text says: what is wrong is listed with line and column, and the rest is there. What the schema
 * does not know but is well-formed is kept, and one warning tells of each kind. Annotations are kept in curly form; `#`
 * begins a comment that is skipped.
 *
 * Fidelity: documented. Junos "CLI user guide", forms of configuration data. How an unknown statement was laid out can not
 * be told from `set` lines: it is written back as one statement.
 *
 * @param text The text, with any line ends.
 * @param options Form, if it is not to be told from the text, and the tree to add to.
 * @returns The tree and what to know about it.
 * @example
 * ```ts
 * import { formatConfiguration, parseConfiguration } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const { root, warnings } = parseConfiguration('chassis { fpc 7 { np-cache; } }\nsnmp { community public; }');
 * assert.equal(formatConfiguration(root, 'set'), 'set chassis fpc 7 np-cache\nset snmp community public\n');
 * assert.equal(warnings[0].message, 'snmp community is not part of the model: it is kept and has no effect');
 *
 * const { errors } = parseConfiguration('security {\n    flow {\n        aging high-watermark 101;\n    }\n}');
 * assert.deepEqual([errors[0].line, errors[0].column], [3, 30]);
 * assert.equal(errors[0].message, 'Value 101 is not within range (1..100)');
 * ```
 */
export function parseConfiguration(text: string, options: ParseOptions = {}): ParsedConfiguration {
  const parser = new Parser(options.into ?? new Statement(ROOT_SCHEMA, [], null));
  const form = options.form ?? (isSetForm(text) ? 'set' : 'text');
  if (form === 'set') parser.readLines(text);
  else parser.readText(text);
  return { root: parser.root, errors: parser.errors, warnings: parser.warnings, form };
}

/** Tells whether the first words are those of a command. */
function isSetForm(text: string): boolean {
  const lexer = new Lexer(text, true);
  let kind = lexer.next();
  while (kind === 'newline') kind = lexer.next();
  return kind === 'word' && !lexer.isQuoted && COMMANDS.includes(lexer.word) && lexer.next() === 'word';
}

class Parser {
  readonly root: Statement;
  readonly errors: ConfigurationProblem[] = [];
  readonly warnings: ConfigurationProblem[] = [];
  private readonly inserter = new Inserter();
  private readonly warned = new Set<string>();
  /** Words of a statement, where each begins, and the values in brackets behind them. */
  private words: string[] = [];
  private lines: number[] = [];
  private columns: number[] = [];
  private lists: Map<number, readonly string[]> | null = null;
  private isInactive = false;
  private prefix: Prefix | null = null;

  constructor(root: Statement) {
    this.root = root;
  }

  /** Reads curly form. */
  readText(text: string): void {
    const lexer = new Lexer(text);
    const open: { node: Statement; prefix: Prefix | null; line: number; column: number }[] = [];
    let node = this.root;
    let comments: string[] | null = null;
    for (;;) {
      const kind = lexer.next();
      if (this.words.length === 0) comments = joined(comments, lexer.takeComments());
      else lexer.takeComments();
      if (kind === 'word') this.readWord(lexer);
      else if (kind === '[' && this.words.length > 0) {
        if (!this.readList(lexer)) return;
      } else if (kind === ';') {
        if (this.words.length > 0) this.insert(node, comments);
        comments = null;
      } else if (kind === '{' && this.words.length > 0 && this.lists === null && open.length < MAX_DEPTH) {
        open.push({ node, prefix: this.prefix, line: lexer.line, column: lexer.column });
        node = this.begin(node, comments);
        comments = null;
      } else if (kind === '}' && this.words.length === 0) {
        const closed = open.pop();
        if (closed === undefined) {
          this.fail('} without {', lexer);
          return;
        }
        node = closed.node;
        this.prefix = closed.prefix;
        comments = null;
      } else if (kind === 'end' && this.words.length === 0) {
        if (open.length > 0) this.fail('{ without }', open[open.length - 1]);
        return;
      } else {
        this.fail(whyNot(kind, lexer, this.lists !== null, open.length), lexer);
        return;
      }
    }
  }

  /** Reads lines with commands. */
  readLines(text: string): void {
    const lexer = new Lexer(text, true);
    for (;;) {
      const kind = lexer.next();
      lexer.takeComments();
      if (kind === 'word') {
        this.readWord(lexer, false);
      } else if (kind === '[' && this.words.length > 0) {
        if (!this.readList(lexer)) return;
      } else if (kind === 'newline' || kind === 'end') {
        if (this.words.length > 0) this.runLine();
        if (kind === 'end') return;
      } else {
        this.fail(whyNot(kind, lexer, false, 0), lexer);
        return;
      }
    }
  }

  private runLine(): void {
    const [command] = this.words;
    const words = this.words.slice(1);
    if (!COMMANDS.includes(command)) {
      this.addError(`line must begin with ${COMMANDS.join(', ')}: got ${quoteForMessage(command)}`, 0, []);
    } else if (words.length === 0) this.addError(`${command} must be followed by a statement`, 1, []);
    else if (command === 'set') {
      this.words.shift();
      this.lines.shift();
      this.columns.shift();
      if (this.lists !== null) this.lists = new Map([...this.lists].map(([at, values]) => [at - 1, values]));
      this.insert(this.root, null);
    } else {
      const list = this.lists?.get(this.words.length - 1);
      for (const value of list ?? [null]) {
        const all = value === null ? words : [...words.slice(0, -1), value];
        const wrong =
          command === 'delete' ? deleteWords(this.root, all) : setActive(this.root, all, command === 'activate');
        if (wrong !== null) this.addError(wrong.message, wrong.wordIndex + 1, words);
      }
    }
    this.startStatement();
  }

  private startStatement(): void {
    this.words = [];
    this.lines.length = 0;
    this.columns.length = 0;
    this.lists = null;
    this.isInactive = false;
  }

  private readWord(lexer: Lexer, hasMarks = true): void {
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
    }
    this.words.push(word);
    this.lines.push(lexer.line);
    this.columns.push(lexer.column);
  }

  private readList(lexer: Lexer): boolean {
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
  private begin(node: Statement, comments: readonly string[] | null): Statement {
    const { words, lines, columns, isInactive } = this;
    const prefix: Prefix = { words, lines: [...lines], columns: [...columns], isInactive };
    const statement = this.insert(node, comments, true);
    this.prefix = statement === null && this.inserter.isListOpen ? prefix : null;
    // what stands in a statement that is wrong goes nowhere
    return statement ?? (this.prefix === null ? new Statement(null, ['-'], node) : node);
  }

  /** Puts the statement that was read into the tree; `null` if it is wrong. */
  private insert(node: Statement, comments: readonly string[] | null, isBlock = false): Statement | null {
    const { inserter, prefix } = this;
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
  private addError(message: string, wordIndex: number, path: readonly string[]): void {
    if (this.errors.length >= MAX_ERRORS) return;
    const last = this.words.length - 1;
    const at = Math.min(wordIndex, last);
    const behind = wordIndex > last ? this.words[last].length + 1 : 0;
    this.errors.push({ message, path, line: this.lines[at], column: this.columns[at] + behind });
  }

  /** Ends reading: where a sign is missing or one too many, nobody knows how the rest was meant. */
  private fail(message: string, { line, column }: { line: number; column: number }): void {
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

function joined(some: string[] | null, more: string[] | null): string[] | null {
  return some === null || more === null ? (some ?? more) : [...some, ...more];
}

function show(kind: TokenKind): string {
  return kind === 'end' ? 'the end of the text' : kind === 'newline' ? 'the end of the line' : kind;
}

/** Says why a token may not stand where it does. */
function whyNot(kind: TokenKind, { word }: Lexer, hasList: boolean, depth: number): string {
  if (kind === 'error') return word;
  if (hasList) return `statement with values in [ ] must end with ;: got ${show(kind)}`;
  if (kind === '{' && depth >= MAX_DEPTH) return `{ must stand at most ${MAX_DEPTH} levels deep`;
  if (kind === '}' || kind === 'end') return `statement must end with ;: got ${show(kind)}`;
  return `statement must begin with a word: got ${show(kind)}`;
}
