import { type AddressBits, type Prefix, parseAddressBits, parsePrefix, prefixHas } from './_prefix.ts';
import { APPLICATIONS, PROTOCOLS, protocolNumber } from './_protocols.ts';
import type { SessionView } from './session-view.ts';

/** What a session must have to be shown; a key that is left out does not matter. Values as in a command, or as numbers. */
export interface SessionFilterInput {
  /** Prefix or address that the source of the `in` wing lies in: `10/8`, `2001:db8::/32`, `192.0.2.1`. */
  readonly sourcePrefix?: string;
  /** Prefix or address that the destination of the `in` wing lies in. */
  readonly destinationPrefix?: string;
  /** Source port of the `in` wing, 0 to 65535. */
  readonly sourcePort?: string | number;
  /** Destination port of the `in` wing, 0 to 65535. */
  readonly destinationPort?: string | number;
  /** Protocol by name or number. */
  readonly protocol?: string | number;
  /** `inet` or `inet6`, of the `in` wing. */
  readonly family?: string;
  /** Application with or without `junos-`. */
  readonly application?: string;
  /** Interface of either wing; unit 0 if it names none. */
  readonly interface?: string;
  /** Session ID in decimal digits. */
  readonly sessionIdentifier?: string | number | bigint;
}

/** Keys of a filter and the word of the command for each. */
const WORDS = {
  sourcePrefix: 'source-prefix',
  destinationPrefix: 'destination-prefix',
  sourcePort: 'source-port',
  destinationPort: 'destination-port',
  protocol: 'protocol',
  family: 'family',
  application: 'application',
  interface: 'interface',
  sessionIdentifier: 'session-identifier',
} as const satisfies Record<keyof SessionFilterInput, string>;

/** Words that begin a filter in `show security flow session` and `clear security flow session`. */
export const SESSION_FILTER_WORDS: readonly string[] = Object.values(WORDS);

/** Predefined applications that a filter finds by protocol and port where a session does not say its own. */
export const SESSION_APPLICATIONS: readonly string[] = [...APPLICATIONS.keys()].map((name) => `junos-${name}`);

/** A filter that was read. Make it with {@link sessionFilter} or {@link parseSessionFilter}. */
export interface SessionFilter {
  /** Source of the `in` wing. */
  readonly sourcePrefix?: Prefix;
  /** Destination of the `in` wing. */
  readonly destinationPrefix?: Prefix;
  /** Source port of the `in` wing. */
  readonly sourcePort?: number;
  /** Destination port of the `in` wing. */
  readonly destinationPort?: number;
  /** Protocol number. */
  readonly protocol?: number;
  /** IP version of the `in` wing. */
  readonly family?: 4 | 6;
  /** Application in lower case, without `junos-`. */
  readonly application?: string;
  /** Interface with its unit. */
  readonly interface?: string;
  /** Session ID in decimal digits without leading zeros. */
  readonly sessionIdentifier?: string;
}

/**
 * Reads a session filter from an object.
 *
 * @param input What a session must have; keys that are left out or `undefined` do not matter.
 * @returns The filter.
 * @throws {TypeError} If `input` is no object, or has a key that is none of a filter.
 * @throws {SyntaxError} If a value has not the form that its key wants.
 * @throws {RangeError} If a port, a protocol or a prefix length is out of range.
 * @example
 * ```ts
 * import { sessionFilter } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(sessionFilter({ protocol: 'tcp', destinationPort: 443 }), { protocol: 6, destinationPort: 443 });
 * assert.throws(() => sessionFilter({ destinationPort: 65_536 }), {
 *   message: 'Cannot read filter: destination-port must be from 0 to 65535: got "65536"',
 * });
 * ```
 */
export function sessionFilter(input: SessionFilterInput): SessionFilter {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError(`Cannot read filter: it must be an object: got ${input === null ? 'null' : typeof input}`);
  }
  const filter: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(WORDS, key)) {
      const keys = Object.keys(WORDS).join(', ');
      throw new TypeError(`Cannot read filter: key must be one of ${keys}: got ${quote(key)}`);
    }
    filter[key] = READERS[key as keyof typeof WORDS](String(value));
  }
  return filter;
}

