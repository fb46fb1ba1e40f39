/** An address as a number. */
export interface AddressBits {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** A prefix: the addresses whose first `length` bits are those of `bits`; the bits after them are 0. */
export interface Prefix extends AddressBits {
  readonly length: number;
}

/** Reads an IPv4 or IPv6 address; `null` if it is none. */
export function parseAddressBits(text: string): AddressBits | null {
  const bits = text.includes(':') ? parseIpv6(text) : parseIpv4(text.split('.'), 4);
  return bits === null ? null : { family: text.includes(':') ? 6 : 4, bits };
}

/**
 * Reads a prefix or an address; `null` if it is neither.
 *
 * As on the box, octets at the end of an IPv4 prefix may be left out (`10/8`), and bits after the length are cleared.
 */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const width = address.includes(':') ? 128 : 32;
  let length = width;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > width) return null;
    length = Number(digits);
  }
  const bits = width === 128 ? parseIpv6(address) : parseIpv4(address.split('.'), slash < 0 ? 4 : 1);
  if (bits === null) return null;
  const free = BigInt(width - length);
  return { family: width === 128 ? 6 : 4, bits: (bits >> free) << free, length };
}

/** Tells whether an address lies in a prefix. */
export function prefixHas(prefix: Prefix, address: AddressBits): boolean {
  if (prefix.family !== address.family) return false;
  const free = BigInt((prefix.family === 4 ? 32 : 128) - prefix.length);
  return address.bits >> free === prefix.bits >> free;
}

function parseIpv4(octets: readonly string[], atLeast: number): bigint | null {
  if (octets.length < atLeast || octets.length > 4) return null;
  let bits = 0n;
  for (let i = 0; i < 4; i++) {
    const octet = octets[i] ?? '0';
    if (!/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return null;
    bits = (bits << 8n) | BigInt(octet);
  }
  return bits;
}

function parseIpv6(text: string): bigint | null {
  if (text.length > 45) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0], halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1], true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  let bits = 0n;
  for (const group of [...head, ...Array<number>(missing).fill(0), ...tail]) bits = (bits << 16n) | BigInt(group);
  return bits;
}

/** Groups between colons; the last may be an IPv4 address where the text ends there. */
function parseGroups(text: string, isEnd: boolean): number[] | null {
  if (text === '') return [];
  const words = text.split(':');
  const groups: number[] = [];
  for (const [i, word] of words.entries()) {
    if (isEnd && i === words.length - 1 && word.includes('.')) {
      const bits = parseIpv4(word.split('.'), 4);
      if (bits === null) return null;
      groups.push(Number(bits >> 16n), Number(bits & 0xffffn));
    } else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return null;
  }
  return groups;
}
