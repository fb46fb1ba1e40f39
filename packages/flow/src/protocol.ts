import { lookUpProtocol, PROTOCOL_NAMES, PROTOCOL_WORDS } from './_protocol-names.ts';
import type { SelectorKind } from './key.ts';

/** IP protocol number of ICMP. */
export const PROTOCOL_ICMP = 1;
/** IP protocol number of TCP. */
export const PROTOCOL_TCP = 6;
/** IP protocol number of UDP. */
export const PROTOCOL_UDP = 17;
/** IP protocol number of GRE. */
export const PROTOCOL_GRE = 47;
/** IP protocol number of ESP. */
export const PROTOCOL_ESP = 50;
/** IP protocol number of AH. */
export const PROTOCOL_AH = 51;
/** IP protocol number of ICMPv6. */
export const PROTOCOL_ICMP6 = 58;
/** IP protocol number of SCTP. */
export const PROTOCOL_SCTP = 132;

/**
 * Returns what the selector word of a flow key holds for a protocol.
 *
 * Fidelity: documented. TCP, UDP, SCTP, AH, ESP and ICMP are distributed by layer 4, all others by layer 3; that the
 * field of AH and ESP is the SPI and that of ICMP the identifier of a query is inferred.
 *
 * @param protocol IP protocol number, 0 to 255; any other number has no selector.
 * @returns `'ports'`, `'spi'`, `'identifier'` or `'none'`.
 * @example
 * ```ts
 * import { selectorKind } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(selectorKind(6), 'ports');
 * assert.equal(selectorKind(50), 'spi');
 * assert.equal(selectorKind(47), 'none');
 * ```
 */
export function selectorKind(protocol: number): SelectorKind {
  switch (protocol) {
    case PROTOCOL_TCP:
    case PROTOCOL_UDP:
    case PROTOCOL_SCTP:
      return 'ports';
    case PROTOCOL_ESP:
    case PROTOCOL_AH:
      return 'spi';
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMP6:
      return 'identifier';
    default:
      return 'none';
  }
}

/**
 * Returns the name of a protocol as it is written in flows, or its number in decimal where it has none here.
 *
 * @param protocol IP protocol number, 0 to 255.
 * @returns For example `'tcp'`, `'icmp6'`, `'89'`.
 * @example
 * ```ts
 * import { protocolName } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(protocolName(6), 'tcp');
 * assert.equal(protocolName(89), '89');
 * ```
 */
export function protocolName(protocol: number): string {
  return PROTOCOL_NAMES.get(protocol) ?? String(protocol);
}

/**
 * Returns the number of a protocol given by name or by number.
 *
 * @param text A name (`tcp`, `udp`, `sctp`, `icmp`, `icmp6`, `esp`, `ah`, `gre`, ...; case does not matter) or a decimal
 * number from 0 to 255.
 * @returns The IP protocol number, 0 to 255.
 * @throws {SyntaxError} If `text` is neither.
 * @example
 * ```ts
 * import { parseProtocol } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(parseProtocol('TCP'), 6);
 * assert.equal(parseProtocol('89'), 89);
 * assert.throws(() => parseProtocol('tpc'), SyntaxError);
 * ```
 */
export function parseProtocol(text: string): number {
  const protocol = lookUpProtocol(text);
  if (protocol < 0) {
    throw new SyntaxError(
      `Cannot parse protocol: it must be a number from 0 to 255 or one of ${PROTOCOL_WORDS}: got "${text}"`,
    );
  }
  return protocol;
}
