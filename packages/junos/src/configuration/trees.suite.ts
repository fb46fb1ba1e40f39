import fc from 'fast-check';
import { ROOT_SCHEMA } from './schema/root.ts';
import type { SchemaNode } from './schema/schema-node.ts';
import type { ValueType } from './schema/value-types.ts';

/** Values to try for a place, of which its type takes some. */
const VALUES = [
  '0',
  '1',
  '4',
  '64',
  '90',
  '300',
  '1000',
  '2000',
  'trust',
  'untrust',
  'p1',
  'any',
  '10.0.0.0/8',
  '192.0.2.1/32',
  '192.0.2.7',
  '2001:db8::/32',
  'xe-7/0/0',
  'xe-7/0/0.0',
  'tcp',
  '80',
  'http',
  'a b',
  'say "hi"',
  'back\\slash\\',
  '$1$x;y{z}',
];

function fittingValue(type: ValueType): fc.Arbitrary<string> {
  const fitting = [...(type.words ?? []).map(({ word }) => word), ...VALUES].filter(
    (text) => type.check(text) === null,
  );
  return fc.constantFrom(...fitting);
}

/** A statement of a kind, as it may stand in curly text. */
function statement(schema: SchemaNode, depth: number): fc.Arbitrary<string> {
  const mark = fc.constantFrom('', '', '', '', 'inactive: ');
  const plain = (text: string) => (/^[\w.\-/:]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`);
  switch (schema.kind) {
    case 'flag':
      return mark.map((m) => `${m}${schema.name};`);
    case 'leaf':
      return fc.tuple(mark, fittingValue(schema.type!)).map(([m, value]) => `${m}${schema.name} ${plain(value)};`);
    case 'leaf-list':
      return fc
        .tuple(mark, fc.uniqueArray(fittingValue(schema.type!), { minLength: 1, maxLength: 3 }))
        .map(([m, list]) => `${m}${schema.name} [ ${list.map(plain).join(' ')} ];`);
    default: {
      const keys = fc.tuple(
        ...schema.keys.map(({ type, word, optional }) =>
          fittingValue(type).chain((value) => {
            const text = `${word === undefined ? '' : `${word} `}${plain(value)}`;
            return optional ? fc.constantFrom(text, '') : fc.constant(text);
          }),
        ),
      );
      const head = keys.map((parts) =>
        [schema.options.bare ? '' : schema.name, ...parts].filter((p) => p !== '').join(' '),
      );
      const m = schema.options.joined ? fc.constant('') : mark;
      return fc.tuple(m, head, children(schema, depth + 1)).map(([mm, h, inner]) => `${mm}${h} {\n${inner}}\n`);
    }
  }
}

function children(schema: SchemaNode, depth: number): fc.Arbitrary<string> {
  if (schema.children.length === 0) return fc.constant('');
  const one = fc.constantFrom(...schema.children).chain((child) => statement(child, depth));
  return fc.array(one, { minLength: 1, maxLength: depth < 3 ? 4 : 2 }).map((list) => list.join('\n'));
}

/** Curly texts of statements that the schema knows. */
export const KNOWN_TEXT: fc.Arbitrary<string> = children(ROOT_SCHEMA, 0);

/** Curly texts of statements that the schema does not know. */
export const UNKNOWN_TEXT: fc.Arbitrary<string> = fc.letrec<{ block: string; one: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .array(fc.constantFrom('zeta', 'eta', 'theta', '9/9', '"a b"', '"x\\"y"'), { minLength: 1, maxLength: 4 })
      .map((words) => `${words.join(' ')};`),
    fc.constantFrom('iota [ a b ];', 'inactive: iota kappa [ "a b" c ];'),
    fc
      .tuple(fc.constantFrom('zeta', 'lambda mu', 'nu "o p"', 'inactive: xi'), tie('block'))
      .map(([head, inner]) => `${head} { ${inner} }`),
  ),
  block: fc.array(tie('one'), { maxLength: 4 }).map((list) => list.join('\n')),
})).block;