/**
 * Reads a session filter from the words of a command.
 *
 * Words may be shortened as long as only one filter begins with them: `prot tcp`, but not `source-p 53`.
 *
 * @param words The words after `show security flow session`, or one text with blanks between them.
 * @returns The filter; without words one that every session passes.
 * @throws {SyntaxError} If a word names no filter, names one twice, lacks its value, or the value has not its form.
 * @throws {RangeError} If a port, a protocol or a prefix length is out of range.
 * @example
 * ```ts
 * import { parseSessionFilter, sessionFilter } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const filter = parseSessionFilter('source-prefix 10/8 protocol udp');
 * assert.deepEqual(filter, sessionFilter({ sourcePrefix: '10.0.0.0/8', protocol: 17 }));
 * assert.throws(() => parseSessionFilter('port 53'), /^SyntaxError: Cannot read filter: filter must be one of source-prefix,/);
 * ```
 */
export function parseSessionFilter(words: string | readonly string[]): SessionFilter {
  const list = typeof words === 'string' ? words.split(/\s+/).filter((word) => word !== '') : words;
  const filter: Record<string, unknown> = {};
  for (let i = 0; i < list.length; i += 2) {
    const key = findKey(list[i]);
    if (key in filter) {
      throw new SyntaxError(`Cannot read filter: ${WORDS[key]} must be given once: got it again`);
    }
    if (i + 1 === list.length) {
      throw new SyntaxError(`Cannot read filter: ${WORDS[key]} must be followed by ${VALUES[key]}: got nothing`);
    }
    filter[key] = READERS[key](list[i + 1]);
  }
  return filter;
}

/**
 * Tells whether a session passes a filter.
 *
 * Fidelity: assumed. Junos documents that `interface` is the incoming or the outgoing one; that the other filters look at
 * the `in` wing is ours, and so is that an interface without a unit means unit 0. A session whose application is not
 * known is taken for the predefined one of its protocol and destination port.
 *
 * @param filter Result of {@link sessionFilter} or {@link parseSessionFilter}.
 * @param session The session.
 * @returns Whether all of the filter holds.
 * @example
 * ```ts
 * import { deviceViewOf, matchesSessionFilter, parseSessionFilter, type SessionView } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const wing = { source: '192.0.2.1', sourcePort: 1234, destination: '198.51.100.2', destinationPort: 443 };
 * const session: SessionView = {
 *   sessionId: '50000111', policy: null, state: 'valid', timeoutSeconds: 1800, remainingSeconds: 1798, application: null,
 *   natSourcePool: null, startSeconds: 0, durationSeconds: 2, clusterState: null, out: null,
 *   in: { ...wing, protocol: 'tcp', interface: 'xe-7/0/0.0', packets: 1, bytes: 60, cpSessionId: '50000140' },
 * };
 * assert.ok(matchesSessionFilter(parseSessionFilter('application https source-prefix 192.0.2/24'), session));
 * assert.ok(!matchesSessionFilter(parseSessionFilter('family inet6'), session));
 * ```
 */
export function matchesSessionFilter(filter: SessionFilter, session: SessionView): boolean {
  const { in: wing, out } = session;
  if (filter.sessionIdentifier !== undefined && filter.sessionIdentifier !== session.sessionId) return false;
  if (filter.sourcePort !== undefined && filter.sourcePort !== wing.sourcePort) return false;
  if (filter.destinationPort !== undefined && filter.destinationPort !== wing.destinationPort) return false;
  if (filter.protocol !== undefined && filter.protocol !== protocolNumber(wing.protocol)) return false;
  if (filter.family !== undefined && filter.family !== (wing.source.includes(':') ? 6 : 4)) return false;
  if (filter.interface !== undefined && filter.interface !== wing.interface && filter.interface !== out?.interface) {
    return false;
  }
  if (filter.application !== undefined && !hasApplication(filter.application, session)) return false;
  if (filter.sourcePrefix !== undefined && !isIn(filter.sourcePrefix, wing.source)) return false;
  return filter.destinationPrefix === undefined || isIn(filter.destinationPrefix, wing.destination);
}

