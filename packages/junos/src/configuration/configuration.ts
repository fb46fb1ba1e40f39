import { checkConfiguration } from './_commit-check.ts';
import { moveStatement, renameStatement } from './_edits.ts';
import { formatStatement } from './_format-text.ts';
import { effectiveTree } from './_groups.ts';
import { Inserter } from './_insert.ts';
import { deleteWords, findPath, setActive } from './_path.ts';
import { type CommandWords, readCommand } from './_read-command.ts';
import { quoteWord } from './_word.ts';
import { type BootSettings, bootSettingsOf, rebootWarnings } from './boot-settings.ts';
import { CommitHistory, type CommitRecord } from './commit-history.ts';
import { compareConfigurations } from './compare-configurations.ts';
import { type ConfigurationProblem, ConfigurationSyntaxError } from './configuration-problem.ts';
import { type ConfigurationFormat, formatConfiguration } from './format-configuration.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { ROOT_SCHEMA } from './schema/root.ts';
import { Statement } from './statement.ts';

/** A command as one text, or its words. */
export type CommandInput = string | readonly string[];

/** What `commit` may be told. */
export interface CommitOptions {
  /** Now, in nanoseconds since the simulation started; 0 by default. */
  readonly nowNs?: number;
  /** Comment for the list of commits. */
  readonly comment?: string;
  /** Minutes, 1 to 65535, after which the commit is taken back unless another one confirms it. */
  readonly confirmedMinutes?: number;
}

/** What a commit, or its check, came to. */
export interface CommitResult {
  /** Whether it succeeded; nothing was committed otherwise. */
  readonly ok: boolean;
  /** What the device prints, with a line end. */
  readonly output: string;
  /** Its warnings, without the word. */
  readonly warnings: readonly string[];
}

/** What loading a text came to. */
export interface LoadResult {
  /** Statements that were left out. */
  readonly errors: readonly ConfigurationProblem[];
  /** Statements that the model does not know, and kept. */
  readonly warnings: readonly ConfigurationProblem[];
  /** What the device prints, with a line end. */
  readonly output: string;
}

/** How a text is loaded: lines of commands, in place of everything, or added to what is there. */
export type LoadMode = 'set' | 'override' | 'merge';

/**
 * The configuration of a device: what is active, the candidate, the level that is edited, and what was active before.
 *
 * Commands take whole words, as one text or one by one; paths are relative to the level that is edited. A command that
 * throws has changed nothing. What only a reboot brings into effect is in `running` once `reboot` was called.
 *
 * Fidelity: documented. Junos "CLI user guide". Texts of errors are those of published sessions where they are known;
 * texts of checks other than missing statements are assumed.
 *
 * @example Changing the ordering mode, as the guide tells it
 * ```ts
 * import { Configuration } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const configuration = new Configuration();
 * configuration.set('security forwarding-process application-services packet-ordering-mode software');
 * assert.equal(
 *   configuration.show('security forwarding-process'),
 *   'application-services {\n    packet-ordering-mode software;\n}\n',
 * );
 * const warning =
 *   'warning: System packet ordering mode changed, reboot is required to take effect. ' +
 *   'If you have deployed a cluster, be sure to reboot all nodes.\n';
 * assert.equal(configuration.check().output, `${warning}configuration check succeeds\n`);
 * assert.equal(configuration.commit().output, `${warning}commit complete\n`);
 * assert.equal(configuration.running.orderingMode, 'hardware');
 * configuration.reboot();
 * assert.equal(configuration.running.orderingMode, 'software');
 * ```
 */
export class Configuration {
  private readonly inserter = new Inserter(true);
  private readonly commits: CommitHistory;
  /** `null` while the candidate is what is active. */
  private draft: Statement | null = null;
  /** Words of each level that is edited, outermost first. */
  private levels: readonly (readonly string[])[] = [];
  private readonly returns: (readonly (readonly string[])[])[] = [];
  private booted: BootSettings;
  private readonly node: 0 | 1;

  /**
   * @param options Text that is active from the start, its statements with errors left out; and the node of a cluster,
   * which `apply-groups "${node}"` follows.
   */
  constructor(options: { readonly active?: string | Statement; readonly node?: 0 | 1 } = {}) {
    const { active = new Statement(ROOT_SCHEMA, [], null), node = 0 } = options;
    const root = typeof active === 'string' ? parseConfiguration(active).root : active;
    this.commits = new CommitHistory(root);
    this.node = node;
    this.booted = this.bootSettings(root);
  }

  /** What is active. */
  get active(): Statement {
    return this.commits.records[0].root;
  }

  /** What is being edited. */
  get candidate(): Statement {
    return this.draft ?? this.active;
  }

  /** What was committed, the active configuration first, at most 50. */
  get history(): readonly CommitRecord[] {
    return this.commits.records;
  }

