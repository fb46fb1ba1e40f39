import { MAX_DEPTH } from './_insert.ts';
import { Lexer, type TokenKind } from './_lexer.ts';
import { deleteWords, setActive } from './_path.ts';
import { type Prefix, StatementReader, show } from './_statement-reader.ts';
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

/** A first line that was pasted with its prompt, as `lab@fw> show configuration | display set`. */
const PROMPT = /^\s{0,99}[\w.-]{1,64}@[\w.-]{1,64}[>#].*\n/;

/** Tells whether the first words are those of a command; a prompt does not hide the form, so that it is what is refused. */
function isSetForm(text: string): boolean {
  const lexer = new Lexer(text.replace(PROMPT, ''), true);
  let kind = lexer.next();
  while (kind === 'newline') kind = lexer.next();
  return kind === 'word' && !lexer.isQuoted && COMMANDS.includes(lexer.word) && lexer.next() === 'word';
}

/** Reads either form: curly text by its signs, lines by their ends. */
class Parser extends StatementReader {
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
      this.dropFirst();
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
}

/** Says why a token may not stand where it does. */
function whyNot(kind: TokenKind, { word }: Lexer, hasList: boolean, depth: number): string {
  if (kind === 'error') return word;
  if (hasList) return `statement with values in [ ] must end with ;: got ${show(kind)}`;
  if (kind === '{' && depth >= MAX_DEPTH) return `{ must stand at most ${MAX_DEPTH} levels deep`;
  if (kind === '}' || kind === 'end') return `statement must end with ;: got ${show(kind)}`;
  return `statement must begin with a word: got ${show(kind)}`;
}

function joined(some: string[] | null, more: string[] | null): string[] | null {
  return some === null || more === null ? (some ?? more) : [...some, ...more];
}
