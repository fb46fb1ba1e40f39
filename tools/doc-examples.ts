/**
 * Runs every example of the documentation.
 *
 * - `ts` fences in doc comments of `src/` and in Markdown: each is a module of its own, run by Deno from source, without
 *   network. `ts ignore` is left out.
 * - `sh run` fences in Markdown: every line must exit with 0, started in the repository's root. A `text output` fence that
 *   follows must equal what the lines wrote to standard output.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCounts } from './counts.ts';
import { type Fence, readFences } from './fences.ts';
import { isShipped, readMembers, sourceFiles } from './workspace.ts';

interface Result {
  passed: number;
  failed: number;
  output: string;
}

const DENO_FLAGS = [
  'test',
  '--quiet',
  '--doc',
  '--no-check',
  '--no-remote',
  '--no-lock',
  '--allow-read',
  '--allow-env',
  '--permit-no-files',
  '--conditions=midplane-source',
];

/** Runs the `ts` fences of some files. */
export function runTypeScript(root: string, deno: string, files: readonly string[]): Result {
  const run = spawnSync(deno, [...DENO_FLAGS, ...files], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  });
  const output = `${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`;
  const counts = /(\d+) passed[^|]*\| (\d+) failed/.exec(output);
  // Without counts Deno could not even load an example, an import that leads nowhere for instance.
  if (!counts) return { passed: 0, failed: run.status === 0 ? 0 : 1, output };
  return { passed: Number(counts[1]), failed: Number(counts[2]), output };
}

/** Splits the text of a `sh run` fence into commands; a backslash at a line's end continues it. */
export function splitCommands(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/^\$ /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Runs the `sh run` fences of one Markdown file. */
export function runShell(root: string, file: string, fences: readonly Fence[]): Result {
  const result: Result = { passed: 0, failed: 0, output: '' };
  for (const [index, fence] of fences.entries()) {
    if (fence.info !== 'sh run') continue;
    const next = fences[index + 1];
    let stdout = '';
    let problem = '';
    for (const command of splitCommands(fence.text)) {
      const run = spawnSync('bash', ['-c', command], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', INIT_CWD: root },
      });
      stdout += run.stdout;
      if (run.status === 0) continue;
      problem = `\`${command}\` exited with ${run.status ?? run.signal}\n${run.stdout}${run.stderr}`;
      break;
    }
    if (problem === '' && next?.info === 'text output' && stdout.trimEnd() !== next.text.trimEnd()) {
      problem = `output differs\n--- documented\n${next.text.trimEnd()}\n--- got\n${stdout.trimEnd()}`;
    }
    if (problem === '') result.passed++;
    else {
      result.failed++;
      result.output += `${file}:${fence.line}: ${problem}\n`;
    }
  }
  return result;
}

function main(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const deno = join(root, 'node_modules', '.bin', 'deno');
  const total = { passed: 0, failed: 0 };
  const groups = readMembers(root).map((member) => ({
    name: member.folder,
    // Deno runs each file that it is given: leave out those without examples, a command's main module above all.
    sources: sourceFiles(member)
      .filter((file) => isShipped(file) && readFileSync(join(member.path, file), 'utf8').includes(' * ```ts'))
      .map((file) => `${member.folder}/${file}`),
    texts: globSync(`${member.folder}/*.md`, { cwd: root, exclude: ['**/CHANGELOG.md'] }),
  }));
  groups.push({ name: 'README and docs', sources: [], texts: globSync(['README.md', 'docs/**/*.md'], { cwd: root }) });

  for (const { name, sources, texts } of groups) {
    const markdown = texts.filter((file) => existsSync(join(root, file)));
    if (sources.length + markdown.length === 0) continue;
    const results = [runTypeScript(root, deno, [...sources, ...markdown])];
    for (const file of markdown) {
      results.push(runShell(root, file, readFences(readFileSync(join(root, file), 'utf8'))));
    }
    const passed = results.reduce((sum, result) => sum + result.passed, 0);
    const failed = results.reduce((sum, result) => sum + result.failed, 0);
    console.log(`${name.padEnd(24)} ${String(passed).padStart(4)} passed${failed > 0 ? `, ${failed} FAILED` : ''}`);
    for (const result of results) if (result.failed > 0) console.log(result.output.trimEnd());
    total.passed += passed;
    total.failed += failed;
  }
  writeCounts({ ...total, skipped: [] });
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed > 0 ? 1 : 0);
}

if (import.meta.main) main();