  /** Words of the level that is edited. */
  get editPath(): readonly string[] {
    return this.levels.flat();
  }

  /** What the last reboot brought into effect. */
  get running(): BootSettings {
    return this.booted;
  }

  /** What the next reboot brings into effect. */
  get afterReboot(): BootSettings {
    return this.bootSettings(this.active);
  }

  /** Active tree as it counts: without what is inactive, and with groups. */
  get effective(): Statement {
    return effectiveTree(this.active, this.node).root;
  }

  /** When an unconfirmed commit is taken back, `null` without one. */
  get confirmDueNs(): number | null {
    return this.commits.dueNs;
  }

  /**
   * Adds statements or values, or changes a value.
   *
   * @param command Words after `set`.
   * @returns Warnings: the statement is kept and the model does not know it.
   * @throws {ConfigurationSyntaxError} If a word is not known at a level that the model knows, or a value is wrong.
   */
  set(command: CommandInput): readonly ConfigurationProblem[] {
    const input = readCommand(command);
    if (input.words.length === 0) throw new ConfigurationSyntaxError('missing argument', 0);
    return this.change(() => {
      const { inserter } = this;
      this.insert(this.candidate, input);
      const path = [...this.editPath, ...input.words];
      const at = inserter.unknownAt;
      if (at < 0) return [];
      const words = path.slice(0, at + 1).join(' ');
      return [{ message: `${words} is not part of the model: it is kept and has no effect`, path, line: 0, column: 0 }];
    });
  }

  /**
   * Takes statements or a value away; without words, everything at the level that is edited.
   *
   * @param command Words after `delete`.
   * @throws {ConfigurationSyntaxError} If there is no such statement.
   */
  delete(command: CommandInput): void {
    this.edited(command, (words) => deleteWords(this.candidate, words));
  }

  /**
   * Marks a statement as inactive: it stays and has no effect.
   *
   * @param command Words after `deactivate`.
   * @throws {ConfigurationSyntaxError} If there is no such statement.
   */
  deactivate(command: CommandInput): void {
    this.edited(command, (words) => setActive(this.candidate, words, false));
  }

  /**
   * Takes the mark away again.
   *
   * @param command Words after `activate`.
   * @throws {ConfigurationSyntaxError} If there is no such statement.
   */
  activate(command: CommandInput): void {
    this.edited(command, (words) => setActive(this.candidate, words, true));
  }

  /**
   * Gives a statement other identifiers, in its place.
   *
   * @param command Words after `rename`: the statement, `to`, and its last words anew, such as `policy a to policy b`.
   * @throws {ConfigurationSyntaxError} If there is no such statement, or one of the new name.
   */
  rename(command: CommandInput): void {
    const { words, columns } = readCommand(command);
    const to = words.lastIndexOf('to');
    if (to < 1) throw new ConfigurationSyntaxError('missing argument', words.length);
    this.change(() => {
      const statement = this.find(words.slice(0, to), columns);
      renameStatement(statement, words.slice(to + 1), this.inserter, to + 1);
    }, columns);
  }

  /**
   * Moves an entry of a list before or after another one.
   *
   * @param command Words after `insert`, such as `policy a before policy b`.
   * @throws {ConfigurationSyntaxError} If one of them is not there.
   */
  insertStatement(command: CommandInput): void {
    const { words, columns } = readCommand(command);
    const at = words.findIndex((word, index) => index > 0 && (word === 'before' || word === 'after'));
    if (at < 1) throw new ConfigurationSyntaxError('missing argument', words.length);
    this.change(() => {
      const statement = this.find(words.slice(0, at), columns);
      moveStatement(statement, words[at], words.slice(at + 1), at + 1);
    }, columns);
  }

  /**
   * Puts an annotation above a statement; an empty one takes it away.
   *
   * @param command Words after `annotate`: the statement, then the text.
   * @throws {ConfigurationSyntaxError} If there is no such statement, or the text would end its own annotation.
   */
  annotate(command: CommandInput): void {
    const { words, columns } = readCommand(command);
    const text = words[words.length - 1];
    if (words.length < 2) throw new ConfigurationSyntaxError('missing argument', words.length);
    if (text.includes('*/')) throw new ConfigurationSyntaxError('annotation must not hold */', words.length - 1);
    this.change(() => {
      this.find(words.slice(0, -1), columns).comments = text.trim() === '' ? [] : [text.trim()];
    });
  }

