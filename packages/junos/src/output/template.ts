import type { Source } from '../device-view.ts';

/** A value that a leaf can show. */
export type Shown = string | number | bigint;

/** One element with a value: `<tag>value</tag>`, and the same value somewhere in the text. */
export interface Leaf<T> {
  readonly kind: 'leaf';
  readonly tag: string;
  /** `null` leaves the element out, of the text too. */
  readonly value: (item: T) => Shown | null;
  /** How it stands in the text; `null` if it does not. */
  readonly format: ((shown: string) => string) | null;
}

/** Text that has no element. */
export interface Words<T> {
  readonly kind: 'words';
  readonly text: (item: T) => string;
}

/** Elements that hold others: one for each item. */
export interface Group<T> {
  readonly kind: 'group';
  readonly tag: string;
  readonly each: (item: T) => Source<unknown>;
  readonly parts: readonly Part<unknown>[];
  readonly options: GroupOptions;
}

/** What a group adds. */
export interface GroupOptions {
  /** Last part of the XML namespace, such as `junos-flow`; on elements directly below the reply. */
  readonly namespace?: string;
  /** Value of the attribute `junos:style`. */
  readonly style?: string;
  /** Text between two items. */
  readonly between?: string;
}

/** One piece of the output of a command, for all of text, XML and JSON. */
export type Part<T> = Leaf<T> | Words<T> | Group<T>;

/**
 * Defines an element with a value.
 *
 * @param format How the value stands in the text: `%s` is the value, `%14s` padded on the left to 14, `%-9s` on the right.
 */
export function leaf<T>(tag: string, value: (item: T) => Shown | null, format?: string): Leaf<T> {
  return { kind: 'leaf', tag, value, format: format === undefined ? null : compileFormat(format) };
}

/** Defines text without an element. */
export function words<T>(text: string | ((item: T) => string)): Words<T> {
  return { kind: 'words', text: typeof text === 'string' ? () => text : text };
}

/** Defines elements that hold others, one for each item that `each` gives. */
export function group<T, U>(
  tag: string,
  each: (item: T) => Source<U>,
  parts: readonly Part<U>[],
  options: GroupOptions = {},
): Group<T> {
  // A group's parts are only ever given the items of that group.
  return { kind: 'group', tag, each, parts: parts as unknown as readonly Part<unknown>[], options };
}

/** Takes a format apart once, since leaves of sessions are formatted millions of times. */
function compileFormat(format: string): (shown: string) => string {
  const match = /%(-?)(\d*)s/.exec(format);
  if (match === null) return () => format;
  const before = format.slice(0, match.index);
  const after = format.slice(match.index + match[0].length);
  const width = Number(match[2]);
  if (width === 0) return (shown) => before + shown + after;
  if (match[1] === '-') return (shown) => before + shown.padEnd(width) + after;
  return (shown) => before + shown.padStart(width) + after;
}
