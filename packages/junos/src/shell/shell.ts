import type { CompletionResult } from '../command-line/command-line.ts';
import { completeAt, isQuoting } from './_complete-at.ts';
import { completionTable } from './_completion-table.ts';
import { type Key, KeyDecoder, type KeyName } from './_keys.ts';
import { LineEditor } from './_line-editor.ts';
import { MORE_HELP, moreOrderOf } from './_more-keys.ts';
import { MORE, Pager } from './_pager.ts';
import { linesOf } from './_pipes-run.ts';
import { ScreenLine } from './_screen-line.ts';
import type { After, Task } from './_task.ts';
import type { CommandOutcome, Question } from './command-outcome.ts';
import { CommandSession } from './command-session.ts';
import type { ShellDevice } from './shell-device.ts';

/** What a shell needs of its terminal. */
export interface ShellOptions {
  /** Takes what the terminal shows: UTF-8 with the control sequences of a VT100. */
  readonly write: (bytes: Uint8Array) => void;
  /** Told when the session is over. */
  readonly onExit?: () => void;
  /** Columns of the terminal; 80 by default. */
  readonly columns?: number;
  /** Rows of the terminal; 24 by default. */
  readonly rows?: number;
  /** Name before the `@` of the prompt; `user` by default. */
  readonly user?: string;
}

