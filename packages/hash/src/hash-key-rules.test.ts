import { formatFlow, parseFlow, reverseFlow } from '@midplane/flow';
import { describe, expect, it } from 'vitest';
import { HASH_KEY_RULES } from './hash-key-rules.ts';
import { selectFrameHashKey, selectHashKey } from './select-hash-key.ts';

const IPV4 = [0x0a000001, 0x0a000002];
const IPV6 = [0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2];
const MAC_A = Uint8Array.of(2, 0, 0, 0, 0xaa, 1);
const MAC_B = Uint8Array.of(2, 0, 0, 0, 0xbb, 2);

describe('HASH_KEY_RULES', () => {
  // One row per rule at least: flow, whether it is a fragment, rule, words after the addresses
  it.each([
    ['10.0.0.1:1 > 10.0.0.2:2/tcp', false, 'ipv4-ports', [0x10002, 6]],
    ['10.0.0.1:1 > 10.0.0.2:2/udp', false, 'ipv4-ports', [0x10002, 17]],
    ['10.0.0.1:1 > 10.0.0.2:2/sctp', false, 'ipv4-ports', [0x10002, 132]],
    ['10.0.0.1:1 > 10.0.0.2:2/udp', true, 'ipv4-fragment', [17]],
    ['10.0.0.1 > 10.0.0.2/esp spi=0xdeadbeef', false, 'ipv4-spi', [0xdeadbeef | 0, 50]],
    ['10.0.0.1 > 10.0.0.2/ah spi=0x1234', false, 'ipv4-spi', [0x1234, 51]],
    ['10.0.0.1 > 10.0.0.2/esp spi=0x1234', true, 'ipv4-fragment', [50]],
    ['10.0.0.1 > 10.0.0.2/icmp id=7', false, 'ipv4-icmp', [0x70007, 1]],
    ['10.0.0.1 > 10.0.0.2/icmp', false, 'ipv4-icmp', [0, 1]], // no query: identifier 0
    ['10.0.0.1 > 10.0.0.2/icmp id=7', true, 'ipv4-fragment', [1]],
    ['10.0.0.1 > 10.0.0.2/gre', false, 'ipv4-other', [47]],
    ['10.0.0.1 > 10.0.0.2/gre', true, 'ipv4-fragment', [47]],
    ['10.0.0.1 > 10.0.0.2/89', false, 'ipv4-other', [89]],
    ['10.0.0.1 > 10.0.0.2/58', false, 'ipv4-other', [58]], // ICMPv6 in IPv4
    ['10.0.0.1 > 10.0.0.2/udplite', false, 'ipv4-other', [136]],
    ['[2001:db8::1]:1 > [2001:db8::2]:2/tcp', false, 'ipv6-ports', [0x10002, 6]],
    ['[2001:db8::1]:1 > [2001:db8::2]:2/udp', false, 'ipv6-ports', [0x10002, 17]],
    ['[2001:db8::1]:1 > [2001:db8::2]:2/sctp', false, 'ipv6-ports', [0x10002, 132]],
    ['[2001:db8::1]:1 > [2001:db8::2]:2/udp', true, 'ipv6-fragment', [17]],
    ['2001:db8::1 > 2001:db8::2/esp spi=1', false, 'ipv6-spi', [1, 50]],
    ['2001:db8::1 > 2001:db8::2/ah spi=1', false, 'ipv6-spi', [1, 51]],
    ['2001:db8::1 > 2001:db8::2/icmp6 id=7', false, 'ipv6-icmp6', [0x70007, 58]],
    ['2001:db8::1 > 2001:db8::2/icmp6 id=7', true, 'ipv6-fragment', [58]],
    ['2001:db8::1 > 2001:db8::2/gre', false, 'ipv6-other', [47]],
    ['2001:db8::1 > 2001:db8::2/1', false, 'ipv6-other', [1]], // ICMP in IPv6
  ])(
    'R-hash-1, R-hash-2, R-hash-3, R-hash-4, R-hash-5, R-hash-6: %s (fragment: %s) is hashed by %s',
    (text, fragment, id, words) => {
      const key = parseFlow(text);
      for (const direction of [key, reverseFlow(key)]) {
        const selection = selectHashKey(direction, 0, { fragment });
        expect(selection.rule.id).toBe(id);
        expect([...selection.words]).toEqual([...(text.includes('::') ? IPV6 : IPV4), ...words]);
        expect(selection.swapped).toBe(direction !== key);
      }
    },
  );

  it('R-hash-8: hashes what is not IP by MAC addresses and EtherType', () => {
    for (const [source, destination] of [
      [MAC_A, MAC_B],
      [MAC_B, MAC_A],
    ]) {
      const { rule, words, fields, swapped } = selectFrameHashKey({ source, destination, etherType: 0x0806 });
      expect(rule.id).toBe('non-ip');
      expect(words).toEqual(Int32Array.of(0x02000000, 0xaa010200 | 0, 0x0000bb02, 0x0806));
      expect(fields.map(({ text }) => text)).toEqual(['02:00:00:00:aa:01', '02:00:00:00:bb:02', '0x0806']);
      expect(swapped).toBe(source === MAC_B);
    }
    const asIs = selectFrameHashKey({ source: MAC_B, destination: MAC_A, etherType: 0x0806 }, { symmetric: false });
    expect(asIs.words).toEqual(Int32Array.of(0x02000000, 0xbb020200 | 0, 0x0000aa01, 0x0806));
    expect(() => selectFrameHashKey({ source: MAC_A, destination: new Uint8Array(5), etherType: 0 })).toThrow(
      new TypeError('Cannot select hash key: a MAC address must have 6 bytes: got 5'),
    );
  });

  it('has every rule reached, a name, a source and at least one field each', () => {
    expect(new Set(HASH_KEY_RULES.map(({ id }) => id)).size).toBe(HASH_KEY_RULES.length);
    for (const rule of HASH_KEY_RULES) {
      expect(rule.why.length, rule.id).toBeGreaterThan(10);
      expect(
        rule.fields.includes('source-port') || rule.fields.includes('spi') || rule.fields.includes('identifier'),
      ).toBe(rule.layer === 'l4');
    }
  });
});

