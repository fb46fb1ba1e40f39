import type { Stats } from 'node:fs';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandError } from './command-error.ts';
import { nearestHint } from './nearest-hint.ts';

/**
 * Looks whether a path can be read as a capture, without opening it: a pipe can be opened only once.
 *
 * @throws {CommandError} If there is no such file, it is a directory, or may not be read.
 */
export async function checkCapturePath(path: string): Promise<Stats> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      throw new CommandError('not-a-file', `Cannot read capture: path must be a file: got the directory "${path}"`);
    }
    await access(path, constants.R_OK);
    return status;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const message = `Cannot read capture: the file must exist: got "${path}"${await nearestFile(path)}`;
      throw new CommandError('no-such-file', message);
    }
    throw readError(path, error);
  }
}

/** Code, rule and what stands before the name, for errors of the system that say what is wrong with a path. */
const SYSTEM_ERRORS: Readonly<Record<string, readonly [code: string, rule: string, got: string]>> = {
  EISDIR: ['not-a-file', 'path must be a file', 'the directory '],
  ENOENT: ['no-such-file', 'the file must exist', ''],
  ENOTDIR: ['no-such-file', 'the file must exist', ''],
};

/** The error of a system call that read a capture, for a person; anything else comes back as it is. */
export function readError(name: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const [ours, rule, got] = SYSTEM_ERRORS[code] ?? ['not-readable', 'the file must be readable', `${code} for `];
  return new CommandError(ours, `Cannot read capture: ${rule}: got ${got}"${name}"`, { cause: error });
}

async function nearestFile(path: string): Promise<string> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const hint = nearestHint(basename(path), names.slice(0, 10_000));
  return hint === '' || folder === '.' ? hint : hint.replace(/: (.*)\)$/s, (_, name) => `: ${join(folder, name)})`);
}
