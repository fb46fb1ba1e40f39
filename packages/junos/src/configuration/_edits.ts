import type { Inserter } from './_insert.ts';
import { ConfigurationSyntaxError } from './configuration-problem.ts';
import type { Statement } from './statement.ts';

/** Gives a statement other identifiers, in its place; `fresh` begins at word `at` of the command. */
export function renameStatement(statement: Statement, fresh: readonly string[], inserter: Inserter, at: number): void {
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
export function moveStatement(statement: Statement, place: string, words: readonly string[], at: number): void {
  const parent = statement.parent!;
  const other = parent.find(...words);
  if (other === undefined || other === statement || other.schema !== statement.schema) {
    throw new ConfigurationSyntaxError('statement not found', at);
  }
  parent.remove(statement);
  const next = parent.children[parent.children.indexOf(other) + (place === 'after' ? 1 : 0)];
  parent.add(statement, next);
}