  /**
   * Goes to a level below.
   *
   * @param command Words after `edit`.
   * @throws {ConfigurationSyntaxError} If the words name no level.
   */
  edit(command: CommandInput): void {
    const input = readCommand(command);
    const kept = this.draft;
    const statement = this.insert(this.ownDraft(), input);
    const levels: (readonly string[])[] = [];
    for (let node = statement; node.parent !== null; node = node.parent) levels.unshift(node.words);
    const isLevel =
      statement.schema === null || statement.schema.kind === 'container' || statement.schema.kind === 'list';
    this.inserter.undo();
    this.draft = kept;
    if (!isLevel || statement.values.length > 0)
      throw new ConfigurationSyntaxError('syntax error', input.words.length - 1);
    this.returns.push(this.levels);
    this.levels = levels;
  }

  /** Goes up some levels; one by default, at most to the highest. */
  up(count: number = 1): void {
    this.levels = this.levels.slice(0, Math.max(0, this.levels.length - count));
  }

  /** Goes to the highest level. */
  top(): void {
    this.levels = [];
    this.returns.length = 0;
  }

  /** Goes back to where the last `edit` began; `false` at the highest level, where `exit` leaves configuration mode. */
  exit(): boolean {
    if (this.levels.length === 0) return false;
    this.levels = this.returns.pop() ?? [];
    return true;
  }

  /**
   * Returns the candidate at the level that is edited, or what is below it.
   *
   * @param command Words of a statement; without words all of the level.
   * @param format Form.
   * @returns Text with line ends, nothing if there is no such statement.
   * @throws {ConfigurationSyntaxError} If there can be no such statement.
   */
  show(command: CommandInput = [], format: ConfigurationFormat = 'text'): string {
    const input = readCommand(command);
    const words = [...this.editPath, ...input.words];
    const target = findPath(this.candidate, words);
    if ('message' in target) {
      if (words.length === this.editPath.length) return '';
      const kept = this.draft;
      // whether the schema has it
      this.insert(this.ownDraft(), input, true);
      this.inserter.undo();
      this.draft = kept;
      return '';
    }
    const { statement } = target;
    const isValue =
      statement.values.length > 0 || (statement.children.length === 0 && statement.schema?.kind === 'flag');
    if (format !== 'text') return formatConfiguration(statement, format);
    if (isValue) return formatStatement(statement, '');
    let marks = '';
    for (let node: Statement | null = statement; node !== null; node = node.parent) {
      if (node.inactive) marks = `##\n## inactive: ${node.path.map(quoteWord).join(' ')}\n##\n`;
    }
    return marks + formatConfiguration(statement);
  }

  /**
   * Compares the candidate with what is active, or was, as `show | compare` prints it.
   *
   * @param rollback Number of the committed configuration, 0 for the active one.
   * @returns Lines; nothing if they are equal.
   * @throws {RangeError} If there is none of that number.
   */
  compare(rollback: number = 0): string {
    const other = this.commits.find(rollback).root;
    return this.candidate === other ? '' : compareConfigurations(this.candidate, other);
  }

  /**
   * Loads a text into the candidate.
   *
   * @param mode How.
   * @param text In curly form; of mode `set`, lines of commands. Of `merge` and `override` either.
   * @returns What could not be taken, and what is not known; the rest is in the candidate.
   */
  load(mode: LoadMode, text: string): LoadResult {
    const into = mode === 'override' ? new Statement(ROOT_SCHEMA, [], null) : this.candidate.copy(null);
    const { root, errors, warnings } = parseConfiguration(text, mode === 'set' ? { into, form: 'set' } : { into });
    this.draft = root;
    const lines = errors.map(({ line, column, message }) => `terminal:${line}:(${column}) ${message}\n`).join('');
    const count = errors.length === 0 ? '' : ` (${errors.length} error${errors.length === 1 ? '' : 's'})`;
    return { errors, warnings, output: `${lines}load complete${count}\n` };
  }

  /**
   * Makes a committed configuration the candidate again.
   *
   * @param number Which one: 0 for the active one, 1 for the one before.
   * @returns What the device prints.
   * @throws {RangeError} If there is none of that number.
   */
  rollback(number: number = 0): string {
    const { root } = this.commits.find(number);
    this.draft = number === 0 ? null : root.copy(null);
    return 'load complete\n';
  }

  /** Checks the candidate as a commit would. */
  check(): CommitResult {
    const { errors, warnings } = this.examine();
    const said = warnings.map((warning) => `warning: ${warning}\n`).join('');
    if (errors !== '') return { ok: false, output: `${said}${errors}`, warnings };
    return { ok: true, output: `${said}configuration check succeeds\n`, warnings };
  }

