import { parseAddress } from '@midplane/flow';
import { refuse } from './_check.ts';

/** Words that a prefix takes in a table: IP version, network (4), mask (4). */
export const PREFIX_WORDS = 9;

/** A prefix as words. */
export interface Prefix {
  readonly family: 4 | 6;
  /** Network, four words; of IPv4 the first. */
  readonly words: Int32Array;
  /** Bits of the network, four words. */
  readonly mask: Int32Array;
  readonly length: number;
}

/** Every address of an IP version. */
export function wholeFamily(family: 4 | 6): Prefix {
  return { family, words: new Int32Array(4), mask: new Int32Array(4), length: 0 };
}

/** Returns the prefix, or the prefix of one address. */
export function readPrefix(value: unknown, path: string): Prefix {
  const must = 'be a prefix such as 10.0.0.0/8 or an address';
  if (typeof value !== 'string') refuse('shape', path, must, value);
  const [address, digits, ...rest] = value.split('/');
  const host = tryAddress(address!) ?? refuse('value', path, must, value);
  const width = host.family === 4 ? 32 : 128;
  const length = digits === undefined ? width : Number(digits);
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(digits ?? '0') || length > width)
    refuse('value', path, must, value);
  const mask = new Int32Array(4).map((_, word) => maskOf(length - 32 * word));
  if (host.words.some((word, i) => (word & ~mask[i]!) !== 0)) {
    refuse('value', path, `have no bits set behind its length, as 10.0.0.0/8 has none`, value);
  }
  return { ...host, mask, length };
}

function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : ~(-1 >>> bits);
}

/** Returns the address. */
export function readAddress(value: unknown, path: string): Prefix {
  const must = 'be an address such as 192.0.2.1';
  if (typeof value !== 'string') refuse('shape', path, must, value);
  if (value.includes('/')) refuse('value', path, must, value);
  return readPrefix(value, path);
}

function tryAddress(text: string): ReturnType<typeof parseAddress> | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}

/** Addresses from a first to a last one, as numbers. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** Returns the addresses of a prefix. */
export function rangeOf(prefix: Prefix): AddressRange {
  const first = numberOf(prefix);
  return { family: prefix.family, first, last: first + (1n << BigInt(widthOf(prefix.family) - prefix.length)) - 1n };
}

/** Returns the addresses of a prefix or of a range such as `203.0.113.1-203.0.113.9`. */
export function readRange(value: unknown, path: string): AddressRange {
  if (typeof value !== 'string' || !value.includes('-')) return rangeOf(readPrefix(value, path));
  const must = 'be a range of addresses such as 203.0.113.1-203.0.113.9';
  const [first, last, ...rest] = value.split('-').map((text) => tryAddress(text.trim()));
  if (!first || !last || rest.length > 0 || first.family !== last.family) refuse('value', path, must, value);
  const range = { family: first.family, first: numberOf(first), last: numberOf(last) };
  if (range.first > range.last) refuse('value', path, must, value);
  return range;
}

/** Writes the address of a number as four words. */
export function writeAddress(family: 4 | 6, address: bigint, out: Int32Array, at: number): void {
  for (let word = 0; word < widthOf(family) / 32; word++) {
    out[at + word] = Number(BigInt.asIntN(32, address >> BigInt(widthOf(family) - 32 * (word + 1))));
  }
}

function numberOf({ family, words }: Pick<Prefix, 'family' | 'words'>): bigint {
  let number = 0n;
  for (let i = 0; i < widthOf(family) / 32; i++) number = (number << 32n) | BigInt(words[i]! >>> 0);
  return number;
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}
