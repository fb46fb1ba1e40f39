import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Output } from '../src/output.ts';
import { runCommandLine } from '../src/program.ts';

/** Root of the repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
/** The capture that the project ships. */
export const office: string = join(root, 'testdata', 'office.pcapng');

/** What a command said. */
export interface Said {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command in this process. */
export async function midplane(...args: string[]): Promise<Said> {
  let out = '';
  let err = '';
  const output: Output = {
    write: (text) => {
      out += text;
    },
    error: (text) => {
      err += text;
    },
    style: undefined,
    exitCode: 0,
    flush: async () => {},
  };
  const code = await runCommandLine(args, output);
  return { code, out, err };
}

/** Runs the command in this process and reads what it printed as JSON. */
export async function midplaneJson(...args: string[]): Promise<{ code: number | null; err: string; value: never }> {
  const { code, out, err } = await midplane(...args, '--json');
  return { code, err, value: JSON.parse(out) as never };
}

/** Arguments of Node that start the command from source. */
export const NODE_ARGS: readonly string[] = [
  '--conditions=midplane-source',
  '--disable-warning=ExperimentalWarning',
  join(root, 'apps', 'cli', 'src', 'main.ts'),
];

/** Starts the command as a process of its own; it is ended with the test. */
export function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [...NODE_ARGS, ...args], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin?.on('error', () => {}); // it may end before it has read everything
  return child;
}

/** Waits for a process and collects what it says. */
export async function finished(child: ChildProcess): Promise<Said & { signal: NodeJS.Signals | null }> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data) => {
    out += data;
  });
  child.stderr?.on('data', (data) => {
    err += data;
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

/** Makes a folder that is removed with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'midplane-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder that is removed with the test. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}
