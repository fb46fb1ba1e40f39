import type { Scenario } from '@midplane/scenario';
import { CommandError } from './command-error.ts';

/** Path that stands for standard input. */
const STANDARD_INPUT = '-';

/**
 * Checks that paths of a command line name standard input once at most: it can be read once.
 *
 * @throws {CommandError} If they name it again.
 */
export function checkStandardInput(paths: readonly string[]): void {
  const times = paths.filter((path) => path === STANDARD_INPUT).length;
  if (times < 2) return;
  const rule = `${STANDARD_INPUT} must be given once, as standard input can be read once`;
  throw oneStandardInput(`Cannot read command line: ${rule}: got it ${times} times`);
}

/** The error of who wants standard input although it is read already. */
export function oneStandardInput(message: string): CommandError {
  return new CommandError('one-standard-input', message);
}

/** Whether standard input is read as a scenario, or as one of its captures. */
export function readsStandardInput(path: string | undefined, { traffic }: Pick<Scenario, 'traffic'>): boolean {
  return path === STANDARD_INPUT || traffic.some((item) => 'capture' in item && item.capture === STANDARD_INPUT);
}
