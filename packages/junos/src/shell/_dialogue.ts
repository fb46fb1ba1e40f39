import type { CompletionResult } from '../command-line/command-line.ts';
import { completionTable } from './_completion-table.ts';
import type { LineEditor } from './_line-editor.ts';
import { MORE_HELP, moreOrderOf } from './_more-keys.ts';
import { MORE, Pager } from './_pager.ts';
import { linesOf } from './_pipes-run.ts';
import type { After, Task } from './_task.ts';
import type { Terminal } from './_terminal.ts';
import type { CommandOutcome } from './command-outcome.ts';
import type { CommandSession } from './command-session.ts';

/** What a shell shows, and what it waits for next: prompt, pages, questions, what may come. */
export class Dialogue {
  /** What is being typed. */
  task: Task = { kind: 'busy' };
  private readonly session: CommandSession;
  private readonly editor: LineEditor;
  private readonly terminal: Terminal;
  private readonly onExit: () => void;

  constructor(session: CommandSession, editor: LineEditor, terminal: Terminal, onExit: () => void) {
    this.session = session;
    this.editor = editor;
    this.terminal = terminal;
    this.onExit = onExit;
  }

  /** Asks for a command. */
  ask(): void {
    this.task = { kind: 'command' };
    this.promptAgain();
  }

  /** Shows the prompt and the line as they are. */
  promptAgain(): void {
    this.printRows(this.session.prompt.split('\n').slice(0, -1));
    this.terminal.line.begin();
    this.draw();
  }

  /** Draws the line that is being typed. */
  draw(): void {
    const { task, editor } = this;
    if (task.kind === 'busy' || task.kind === 'over' || task.kind === 'more') return;
    const prompt = task.kind === 'command' ? this.promptLine : task.kind === 'text' ? '' : task.prompt;
    // a tab that was pasted takes one column here
    const text = editor.text.replaceAll('\t', ' ');
    this.terminal.line.draw(prompt + text, prompt.length + editor.cursor);
  }

  /** Last line of the prompt: the one that a command is typed behind. */
  get promptLine(): string {
    const { prompt } = this.session;
    return prompt.slice(prompt.lastIndexOf('\n') + 1);
  }

  /** Shows what a command came to; the caret needs the prompt that stood before its words. */
  show(done: CommandOutcome, prompt: string, isEmpty: boolean): void {
    const { terminal } = this;
    if (isEmpty) {
      if (this.session.context.mode === 'configuration') terminal.raw('\r\n');
      this.ask();
      return;
    }
    const after: CommandOutcome = { ...done, output: [] };
    const { error } = done;
    if (error?.offset != null && prompt !== '') terminal.printCaret(prompt.length + error.offset);
    const pager = new Pager(linesOf(done.output), (text) => terminal.print(text));
    if (done.isPaged) this.page(pager, after);
    else {
      this.showAll(pager);
      this.finish(after);
    }
  }

  /** Says below the line what may come or what is wrong, and shows the line again. */
  tell({ completions, error }: CompletionResult): void {
    const { terminal } = this;
    this.draw();
    terminal.line.leave();
    if (error !== null) terminal.printCaret(this.promptLine.length + error.offset, `${error.message}\n`);
    const isListed = error === null || error.message.endsWith('is ambiguous.');
    const list = isListed ? completionTable(completions, terminal.columns) : '';
    this.page(new Pager(linesOf([list]), (text) => terminal.print(text)), null);
  }

  /** Shows a page. */
  page(pager: Pager, after: After): void {
    pager.show(this.terminal.rows - 1, this.terminal.columns);
    this.wait(pager, after);
  }

  /** Does what a key at `---(more)---` stands for. */
  goOn(pager: Pager, after: After, key: string): void {
    const { terminal } = this;
    terminal.raw(`\r${' '.repeat(MORE.length)}\r`);
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
        pager.show(1, terminal.columns);
        break;
      case 'all':
        this.showAll(pager);
        break;
      case 'quit':
        pager.stop();
        break;
      case 'match':
        ask('| match ', (pattern) => pager.match(pattern, false));
        return;
      case 'except':
        ask('| except ', (pattern) => pager.match(pattern, true));
        return;
      case 'find':
        ask('/', (pattern) => {
          if (!pager.find(pattern)) terminal.print('Pattern not found\n');
        });
        return;
      case 'help':
        terminal.print(`${MORE_HELP}\n`);
        break;
      default:
    }
    this.wait(pager, after);
  }

  /** The session is over. */
  end(): void {
    this.task = { kind: 'over' };
    this.terminal.raw('\r\n');
    this.onExit();
  }

  private wait(pager: Pager, after: After): void {
    if (pager.isDone) {
      this.finish(after);
      return;
    }
    this.task = { kind: 'more', pager, after };
    this.terminal.raw(MORE);
  }

  private showAll(pager: Pager): void {
    while (!pager.isDone) pager.show(1000, this.terminal.columns);
  }

  /** The output is over: error, question, or the next prompt. */
  private finish(after: After): void {
    const { terminal } = this;
    if (after === null) {
      this.ask();
      return;
    }
    const { error, question, isOver } = after;
    if (error !== null) terminal.print(`${error.message}\n${error.help}`);
    if (isOver) {
      this.end();
      return;
    }
    if (question === null) {
      terminal.raw('\r\n');
      this.ask();
      return;
    }
    if (question.kind === 'text') {
      terminal.print(question.prompt);
      this.task = { kind: 'text', question, lines: [] };
    } else {
      const rows = question.prompt.split('\n');
      this.printRows(rows.slice(0, -1));
      this.task = { kind: 'line', prompt: rows[rows.length - 1], question };
    }
    this.draw();
  }

  private printRows(rows: readonly string[]): void {
    this.terminal.print(rows.map((row) => `${row}\n`).join(''));
  }
}
