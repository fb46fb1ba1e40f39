import { readPlainFlow } from './_plain-flow.ts';
import { scanFlow } from './_scan-flow.ts';
import { formatAddress } from './address.ts';
import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_SOURCE } from './key.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMP6, protocolName, selectorKind } from './protocol.ts';

/**
 * Returns a flow as text, in the form that {@link parseFlow} reads.
 *
 * `source > destination/protocol`, with ports after the addresses (IPv6 then in brackets) where the protocol has them,
 * ` id=7` after ICMP with an identifier other than 0, and ` spi=0x1234` after ESP and AH.
 *
 * @param key Array that holds the key.
 * @param at Offset of its first word.
 * @returns One line.
 * @example
 * ```ts
 * import { flowKey, formatFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = flowKey({ source: '2001:db8::1', destination: '2001:db8::2', protocol: 'icmp6', identifier: 7 });
 * assert.equal(formatFlow(key), '2001:db8::1 > 2001:db8::2/icmp6 id=7');
 * ```
 */
export function formatFlow(key: Int32Array, at = 0): string {
  const word = key[at + FLOW_KEY_PROTOCOL];
  const family = word >>> 8 === 4 ? 4 : 6;
  const protocol = word & 255;
  const selector = key[at + FLOW_KEY_SELECTOR];
  const source = formatAddress(key, at + FLOW_KEY_SOURCE, family);
  const destination = formatAddress(key, at + FLOW_KEY_DESTINATION, family);
  // `icmp` means IPv4 and `icmp6` IPv6 in this form: the odd pairs are written as numbers
  const name = protocol === (family === 4 ? PROTOCOL_ICMP6 : PROTOCOL_ICMP) ? String(protocol) : protocolName(protocol);
  switch (selectorKind(protocol)) {
    case 'ports': {
      const [open, close] = family === 6 ? ['[', ']'] : ['', ''];
      return `${open}${source}${close}:${selector >>> 16} > ${open}${destination}${close}:${selector & 0xffff}/${name}`;
    }
    case 'spi':
      return `${source} > ${destination}/${name} spi=0x${(selector >>> 0).toString(16)}`;
    case 'identifier':
      return `${source} > ${destination}/${name}${selector === 0 ? '' : ` id=${selector & 0xffff}`}`;
    default:
      return `${source} > ${destination}/${name}`;
  }
}

/**
 * Reads a flow from one line of text.
 *
 * | form | example |
 * | --- | --- |
 * | ports | `192.0.2.1:1234 > 198.51.100.2:443/tcp`, `[2001:db8::1]:53 > [2001:db8::2]:53/udp` |
 * | identifier | `192.0.2.1 > 198.51.100.2/icmp id=7` (0 where it is left out) |
 * | SPI | `192.0.2.1 > 198.51.100.2/esp spi=0x1234` (0 where it is left out; decimal too) |
 * | no selector | `192.0.2.1 > 198.51.100.2/gre`, `2001:db8::1 > 2001:db8::2/89` |
 * | Junos | `192.0.2.1/1234 --> 198.51.100.2/443;tcp`, also a whole `In: ..., Conn Tag: ...` line |
 *
 * Blanks between the parts do not matter. In the Junos form, numbers after addresses are read as ports; with ICMP the
 * two have to be equal and are the identifier.
 *
 * @param text The flow.
 * @returns A new flow key.
 * @throws {SyntaxError} If the text is not a flow; the message names the bad part, its column from 1 and what is
 * accepted, and the error has `line` (1) and `column`.
 * @example Both forms are the same flow
 * ```ts
 * import { formatFlow, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = parseFlow('192.0.2.1/1234 --> 198.51.100.2/443;tcp');
 * assert.equal(formatFlow(key), '192.0.2.1:1234 > 198.51.100.2:443/tcp');
 * assert.throws(() => parseFlow('192.0.2.1:99999 > 198.51.100.2:443/tcp'), { name: 'SyntaxError', column: 11 });
 * ```
 */
export function parseFlow(text: string): Int32Array {
  return readPlainFlow(text) ?? scanFlow(text);
}
