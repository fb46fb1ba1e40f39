import { createFlowKey } from './flow-key.ts';
import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_WORDS } from './key.ts';
import { PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP } from './protocol.ts';

/**
 * Returns the key of the opposite direction, without NAT: source and destination exchanged.
 *
 * Ports are exchanged too. SPI and identifier are kept: the reply of an ICMP query has its identifier; the SPI of the
 * opposite direction is another number that cannot be derived.
 *
 * @param key Array that holds the key.
 * @param at Offset of its first word.
 * @returns A new flow key.
 * @example
 * ```ts
 * import { formatFlow, parseFlow, reverseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const query = parseFlow('[2001:db8::1]:5353 > [2001:db8::2]:53/udp');
 * assert.equal(formatFlow(reverseFlow(query)), '[2001:db8::2]:53 > [2001:db8::1]:5353/udp');
 * ```
 */
export function reverseFlow(key: Int32Array, at = 0): Int32Array {
  const out = createFlowKey();
  reverseFlowInto(key, at, out, 0);
  return out;
}

/**
 * Writes the key of the opposite direction, as {@link reverseFlow} does.
 *
 * @param key Array that holds the key.
 * @param at Offset of its first word.
 * @param out Array that receives 10 words; may be `key` itself, at the same offset or without overlap.
 * @param outAt Offset of the first word.
 * @example
 * ```ts
 * import { formatFlow, parseFlow, reverseFlowInto } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = parseFlow('192.0.2.1:1 > 198.51.100.2:2/tcp');
 * reverseFlowInto(key, 0, key, 0);
 * assert.equal(formatFlow(key), '198.51.100.2:2 > 192.0.2.1:1/tcp');
 * ```
 */
export function reverseFlowInto(key: Int32Array, at: number, out: Int32Array, outAt: number): void {
  // hot: per packet, no allocation
  const selector = key[at + FLOW_KEY_SELECTOR];
  const protocolWord = key[at + FLOW_KEY_PROTOCOL];
  for (let i = 0; i < FLOW_KEY_DESTINATION; i++) {
    const source = key[at + i];
    out[outAt + i] = key[at + FLOW_KEY_DESTINATION + i];
    out[outAt + FLOW_KEY_DESTINATION + i] = source;
  }
  out[outAt + FLOW_KEY_SELECTOR] = hasPorts(protocolWord) ? (selector << 16) | (selector >>> 16) : selector;
  out[outAt + FLOW_KEY_PROTOCOL] = protocolWord;
}

/**
 * Returns the normalized key: the same for both directions of an untranslated session.
 *
 * @param key Array that holds the key.
 * @param at Offset of its first word.
 * @returns A new flow key; which endpoint comes first, see {@link normalizeFlowInto}.
 * @example
 * ```ts
 * import { formatFlow, normalizeFlow, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = parseFlow('198.51.100.2:443 > 192.0.2.1:1234/tcp');
 * assert.equal(formatFlow(normalizeFlow(key)), '192.0.2.1:1234 > 198.51.100.2:443/tcp');
 * ```
 */
export function normalizeFlow(key: Int32Array, at = 0): Int32Array {
  const out = createFlowKey();
  normalizeFlowInto(key, at, out, 0);
  return out;
}

/**
 * Writes a key with its endpoints in fixed order: the lower (address, port), compared as unsigned numbers, is the source.
 *
 * Equal addresses are ordered by port where the protocol has ports, and stay as they are where it has none. SPI and
 * identifier do not take part.
 *
 * Fidelity: inferred. Both wings of an untranslated session live on one SPU, so a direction-free form must exist; which
 * endpoint comes first is ours and is not visible outside.
 *
 * @param key Array that holds the key.
 * @param at Offset of its first word.
 * @param out Array that receives 10 words; may be `key` itself, at the same offset or without overlap.
 * @param outAt Offset of the first word.
 * @returns 1 if the endpoints were exchanged, 0 if not.
 * @example
 * ```ts
 * import { normalizeFlowInto, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const out = new Int32Array(10);
 * assert.equal(normalizeFlowInto(parseFlow('198.51.100.2:443 > 192.0.2.1:1234/tcp'), 0, out, 0), 1);
 * assert.equal(normalizeFlowInto(out, 0, out, 0), 0);
 * ```
 */
export function normalizeFlowInto(key: Int32Array, at: number, out: Int32Array, outAt: number): 0 | 1 {
  // hot: per packet, no allocation; IPv4 without a branch on the order, which no predictor could guess
  if (key[at + FLOW_KEY_PROTOCOL] >>> 8 === 4) return normalizeIpv4Into(key, at, out, outAt);
  if (isHigherFirst(key, at)) {
    reverseFlowInto(key, at, out, outAt);
    return 1;
  }
  if (key !== out || at !== outAt) {
    for (let i = 0; i < FLOW_KEY_WORDS; i++) out[outAt + i] = key[at + i];
  }
  return 0;
}

function normalizeIpv4Into(key: Int32Array, at: number, out: Int32Array, outAt: number): 0 | 1 {
  const source = key[at];
  const destination = key[at + FLOW_KEY_DESTINATION];
  const selector = key[at + FLOW_KEY_SELECTOR];
  const protocolWord = key[at + FLOW_KEY_PROTOCOL];
  const ports = hasPorts(protocolWord) ? -1 : 0;
  const reversed = (selector << 16) | (selector >>> 16);
  // -1 if source > destination, both unsigned: the borrow of the subtraction
  let swap = ((~destination & source) | (~(destination ^ source) & (destination - source))) >> 31;
  if (source === destination && selector >>> 0 > reversed >>> 0) swap = ports;
  const exchange = (source ^ destination) & swap;
  out[outAt] = source ^ exchange;
  out[outAt + 1] = 0;
  out[outAt + 2] = 0;
  out[outAt + 3] = 0;
  out[outAt + FLOW_KEY_DESTINATION] = destination ^ exchange;
  out[outAt + 5] = 0;
  out[outAt + 6] = 0;
  out[outAt + 7] = 0;
  out[outAt + FLOW_KEY_SELECTOR] = selector ^ ((selector ^ reversed) & swap & ports);
  out[outAt + FLOW_KEY_PROTOCOL] = protocolWord;
  return (swap & 1) as 0 | 1;
}

/** Whether the source is the higher endpoint of the two. */
function isHigherFirst(key: Int32Array, at: number): boolean {
  for (let i = 0; i < FLOW_KEY_DESTINATION; i++) {
    const source = key[at + i] >>> 0;
    const destination = key[at + FLOW_KEY_DESTINATION + i] >>> 0;
    if (source !== destination) return source > destination;
  }
  const selector = key[at + FLOW_KEY_SELECTOR];
  return hasPorts(key[at + FLOW_KEY_PROTOCOL]) && selector >>> 16 > (selector & 0xffff);
}

function hasPorts(protocolWord: number): boolean {
  const protocol = protocolWord & 255;
  return protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP || protocol === PROTOCOL_SCTP;
}
