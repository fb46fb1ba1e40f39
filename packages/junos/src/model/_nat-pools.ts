import { parsePrefix } from '../_prefix.ts';
import type { Statement } from '../configuration/statement.ts';
import { overlap, prefixesOf, type Range, rangeOf } from './_prefix-text.ts';
import { type ModelReader, named } from './_reader.ts';

/** Most addresses of a pool that the model holds. */
const MAX_POOL_ADDRESSES = 4096n;
/** Most addresses of all pools and interfaces, with static rules. */
const MAX_ADDRESSES = 30_000n;
/** Lowest port that a pool gives. */
const LOWEST_PORT = 1024;

/** A pool of source NAT. */
export interface Pool {
  readonly family: 4 | 6;
  readonly addresses: readonly string[];
  readonly ports?: string;
}

/** Addresses that something gives: nothing else may give them. */
export class AddressClaims {
  /** Number of addresses. */
  count = 0n;
  private readonly ranges: Range[] = [];

  add(ranges: readonly Range[]): void {
    for (const range of ranges) {
      this.ranges.push(range);
      this.count += range.last - range.first + 1n;
    }
  }

  /** Whether one of the addresses is given. */
  has(range: Range): boolean {
    return this.ranges.some((other) => overlap(range, other));
  }
}

/** Reads pools of source NAT that rules use; what is wrong is left out, and named. */
export function readPools(
  reader: ModelReader,
  claims: AddressClaims,
  used: ReadonlySet<string | null>,
): Map<string, Pool> {
  const pools = new Map<string, Pool>();
  for (const statement of named(reader.find('security', 'nat', 'source'), 'pool')) {
    const [, name] = statement.words;
    if (!used.has(name)) continue;
    const ranges = (statement.find('address')?.children ?? []).flatMap(({ schema, words }) =>
      schema === null ? [] : rangeOfWords(words),
    );
    const why = refusePool(claims, name, ranges);
    if (why !== null) {
      reader.warn(statement, `pool ${name} is left out: ${why}`);
      continue;
    }
    claims.add(ranges);
    const ports = portsOfPool(reader, statement);
    const addresses = ranges.flatMap(prefixesOf);
    pools.set(name, { family: ranges[0].family, addresses, ...(ports !== null && { ports }) });
  }
  return pools;
}

function refusePool(claims: AddressClaims, name: string, ranges: readonly Range[]): string | null {
  if (ranges.length === 0) return 'it has no addresses';
  if (name === 'interface') return 'its name stands for addresses of interfaces';
  if (ranges.some(({ family }) => family !== ranges[0].family)) return 'its addresses are of both IP versions';
  const count = ranges.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
  if (count > MAX_POOL_ADDRESSES) return `it has more than ${MAX_POOL_ADDRESSES} addresses`;
  if (claims.count + count > MAX_ADDRESSES) return `all pools have more than ${MAX_ADDRESSES} addresses`;
  const isTwice = ranges.some((range, i) => ranges.some((other, j) => i < j && overlap(range, other)));
  if (isTwice || ranges.some((range) => claims.has(range))) {
    return 'one of its addresses is given elsewhere';
  }
  return null;
}

function portsOfPool(reader: ModelReader, statement: Statement): string | null {
  const level = statement.find('port');
  if (level?.find('no-translation')) {
    reader.warn(statement, `pool ${statement.words[1]} translates ports in the model`);
  }
  const range = level?.find('range');
  const entry = range?.children.find(({ schema }) => schema?.name === 'low');
  if (range === undefined || entry === undefined) return null;
  const low = Number(entry.words[0]);
  const high = Number(entry.find('to')?.values[0] ?? range.find('to')?.values[0] ?? low);
  if (high < LOWEST_PORT || low > high) return null;
  if (low < LOWEST_PORT) reader.warn(statement, `pool ${statement.words[1]} gives ports from ${LOWEST_PORT} on`);
  return `${Math.max(low, LOWEST_PORT)}-${high}`;
}

/** Addresses of a pool's entry: a prefix, or `low to high`. */
function rangeOfWords(words: readonly string[]): Range[] {
  const low = rangeOf(parsePrefix(words[0])!);
  if (words.length === 1) return [low];
  const high = rangeOf(parsePrefix(words[2])!);
  return low.family === high.family && low.first <= high.last ? [{ ...low, last: high.last }] : [];
}
