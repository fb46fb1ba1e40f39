import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import { offsetIn } from './_text-offset.ts';
import type { ScenarioErrorCode, ScenarioPlace } from './scenario-error.ts';
import { showValue } from './scenario-error.ts';

/** Characters of a scenario, at most. */
export const MAX_CHARACTERS = 1_048_576;
const MAX_VALUES = 200_000;
const MAX_DEPTH = 64;
const MAX_ALIASES = 100;

/** What the parser finds, where its own words are for programmers. */
const FAULTS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here',
  NON_STRING_KEY: 'a key is not a plain word',
};

type Path = readonly (string | number)[];

/** Says what is wrong; does not return. */
export type Refuse = (code: ScenarioErrorCode, path: Path, rule: string, got: string, place: ScenarioPlace) => never;

/** A text that was read: its value as plain data, and where every part of it stands. */
export interface TextTree {
  readonly value: unknown;
  /** Where a value stands, or its key; of something that is missing, what it is missing from. */
  readonly placeOf: PlaceOf;
  /** Where a place in a text that is a value stands in the file; the begin of the value where that cannot be told. */
  readonly placeIn: (path: Path, line: number, column: number) => ScenarioPlace;
}

/** Finds where a value or its key stands. */
export type PlaceOf = (path: Path, what: 'key' | 'value') => ScenarioPlace;

/**
 * Reads YAML 1.2 or JSON (which is YAML too) as plain data: text, numbers, booleans, nothing, lists, objects.
 *
 * Bounded: what it costs does not grow faster than the text, however aliases, nesting and keys are used.
 */
export function readTree(text: string, refuse: Refuse): TextTree {
  const start = { line: 1, column: 1 };
  if (text.length > MAX_CHARACTERS) {
    const rule = `the text must have at most ${MAX_CHARACTERS} characters`;
    refuse('scenario-too-large', [], rule, `${text.length} characters`, start);
  }
  const lines = new LineCounter();
  const place = (offset: number): ScenarioPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tooDeep = (where: ScenarioPlace): never =>
    refuse('scenario-too-large', [], `the text must be nested at most ${MAX_DEPTH} deep`, 'a deeper one', where);
  const document = parse(text, lines, () => tooDeep(start));
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    if (isTooDeep(fault.message)) return tooDeep(place(fault.pos[0]));
    const got = `an error, ${FAULTS[fault.code] ?? sentence(fault.message)}`;
    refuse('scenario-syntax', [], 'the text must be YAML or JSON', got, place(fault.pos[0]));
  }
  const at = (node: { range?: unknown } | null): ScenarioPlace =>
    place((node?.range as number[] | undefined)?.[0] ?? 0);

  let values = 0;
  let aliases = 0;
  const plain = (node: Node | null, path: Path, inside: ReadonlySet<Node>): unknown => {
    const name = path.length === 0 ? 'the text' : path.join('.');
    if (++values > MAX_VALUES) {
      refuse('scenario-too-large', path, `the text must have at most ${MAX_VALUES} values`, 'more', at(node));
    }
    if (path.length > MAX_DEPTH) {
      refuse(
        'scenario-too-large',
        path.slice(0, 8),
        `the text must be nested at most ${MAX_DEPTH} deep`,
        'a deeper one',
        at(node),
      );
    }
    if (isAlias(node)) {
      if (++aliases > MAX_ALIASES) {
        refuse(
          'scenario-alias',
          path,
          `the text must use at most ${MAX_ALIASES} aliases`,
          `one more, *${node.source}`,
          at(node),
        );
      }
      const target = node.resolve(document);
      if (target === undefined) {
        const rule = `${name} must name an anchor that stands before it`;
        return refuse('scenario-alias', path, rule, `*${node.source}`, at(node));
      }
      if (inside.has(target)) {
        refuse('scenario-alias', path, `${name} must not stand inside what it names`, `*${node.source}`, at(node));
      }
      return plain(target, path, new Set([...inside, target]));
    }
    if (isScalar(node)) return node.value;
    const within = node?.anchor === undefined ? inside : new Set([...inside, node]);
    if (isSeq(node)) return node.items.map((item, index) => plain(item as Node, [...path, index], within));
    if (!isMap(node)) return null;
    const object: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      const word = isScalar(key) ? String(key.value) : '';
      const here = [...path, word];
      if (word === '__proto__')
        refuse('scenario-unknown-key', here, `${here.join('.')} must not be a key`, showValue(word), at(key as Node));
      if (Object.hasOwn(object, word)) {
        const rule = `${here.join('.')} must stand once`;
        refuse('scenario-duplicate-key', here, rule, `${showValue(word)} again`, at(key as Node));
      }
      object[word] = plain(value as Node | null, here, within);
    }
    return object;
  };
  const value = plain(document.contents, [], new Set());

  const nodeAt = (path: Path, what: 'key' | 'value'): Node | null => {
    let node: Node | null = document.contents;
    let found: Node | null = node;
    for (const [depth, step] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document) ?? null;
      if (isSeq(node)) {
        node = (node.items[step as number] as Node | undefined) ?? null;
        if (node !== null) found = node;
      } else if (isMap(node)) {
        const pair: { key: unknown; value: unknown } | undefined = node.items.find(
          ({ key }) => isScalar(key) && String(key.value) === String(step),
        );
        if (pair === undefined) break;
        node = pair.value as Node | null;
        found = node === null || (what === 'key' && depth === path.length - 1) ? (pair.key as Node) : node;
      } else break;
    }
    return found;
  };
  const placeIn = (path: Path, line: number, column: number): ScenarioPlace => {
    let node = nodeAt(path, 'value');
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const offset = isScalar(node) ? offsetIn(text, node, line, column) : undefined;
    return offset === undefined ? at(node) : place(offset);
  };
  return { value, placeOf: (path, what) => at(nodeAt(path, what)), placeIn };
}

function parse(
  text: string,
  lineCounter: LineCounter,
  tooDeep: () => never,
): ReturnType<typeof parseDocument<ParsedNode>> {
  try {
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false, // looked at in `plain`: the parser compares every key with every other
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
    }) as ReturnType<typeof parseDocument<ParsedNode>>;
  } catch (error) {
    if (error instanceof Error && isTooDeep(error.message)) return tooDeep();
    throw error;
  }
}

/** Whether a message is that of an engine whose stack was too short for the parser, which calls itself for every level. */
function isTooDeep(message: string): boolean {
  return /call stack|recursion|stack overflow/i.test(message);
}

/** The parser's message as a part of a sentence. */
function sentence(message: string): string {
  const [first] = message.split('\n');
  return first.charAt(0).toLowerCase() + first.slice(1).replace(/[.:]$/, '');
}
