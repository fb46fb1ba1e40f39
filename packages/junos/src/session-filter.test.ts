import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchesSessionFilter,
  parseSessionFilter,
  SESSION_FILTER_WORDS,
  type SessionFilterInput,
  type SessionView,
  sessionFilter,
} from './index.ts';
import { session, sessions, wing } from './test-data.suite.ts';

describe('reading', () => {
  it.each<[string, SessionFilterInput]>([
    ['', {}],
    ['source-prefix 10/8', { sourcePrefix: '10.0.0.0/8' }],
    ['destination-prefix 192.0.2.77/25', { destinationPrefix: '192.0.2.0/25' }],
    ['destination-prefix 192.0.2.1', { destinationPrefix: '192.0.2.1/32' }],
    ['source-prefix 2001:DB8::/32', { sourcePrefix: '2001:db8:0:0:0:0:0:1/32' }],
    ['source-prefix ::ffff:192.0.2.1', { sourcePrefix: '::ffff:c000:201/128' }],
    ['source-port 53 destination-port 65535', { sourcePort: 53, destinationPort: '65535' }],
    ['protocol TCP', { protocol: 6 }],
    ['prot 89', { protocol: 'ospf' }],
    ['family inet6', { family: 'inet6' }],
    ['application junos-HTTPS', { application: 'https' }],
    ['interface xe-2/2/0', { interface: 'xe-2/2/0.0' }],
    ['session-identifier 0050000111', { sessionIdentifier: 50000111n }],
    ['sess 7', { sessionIdentifier: 7 }],
  ])('%j is the same filter from words and from an object', (words, input) => {
    expect(parseSessionFilter(words)).toEqual(sessionFilter(input));
    expect(parseSessionFilter(words.split(' ').filter(Boolean))).toEqual(sessionFilter(input));
  });

  it.each([
    ['port 53', SyntaxError, `filter must be one of ${SESSION_FILTER_WORDS.join(', ')}: got "port"`],
    ['source-p 53', SyntaxError, 'filter must be one of source-prefix, source-port: got "source-p"'],
    ['protocol', SyntaxError, 'protocol must be followed by a number from 0 to 255 or one of ah, '],
    ['protocol tpc', SyntaxError, 'protocol must be a number from 0 to 255 or one of ah, '],
    ['protocol 256', RangeError, 'protocol must be from 0 to 255: got "256"'],
    ['protocol tcp protocol udp', SyntaxError, 'protocol must be given once: got it again'],
    ['source-port 65536', RangeError, 'source-port must be from 0 to 65535: got "65536"'],
    ['source-port -1', SyntaxError, 'source-port must be a port from 0 to 65535: got "-1"'],
    ['source-prefix 10', SyntaxError, 'source-prefix must be an IPv4 or IPv6 prefix or address: got "10"'],
    ['source-prefix 10.0.0.256', SyntaxError, 'got "10.0.0.256"'],
    ['source-prefix 10.0.0.0/33', SyntaxError, 'got "10.0.0.0/33"'],
    ['source-prefix 1.2.3.4.5/8', SyntaxError, 'got "1.2.3.4.5/8"'],
    ['source-prefix 2001:db8:::/32', SyntaxError, 'got "2001:db8:::/32"'],
    ['source-prefix ::1::', SyntaxError, 'got "::1::"'],
    ['source-prefix 1:2:3:4:5:6:7:8::', SyntaxError, 'got "1:2:3:4:5:6:7:8::"'],
    ['source-prefix ::/129', SyntaxError, 'got "::/129"'],
    ['family ipv4', SyntaxError, 'family must be inet or inet6: got "ipv4"'],
    ['interface 0/0', SyntaxError, 'interface must be the name of an interface: got "0/0"'],
    ['session-identifier 0x10', SyntaxError, 'session-identifier must be a decimal number: got "0x10"'],
  ])('%j is refused', (words, kind, message) => {
    expect(() => parseSessionFilter(words)).toThrow(kind);
    expect(() => parseSessionFilter(words)).toThrow(message);
  });

  it('sessionFilter() throws TypeError for another key or value', () => {
    expect(() => sessionFilter({ port: 53 } as never)).toThrow(
      /^Cannot read filter: key must be one of sourcePrefix, .*: got "port"$/,
    );
    expect(() => sessionFilter(null as never)).toThrow(
      new TypeError('Cannot read filter: it must be an object: got null'),
    );
    expect(() => sessionFilter({ constructor: 1 } as never)).toThrow(TypeError);
    expect(() => sessionFilter({ sourcePort: 1.5 })).toThrow(SyntaxError);
  });

  it('parseSessionFilter() throws nothing but SyntaxError and RangeError', () => {
    const words = fc.oneof(fc.constantFrom(...SESSION_FILTER_WORDS), fc.string({ maxLength: 30 }), fc.ipV6());
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (list) => {
        try {
          parseSessionFilter(list);
        } catch (error) {
          expect(error).toSatisfy((thrown) => thrown instanceof SyntaxError || thrown instanceof RangeError);
          expect((error as Error).message).toMatch(/^Cannot read filter: .*: got /);
        }
      }),
      { seed: 1 },
    );
  });
});

