import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, parseAddressInto } from './address.ts';

const format = (text: string): string => {
  const { words, family } = parseAddress(text);
  return formatAddress(words, 0, family);
};

describe('formatAddress()', () => {
  // RFC 5952 sections 4.1 to 4.3 and 5, and the edges of the rules
  it.each([
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AAAA', '2001:db8::aaaa'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::FFFF:C000:0201', '::ffff:192.0.2.1'],
    ['::ffff:0.0.0.0', '::ffff:0.0.0.0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::192.0.2.1', '::c000:201'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
  ])('writes %s as %s', (text, expected) => {
    expect(format(text)).toBe(expected);
  });

  it('gives text that parseAddress() reads back', () => {
    const word = fc.oneof(fc.constantFrom(0, 0xffff, 1, 0x10000), fc.integer());
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.constantFrom<4 | 6>(4, 6), (list, family) => {
        const words = Int32Array.from(list, (value, i) => (family === 4 && i > 0 ? 0 : value));
        expect(parseAddress(formatAddress(words, 0, family))).toEqual({ family, words });
      }),
      { seed: 31 },
    );
  });

  it('agrees with the URL parser of the platform, which follows RFC 5952 but for IPv4-mapped addresses', () => {
    const group = fc.oneof(fc.constant(0), fc.constant(0), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        fc.pre(groups[5] !== 0xffff);
        const text = groups.map((value) => value.toString(16)).join(':');
        expect(`[${format(text)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
      { seed: 32, numRuns: 300 },
    );
  });
});

describe('parseAddress()', () => {
  it.each([
    '',
    ' 1.2.3.4',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '192.168.001.1',
    '0x7f.1',
    '0x7f.0.0.1',
    '1.2.3.4/24',
    '1..2.3',
    '+1.2.3.4',
    '१.2.3.4',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '12345::',
    'g::',
    '::1%eth0',
    'fe80::1/64',
    '[::1]',
    '::1.2.3',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::01.2.3.4',
    ':'.repeat(1000),
  ])('refuses %j', (text) => {
    expect(() => parseAddress(text)).toThrow(
      new SyntaxError(
        `Cannot parse address: it must be IPv4 (four numbers from 0 to 255 without leading zeros) or IPv6 (RFC 4291, without a zone): got "${text}"`,
      ),
    );
  });

  it('leaves the array as it is when it refuses', () => {
    const words = new Int32Array(4).fill(9);
    expect(() => parseAddressInto('1:2:3', words, 0)).toThrow(SyntaxError);
    expect([...words]).toEqual([9, 9, 9, 9]);
  });

  it('never throws anything but a SyntaxError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.%/x ') }), (text) => {
        try {
          parseAddress(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { seed: 33, numRuns: 500 },
    );
  });
});
