/** What a key does while a page waits at `---(more)---`. */
export type MoreOrder = 'page' | 'line' | 'all' | 'quit' | 'match' | 'except' | 'find' | 'help';

const ORDERS: Readonly<Record<string, MoreOrder>> = {
  ' ': 'page',
  f: 'page',
  '\n': 'line',
  j: 'line',
  G: 'all',
  q: 'quit',
  Q: 'quit',
  m: 'match',
  M: 'match',
  e: 'except',
  E: 'except',
  '/': 'find',
  h: 'help',
  H: 'help',
  '?': 'help',
};

/** What the keys do, for a person. */
export const MORE_HELP =
  'SPACE: next page  ENTER: next line  q: quit  G: all of it\nm: match  e: except  /: find  h: this help';

/** What a key does; `undefined` for nothing. Patterns are asked for only where nothing else is being typed. */
export function moreOrderOf(key: string, mayAsk: boolean): MoreOrder | undefined {
  const order = Object.hasOwn(ORDERS, key) ? ORDERS[key] : undefined;
  const asks = order === 'match' || order === 'except' || order === 'find';
  return asks && !mayAsk ? undefined : order;
}
