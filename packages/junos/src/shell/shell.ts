import { completeAt, isQuoting } from './_complete-at.ts';
import { Dialogue } from './_dialogue.ts';
import { type Key, KeyDecoder, type KeyName } from './_keys.ts';
import { LineEditor } from './_line-editor.ts';
import { Terminal } from './_terminal.ts';
import type { CommandOutcome, Question } from './command-outcome.ts';
import { CommandSession } from './command-session.ts';
import type { ShellDevice } from './shell-device.ts';
import type { ShellOptions } from './shell-options.ts';

/**
 * The command line of a device at a terminal: keys in, screen out, both as bytes.
 *
 * Cursor keys, Ctrl-A E B F K U W Y T D L, Alt-B F D edit the line, up and down go through what was typed before. Tab
 * and space complete, `?` tells what may come. A page that is full waits at `---(more)---`. It knows no runtime: a
 * program connects it with a terminal, a page with an emulator of one.
 *
 * Fidelity: observed. Prompts, completion, the place of the caret, `---(more)---`. Keys while a page waits are assumed.
 *
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { Configuration, deviceViewOf, Shell } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const configuration = new Configuration();
 * const device = {
 *   configuration,
 *   hostName: 'edge',
 *   nowNs: 0,
 *   view: () => deviceViewOf(resolveChassis()),
 *   clearSessions: () => 0,
 *   reboot: () => '',
 *   changeFpc: () => '',
 * };
 * let screen = '';
 * const shell = new Shell(device, { write: (bytes) => (screen += new TextDecoder().decode(bytes)) });
 * shell.start();
 * shell.input(new TextEncoder().encode('sh sec fl statu\t\r'));
 * await shell.settled;
 * assert.match(screen, /^user@edge> sh.*\r\n {2}Flow forwarding mode:\r\n/);
 * ```
 */
export class Shell {
  private readonly session: CommandSession;
  private readonly editor = new LineEditor();
  private readonly keys = new KeyDecoder();
  private readonly terminal: Terminal;
  private readonly dialogue: Dialogue;
  private waiting: Key[] = [];
  private pending: Promise<void> = Promise.resolve();

  /**
   * @param device The device.
   * @param options Its terminal.
   */
  constructor(device: ShellDevice, options: ShellOptions) {
    const { columns = 80, rows = 24, user } = options;
    this.session = new CommandSession(device, { rows: rows - 1, columns, ...(user !== undefined && { user }) });
    this.terminal = new Terminal(options.write, columns, rows);
    this.dialogue = new Dialogue(this.session, this.editor, this.terminal, options.onExit ?? (() => {}));
  }

  /** Resolves when everything that was typed so far has been done. */
  get settled(): Promise<void> {
    return this.pending;
  }

  /** Shows the first prompt. */
  start(): void {
    this.dialogue.ask();
    this.drain();
  }