function isIn(prefix: Prefix, text: string): boolean {
  const address: AddressBits | null = parseAddressBits(text);
  return address !== null && prefixHas(prefix, address);
}

function hasApplication(name: string, { application, in: wing }: SessionView): boolean {
  if (application !== null) return plainApplication(application) === name;
  const predefined = APPLICATIONS.get(name);
  return (
    predefined !== undefined &&
    predefined.protocol === protocolNumber(wing.protocol) &&
    predefined.ports.includes(wing.destinationPort)
  );
}

function plainApplication(name: string): string {
  const lower = name.toLowerCase();
  return lower.startsWith('junos-') ? lower.slice(6) : lower;
}

type Key = keyof typeof WORDS;

/** The value of each filter in words, for messages. */
const VALUES: Readonly<Record<Key, string>> = {
  sourcePrefix: 'an IPv4 or IPv6 prefix or address',
  destinationPrefix: 'an IPv4 or IPv6 prefix or address',
  sourcePort: 'a port from 0 to 65535',
  destinationPort: 'a port from 0 to 65535',
  protocol: `a number from 0 to 255 or one of ${[...PROTOCOLS.keys()].join(', ')}`,
  family: 'inet or inet6',
  application: 'the name of an application',
  interface: 'the name of an interface',
  sessionIdentifier: 'a decimal number',
};

const READERS: Readonly<Record<Key, (text: string) => unknown>> = {
  sourcePrefix: (text) => readPrefix('sourcePrefix', text),
  destinationPrefix: (text) => readPrefix('destinationPrefix', text),
  sourcePort: (text) => readNumber('sourcePort', text, 65_535),
  destinationPort: (text) => readNumber('destinationPort', text, 65_535),
  protocol(text) {
    if (/^\d+$/.test(text)) return readNumber('protocol', text, 255);
    const number = protocolNumber(text);
    return number < 0 ? refuse('protocol', text) : number;
  },
  family: (text) => (text === 'inet' ? 4 : text === 'inet6' ? 6 : refuse('family', text)),
  application: (text) => (/^\S{1,255}$/.test(text) ? plainApplication(text) : refuse('application', text)),
  interface(text) {
    if (!/^[a-z][\w/:-]*(\.\d{1,10})?$/i.test(text)) refuse('interface', text);
    return text.includes('.') ? text : `${text}.0`;
  },
  sessionIdentifier: (text) =>
    /^\d{1,20}$/.test(text) ? text.replace(/^0+(?=\d)/, '') : refuse('sessionIdentifier', text),
};

function readPrefix(key: Key, text: string): Prefix {
  return parsePrefix(text) ?? refuse(key, text);
}

function readNumber(key: Key, text: string, max: number): number {
  if (!/^\d+$/.test(text)) refuse(key, text);
  const number = Number(text);
  if (number > max)
    throw new RangeError(`Cannot read filter: ${WORDS[key]} must be from 0 to ${max}: got ${quote(text)}`);
  return number;
}

function refuse(key: Key, text: string): never {
  throw new SyntaxError(`Cannot read filter: ${WORDS[key]} must be ${VALUES[key]}: got ${quote(text)}`);
}

/** Finds the one filter that a word names or begins. */
function findKey(word: string): Key {
  const keys = Object.keys(WORDS) as Key[];
  const exact = keys.find((key) => WORDS[key] === word);
  if (exact !== undefined) return exact;
  const begun = word === '' ? [] : keys.filter((key) => WORDS[key].startsWith(word));
  if (begun.length === 1) return begun[0];
  const candidates = begun.length > 1 ? begun : keys;
  const names = candidates.map((key) => WORDS[key]).join(', ');
  throw new SyntaxError(`Cannot read filter: filter must be one of ${names}: got ${quote(word)}`);
}

/** Quotes a value for a message, cut to a length that stays one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
