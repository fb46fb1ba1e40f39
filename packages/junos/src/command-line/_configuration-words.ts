import { ROOT_SCHEMA } from '../configuration/schema/root.ts';
import type { SchemaNode } from '../configuration/schema/schema-node.ts';
import { integer, TEXT } from '../configuration/schema/value-types.ts';
import type { Statement } from '../configuration/statement.ts';
import { type Choice, END, oneMay, oneMust, type Place, value, word } from './_place.ts';

/** Whether words name what may be, that with or without its value, or what is there. */
type Scope = 'any' | 'shown' | 'existing';

/** What follows a path that may end: nothing, or a word such as `to`. */
type After = readonly Choice[];

/** Where a statement below a level may come. */
export function schemaPlace(
  schema: SchemaNode,
  statement: Statement | undefined,
  scope: Scope,
  after: After = [],
): Place {
  const choices: Choice[] = [];
  for (const child of schema.children) {
    if (child.options.bare) {
      for (const each of keyChoices(child, 0, [], statement, scope, after)) choices.push(each);
    } else if (scope !== 'existing' || has(statement, child))
      choices.push(keywordChoice(schema, child, statement, scope, after));
  }
  for (const child of statement?.children ?? []) {
    if (child.schema === null)
      choices.push(word(child.words[0], '', () => unknownPlace(statement!, [child.words[0]], after), true));
  }
  if (schema.options.unmodelled && scope !== 'existing') {
    choices.push({
      word: null,
      shown: '<statement>',
      help: 'Statement that the model does without',
      type: TEXT,
      next: () => anyPlace(after),
    });
  }
  return { choices: [...choices, ...after], isComplete: true, hasPipe: true };
}

function has(statement: Statement | undefined, schema: SchemaNode): boolean {
  return statement?.children.some((each) => each.schema === schema) ?? false;
}

function keywordChoice(
  schema: SchemaNode,
  child: SchemaNode,
  statement: Statement | undefined,
  scope: Scope,
  after: After,
): Choice {
  const { name, help, type } = child;
  const own = statement?.find(name);
  switch (child.kind) {
    case 'container':
      return word(name, help, () => schemaPlace(child, own, scope, after));
    case 'list':
      return word(name, help, () => mayEnd(oneMust(keyChoices(child, 0, [name], statement, scope, after)), scope));
    case 'flag':
      return word(name, help, () =>
        scope !== 'existing' ? schemaPlace(schema, statement, scope, after) : pathEnd(after),
      );
    default: {
      const back = () => (scope !== 'existing' ? schemaPlace(schema, statement, scope, after) : pathEnd(after));
      const isList = child.kind === 'leaf-list';
      const values = (own?.values ?? []).map((each) => word(each, '', back, true));
      if (scope === 'existing')
        return word(name, help, { ...oneMay(isList ? values : []), choices: [...(isList ? values : []), ...after] });
      const one = value(type!, help, back);
      const list = isList ? [word('[', 'Open a set of values', () => listPlace(child, back))] : [];
      return word(name, help, mayEnd(oneMust([list, one]), scope));
    }
  }
}

/** What is shown needs no value, and no identifier. */
function mayEnd(place: Place, scope: Scope): Place {
  return scope === 'shown' ? { ...place, isComplete: true, hasPipe: true } : place;
}

/** Values between brackets. */
function listPlace(schema: SchemaNode, back: () => Place, isFirst = true): Place {
  const close = isFirst ? [] : [word(']', 'Close the set of values', back)];
  return oneMust([close, value(schema.type!, schema.help, () => listPlace(schema, back, false))]);
}

/** Identifiers of a list, from one on. */
function keyChoices(
  schema: SchemaNode,
  at: number,
  before: readonly string[],
  statement: Statement | undefined,
  scope: Scope,
  after: After,
): Choice[] {
  const key = schema.keys[at];
  const then = (words: readonly string[]): Place => {
    const next = schema.keys[at + 1];
    const entry = statement?.find(...words);
    if (next === undefined) return schemaPlace(schema, entry, scope, after);
    const more = word(next.word!, schema.help, () =>
      oneMust(keyChoices(schema, at + 1, [...words, next.word!], statement, scope, after)),
    );
    if (!next.optional) return oneMust([more]);
    const end = schemaPlace(schema, entry, scope, after);
    return { ...end, choices: [more, ...end.choices] };
  };
  const names = new Set<string>();
  for (const child of statement?.children ?? []) {
    if (child.schema === schema && before.every((each, i) => child.words[i] === each))
      names.add(child.words[before.length]);
  }
  const known = [...names].map((each) => word(each, schema.help, () => then([...before, each]), true));
  return scope === 'existing' ? known : [...known, ...value(key.type, schema.help, (text) => then([...before, text]))];
}

