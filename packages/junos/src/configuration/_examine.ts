import { checkConfiguration } from './_commit-check.ts';
import { effectiveTree } from './_groups.ts';
import { quoteWord } from './_word.ts';
import { type BootSettings, bootSettingsOf, rebootWarnings } from './boot-settings.ts';
import type { Statement } from './statement.ts';

/** What a check of a candidate found. */
export interface Examination {
  /** What the device prints; nothing if it may be committed. */
  readonly errors: string;
  /** What only a reboot brings into effect. */
  readonly warnings: readonly string[];
  /** The warnings as the device prints them. */
  readonly said: string;
}

/** Checks a candidate as a commit does. */
export function examine(candidate: Statement, node: 0 | 1, before: BootSettings): Examination {
  const { root, missing } = effectiveTree(candidate, node);
  const problems = [
    // a group of the other node may be missing here
    ...missing
      .filter((group) => !group.includes(`\${node}`))
      .map((group) => ({ path: [], statement: 'apply-groups', message: `group ${quoteWord(group)} is not defined` })),
    ...checkConfiguration(root),
  ];
  const told = problems.map(({ path, statement, message }) => {
    const level = path.length === 0 ? '[edit]' : `[edit ${path.map(quoteWord).join(' ')}]`;
    return `${level}\n  '${statement}'\n    ${message}\n`;
  });
  const errors = told.length === 0 ? '' : `${told.join('')}error: configuration check-out failed\n`;
  const warnings = rebootWarnings(before, bootSettingsOf(root));
  return { errors, warnings, said: warnings.map((warning) => `warning: ${warning}\n`).join('') };
}