describe('selectHashKey()', () => {
  it('shows the fields as they are hashed', () => {
    const { fields } = selectHashKey(parseFlow('198.51.100.2:443 > 192.0.2.1:1234/tcp'));
    expect(fields).toEqual([
      { field: 'source-address', text: '192.0.2.1' },
      { field: 'destination-address', text: '198.51.100.2' },
      { field: 'source-port', text: '1234' },
      { field: 'destination-port', text: '443' },
      { field: 'protocol', text: 'tcp' },
    ]);
  });

  it('leaves the endpoints as they are when not symmetric', () => {
    const { words, swapped } = selectHashKey(parseFlow('10.0.0.2:1 > 10.0.0.1:2/tcp'), 0, { symmetric: false });
    expect([...words]).toEqual([0x0a000002, 0x0a000001, 0x10002, 6]);
    expect(swapped).toBe(false);
  });

  it('orders by port where the addresses are equal, but not the ports of a fragment', () => {
    const key = parseFlow('127.0.0.1:9 > 127.0.0.1:5/udp');
    expect([...selectHashKey(key).words]).toEqual([0x7f000001, 0x7f000001, 0x50009, 17]);
    expect(selectHashKey(key, 0, { fragment: true }).swapped).toBe(false);
  });

  it('reads the key at its offset and leaves it as it is', () => {
    const array = new Int32Array(30).fill(-1);
    array.set(parseFlow('10.0.0.2:1 > 10.0.0.1:2/tcp'), 10);
    const before = array.slice();
    expect([...selectHashKey(array, 10).words]).toEqual([0x0a000001, 0x0a000002, 0x20001, 6]);
    expect(array).toEqual(before);
    expect(formatFlow(array, 10)).toBe('10.0.0.2:1 > 10.0.0.1:2/tcp');
  });
});