  /**
   * Makes the candidate active. It also confirms a commit that waits for it.
   *
   * @param options Time, comment, and whether it must be confirmed.
   * @returns What the device prints; if the candidate is not right, nothing has changed.
   * @throws {RangeError} If the minutes are out of range.
   */
  commit(options: CommitOptions = {}): CommitResult {
    const { nowNs = 0, comment = null, confirmedMinutes } = options;
    if (
      confirmedMinutes !== undefined &&
      !(Number.isInteger(confirmedMinutes) && confirmedMinutes >= 1 && confirmedMinutes <= 65_535)
    ) {
      throw new RangeError(`Cannot commit configuration: minutes must be from 1 to 65535: got ${confirmedMinutes}`);
    }
    const { errors, warnings } = this.examine();
    const said = warnings.map((warning) => `warning: ${warning}\n`).join('');
    if (errors !== '') return { ok: false, output: `${said}${errors}`, warnings };
    this.commits.add({ root: this.candidate, committedNs: nowNs, comment }, confirmedMinutes);
    this.draft = null;
    if (confirmedMinutes === undefined) return { ok: true, output: `${said}commit complete\n`, warnings };
    const note = `commit confirmed will be automatically rolled back in ${confirmedMinutes} minutes unless confirmed\n`;
    return { ok: true, output: `${said}${note}commit complete\n`, warnings };
  }

  /**
   * Lets time pass: takes back a commit that was not confirmed in time.
   *
   * @param nowNs Now, in nanoseconds since the simulation started.
   * @returns Whether a commit was taken back.
   */
  advance(nowNs: number): boolean {
    if (!this.commits.takeBack(nowNs)) return false;
    this.draft = null;
    return true;
  }

  /** Reboots the device: what waited for it takes effect. */
  reboot(): void {
    this.booted = this.afterReboot;
  }

  private bootSettings(root: Statement): BootSettings {
    return bootSettingsOf(effectiveTree(root, this.node).root);
  }

  private examine(): { errors: string; warnings: string[] } {
    const { root, missing } = effectiveTree(this.candidate, this.node);
    const problems = [
      // a group of the other node may be missing here
      ...missing
        .filter((group) => !group.includes(`\${node}`))
        .map((group) => ({ path: [], statement: 'apply-groups', message: `group ${quoteWord(group)} is not defined` })),
      ...checkConfiguration(root),
    ];
    const said = problems.map(({ path, statement, message }) => {
      const level = path.length === 0 ? '[edit]' : `[edit ${path.map(quoteWord).join(' ')}]`;
      return `${level}\n  '${statement}'\n    ${message}\n`;
    });
    const errors = said.length === 0 ? '' : `${said.join('')}error: configuration check-out failed\n`;
    return { errors, warnings: rebootWarnings(this.afterReboot, bootSettingsOf(root)) };
  }

  private ownDraft(): Statement {
    this.draft ??= this.active.copy(null);
    return this.draft;
  }

  /** Runs a change on the candidate; if it throws, there was none. */
  private change<T>(run: () => T, columns: readonly number[] = []): T {
    const kept = this.draft;
    this.ownDraft();
    try {
      return run();
    } catch (error) {
      this.draft = kept;
      if (!(error instanceof ConfigurationSyntaxError) || error.column > 0) throw error;
      const { message, wordIndex, line } = error;
      throw new ConfigurationSyntaxError(message, wordIndex, line, columns[wordIndex] ?? 0);
    }
  }

  /** Inserts words below the level that is edited; throws, with the word's place, if they are wrong. */
  private insert(root: Statement, { words, columns, lists }: CommandWords, isLookup = false): Statement {
    const { inserter } = this;
    const above = this.editPath;
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

  private find(words: readonly string[], columns: readonly number[]): Statement {
    const above = this.editPath;
    const target = findPath(this.candidate, [...above, ...words]);
    if (!('message' in target) && target.value === null && words.length > 0) return target.statement;
    const at = 'message' in target ? target.wordIndex - above.length : words.length;
    throw new ConfigurationSyntaxError(
      'message' in target ? target.message : 'syntax error',
      at,
      1,
      columnOf(columns, words, at),
    );
  }

  private edited(
    command: CommandInput,
    run: (words: readonly string[]) => { message: string; wordIndex: number } | null,
  ): void {
    const { words, columns, lists } = readCommand(command);
    const above = this.editPath;
    this.change(() => {
      // a later value may be wrong when an earlier one is gone already
      if (lists !== null) this.draft = this.candidate.copy(null);
      for (const each of lists?.get(words.length - 1) ?? [null]) {
        const wrong = run([...above, ...(each === null ? words : [...words.slice(0, -1), each])]);
        if (wrong === null) continue;
        const at = Math.max(0, wrong.wordIndex - above.length);
        throw new ConfigurationSyntaxError(wrong.message, at, 1, columnOf(columns, words, at));
      }
    });
  }
}

/** Column of a word of the command, or behind its last; 0 where words were given one by one. */
function columnOf(columns: readonly number[], words: readonly string[], at: number): number {
  if (columns.length === 0) return 0;
  const last = columns.length - 1;
  return at <= last ? columns[at] : columns[last] + words[last].length + 1;
}
