import { type AddressBits, type Prefix, parseAddressBits, parsePrefix } from '../_prefix.ts';

/** Writes an address; IPv6 with its longest run of zeros left out. */
export function formatAddress({ family, bits }: AddressBits): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

/** Writes a prefix with its network only. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix)}/${prefix.length}`;
}

/** Returns the network of a prefix or address as text. */
export function networkOf(text: string): string {
  return formatPrefix(parsePrefix(text)!);
}

/** Returns the address of a text such as `192.0.2.1/24`. */
export function addressOf(text: string): AddressBits {
  return parseAddressBits(text.split('/')[0])!;
}

/** Addresses from a first to a last one. */
export interface Range {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** Returns the addresses of a prefix. */
export function rangeOf({ family, bits, length }: Prefix): Range {
  const size = 1n << BigInt((family === 4 ? 32 : 128) - length);
  return { family, first: bits, last: bits + size - 1n };
}

/** Whether ranges share an address. */
export function overlap(a: Range, b: Range): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Returns the fewest prefixes that hold exactly the addresses of a range. */
export function prefixesOf({ family, first, last }: Range): string[] {
  const width = family === 4 ? 32 : 128;
  const prefixes: string[] = [];
  for (let at = first; at <= last; ) {
    let free = 0;
    while (free < width && ((at >> BigInt(free)) & 1n) === 0n && at + (1n << BigInt(free + 1)) - 1n <= last) free++;
    prefixes.push(formatPrefix({ family, bits: at, length: width - free }));
    at += 1n << BigInt(free);
  }
  return prefixes;
}

/** Returns the range of one address. */
export function rangeOfAddress({ family, bits }: AddressBits): Range {
  return { family, first: bits, last: bits };
}
