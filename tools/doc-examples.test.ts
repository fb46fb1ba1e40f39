import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runShell, runTypeScript, splitCommands } from './doc-examples.ts';
import { readFences } from './fences.ts';

const root = mkdtempSync(join(tmpdir(), 'doc-examples-'));
afterAll(() => rmSync(root, { recursive: true }));
const deno = join(import.meta.dirname, '..', 'node_modules', '.bin', 'deno');

const text = (...lines: string[]) => lines.join('\n').replaceAll("'''", '```');

describe('readFences()', () => {
  it('keeps info strings, lines and fences within longer fences', () => {
    const fences = readFences(text('# a', "'''ts", 'b', "'''", '````md', "'''ts", 'c', "'''", '````', "'''", 'open'));
    expect(fences).toEqual([
      { info: 'ts', text: 'b', line: 2 },
      { info: 'md', text: '```ts\nc\n```', line: 5 },
      { info: '', text: 'open', line: 10 },
    ]);
  });
});

describe('runShell()', () => {
  const run = (...lines: string[]) => runShell(root, 'README.md', readFences(text(...lines)));

  it('compares the output when a text output fence follows', () => {
    expect(run("'''sh run", 'echo a', 'echo b', "'''", "'''text output", 'a', 'b', "'''")).toMatchObject({
      passed: 1,
      failed: 0,
    });
    const { failed, output } = run("'''sh run", 'echo a', "'''", '', "'''text output", 'b', "'''");
    expect(failed).toBe(1);
    expect(output).toContain('README.md:1: output differs');
  });

  it('fails at a command that fails, and leaves other fences alone', () => {
    const { passed, failed, output } = run("'''sh", 'exit 4', "'''", "'''sh run", 'echo a', 'exit 3', "'''");
    expect({ passed, failed }).toEqual({ passed: 0, failed: 1 });
    expect(output).toContain('`exit 3` exited with 3');
  });
});

describe('splitCommands()', () => {
  it('joins continued lines and drops comments and prompts', () => {
    expect(splitCommands('# say\n$ echo a \\\n  b\n\necho c')).toEqual(['echo a    b', 'echo c']);
  });
});

describe('runTypeScript()', () => {
  it('runs ts fences of comments and Markdown, and counts', () => {
    writeFileSync(
      join(root, 'good.ts'),
      text('/**', " * '''ts", ' * if (1 > 2) throw 1;', " * '''", ' */', 'export {};'),
    );
    writeFileSync(join(root, 'bad.md'), text("'''ts", 'throw new Error("bad");', "'''", "'''ts ignore", '))', "'''"));
    expect(runTypeScript(root, deno, ['good.ts'])).toMatchObject({ passed: 1, failed: 0 });
    expect(runTypeScript(root, deno, ['good.ts', 'bad.md'])).toMatchObject({ passed: 1, failed: 1 });
  });

  it('fails when an example imports what does not exist', () => {
    writeFileSync(join(root, 'lost.md'), text("'''ts", 'import "./nothing.ts";', "'''"));
    expect(runTypeScript(root, deno, ['lost.md'])).toMatchObject({ passed: 0, failed: 1 });
  });
});