describe('matching', () => {
  it.each([
    ['interface of the in wing', 'interface xe-2/2/0', true],
    ['interface of the out wing', 'interface xe-2/2/1.0', true],
    ['another unit', 'interface xe-2/2/1.7', false],
    ['application with prefix', 'application junos-https', true],
    ['source address of the reply', 'source-prefix 198.51.100.2', false],
    ['port of the reply', 'source-port 443', false],
    ['ID', 'session-identifier 10000006', true],
    ['one of two', 'family inet destination-port 80', false],
    ['IPv6 prefix', 'source-prefix ::/0', false],
    ['everything', 'source-prefix 0/0 destination-prefix 198.51/16 protocol 6 family inet application https', true],
  ])('R-cli-6: %s', (_, words, expected) => {
    expect(matchesSessionFilter(parseSessionFilter(words), session())).toBe(expected);
  });

  it('a session of unknown application is that of its protocol and port', () => {
    const dns = session({ application: null, in: wing({ protocol: 'udp', destinationPort: 53 }) });
    expect(matchesSessionFilter(parseSessionFilter('application dns-udp'), dns)).toBe(true);
    expect(matchesSessionFilter(parseSessionFilter('application dns-tcp'), dns)).toBe(false);
    expect(matchesSessionFilter(parseSessionFilter('application own-app'), dns)).toBe(false);
    expect(matchesSessionFilter(parseSessionFilter('application own-app'), session({ application: 'own-app' }))).toBe(
      true,
    );
  });

  it('R-cli-6: agrees with a slow reading of addresses bit by bit and of each key alone', () => {
    const numbers: Record<string, number> = { tcp: 6, udp: 17, icmp: 1, icmp6: 58, esp: 50, gre: 47, sctp: 132 };
    const ports: Record<string, [string, number]> = { https: ['tcp', 443], ssh: ['tcp', 22] };
    const slow = (input: SessionFilterInput, { in: first, out, ...rest }: SessionView): boolean => {
      const has = (prefix: string | undefined, address: string): boolean => {
        if (prefix === undefined) return true;
        const [network, length] = prefix.split('/');
        const bits = bitsOf(network);
        return bits.length === bitsOf(address).length && bitsOf(address).startsWith(bits.slice(0, Number(length)));
      };
      const known = rest.application?.replace('junos-', '');
      const [protocol, port] = ports[input.application ?? ''] ?? ['', -1];
      return [
        has(input.sourcePrefix, first.source),
        has(input.destinationPrefix, first.destination),
        input.sourcePort === undefined || input.sourcePort === first.sourcePort,
        input.destinationPort === undefined || input.destinationPort === first.destinationPort,
        input.protocol === undefined || input.protocol === (numbers[first.protocol] ?? Number(first.protocol)),
        input.family === undefined || (input.family === 'inet') === (bitsOf(first.source).length === 32),
        input.interface === undefined || [first.interface, out?.interface].includes(input.interface),
        input.application === undefined ||
          (known ?? (first.protocol === protocol && first.destinationPort === port ? input.application : '')) ===
            input.application,
      ].every(Boolean);
    };
    let matched = 0;
    fc.assert(
      fc.property(
        sessions,
        fc.integer({ min: 0, max: 255 }),
        fc.nat({ max: 128 }),
        fc.boolean(),
        (rest, keys, cut, own) => {
          const one: SessionView = { ...rest, sessionId: '1' };
          const width = bitsOf(one.in.source).length;
          // Half of the filters are taken from the session itself, so that they match.
          const from = own ? one.in : wing({ source: '10.0.0.1', destination: '2001:db8::1' });
          const prefix = (address: string) => `${address}/${Math.min(cut, bitsOf(address).length)}`;
          const all: SessionFilterInput[] = [
            { sourcePrefix: prefix(from.source) },
            { destinationPrefix: prefix(from.destination) },
            { sourcePort: from.sourcePort },
            { destinationPort: from.destinationPort },
            { protocol: own ? (numbers[from.protocol] ?? Number(from.protocol)) : 6 },
            { family: own === (width === 32) ? 'inet' : 'inet6' },
            { interface: own ? (one.out ?? one.in).interface : from.interface },
            { application: own ? (one.application ?? 'junos-https').replace('junos-', '') : 'ssh' },
          ];
          const input: SessionFilterInput = Object.assign({}, ...all.filter((_, i) => keys & (1 << i)));
          const expected = slow(input, one);
          if (expected) matched++;
          expect(matchesSessionFilter(sessionFilter(input), one)).toBe(expected);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
    expect(matched).toBeGreaterThan(100);
  });
});

/** An address as a text of 32 or 128 digits, the slow way. */
function bitsOf(address: string): string {
  if (!address.includes(':')) {
    return address
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  }
  const last = address.split(':').at(-1)!;
  const dotted = last.includes('.') ? bitsOf(last) : '';
  const hex = dotted
    ? address.slice(0, -last.length) +
      [0, 16].map((at) => Number.parseInt(dotted.slice(at, at + 16), 2).toString(16)).join(':')
    : address;
  const groups = hex.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - groups.flat().length).fill('0');
  return [...groups[0], ...zeros, ...(groups[1] ?? [])]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
