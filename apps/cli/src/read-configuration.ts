import { readFileSync } from 'node:fs';
import { readError } from './check-capture-path.ts';
import { CommandError } from './command-error.ts';

/**
 * Reads a file with a Junos configuration.
 *
 * @throws {CommandError} If it cannot be read.
 */
export function readConfiguration(path: string): string {
  try {
    return new TextDecoder().decode(readFileSync(path));
  } catch (error) {
    const read = readError(path, error);
    if (!(read instanceof CommandError)) throw read;
    throw new CommandError(read.code, read.message.replace('Cannot read capture', 'Cannot read configuration'));
  }
}