/**
 * The command line of a device at a terminal: keys in, screen out, both as bytes.
 *
 * Cursor keys, Ctrl-A E B F K U W Y T D L, Alt-B F D edit the line, up and down go through what was typed before. Tab and space
 * complete, `?` tells what may come. A page that is full waits at `---(more)---`. It knows no runtime: a program connects it
 * with a terminal, a page with an emulator of one.
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
  private readonly encoder = new TextEncoder();
  private readonly send: (bytes: Uint8Array) => void;
  private readonly onExit: () => void;
  private readonly screen: ScreenLine;
  private columns: number;
  private rows: number;
  private task: Task = { kind: 'busy' };
  private waiting: Key[] = [];
  private pending: Promise<void> = Promise.resolve();

  /**
   * @param device The device.
   * @param options Its terminal.
   */
  constructor(device: ShellDevice, options: ShellOptions) {
    const { columns = 80, rows = 24, user } = options;
    this.send = options.write;
    this.onExit = options.onExit ?? (() => {});
    this.session = new CommandSession(device, { rows: rows - 1, columns, ...(user !== undefined && { user }) });
    this.screen = new ScreenLine((text) => this.raw(text), columns);
    this.columns = columns;
    this.rows = rows;
  }

  /** Resolves when everything that was typed so far has been done. */
  get settled(): Promise<void> {
    return this.pending;
  }

  /** Shows the first prompt. */
  start(): void {
    this.ask();
    this.drain();
  }

  /** The terminal has another size. */
  resize(columns: number, rows: number): void {
    this.columns = Math.max(2, columns);
    this.rows = Math.max(2, rows);
    this.session.rows = this.rows - 1;
    this.session.columns = this.columns;
    this.screen.resize(this.columns);
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
    while (this.waiting.length > 0 && this.task.kind !== 'busy' && this.task.kind !== 'over') {
      const key = this.waiting.shift()!;
      if (key.kind === 'key') this.press(key.name);
      else this.type(key.text);
    }
  }

  private type(text: string): void {
    const { task } = this;
    if (task.kind === 'more') {
      // every character is an order of its own
      const [first, ...rest] = text;
      if (rest.length > 0) this.waiting.unshift({ kind: 'text', text: rest.join('') });
      this.goOn(task.pager, task.after, first);
      return;
    }
    if (task.kind !== 'command') {
      this.editor.insert(text);
      this.draw();
      return;
    }
    const characters = [...text];
    for (let character = characters.shift(); character !== undefined; character = characters.shift()) {
      const isKey = (character === ' ' && this.complete(false)) || (character === '?' && this.help());
      if (!isKey) this.editor.insert(character);
      // a list that is longer than the screen waits
      else if (this.task.kind !== 'command') {
        if (characters.length > 0) this.waiting.unshift({ kind: 'text', text: characters.join('') });
        return;
      }
    }
    this.draw();
  }

  private press(name: KeyName): void {
    const { task, editor } = this;
    if (task.kind === 'more') {
      if (name === 'enter' || name === 'down') this.goOn(task.pager, task.after, '\n');
      else if (name === 'interrupt' || name === 'end-of-input') this.goOn(task.pager, task.after, 'q');
      return;
    }
    switch (name) {
      case 'enter':
        this.enter();
        return;
      case 'tab':
        if (task.kind === 'command') this.complete(true);
        else if (task.kind === 'text') editor.insert('\t');
        this.draw();
        return;
      case 'redraw':
        this.raw('\x1b[H\x1b[2J');
        this.screen.begin();
        if (task.kind === 'command') this.promptAgain();
        else this.draw();
        return;
      case 'interrupt':
        this.interrupt();
        return;
      case 'end-of-input':
        if (editor.text !== '') editor.press('delete');
        else if (task.kind === 'text') this.finishText(task.question, task.lines);
        else if (task.kind === 'command') {
          this.screen.leave();
          this.end();
          return;
        }
        this.draw();
        return;
      default:
        // there is no history of answers
        if (task.kind !== 'command' && (name === 'up' || name === 'down')) return;
        if (editor.press(name)) this.draw();
    }
  }

  private interrupt(): void {
    const { task } = this;
    this.raw('^C');
    this.editor.clear();
    this.screen.leave();
    if (task.kind === 'pattern') task.pager.stop();
    this.ask();
  }

  private enter(): void {
    const { task } = this;
    const line = this.editor.take(task.kind === 'command');
    this.screen.leave();
    switch (task.kind) {
      case 'command': {
        const prompt = lastLine(this.session.prompt);
        this.settle(
          () => this.session.run(line),
          (done) => this.show(done, prompt, line.trim() === ''),
        );
        return;
      }
      case 'line':
        this.settle(
          () => task.question.answer(line),
          (done) => this.show(done, '', false),
        );
        return;
      case 'text':
        task.lines.push(line);
        this.draw();
        return;
      case 'pattern':
        try {
          task.use(line);
        } catch (error) {
          this.print(`${(error as Error).message}\n`);
        }
        this.page(task.pager, task.after);
        return;
      default:
    }
  }

  private finishText(question: Question, lines: readonly string[]): void {
    this.screen.begin();
    const text = lines.map((line) => `${line}\n`).join('');
    this.settle(
      () => question.answer(text),
      (done) => this.show(done, '', false),
    );
  }

  /** Runs something that may take its time; keys wait meanwhile. */
  private settle(run: () => CommandOutcome | Promise<CommandOutcome>, then: (done: CommandOutcome) => void): void {
    this.task = { kind: 'busy' };
    const finish = (done: CommandOutcome): void => {
      then(done);
      this.drain();
    };
    const done = run();
    if (done instanceof Promise) this.pending = this.pending.then(() => done).then(finish);
    else then(done);
  }

  /** Shows what a command came to; the caret needs the prompt that stood before its words. */
  private show(done: CommandOutcome, prompt: string, isEmpty: boolean): void {
    if (isEmpty) {
      if (this.session.context.mode === 'configuration') this.raw('\r\n');
      this.ask();
      return;
    }
    const after: CommandOutcome = { ...done, output: [] };
    const { error } = done;
    if (error?.offset != null && prompt !== '') {
      const column = (prompt.length + error.offset) % this.columns;
      this.print(`${' '.repeat(column)}^\n`);
    }
    const pager = new Pager(linesOf(done.output), (text) => this.print(text));
    if (done.isPaged) this.page(pager, after);
    else {
      while (!pager.isDone) pager.show(1000, this.columns);
      this.finish(after);
    }
  }

  private page(pager: Pager, after: After): void {
    pager.show(this.rows - 1, this.columns);
    this.wait(pager, after);
  }

  private wait(pager: Pager, after: After): void {
    if (pager.isDone) {
      this.finish(after);
      return;
    }
    this.task = { kind: 'more', pager, after };
    this.raw(MORE);
  }

  /** Does what a key at `---(more)---` stands for. */
  private goOn(pager: Pager, after: After, key: string): void {
    this.raw(`\r${' '.repeat(MORE.length)}\r`);
    const ask = (prompt: string, use: (pattern: string) => void): void => {
      this.task = { kind: 'pattern', prompt, pager, after, use };
      this.draw();
    };
    // of a list the line that is typed stays as it is
    switch (moreOrderOf(key, after !== null)) {
      case 'page':
        this.page(pager, after);
        return;
      case 'line':
        pager.show(1, this.columns);
        this.wait(pager, after);
        return;
      case 'all':
        while (!pager.isDone) pager.show(1000, this.columns);
        this.finish(after);
        return;
      case 'quit':
        pager.stop();
        this.finish(after);
        return;
      case 'match':
        ask('| match ', (pattern) => pager.match(pattern, false));
        return;
      case 'except':
        ask('| except ', (pattern) => pager.match(pattern, true));
        return;
      case 'find':
        ask('/', (pattern) => {
          if (!pager.find(pattern)) this.print('Pattern not found\n');
        });
        return;
      case 'help':
        this.print(`${MORE_HELP}\n`);
        this.wait(pager, after);
        return;
      default:
        this.raw(MORE);
    }
  }

  /** The output is over: error, question, or the next prompt. */
  private finish(after: After): void {
    if (after === null) {
      this.ask();
      return;
    }
    const { error, question, isOver } = after;
    if (error !== null) this.print(`${error.message}\n${error.help}`);
    if (isOver) {
      this.end();
      return;
    }
    if (question === null) {
      this.raw('\r\n');
      this.ask();
      return;
    }
    if (question.kind === 'text') {
      this.print(question.prompt);
      this.task = { kind: 'text', question, lines: [] };
    } else {
      const rows = question.prompt.split('\n');
      this.print(
        rows
          .slice(0, -1)
          .map((row) => `${row}\n`)
          .join(''),
      );
      this.task = { kind: 'line', prompt: rows[rows.length - 1], question };
    }
    this.draw();
  }

  private end(): void {
    this.task = { kind: 'over' };
    this.raw('\r\n');
    this.onExit();
  }

  private ask(): void {
    this.task = { kind: 'command' };
    this.promptAgain();
  }

  /** Shows the prompt and the line as they are. */
  private promptAgain(): void {
    const rows = this.session.prompt.split('\n');
    this.print(
      rows
        .slice(0, -1)
        .map((row) => `${row}\n`)
        .join(''),
    );
    this.screen.begin();
    this.draw();
  }

  private draw(): void {
    const { task, editor } = this;
    if (task.kind === 'busy' || task.kind === 'over' || task.kind === 'more') return;
    const prompt = task.kind === 'command' ? lastLine(this.session.prompt) : task.kind === 'text' ? '' : task.prompt;
    // a tab that was pasted takes one column here
    const text = editor.text.replaceAll('\t', ' ');
    this.screen.draw(prompt + text, prompt.length + editor.cursor);
  }

  /** Completes the word before the cursor; whether the key is done with. */
  private complete(isTab: boolean): boolean {
    const { editor } = this;
    const step = completeAt(editor.text, editor.cursor, isTab, (line) => this.session.complete(line));
    if (step.addition !== '') {
      editor.insert(step.addition);
      this.draw();
    }
    if (step.told !== null) this.tell(step.told);
    return step.isDone;
  }

  /** Lists what may come; a `?` within quotes is a character. */
  private help(): boolean {
    const before = this.editor.text.slice(0, this.editor.cursor);
    if (isQuoting(before)) return false;
    this.tell(this.session.complete(before));
    return true;
  }

  /** Says below the line what may come or what is wrong, and shows the line again. */
  private tell({ completions, error }: CompletionResult): void {
    this.draw();
    this.screen.leave();
    if (error !== null) {
      const column = (lastLine(this.session.prompt).length + error.offset) % this.columns;
      this.print(`${' '.repeat(column)}^\n${error.message}\n`);
    }
    const isListed = error === null || error.message.endsWith('is ambiguous.');
    const list = isListed ? completionTable(completions, this.columns) : '';
    this.page(new Pager(linesOf([list]), (text) => this.print(text)), null);
  }

  /** Prints text of the device: nothing in it controls the terminal. */
  private print(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not reach the terminal
    this.raw(text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd').replaceAll('\n', '\r\n'));
  }

  private raw(text: string): void {
    if (text !== '') this.send(this.encoder.encode(text));
  }
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}
