/** An address prefix as words. */
export interface Prefix {
  readonly family: 4 | 6;
  /** Network address: one word, or four. */
  readonly words: Int32Array<ArrayBuffer>;
  /** Bits of the network. */
  readonly length: number;
}

function parseIpv4(text: string): Int32Array<ArrayBuffer> | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let word = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    word = (word << 8) | Number(part);
  }
  return Int32Array.of(word);
}

function parseIpv6(text: string): Int32Array<ArrayBuffer> | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = [...head!, ...(tail ?? [])];
  if (given.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  if (tail === undefined ? given.length !== 8 : given.length > 7) return undefined;
  const groups = [...head!, ...new Array<string>(8 - given.length).fill('0'), ...(tail ?? [])];
  const words = new Int32Array(4);
  for (const [index, group] of groups.entries()) {
    words[index >> 1] = (words[index >> 1]! << 16) | Number.parseInt(group, 16);
  }
  return words;
}

/** Reads an IPv4 or IPv6 address; undefined if the text is none. */
export function parseHost(text: string): Prefix | undefined {
  const words = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return words && { family: words.length === 1 ? 4 : 6, words, length: words.length * 32 };
}

/** Reads a prefix such as `198.18.0.0/16`; undefined if the text is none or has bits behind the prefix. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const host = match === null ? undefined : parseHost(match[1]!);
  const length = Number(match?.[2]);
  if (host === undefined || length > host.length) return undefined;
  for (const [index, word] of host.words.entries()) {
    if ((word & hostMask(length, index)) !== 0) return undefined;
  }
  return { ...host, length };
}

/** Returns the bits of word `index` that lie behind a prefix of `length` bits. */
export function hostMask(length: number, index: number): number {
  const bits = Math.min(32, Math.max(0, length - index * 32));
  return bits === 32 ? 0 : -1 >>> bits;
}

/** Returns how many hosts the last word of a prefix can name; without network and broadcast address where it has some. */
export function countHosts(prefix: Prefix): number {
  const free = Math.min(32, prefix.words.length * 32 - prefix.length);
  return free === 0 ? 1 : Math.max(1, 2 ** free - 2);
}

/** Returns the last word of the first host of a prefix. */
export function firstHost(prefix: Prefix): number {
  const last = prefix.words.at(-1)!;
  return prefix.length === prefix.words.length * 32 ? last : last | 1;
}
