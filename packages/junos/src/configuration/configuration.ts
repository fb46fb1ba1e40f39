// A little over 300 lines: one public class, nearly half of it documentation; what its methods do stands elsewhere.
import { Candidate } from './_candidate.ts';
import { EditLevels, levelsDownTo } from './_edit-levels.ts';
import { annotate, move, rename } from './_edits.ts';
import { examine } from './_examine.ts';
import { effectiveTree } from './_groups.ts';
import { deleteWords, entriesOf, gathered, setActive } from './_path.ts';
import { readCommand } from './_read-command.ts';
import { showStatement } from './_show-statement.ts';
import { type BootSettings, bootSettingsOf } from './boot-settings.ts';
import { CommitHistory, type CommitRecord, checkConfirmedMinutes } from './commit-history.ts';
import { compareConfigurations } from './compare-configurations.ts';
import { type ConfigurationProblem, ConfigurationSyntaxError } from './configuration-problem.ts';
import type { CommandInput, CommitOptions, CommitResult, LoadMode, LoadResult } from './configuration-results.ts';
import type { ConfigurationFormat } from './format-configuration.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { ROOT_SCHEMA } from './schema/root.ts';
import { Statement } from './statement.ts';

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
  private readonly commits: CommitHistory;
  private readonly edited: Candidate;
  private readonly levels = new EditLevels();
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
    this.edited = new Candidate(() => this.active);
    this.node = node;
    this.booted = this.bootSettings(root);
  }

  /** What is active. */
  get active(): Statement {
    return this.commits.records[0].root;
  }

  /** What is being edited. */
  get candidate(): Statement {
    return this.edited.tree;
  }

  /** What was committed, the active configuration first, at most 50. */
  get history(): readonly CommitRecord[] {
    return this.commits.records;
  }

  /** Words of the level that is edited. */
  get editPath(): readonly string[] {
    return this.levels.path;
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
    return this.edited.change(() => {
      this.edited.insert(this.editPath, input);
      const path = [...this.editPath, ...input.words];
      const at = this.edited.inserter.unknownAt;
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
    this.edited.edit(this.editPath, command, (words) => deleteWords(this.candidate, words));
  }

  /**
   * Marks a statement as inactive: it stays and has no effect.
   *
   * @param command Words after `deactivate`.
   * @throws {ConfigurationSyntaxError} If there is no such statement.
   */
  deactivate(command: CommandInput): void {
    this.edited.edit(this.editPath, command, (words) => setActive(this.candidate, words, false));
  }

  /**
   * Takes the mark away again.
   *
   * @param command Words after `activate`.
   * @throws {ConfigurationSyntaxError} If there is no such statement.
   */
  activate(command: CommandInput): void {
    this.edited.edit(this.editPath, command, (words) => setActive(this.candidate, words, true));
  }

  /**
   * Gives a statement other identifiers, in its place.
   *
   * @param command Words after `rename`: the statement, `to`, and its last words anew, such as `policy a to policy b`.
   * @throws {ConfigurationSyntaxError} If there is no such statement, or one of the new name.
   */
  rename(command: CommandInput): void {
    rename(this.edited, this.editPath, command);
  }

  /**
   * Moves an entry of a list before or after another one.
   *
   * @param command Words after `insert`, such as `policy a before policy b`.
   * @throws {ConfigurationSyntaxError} If one of them is not there.
   */
  insertStatement(command: CommandInput): void {
    move(this.edited, this.editPath, command);
  }

  /**
   * Puts an annotation above a statement; an empty one takes it away.
   *
   * @param command Words after `annotate`: the statement, then the text.
   * @throws {ConfigurationSyntaxError} If there is no such statement, or the text would end its own annotation.
   */
  annotate(command: CommandInput): void {
    annotate(this.edited, this.editPath, command);
  }

  /**
   * Goes to a level below.
   *
   * @param command Words after `edit`.
   * @throws {ConfigurationSyntaxError} If the words name no level.
   */
  edit(command: CommandInput): void {
    const input = readCommand(command);
    const levels = this.edited.try((root) => levelsDownTo(this.edited.insert(this.editPath, input, { root })));
    if (levels === null) throw new ConfigurationSyntaxError('syntax error', input.words.length - 1);
    this.levels.enter(levels);
  }

  /** Goes up some levels; one by default, at most to the highest. */
  up(count: number = 1): void {
    this.levels.up(count);
  }

  /** Goes to the highest level. */
  top(): void {
    this.levels.top();
  }

  /** Goes back to where the last `edit` began; `false` at the highest level, where `exit` leaves configuration mode. */
  exit(): boolean {
    return this.levels.exit();
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
    const statement = gathered(this.candidate, words);
    if (statement !== null) return showStatement(statement, format);
    if (words.length === this.editPath.length) return '';
    // whether the schema has it
    this.edited.try((root) => this.edited.insert(this.editPath, input, { root, isLookup: true }));
    const entries = entriesOf(this.candidate, words);
    return entries === null ? '' : showStatement(entries, format);
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
    this.edited.replace(root);
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
    this.edited.replace(number === 0 ? null : root.copy(null));
    return 'load complete\n';
  }

  /** Checks the candidate as a commit would. */
  check(): CommitResult {
    const { errors, warnings, said } = examine(this.candidate, this.node, this.afterReboot);
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
    checkConfirmedMinutes(confirmedMinutes);
    const { errors, warnings, said } = examine(this.candidate, this.node, this.afterReboot);
    if (errors !== '') return { ok: false, output: `${said}${errors}`, warnings };
    this.commits.add({ root: this.candidate, committedNs: nowNs, comment }, confirmedMinutes);
    this.edited.replace(null);
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
    this.edited.replace(null);
    return true;
  }

  /** Reboots the device: what waited for it takes effect. */
  reboot(): void {
    this.booted = this.afterReboot;
  }

  private bootSettings(root: Statement): BootSettings {
    return bootSettingsOf(effectiveTree(root, this.node).root);
  }
}
