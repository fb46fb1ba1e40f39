import { type Address, formatAddress, parseAddress } from './address.ts';
import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_SOURCE, FLOW_KEY_WORDS } from './key.ts';
import { parseProtocol, protocolName, selectorKind } from './protocol.ts';

/** What {@link flowKey} makes a key of. */
export interface FlowFields {
  /** Source address. */
  readonly source: string | Address;
  /** Destination address, of the same IP version. */
  readonly destination: string | Address;
  /** Protocol number 0 to 255, or a name that `parseProtocol` knows. */
  readonly protocol: number | string;
  /** Source port 0 to 65,535, only with TCP, UDP and SCTP; default 0. */
  readonly sourcePort?: number;
  /** Destination port 0 to 65,535, only with TCP, UDP and SCTP; default 0. */
  readonly destinationPort?: number;
  /** Security parameters index 0 to 2^32 - 1, only with ESP and AH; default 0. */
  readonly spi?: number;
  /** Identifier of a query 0 to 65,535, only with ICMP and ICMPv6; default 0. */
  readonly identifier?: number;
}

/**
 * Returns a flow key with all words 0: the key of no packet.
 *
 * @returns A new `Int32Array` of {@link FLOW_KEY_WORDS} words.
 * @example
 * ```ts
 * import { createFlowKey, FLOW_KEY_WORDS } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(createFlowKey().length, FLOW_KEY_WORDS);
 * ```
 */
export function createFlowKey(): Int32Array {
  return new Int32Array(FLOW_KEY_WORDS);
}

/**
 * Returns the key of a flow given by its fields.
 *
 * @param fields Addresses, protocol and what the protocol selects by; a field that the protocol does not have is refused.
 * @returns A new flow key.
 * @throws {SyntaxError} If an address or the protocol's name cannot be read.
 * @throws {RangeError} If a number is outside its range.
 * @throws {TypeError} If the addresses are of two IP versions, or the protocol does not have a field that is given.
 * @example
 * ```ts
 * import { flowKey, formatFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = flowKey({ source: '192.0.2.1', destination: '198.51.100.2', protocol: 'esp', spi: 0x1234 });
 * assert.equal(formatFlow(key), '192.0.2.1 > 198.51.100.2/esp spi=0x1234');
 * ```
 */
export function flowKey(fields: FlowFields): Int32Array {
  const source = typeof fields.source === 'string' ? parseAddress(fields.source) : fields.source;
  const destination = typeof fields.destination === 'string' ? parseAddress(fields.destination) : fields.destination;
  if (source.family !== destination.family) {
    const got = [source, destination].map(({ words, family }) => formatAddress(words, 0, family)).join(' and ');
    throw new TypeError(`Cannot create flow key: both addresses must be of one IP version: got ${got}`);
  }
  const protocol = typeof fields.protocol === 'string' ? parseProtocol(fields.protocol) : fields.protocol;
  checkRange('protocol', protocol, 255);
  const key = createFlowKey();
  key.set(source.words, FLOW_KEY_SOURCE);
  key.set(destination.words, FLOW_KEY_DESTINATION);
  key[FLOW_KEY_SELECTOR] = selectorOf(fields, protocol);
  key[FLOW_KEY_PROTOCOL] = (source.family << 8) | protocol;
  return key;
}

const FIELDS = {
  ports: ['sourcePort', 'destinationPort'],
  spi: ['spi'],
  identifier: ['identifier'],
  none: [],
} as const;

function selectorOf(fields: FlowFields, protocol: number): number {
  const kind = selectorKind(protocol);
  const allowed: readonly string[] = FIELDS[kind];
  for (const name of ['sourcePort', 'destinationPort', 'spi', 'identifier'] as const) {
    if (fields[name] === undefined) continue;
    if (!allowed.includes(name)) {
      const may = allowed.length === 0 ? 'neither ports, spi nor identifier' : `only ${allowed.join(' and ')}`;
      throw new TypeError(`Cannot create flow key: ${protocolName(protocol)} has ${may}: got ${name} ${fields[name]}`);
    }
    checkRange(name, fields[name], name === 'spi' ? 0xffffffff : 0xffff);
  }
  if (kind === 'ports') return ((fields.sourcePort ?? 0) << 16) | (fields.destinationPort ?? 0);
  if (kind === 'identifier') return ((fields.identifier ?? 0) << 16) | (fields.identifier ?? 0);
  return (fields.spi ?? 0) | 0;
}

function checkRange(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`Cannot create flow key: ${name} must be an integer from 0 to ${max}: got ${String(value)}`);
  }
}

/**
 * Returns whether a key is that of an IPv4 flow.
 *
 * @param key Array that holds the key.
 * @param at Offset of its first word.
 * @returns False for IPv6 and for the all-zero key.
 * @example
 * ```ts
 * import { isIpv4, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(isIpv4(parseFlow('192.0.2.1 > 198.51.100.2/gre')), true);
 * assert.equal(isIpv4(parseFlow('2001:db8::1 > 2001:db8::2/gre')), false);
 * ```
 */
export function isIpv4(key: Int32Array, at = 0): boolean {
  return key[at + FLOW_KEY_PROTOCOL] >>> 8 === 4;
}

/**
 * Returns whether two keys are the same, word for word. Both directions of a session are *not* equal; normalise them.
 *
 * @param a Array that holds one key.
 * @param b Array that holds the other key.
 * @param aAt Offset of the first word of the one.
 * @param bAt Offset of the first word of the other.
 * @example
 * ```ts
 * import { flowsEqual, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const junos = parseFlow('192.0.2.1/1234 --> 198.51.100.2/443;tcp');
 * assert.ok(flowsEqual(junos, parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp')));
 * ```
 */
export function flowsEqual(a: Int32Array, b: Int32Array, aAt = 0, bAt = 0): boolean {
  for (let word = FLOW_KEY_WORDS - 1; word >= 0; word--) {
    if (a[aAt + word] !== b[bAt + word]) return false;
  }
  return true;
}
