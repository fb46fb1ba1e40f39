import {
  FLOW_KEY_DESTINATION,
  FLOW_KEY_PROTOCOL,
  FLOW_KEY_SELECTOR,
  FLOW_KEY_SOURCE,
  formatAddress,
  isIpv4,
  normalizeFlowInto,
  protocolName,
} from '@midplane/flow';
import { findRule } from './_compiled-rules.ts';
import { writeMacs } from './_write-hash-key.ts';
import type { HashKeyField, HashKeyRule } from './hash-key-rules.ts';

/** The hash key of one packet, with the reason for it. */
export interface HashKeySelection {
  /** The rule that holds. */
  readonly rule: HashKeyRule;
  /** The fields as they are hashed: in this order, with the endpoints already exchanged if `swapped`. */
  readonly fields: readonly HashKeyFieldValue[];
  /** The input of the hash function: 3 to 10 words. */
  readonly words: Int32Array;
  /** Whether source and destination were exchanged to put them in fixed order. */
  readonly swapped: boolean;
}

/** One field of a hash key. */
export interface HashKeyFieldValue {
  /** Which field. */
  readonly field: HashKeyField;
  /** Its value as text: addresses in their usual form, ports decimal, SPI and EtherType with 0x. */
  readonly text: string;
}

/** How one hash key is chosen. */
export interface SelectOptions {
  /** Whether the packet is a fragment, the first one too; default false. An atomic fragment is none. */
  readonly fragment?: boolean;
  /** Whether the endpoints are put in fixed order; default true. */
  readonly symmetric?: boolean;
}

/**
 * Returns the hash key of a packet with a flow key, and why it is that one.
 *
 * The words are, in network order: source address, destination address, selector (layer 4 only), protocol; an IPv4
 * address is one word, an IPv6 address four. This is the plain way; `hashBatch` does the same for many packets.
 *
 * Fidelity: documented. The fields are (see the mark of the rule); their order is assumed.
 *
 * @param key Array that holds the key, of an IPv4 or IPv6 flow.
 * @param at Offset of its first word.
 * @param options Fragment and symmetry.
 * @example A fragment of a TCP packet goes by addresses and protocol
 * ```ts
 * import { selectHashKey } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
 * assert.equal(selectHashKey(key).rule.layer, 'l4');
 * const { rule, words } = selectHashKey(key, 0, { fragment: true });
 * assert.equal(rule.id, 'ipv4-fragment');
 * assert.deepEqual(words, Int32Array.of(0xc0000201, 0xc6336402, 6));
 * ```
 */
export function selectHashKey(key: Int32Array, at = 0, options: SelectOptions = {}): HashKeySelection {
  const { fragment = false, symmetric = true } = options;
  const ordered = key.slice(at, at + FLOW_KEY_PROTOCOL + 1);
  const family = isIpv4(ordered) ? 4 : 6;
  const rule = findRule(family, ordered[FLOW_KEY_PROTOCOL] & 255, fragment);
  if (rule.layer === 'l3') ordered[FLOW_KEY_SELECTOR] = 0; // neither hashed nor part of the order
  const swapped = symmetric && normalizeFlowInto(ordered, 0, ordered, 0) === 1;
  return { rule, words: wordsOf(ordered, family, rule), swapped, fields: fieldsOf(ordered, family, rule) };
}

/** Addresses, selector of layer 4, protocol. */
function wordsOf(ordered: Int32Array, family: 4 | 6, { layer }: HashKeyRule): Int32Array {
  const addressWords = family === 4 ? 1 : 4;
  const words = new Int32Array(2 * addressWords + (layer === 'l4' ? 2 : 1));
  for (let i = 0; i < addressWords; i++) {
    words[i] = ordered[FLOW_KEY_SOURCE + i];
    words[addressWords + i] = ordered[FLOW_KEY_DESTINATION + i];
  }
  if (layer === 'l4') words[2 * addressWords] = ordered[FLOW_KEY_SELECTOR];
  words[words.length - 1] = ordered[FLOW_KEY_PROTOCOL] & 255;
  return words;
}

function fieldsOf(ordered: Int32Array, family: 4 | 6, rule: HashKeyRule): HashKeyFieldValue[] {
  return rule.fields.map((field) => ({ field, text: textOf(field, ordered, family) }));
}

function textOf(field: HashKeyField, ordered: Int32Array, family: 4 | 6): string {
  const selector = ordered[FLOW_KEY_SELECTOR];
  switch (field) {
    case 'source-address':
      return formatAddress(ordered, FLOW_KEY_SOURCE, family);
    case 'destination-address':
      return formatAddress(ordered, FLOW_KEY_DESTINATION, family);
    case 'source-port':
      return String(selector >>> 16);
    case 'destination-port':
    case 'identifier':
      return String(selector & 0xffff);
    case 'spi':
      return `0x${(selector >>> 0).toString(16)}`;
    case 'protocol':
      return protocolName(ordered[FLOW_KEY_PROTOCOL] & 255);
    default:
      return ''; // of frames that are not IP
  }
}

/** The layer 2 header of a packet that is not IP. */
export interface FrameFields {
  /** Source MAC address, 6 bytes. */
  readonly source: Uint8Array;
  /** Destination MAC address, 6 bytes. */
  readonly destination: Uint8Array;
  /** EtherType after tags and labels; 0 where there is none. */
  readonly etherType: number;
}

/**
 * Returns the hash key of a frame that is not IP, and why it is that one.
 *
 * The words are the 12 bytes of source and destination MAC address as three words, and the EtherType.
 *
 * Fidelity: documented. The fields are; their order is assumed.
 *
 * @param frame The header.
 * @param options Symmetry; a frame that is not IP is never a fragment.
 * @throws {TypeError} If an address does not have 6 bytes.
 * @example
 * ```ts
 * import { selectFrameHashKey } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * const arp = { source: Uint8Array.of(2, 0, 0, 0, 0, 1), destination: new Uint8Array(6).fill(255), etherType: 0x0806 };
 * const { fields, words } = selectFrameHashKey(arp);
 * assert.equal(fields[0].text, '02:00:00:00:00:01');
 * assert.deepEqual(words, Int32Array.of(0x02000000, 0x0001ffff, -1, 0x0806));
 * ```
 */
export function selectFrameHashKey(
  frame: FrameFields,
  options: { readonly symmetric?: boolean } = {},
): HashKeySelection {
  const [source, destination] = [frame.source, frame.destination].map((mac) => {
    if (mac.length !== 6) {
      throw new TypeError(`Cannot select hash key: a MAC address must have 6 bytes: got ${mac.length}`);
    }
    return new DataView(mac.buffer, mac.byteOffset, 6);
  });
  const words = new Int32Array(4);
  const order = [source.getInt32(0), source.getUint16(4), destination.getInt32(0), destination.getUint16(4)] as const;
  writeMacs(...order, options.symmetric ?? true, words);
  words[3] = frame.etherType;
  const swapped = words[0] !== order[0] || words[1] >>> 16 !== order[1];
  const rule = findRule(undefined, 0, false);
  const text: Partial<Record<HashKeyField, string>> = {
    'source-mac': formatMac(swapped ? frame.destination : frame.source),
    'destination-mac': formatMac(swapped ? frame.source : frame.destination),
    ethertype: `0x${frame.etherType.toString(16).padStart(4, '0')}`,
  };
  return { rule, words, swapped, fields: rule.fields.map((field) => ({ field, text: text[field] ?? '' })) };
}

function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