  /** The terminal has another size. */
  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.session.rows = this.terminal.rows - 1;
    this.session.columns = this.terminal.columns;
  }

  /**
   * Takes bytes that were typed; characters and sequences may be cut anywhere.
   *
   * @param bytes Bytes of the terminal; not kept.
   */
  input(bytes: Uint8Array): void {
    for (const key of this.keys.decode(bytes)) this.waiting.push(key);
    this.drain();
  }

  /** Does what was typed, until a command takes its time. */
  private drain(): void {
    const { dialogue } = this;
    while (this.waiting.length > 0 && dialogue.task.kind !== 'busy' && dialogue.task.kind !== 'over') {
      const key = this.waiting.shift()!;
      if (key.kind === 'key') this.press(key.name);
      else this.type(key.text);
    }
  }

  private type(text: string): void {
    const { task } = this.dialogue;
    if (task.kind === 'more') {
      // every character is an order of its own
      const [first, ...rest] = text;
      if (rest.length > 0) this.waiting.unshift({ kind: 'text', text: rest.join('') });
      this.dialogue.goOn(task.pager, task.after, first);
      return;
    }
    if (task.kind !== 'command') {
      this.editor.insert(text);
      this.dialogue.draw();
      return;
    }
    const characters = [...text];
    for (let character = characters.shift(); character !== undefined; character = characters.shift()) {
      const isKey = (character === ' ' && this.complete(false)) || (character === '?' && this.help());
      if (!isKey) this.editor.insert(character);
      // a list that is longer than the screen waits
      else if (this.dialogue.task.kind !== 'command') {
        if (characters.length > 0) this.waiting.unshift({ kind: 'text', text: characters.join('') });
        return;
      }
    }
    this.dialogue.draw();
  }

  private press(name: KeyName): void {
    const { editor, dialogue } = this;
    const { task } = dialogue;
    if (task.kind === 'more') {
      if (name === 'enter' || name === 'down') dialogue.goOn(task.pager, task.after, '\n');
      else if (name === 'interrupt' || name === 'end-of-input') dialogue.goOn(task.pager, task.after, 'q');
      return;
    }
    switch (name) {
      case 'enter':
        this.enter();
        return;
      case 'tab':
        if (task.kind === 'command') this.complete(true);
        else if (task.kind === 'text') editor.insert('\t');
        dialogue.draw();
        return;
      case 'redraw':
        this.terminal.raw('\x1b[H\x1b[2J');
        this.terminal.line.begin();
        if (task.kind === 'command') dialogue.promptAgain();
        else dialogue.draw();
        return;
      case 'interrupt':
        this.interrupt();
        return;
      case 'end-of-input':
        if (editor.text !== '') editor.press('delete');
        else if (task.kind === 'text') this.finishText(task.question, task.lines);
        else if (task.kind === 'command') {
          this.terminal.line.leave();
          dialogue.end();
          return;
        }
        dialogue.draw();
        return;
      default:
        // there is no history of answers
        if (task.kind !== 'command' && (name === 'up' || name === 'down')) return;
        if (editor.press(name)) dialogue.draw();
    }
  }

  private interrupt(): void {
    const { dialogue, terminal } = this;
    const { task } = dialogue;
    terminal.raw('^C');
    this.editor.clear();
    terminal.line.leave();
    if (task.kind === 'pattern') task.pager.stop();
    dialogue.ask();
  }

  private enter(): void {
    const { dialogue, terminal } = this;
    const { task } = dialogue;
    const line = this.editor.take(task.kind === 'command');
    terminal.line.leave();
    switch (task.kind) {
      case 'command': {
        const prompt = dialogue.promptLine;
        this.settle(
          () => this.session.run(line),
          (done) => dialogue.show(done, prompt, line.trim() === ''),
        );
        return;
      }
      case 'line':
        this.settle(
          () => task.question.answer(line),
          (done) => dialogue.show(done, '', false),
        );
        return;
      case 'text':
        task.lines.push(line);
        dialogue.draw();
        return;
      case 'pattern':
        try {
          task.use(line);
        } catch (error) {
          terminal.print(`${(error as Error).message}\n`);
        }
        dialogue.page(task.pager, task.after);
        return;
      default:
    }
  }

  private finishText(question: Question, lines: readonly string[]): void {
    this.terminal.line.begin();
    const text = lines.map((line) => `${line}\n`).join('');
    this.settle(
      () => question.answer(text),
      (done) => this.dialogue.show(done, '', false),
    );
  }

  /** Runs something that may take its time; keys wait meanwhile. */
  private settle(run: () => CommandOutcome | Promise<CommandOutcome>, then: (done: CommandOutcome) => void): void {
    this.dialogue.task = { kind: 'busy' };
    const finish = (done: CommandOutcome): void => {
      then(done);
      this.drain();
    };
    const done = run();
    if (done instanceof Promise) this.pending = this.pending.then(() => done).then(finish);
    else then(done);
  }

  /** Completes the word before the cursor; whether the key is done with. */
  private complete(isTab: boolean): boolean {
    const { editor } = this;
    const step = completeAt(editor.text, editor.cursor, isTab, (line) => this.session.complete(line));
    if (step.addition !== '') {
      editor.insert(step.addition);
      this.dialogue.draw();
    }
    if (step.told !== null) this.dialogue.tell(step.told);
    return step.isDone;
  }

  /** Lists what may come; a `?` within quotes is a character. */
  private help(): boolean {
    const before = this.editor.text.slice(0, this.editor.cursor);
    if (isQuoting(before)) return false;
    this.dialogue.tell(this.session.complete(before));
    return true;
  }
}
