import { sha1 } from '@noble/hashes/legacy.js';
import { icmpCounterpart } from './icmp-counterpart.ts';
import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_SOURCE } from './key.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMP6, selectorKind } from './protocol.ts';

/** What a Community ID needs beyond the flow key. */
export interface CommunityIdOptions {
  /** Seed 0 to 65,535; default 0. */
  readonly seed?: number;
  /** Type of the ICMP or ICMPv6 message; without it those have no ID. */
  readonly icmpType?: number;
  /** Code of the ICMP or ICMPv6 message; default 0. */
  readonly icmpCode?: number;
  /** How the digest is written; default `'base64'`. */
  readonly encoding?: 'base64' | 'hex';
}

/**
 * Returns the Community ID (version 1) of a flow: the same text for both directions, in every tool that has it.
 *
 * `1:` and the SHA-1 of seed, lower and higher endpoint, protocol and ports. ICMP messages with an answering type are
 * paired with it; other ICMP messages are one-way and are not reordered. Protocols without a port here (DCCP and
 * UDP-Lite too, and ESP, whose SPI does not take part) get the port-less ID.
 *
 * @param key Array that holds the key. The ports of a packet whose ports are not known (later fragment, cut off) are 0
 * in the key: such packets have no ID by the specification, and the caller leaves them out.
 * @param at Offset of its first word.
 * @param options Seed, encoding, and type and code for ICMP.
 * @returns For example `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`; `undefined` for ICMP without a type, and for ICMP in IPv6 or
 * ICMPv6 in IPv4.
 * @throws {RangeError} If the seed is outside 0 to 65,535.
 * @see https://github.com/corelight/community-id-spec
 * @example
 * ```ts
 * import { communityId, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(communityId(parseFlow('1.2.3.4:1122 > 5.6.7.8:3344/tcp')), '1:wCb3OG7yAFWelaUydu0D+125CLM=');
 * const ping = parseFlow('1.2.3.4 > 5.6.7.8/icmp id=7');
 * assert.equal(communityId(ping, 0, { icmpType: 8 }), '1:crodRHL2FEsHjbv3UkRrfbs4bZ0=');
 * ```
 */
export function communityId(key: Int32Array, at = 0, options: CommunityIdOptions = DEFAULTS): string | undefined {
  const seed = options.seed ?? 0;
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff) {
    throw new RangeError(`Cannot create Community ID: seed must be an integer from 0 to 65535: got ${String(seed)}`);
  }
  const protocolWord = key[at + FLOW_KEY_PROTOCOL];
  const protocol = protocolWord & 255;
  const isV4 = protocolWord >>> 8 === 4;
  const kind = selectorKind(protocol);
  const addressWords = isV4 ? 1 : 4;

  // Ports, or what stands for them
  let ports = key[at + FLOW_KEY_SELECTOR];
  let isOneWay = false;
  if (kind === 'identifier') {
    const { icmpType } = options;
    if (icmpType === undefined || protocol !== (isV4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6)) return undefined;
    const counterpart = icmpCounterpart(protocol, icmpType);
    isOneWay = counterpart < 0;
    ports = (icmpType << 16) | (isOneWay ? (options.icmpCode ?? 0) : counterpart);
  }
  const hasPorts = kind === 'ports' || kind === 'identifier';

  // Order of the endpoints
  let order = 0;
  for (let i = 0; i < addressWords && order === 0; i++) {
    order = (key[at + i] >>> 0) - (key[at + FLOW_KEY_DESTINATION + i] >>> 0);
  }
  if (order === 0 && hasPorts) order = (ports >>> 16) - (ports & 0xffff);
  const isSwapped = order > 0 && !isOneWay;

  // seed, addresses, protocol, 0, ports: all in network order
  let end = 0;
  MESSAGE_VIEW.setUint16(end, seed);
  end += 2;
  end = putAddress(key, at + (isSwapped ? FLOW_KEY_DESTINATION : FLOW_KEY_SOURCE), addressWords, end);
  end = putAddress(key, at + (isSwapped ? FLOW_KEY_SOURCE : FLOW_KEY_DESTINATION), addressWords, end);
  MESSAGE_VIEW.setUint16(end, protocol << 8);
  end += 2;
  if (hasPorts) {
    MESSAGE_VIEW.setInt32(end, isSwapped ? (ports << 16) | (ports >>> 16) : ports);
    end += 4;
  }
  const digest = sha1(MESSAGE.subarray(0, end));
  return `1:${options.encoding === 'hex' ? toHex(digest) : toBase64(digest)}`;
}

const DEFAULTS: CommunityIdOptions = {};
/** The longest message: seed, two IPv6 addresses, protocol and padding, ports. */
const MESSAGE = new Uint8Array(2 + 16 + 16 + 2 + 4);
const MESSAGE_VIEW = new DataView(MESSAGE.buffer);

function putAddress(key: Int32Array, at: number, words: number, end: number): number {
  for (let i = 0; i < words; i++) MESSAGE_VIEW.setInt32(end + 4 * i, key[at + i]);
  return end + 4 * words;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The base64 text of a SHA-1 digest, whose 20 bytes are six groups of three and one of two. */
function toBase64(digest: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 18; i += 3) {
    const bits = (digest[i] << 16) | (digest[i + 1] << 8) | digest[i + 2];
    text += ALPHABET[bits >> 18] + ALPHABET[(bits >> 12) & 63] + ALPHABET[(bits >> 6) & 63] + ALPHABET[bits & 63];
  }
  const bits = (digest[18] << 16) | (digest[19] << 8);
  return `${text}${ALPHABET[bits >> 18]}${ALPHABET[(bits >> 12) & 63]}${ALPHABET[(bits >> 6) & 63]}=`;
}

function toHex(digest: Uint8Array): string {
  let text = '';
  for (const byte of digest) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}
