import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeFlow, normalizeFlowInto, reverseFlow, reverseFlowInto } from './direction.ts';
import { flowsEqual } from './flow-key.ts';
import { formatFlow, parseFlow } from './flow-text.ts';
import { selectorKind } from './protocol.ts';
import { arbitraryFlow } from './test-data.suite.ts';

/** The slow way to the order: both endpoints as numbers of 144 bits. */
function endpoints(key: Int32Array): [bigint, bigint] {
  const hasPorts = selectorKind(key[9] & 255) === 'ports';
  const numberOf = (at: number, port: number): bigint =>
    [...key.subarray(at, at + 4), hasPorts ? port : 0].reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return [numberOf(0, key[8] >>> 16), numberOf(4, key[8] & 0xffff)];
}

describe('reverseFlow()', () => {
  it.each([
    ['192.0.2.1:1 > 198.51.100.2:2/tcp', '198.51.100.2:2 > 192.0.2.1:1/tcp'],
    ['192.0.2.1 > 198.51.100.2/esp spi=0x12345678', '198.51.100.2 > 192.0.2.1/esp spi=0x12345678'],
    ['192.0.2.1 > 198.51.100.2/icmp id=7', '198.51.100.2 > 192.0.2.1/icmp id=7'],
    ['192.0.2.1 > 198.51.100.2/gre', '198.51.100.2 > 192.0.2.1/gre'],
    ['[2001:db8::1]:1 > [2001:db8::2]:2/sctp', '[2001:db8::2]:2 > [2001:db8::1]:1/sctp'],
  ])('turns %s into %s', (text, expected) => {
    expect(formatFlow(reverseFlow(parseFlow(text)))).toBe(expected);
  });

  it('is its own inverse, in place too', () => {
    fc.assert(
      fc.property(arbitraryFlow, (key) => {
        const reversed = reverseFlow(key);
        expect(reverseFlow(reversed)).toEqual(key);
        const array = Int32Array.of(5, ...key, 5);
        reverseFlowInto(array, 1, array, 1);
        expect(array).toEqual(Int32Array.of(5, ...reversed, 5));
      }),
      { seed: 41 },
    );
  });
});

describe('normalizeFlow()', () => {
  it.each([
    ['192.0.2.1:2 > 192.0.2.1:1/tcp', '192.0.2.1:1 > 192.0.2.1:2/tcp'], // equal addresses: by port
    ['127.0.0.1:1 > 128.0.0.1:2/tcp', '127.0.0.1:1 > 128.0.0.1:2/tcp'], // unsigned
    ['128.0.0.1:1 > 127.0.0.1:2/tcp', '127.0.0.1:2 > 128.0.0.1:1/tcp'],
    ['192.0.2.1:40000 > 192.0.2.1:1/udp', '192.0.2.1:1 > 192.0.2.1:40000/udp'],
    ['192.0.2.1 > 192.0.2.1/esp spi=0x20001', '192.0.2.1 > 192.0.2.1/esp spi=0x20001'], // an SPI is no port
    ['2.0.0.1 > 1.0.0.1/esp spi=0x20001', '1.0.0.1 > 2.0.0.1/esp spi=0x20001'],
    ['[2001:db8::2]:1 > [2001:db8::1]:2/tcp', '[2001:db8::1]:2 > [2001:db8::2]:1/tcp'],
  ])('turns %s into %s', (text, expected) => {
    expect(formatFlow(normalizeFlow(parseFlow(text)))).toBe(expected);
  });

  it('gives both directions one key, the lower endpoint first, and says whether it exchanged them', () => {
    fc.assert(
      fc.property(arbitraryFlow, (key) => {
        const out = new Int32Array(12);
        const [source, destination] = endpoints(key);
        expect(normalizeFlowInto(key, 0, out, 1)).toBe(source > destination ? 1 : 0);
        const normalized = out.slice(1, 11);
        expect(normalized).toEqual(source > destination ? reverseFlow(key) : key);
        expect(flowsEqual(normalizeFlow(reverseFlow(key)), normalized)).toBe(true);
        expect(normalizeFlowInto(normalized, 0, normalized, 0)).toBe(0);
        const array = Int32Array.of(5, ...key, 5);
        normalizeFlowInto(array, 1, array, 1);
        expect(array).toEqual(Int32Array.of(5, ...normalized, 5));
      }),
      { seed: 42, numRuns: 500 },
    );
  });
});
