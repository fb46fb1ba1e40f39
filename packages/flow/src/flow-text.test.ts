import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanFlow } from './_scan-flow.ts';
import { formatFlow, parseFlow } from './flow-text.ts';
import { arbitraryFlow } from './test-data.suite.ts';

describe('formatFlow()', () => {
  it('gives text that parseFlow() reads back to the same key', () => {
    fc.assert(
      fc.property(arbitraryFlow, (key) => {
        expect(parseFlow(formatFlow(key))).toEqual(key);
      }),
      { seed: 51, numRuns: 500 },
    );
  });
});

describe('parseFlow()', () => {
  it('says the same of a text in the plain form, and of one that is nearly so, as the scanner does', () => {
    const outcome = (read: (text: string) => Int32Array, text: string): unknown => {
      try {
        return read(text);
      } catch (error) {
        return (error as Error).message;
      }
    };
    const number = fc.oneof(fc.nat(255), fc.nat(70_000), fc.constantFrom('', '00', '01', '256', '65536', '1e2', '-1'));
    const address = fc.array(number, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
    const plain = fc.tuple(fc.ipV4(), fc.nat(65_535), fc.ipV4(), fc.nat(65_535), fc.constantFrom('tcp', 'udp'));
    const end = fc.tuple(address, fc.constantFrom(':', '/', ''), number).map((parts) => parts.join(''));
    const nearly = fc.tuple(
      end,
      fc.constantFrom(' > ', '>', ' >  '),
      end,
      fc.constantFrom('/tcp', '/udp', '/TCP', '/tcp '),
    );
    const text = fc.oneof(
      plain.map(([from, sport, to, dport, protocol]) => `${from}:${sport} > ${to}:${dport}/${protocol}`),
      nearly.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(outcome(parseFlow, each)).toEqual(outcome(scanFlow, each));
      }),
      { seed: 52, numRuns: 2000 },
    );
  });

  it.each([
    '192.0.2.1:1234 > 198.51.100.2:443/tcp',
    '[2001:db8::1]:53 > [2001:db8::2]:53/udp',
    '192.0.2.1 > 198.51.100.2/icmp id=7',
    '192.0.2.1 > 198.51.100.2/icmp',
    '2001:db8::1 > 2001:db8::2/icmp6 id=65535',
    '192.0.2.1 > 198.51.100.2/esp spi=0x1234',
    '192.0.2.1 > 198.51.100.2/ah spi=0xffffffff',
    '192.0.2.1 > 198.51.100.2/gre',
    '192.0.2.1 > 198.51.100.2/89',
    '192.0.2.1 > 198.51.100.2/58',
    '::ffff:192.0.2.1 > ::1/1',
  ])('reads %s, and formatFlow() writes the same', (text) => {
    expect(formatFlow(parseFlow(text))).toBe(text);
  });

  it.each([
    ['192.0.2.1/1234 --> 198.51.100.2/443;tcp', '192.0.2.1:1234 > 198.51.100.2:443/tcp'],
    ['192.0.2.1/1234-->198.51.100.2/443;tcp', '192.0.2.1:1234 > 198.51.100.2:443/tcp'],
    ['2001:db8::1/1 --> 2001:db8::2/2;udp', '[2001:db8::1]:1 > [2001:db8::2]:2/udp'],
    [
      '  In: 192.0.2.2/34623 --> 198.51.100.2/443;tcp, Conn Tag: 0x0, If: xe-2/2/0.0, Pkts: 6, Bytes: 591,',
      '192.0.2.2:34623 > 198.51.100.2:443/tcp',
    ],
    ['Out: 192.0.2.1/7 --> 198.51.100.2/7;icmp', '192.0.2.1 > 198.51.100.2/icmp id=7'],
    ['192.0.2.1/0 --> 198.51.100.2/0;gre', '192.0.2.1 > 198.51.100.2/gre'],
    ['192.0.2.1:1>198.51.100.2:2/tcp', '192.0.2.1:1 > 198.51.100.2:2/tcp'],
    ['\t192.0.2.1:1  ->  198.51.100.2:2 / TCP\n', '192.0.2.1:1 > 198.51.100.2:2/tcp'],
    ['192.0.2.1/1 > 198.51.100.2/2/tcp', '192.0.2.1:1 > 198.51.100.2:2/tcp'],
    ['[::1] > [::2]/gre', '::1 > ::2/gre'],
    ['192.0.2.1 > 198.51.100.2 / esp spi = 4660', '192.0.2.1 > 198.51.100.2/esp spi=0x1234'],
    ['192.0.2.1 > 198.51.100.2/esp', '192.0.2.1 > 198.51.100.2/esp spi=0x0'],
    ['192.0.2.1 > 198.51.100.2/ospf', '192.0.2.1 > 198.51.100.2/89'],
  ])('reads %j as %s', (text, expected) => {
    expect(formatFlow(parseFlow(text))).toBe(expected);
  });

  const ADDRESS = 'must be an IPv4 address without leading zeros or an IPv6 address without zone or prefix';
  it.each([
    ['', 1, `source ${ADDRESS} at column 1: got nothing`],
    ['hello', 1, `source ${ADDRESS} at column 1: got "hello"`],
    ['192.168.001.1:1 > 1.2.3.4:2/tcp', 1, `source ${ADDRESS} at column 1: got "192.168.001.1:1"`],
    ['fe80::1%eth0 > ::1/gre', 1, `source ${ADDRESS} at column 1: got "fe80::1%eth0"`],
    [
      '[1.2.3.4]:1 > ::1/gre',
      1,
      'source must be an IPv6 address without zone or prefix at column 1: got "[1.2.3.4]:1"',
    ],
    ['1.2.3.4:1', 10, '">" or "-->" must follow the source at column 10: got nothing'],
    ['1.2.3.4:1 < 1.2.3.5:2/tcp', 11, '">" or "-->" must follow the source at column 11: got "<"'],
    ['1.2.3.4:1 > 1.2.3:2/tcp', 13, `destination ${ADDRESS} at column 13: got "1.2.3:2"`],
    ['1.2.3.4:1 > [::1]:2/tcp', 13, 'destination must be an IPv4 address like the source at column 13: got "[::1]:2"'],
    ['1.2.3.4:65536 > 1.2.3.5:2/tcp', 9, 'port must be a number from 0 to 65535 at column 9: got "65536"'],
    ['1.2.3.4:x > 1.2.3.5:2/tcp', 9, 'port must be a number from 0 to 65535 at column 9: got "x"'],
    [
      '1.2.3.4:1 > 1.2.3.5/tcp',
      20,
      'tcp must have a port from 0 to 65535 after the destination address at column 20: got "/tcp"',
    ],
    [
      '1.2.3.4 > 1.2.3.5:2/udp',
      9,
      'udp must have a port from 0 to 65535 after the source address at column 9: got ">"',
    ],
    ['1.2.3.4:1 > 1.2.3.5:2/gre', 9, 'gre must have no port at column 9: got "1"'],
    ['1.2.3.4 > 1.2.3.5:2/esp', 19, 'esp must have no port but spi=NUMBER after the protocol at column 19: got "2"'],
    [
      '1.2.3.4/1 --> 1.2.3.5/2;icmp',
      9,
      'icmp must have one identifier, written as id=NUMBER after the protocol at column 9: got "1"',
    ],
    ['1.2.3.4 > 1.2.3.5/icmp id=65536', 27, 'identifier must be a number from 0 to 65535 at column 27: got "65536"'],
    [
      '1.2.3.4 > 1.2.3.5/esp spi=0x100000000',
      27,
      'SPI must be a number from 0 to 4294967295 at column 27: got "0x100000000"',
    ],
    ['1.2.3.4 > 1.2.3.5/gre spi=1', 23, 'the end of the text must follow the protocol gre at column 23: got "spi=1"'],
    [
      '1.2.3.4 > 1.2.3.5/esp x',
      23,
      'spi=NUMBER or the end of the text must follow the protocol esp at column 23: got "x"',
    ],
    ['::1 > ::2/icmp', 11, 'protocol of IPv6 must be icmp6 or 1 at column 11: got "icmp"'],
    ['1.2.3.4 > 1.2.3.5/icmp6', 19, 'protocol of IPv4 must be icmp or 58 at column 19: got "icmp6"'],
  ])('refuses %j at column %i', (text, column, message) => {
    let caught: unknown;
    try {
      parseFlow(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SyntaxError);
    expect(caught).toMatchObject({ message: `Cannot parse flow: ${message}`, line: 1, column });
  });

  it('names the protocols that it knows', () => {
    expect(() => parseFlow('1.2.3.4:1 > 1.2.3.5:2/tpc')).toThrow(
      /^Cannot parse flow: protocol must be a number from 0 to 255 or one of icmp, .*tcp, .* at column 23: got "tpc"$/,
    );
  });

  it('gives a key or a SyntaxError of one line with a column inside the text, whatever the text', () => {
    const pieces = fc.constantFrom(
      '192.0.2.1',
      '::1',
      '[::1]',
      ':1',
      '/1',
      ' > ',
      ' --> ',
      '/tcp',
      ';udp',
      ' id=1',
      ' spi=0x1',
      ',',
      'In:',
      '\n',
      'x',
      '-',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 9 }).map((list) => list.join('')),
        ),
        (text) => {
          try {
            expect(parseFlow(text).length).toBe(10);
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
            const { column, message } = error as SyntaxError & { column: number };
            expect(column >= 1 && column <= text.length + 1, `column ${column} of ${JSON.stringify(text)}`).toBe(true);
            expect(message).not.toContain('\n');
          }
        },
      ),
      { seed: 52, numRuns: 2000 },
    );
  });
});
