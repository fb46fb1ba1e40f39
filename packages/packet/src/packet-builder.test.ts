import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample } from './_arbitrary.suite.ts';
import { crc32c, internetChecksum } from './emit/checksum.ts';
import { type PacketBuilder, packet } from './packet-builder.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const build = (builder: PacketBuilder): string => hex(builder.build().bytes);

/** Sum over pseudo-header and segment, bit by bit of RFC 1071: 0xffff for a right checksum. */
function verify(builder: PacketBuilder, layer: string, protocol: number): number {
  const { bytes, layers } = builder.build();
  const at = layers.find(({ name }) => name === layer)!.offset;
  const ip = layers.find(({ name }) => name.startsWith('ipv'))!;
  const addresses =
    ip.name === 'ipv4' ? bytes.slice(ip.offset + 12, ip.offset + 20) : bytes.slice(ip.offset + 8, ip.offset + 40);
  const length = bytes.length - at;
  const pseudo = [...addresses, 0, protocol, length >> 8, length & 255, ...bytes.slice(at)];
  if (pseudo.length % 2) pseudo.push(0);
  let sum = 0;
  for (let i = 0; i < pseudo.length; i += 2) {
    sum += pseudo[i] * 256 + pseudo[i + 1];
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

describe('checksums', () => {
  it('internetChecksum() gives the example of RFC 1071 section 3', () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(internetChecksum(bytes)).toBe(0xffff - 0xddf2);
    expect(internetChecksum(bytes.subarray(0, 3))).toBe(0xffff - 0xf201);
    expect(internetChecksum(new Uint8Array(0))).toBe(0xffff);
  });

  // RFC 3720 section B.4
  it.each([
    ['32 bytes of zeros', Array(32).fill(0), 0x8a91_36aa],
    ['32 bytes of ones', Array(32).fill(0xff), 0x62a8_ab43],
    ['32 bytes counting up', Array.from({ length: 32 }, (_, i) => i), 0x46dd_794e],
    ['32 bytes counting down', Array.from({ length: 32 }, (_, i) => 31 - i), 0x113f_db5c],
  ])('crc32c() gives the value of RFC 3720 for %s', (_, bytes, expected) => {
    expect(crc32c(Uint8Array.from(bytes), 0, 32)).toBe(expected);
  });

  it.each([0, 1, 2, 7, 1000])('TCP, UDP and ICMPv6 checksums hold with %d bytes of payload', (size) => {
    expect(verify(packet('').ipv4().tcp().payload(size), 'tcp', 6)).toBe(0xffff);
    expect(
      verify(
        packet('')
          .ipv4({ options: Uint8Array.of(1, 1, 1, 1) })
          .udp()
          .payload(size),
        'udp',
        17,
      ),
    ).toBe(0xffff);
    expect(verify(packet('').ipv6().hopByHop().tcp().payload(size), 'tcp', 6)).toBe(0xffff);
    expect(verify(packet('').ipv6().icmpv6().payload(size), 'icmpv6', 58)).toBe(0xffff);
  });

  it('covers the final destination behind a routing header', () => {
    const final = packet('').ipv6({ destination: '2001:db8::7' }).udp().build();
    const routed = packet('')
      .ipv6()
      .routing({ addresses: ['2001:db8::7'], segmentsLeft: 1 })
      .udp()
      .build();
    expect(routed.bytes.slice(-2)).toEqual(final.bytes.slice(-2));
    const arrived = packet('')
      .ipv6({ destination: '2001:db8::7' })
      .routing({ addresses: ['2001:db8::8'] })
      .udp()
      .build();
    expect(arrived.bytes.slice(-2)).toEqual(final.bytes.slice(-2));
  });

  it('sends a UDP sum of 0 as 0xffff', () => {
    for (let a = 0; a < 65_536; a++) {
      const { bytes } = packet('')
        .ipv4()
        .udp()
        .payload(Uint8Array.of(a >> 8, a & 255))
        .build();
      const sum = (bytes[26] << 8) | bytes[27];
      if (sum === 0xffff) return;
      expect(sum).not.toBe(0);
    }
    expect.unreachable();
  });
});

describe('PacketBuilder', () => {
  it('writes IPv4 options, flags and a checksum over all of the header', () => {
    const options = Uint8Array.of(7, 3, 4);
    const { bytes } = packet('').ipv4({ ttl: 3, dontFragment: true, identification: 0xabcd, options }).build();
    expect(hex(bytes.slice(0, 10))).toBe('46000018abcd400003fd');
    expect(hex(bytes.slice(12))).toBe('c0000201c633640207030400');
    expect(internetChecksum(bytes)).toBe(0);
  });

  it('writes the bytes that the standards say', () => {
    expect(
      build(packet('').ethernet({ source: '00:00:5e:00:53:01', destination: '00:00:5e:00:53:02' }).qinq(2, 3).arp()),
    ).toBe(
      '00005e005302' +
        '00005e005301' +
        '88a80002' +
        '81000003' +
        '0806' +
        '0001080006040001' +
        '020000000001c0000201' +
        '000000000000c0000202',
    );
    expect(build(packet('').ethernet().mpls({ label: 1, trafficClass: 5, ttl: 9 }).mpls(2).ipv4()).slice(24, 44)).toBe(
      '8847' + '00001a09' + '00002140' + '',
    );
    expect(build(packet('').ethernet().pppoe({ session: 0x1234 }).ipv6()).slice(24, 44)).toBe(
      '8864' + '11001234002a' + '0057',
    );
    expect(build(packet('').ethernet().snap().ipv4()).slice(24, 44)).toBe('001c' + 'aaaa03000000' + '0800');
    expect(build(packet('').ethernet().llc().ipv4()).slice(24, 34)).toBe('0017' + '060603');
    expect(
      build(packet('').ipv6({ trafficClass: 0xab, flowLabel: 0xcdef1, hopLimit: 5 }).hopByHop().udp()).slice(0, 16),
    ).toBe('6abcdef1' + '0010' + '00' + '05');
    expect(
      build(packet('').ipv6().ipv6Fragment({ offset: 1448, more: true, identification: 0x01020304 }).udp()).slice(
        80,
        96,
      ),
    ).toBe('1100' + '05a9' + '01020304');
    expect(build(packet('').ipv6().destinationOptions().udp()).slice(80, 96)).toBe('1100' + '0104' + '00000000');
    expect(build(packet('').ipv4().gre({ key: 1, sequence: 2 }).ipv6()).slice(40, 64)).toBe(
      '300086dd' + '00000001' + '00000002',
    );
  });

  it.each([
    ['F', 0x01],
    ['S', 0x02],
    ['SA', 0x12],
    ['FPU', 0x29],
    ['REC', 0xc4],
    [0xff, 0xff],
  ])('writes TCP flags %s', (flags, byte) => {
    expect(packet('').ipv4().tcp({ flags }).build().bytes[33]).toBe(byte);
  });

  it('wraps an SCTP payload in a padded DATA chunk, and sends an INIT without payload', () => {
    const data = packet('').ipv4().sctp().payload(5).build().bytes;
    expect(data.length).toBe(20 + 12 + 16 + 8);
    expect(hex(data.slice(32, 36))).toBe('00030015');
    expect(hex(packet('').ipv4().sctp().build().bytes.slice(32, 36))).toBe('01000014');
    const raw = packet('').ipv4().sctp({ rawChunks: true }).payload(8).build().bytes;
    expect(raw.length).toBe(20 + 12 + 8);
  });

  it('tells where each header starts', () => {
    const { layers } = packet('')
      .ethernet()
      .vlan(1)
      .ipv4()
      .tcp({ options: new Uint8Array(5) })
      .payload(3)
      .build();
    expect(layers).toEqual([
      { name: 'ethernet', offset: 0 },
      { name: 'vlan', offset: 14 },
      { name: 'ipv4', offset: 18 },
      { name: 'tcp', offset: 38 },
      { name: 'payload', offset: 66 },
    ]);
  });

  it('gives the same bytes each time and leaves earlier builders as they are', () => {
    fc.assert(
      fc.property(sample, ({ builder }) => {
        const first = build(builder);
        builder.tcp().payload(9).build();
        expect(build(builder)).toBe(first);
      }),
      { numRuns: 100 },
    );
  });

  it('takes payload as bytes, text or count', () => {
    const tail = (payload: Uint8Array | string | number) =>
      hex(packet('').ipv4().payload(payload).build().bytes.slice(20));
    expect(tail(Uint8Array.of(7, 8))).toBe('0708');
    expect(tail('hé')).toBe('68c3a9');
    expect(tail(3)).toBe('000102');
  });
});

describe('PacketBuilder refuses', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no layer',
      () => packet('').build(),
      'TypeError: Cannot build packet: the first layer must be a link layer or IP: got no layer',
    ],
    [
      'a bare UDP header',
      () => packet('').udp().build(),
      'TypeError: Cannot build packet: the first layer must be a link layer or IP: got udp',
    ],
    [
      'a port',
      () => packet('').ipv4().udp({ sourcePort: 65_536 }).build(),
      'RangeError: Cannot build udp: sourcePort must be an integer from 0 to 65535: got 65536',
    ],
    [
      'a VLAN',
      () => packet('').ethernet().vlan(4096),
      'RangeError: Cannot build vlan: id must be an integer from 0 to 4095: got 4096',
    ],
    [
      'a fraction',
      () => packet('').ethernet().mpls(1.5),
      'RangeError: Cannot build mpls: label must be an integer from 0 to 1048575: got 1.5',
    ],
    [
      'too many bytes',
      () => packet('').ipv4().payload(65_516).build(),
      'RangeError: Cannot build ipv4: totalLength must be an integer from 0 to 65535: got 65536',
    ],
    [
      'an odd fragment',
      () => packet('').ipv4({ fragmentOffset: 7 }),
      'RangeError: Cannot build ipv4: fragmentOffset must be a multiple of 8: got 7',
    ],
    [
      'an odd IPv6 fragment',
      () => packet('').ipv6Fragment({ offset: 12 }),
      'RangeError: Cannot build ipv6-fragment: offset must be a multiple of 8: got 12',
    ],
    [
      'long options',
      () => packet('').ipv4({ options: new Uint8Array(41) }),
      'RangeError: Cannot build ipv4: length of options must be an integer from 0 to 40: got 41',
    ],
    [
      'IPv6 in IPv4',
      () => packet('').ipv4({ source: '::1' }),
      'SyntaxError: Cannot build ipv4: addresses must be IPv4: got "::1"',
    ],
    [
      'a MAC address',
      () => packet('').ethernet({ source: '1:2' }),
      'SyntaxError: Cannot parse MAC address: it must be six pairs such as 02:00:00:00:00:01: got "1:2"',
    ],
    [
      'TCP flags',
      () => packet('').tcp({ flags: 'SX' }),
      'SyntaxError: Cannot build tcp: flags must be letters of FSRPAUEC: got "SX"',
    ],
    [
      'an offender without IP',
      () => packet('').ipv4().icmp().embed(packet('arp').ethernet().arp()),
      'TypeError: Cannot embed packet: it must have an IP header: got "arp"',
    ],
    [
      'a long 802.3 frame',
      () => packet('').ethernet().llc().payload(1498).build(),
      'RangeError: Cannot build ethernet: 802.3 length must be an integer from 0 to 1500: got 1501',
    ],
  ])('%s', (_, action, message) => {
    let text = '';
    try {
      action();
    } catch (error) {
      text = String(error);
    }
    expect(text).toBe(message);
  });
});
