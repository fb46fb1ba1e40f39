import { decodeAddress } from './_decode-address.ts';

/** An IP address as words. */
export interface Address {
  /** IP version: 4 or 6. */
  readonly family: 4 | 6;
  /** Four signed 32-bit words in network order; an IPv4 address is in the first, the others are 0. */
  readonly words: Int32Array;
}

/**
 * Reads an IPv4 or IPv6 address.
 *
 * Strict: IPv4 is four decimal numbers from 0 to 255 without leading zeros; IPv6 is the text form of RFC 4291 section
 * 2.2, of which `::` stands for at least one group; a zone (`%eth0`) or a prefix length is no part of an address.
 *
 * @param text The address without blanks or brackets.
 * @returns A new address.
 * @throws {SyntaxError} If `text` is not an address.
 * @see RFC 4291 section 2.2
 * @example
 * ```ts
 * import { parseAddress } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(parseAddress('192.0.2.1').words[0] >>> 0, 0xc0000201);
 * assert.equal(parseAddress('2001:db8::1').family, 6);
 * assert.throws(() => parseAddress('192.168.001.1'), SyntaxError);
 * ```
 */
export function parseAddress(text: string): Address {
  const words = new Int32Array(4);
  return { family: parseAddressInto(text, words, 0), words };
}

/**
 * Reads an IPv4 or IPv6 address into four words of the caller, as {@link parseAddress} does.
 *
 * @param text The address without blanks or brackets.
 * @param out Array that receives four words; unchanged if the text is refused.
 * @param outAt Offset of the first word.
 * @returns The IP version.
 * @throws {SyntaxError} If `text` is not an address.
 * @example
 * ```ts
 * import { parseAddressInto } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const words = new Int32Array(10);
 * assert.equal(parseAddressInto('10.0.0.1', words, 4), 4);
 * assert.equal(words[4], 0x0a000001);
 * ```
 */
export function parseAddressInto(text: string, out: Int32Array, outAt: number): 4 | 6 {
  const family = decodeAddress(text, out, outAt);
  if (family === 0) {
    throw new SyntaxError(`Cannot parse address: ${ADDRESS_RULE}: got "${text}"`);
  }
  return family;
}

const ADDRESS_RULE =
  'it must be IPv4 (four numbers from 0 to 255 without leading zeros) or IPv6 (RFC 4291, without a zone)';

/**
 * Returns an address as text: IPv4 dotted, IPv6 as RFC 5952 recommends.
 *
 * IPv6 is lower case, without leading zeros; the longest run of two or more zero groups (the first of equals) is `::`.
 * IPv4-mapped addresses (`::ffff:0:0/96`) end in dotted form.
 *
 * @param words Array that holds the address, network order.
 * @param at Offset of its first word.
 * @param family IP version: of 4 one word is read, of 6 four.
 * @returns For example `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`.
 * @see RFC 5952 sections 4 and 5
 * @example
 * ```ts
 * import { formatAddress, parseAddress } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const { words, family } = parseAddress('2001:DB8:0:0:1:0:0:1');
 * assert.equal(formatAddress(words, 0, family), '2001:db8::1:0:0:1');
 * ```
 */
export function formatAddress(words: Int32Array, at: number, family: 4 | 6): string {
  if (family === 4) return formatDotted(words[at]);
  if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff)
    return `::ffff:${formatDotted(words[at + 3])}`;
  let runStart = 8;
  let runLength = 1; // a single zero group is not shortened
  for (let group = 0; group < 8; group++) {
    let end = group;
    while (end < 8 && groupOf(words, at, end) === 0) end++;
    if (end - group > runLength) {
      runStart = group;
      runLength = end - group;
    }
    if (end > group) group = end;
  }
  if (runStart === 8) return joinGroups(words, at, 0, 8);
  return `${joinGroups(words, at, 0, runStart)}::${joinGroups(words, at, runStart + runLength, 8)}`;
}

function formatDotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function groupOf(words: Int32Array, at: number, group: number): number {
  const word = words[at + (group >> 1)];
  return group & 1 ? word & 0xffff : word >>> 16;
}

function joinGroups(words: Int32Array, at: number, from: number, to: number): string {
  let text = '';
  for (let group = from; group < to; group++) {
    text += (group > from ? ':' : '') + groupOf(words, at, group).toString(16);
  }
  return text;
}
