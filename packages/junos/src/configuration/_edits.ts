import type { Candidate } from './_candidate.ts';
import type { Inserter } from './_insert.ts';
import { readCommand } from './_read-command.ts';
import { ConfigurationSyntaxError } from './configuration-problem.ts';
import type { CommandInput } from './configuration-results.ts';
import type { Statement } from './statement.ts';

/** Carries out `rename`, whose words are those of the statement, `to`, and its last words anew. */
export function rename(edited: Candidate, level: readonly string[], command: CommandInput): void {
  const { words, columns } = readCommand(command);
  const to = words.lastIndexOf('to');
  if (to < 1) throw new ConfigurationSyntaxError('missing argument', words.length);
  edited.change(() => {
    const statement = edited.find(level, words.slice(0, to), columns);
    renameStatement(statement, words.slice(to + 1), edited.inserter, to + 1);
  }, columns);
}

/** Carries out `insert`, which moves an entry of a list `before` or `after` another one. */
export function move(edited: Candidate, level: readonly string[], command: CommandInput): void {
  const { words, columns } = readCommand(command);
  const at = words.findIndex((word, index) => index > 0 && (word === 'before' || word === 'after'));
  if (at < 1) throw new ConfigurationSyntaxError('missing argument', words.length);
  edited.change(() => {
    const statement = edited.find(level, words.slice(0, at), columns);
    moveStatement(statement, words[at], words.slice(at + 1), at + 1);
  }, columns);
}

/** Carries out `annotate`, whose last word is the text. */
export function annotate(edited: Candidate, level: readonly string[], command: CommandInput): void {
  const { words, columns } = readCommand(command);
  const text = words[words.length - 1];
  if (words.length < 2) throw new ConfigurationSyntaxError('missing argument', words.length);
  if (text.includes('*/')) throw new ConfigurationSyntaxError('annotation must not hold */', words.length - 1);
  edited.change(() => {
    edited.find(level, words.slice(0, -1), columns).comments = text.trim() === '' ? [] : [text.trim()];
  });
}

/** Gives a statement other identifiers, in its place; `fresh` begins at word `at` of the command. */
function renameStatement(statement: Statement, fresh: readonly string[], inserter: Inserter, at: number): void {
  const parent = statement.parent!;
  // `xe-7/0/0 to xe-7/0/1` and `policy a to policy b`; the keyword may be left out
  const own = statement.words.length === fresh.length ? fresh : [statement.words[0], ...fresh];
  if (parent.find(...own) !== undefined) throw new ConfigurationSyntaxError('statement already exists', at);
  const added = inserter.insert(parent, own, null, 0);
  inserter.undo();
  const isSame = added !== null && added.parent === parent && added.schema === statement.schema;
  if (!isSame || statement.schema?.kind !== 'list') {
    throw new ConfigurationSyntaxError(added === null ? inserter.problem : 'syntax error', at);
  }
  parent.replace(statement, statement.copy(parent, own));
}

/** Moves a statement before or after another one of its list, whose words begin at word `at` of the command. */
function moveStatement(statement: Statement, place: string, words: readonly string[], at: number): void {
  const parent = statement.parent!;
  const other = parent.find(...words);
  if (other === undefined || other === statement || other.schema !== statement.schema) {
    throw new ConfigurationSyntaxError('statement not found', at);
  }
  parent.remove(statement);
  const next = parent.children[parent.children.indexOf(other) + (place === 'after' ? 1 : 0)];
  parent.add(statement, next);
}