/** Words of statements that the schema does not know. */
function unknownPlace(level: Statement, before: readonly string[], after: After): Place {
  const choices = new Map<string, Choice>();
  for (const { schema, words, children } of level.children) {
    if (schema !== null || !before.every((each, at) => words[at] === each)) continue;
    if (words.length > before.length) {
      const next = words[before.length];
      choices.set(
        next,
        word(next, '', () => unknownPlace(level, [...before, next], after), true),
      );
    } else
      for (const child of children)
        choices.set(
          child.words[0],
          word(child.words[0], '', () => unknownPlace(level.find(...words)!, [child.words[0]], after), true),
        );
  }
  return { choices: [...choices.values(), ...anyPlace(after).choices], isComplete: true, hasPipe: true };
}

/** Where anything may come. */
function anyPlace(after: After): Place {
  const any: Choice = { word: null, shown: '<statement>', help: '', type: TEXT, next: () => anyPlace(after) };
  return { choices: [...after, any], isComplete: true, hasPipe: true };
}

function pathEnd(after: After): Place {
  return { choices: after, isComplete: true, hasPipe: true };
}

/** Follows words to the place and the statement at a level that is edited. */
function levelPlace(candidate: Statement, editPath: readonly string[], scope: Scope, after: After = []): Place {
  let place = schemaPlace(ROOT_SCHEMA, candidate, scope, after);
  for (const each of editPath) {
    const choice = place.choices.find((one) => one.word === each) ?? place.choices.find(({ type }) => type !== null);
    if (choice === undefined) return anyPlace(after);
    place = choice.next(each);
  }
  return place;
}

/** Words of configuration mode. */
export function configurationPlace(candidate: Statement, editPath: readonly string[], operational: () => Place): Place {
  const path = (scope: Scope, after: After = []) => levelPlace(candidate, editPath, scope, after);
  const isDone = (place: Place): Place => ({ ...place, isComplete: false, hasPipe: false });
  const fresh = oneMust([value(TEXT, 'New name', () => anyPlace([]))]);
  return oneMust([
    word('activate', 'Remove the inactive tag from a statement', () => isDone(path('existing'))),
    word('annotate', 'Annotate the statement with a comment', () => isDone(path('existing', value(TEXT, 'Comment')))),
    word(
      'commit',
      'Commit current set of changes',
      oneMay([
        word('and-quit', 'Quit configuration mode if commit succeeds'),
        word('check', 'Check correctness of syntax; do not apply changes'),
        word('comment', 'Message to write to commit log', oneMust([value(TEXT, 'Message')])),
        word(
          'confirmed',
          'Automatically rollback if not confirmed',
          oneMay([value(integer(1, 65_535), 'Number of minutes until automatic rollback')]),
        ),
      ]),
    ),
    word('deactivate', 'Add the inactive tag to a statement', () => isDone(path('existing'))),
    word('delete', 'Delete a data element', () => path('existing')),
    word('edit', 'Edit a sub-element', () => isDone(path('any'))),
    word('exit', 'Exit from this level', oneMay([word('configuration-mode', 'Exit from configuration mode')])),
    word('insert', 'Insert a new ordered data element', () =>
      isDone(
        path(
          'existing',
          ['before', 'after'].map((each) => word(each, `Place it ${each} another element`, fresh)),
        ),
      ),
    ),
    word(
      'load',
      'Load configuration from ASCII file',
      oneMust(
        (
          [
            ['merge', 'Merge contents with existing configuration'],
            ['override', 'Override existing configuration'],
            ['set', 'Execute set of commands on existing configuration'],
          ] as const
        ).map(([each, help]) =>
          word(
            each,
            help,
            oneMust([word('terminal', 'Use login terminal'), value({ ...TEXT, shown: '<filename>' }, 'File')]),
          ),
        ),
      ),
    ),
    word('quit', 'Quit from this level'),
    word('rename', 'Rename a statement', () =>
      isDone(path('existing', [word('to', 'New name of the statement', fresh)])),
    ),
    word(
      'rollback',
      'Roll back to previous committed configuration',
      oneMay([value(integer(0, 49), 'Rollback number')]),
    ),
    word('run', 'Run an operational-mode command', operational),
    word('set', 'Set a parameter', () => isDone(path('any'))),
    word('show', 'Show a parameter', () => path('shown')),
    word('top', 'Exit to top level of configuration', END),
    word('up', 'Exit one level of configuration', oneMay([value(integer(1, 100), 'Number of levels')])),
  ]);
}
