import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Sample, sample } from './_arbitrary.suite.ts';
import { decodeReference } from './_reference.suite.ts';
import { type Row, rowOf, soil } from './_row.suite.ts';
import * as b from './batch.ts';
import { decodePackets } from './decode.ts';
import { type BuiltPacket, packet } from './packet-builder.ts';
import { type Frame, type RecordsOptions, recordsOf } from './records-of.ts';

const LINK_TYPES = [0, 1, 9, 12, 14, 50, 101, 104, 108, 113, 228, 229, 276, 127, 65_535];

/** Decodes frames into a batch with rubbish from earlier use; `wire` is the length on the wire, default as captured. */
function decodeAll(frames: readonly Frame[], options: RecordsOptions = {}, wire?: number): Row[] {
  const records = recordsOf(frames, options);
  if (wire !== undefined) records.length.fill(wire);
  const batch = soil(new b.PacketBatch(Math.max(1, frames.length)));
  decodePackets(records, batch);
  return frames.map((_, row) => rowOf(batch, row));
}

const decodeOne = (frame: Frame): Row => decodeAll([frame])[0];
const decode = (built: { build(): BuiltPacket }): Row => decodeOne(built.build());
const referenceOf = (frame: Frame, wire: number = frame.bytes.length): Row =>
  decodeReference(frame.bytes, frame.linkType, wire);

function expectedOf({ builder, expected, upper }: Sample): Row {
  const { layers } = builder.build();
  const l3 = layers.findIndex((layer) => layer.name === 'ipv4' || layer.name === 'ipv6');
  const l4 = layers.findIndex(
    (layer, i) => i > l3 && !['hop-by-hop', 'routing', 'destination-options', 'ipv6-fragment'].includes(layer.name),
  );
  return { ...expected, l3Offset: layers[l3].offset, l4Offset: upper ? layers[l4].offset : -1 };
}

describe('decodePackets() on whole packets', () => {
  it('gives back what was built, for all layers', () => {
    fc.assert(
      fc.property(sample, (s) => {
        expect(decode(s.builder)).toEqual(expectedOf(s));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the reference decoder on what was built', () => {
    fc.assert(
      fc.property(sample, ({ builder }) => {
        const built = builder.build();
        expect(decodeOne(built)).toEqual(referenceOf(built));
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on how rows are spread over batches', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 20 }), fc.nat({ max: 20 }), (samples, at) => {
        const frames = samples.map(({ builder }) => builder.build());
        const records = recordsOf(frames);
        const batch = soil(new b.PacketBatch(20));
        const from = Math.min(at, frames.length);
        decodePackets({ ...records, count: from }, batch);
        expect(decodePackets(records, batch, from)).toBe(frames.length - from);
        expect(batch.count).toBe(frames.length);
        expect(frames.map((_, row) => rowOf(batch, row))).toEqual(frames.map(decodeOne));
      }),
      { numRuns: 200 },
    );
  });
});

describe('decodePackets() on cut and broken packets', () => {
  it('reads the same for every captured length whatever stands around, as the reference decoder', () => {
    fc.assert(
      fc.property(sample, ({ builder }) => {
        const { bytes, linkType } = builder.build();
        const cuts = Array.from({ length: bytes.length + 1 }, (_, n) => ({ bytes: bytes.slice(0, n), linkType }));
        const expected = cuts.map((frame) => referenceOf(frame, bytes.length));
        for (const options of [{ filler: 0 }, { filler: 0xff }, { filler: 0x45 }, { gap: 0 }]) {
          expect(decodeAll(cuts, options, bytes.length)).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('reads nothing behind the end of the window', () => {
    fc.assert(
      fc.property(sample, ({ builder }) => {
        const { bytes, linkType } = builder.build();
        for (let n = 0; n <= bytes.length; n++) {
          decodeAll([{ bytes: bytes.slice(0, n), linkType }], { gap: 0 });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('agrees with the reference decoder on mutated packets', () => {
    const mutation = fc.tuple(
      fc.nat({ max: 120 }),
      fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 4, 6, 44, 255)),
    );
    fc.assert(
      fc.property(
        sample,
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.option(fc.constantFrom(...LINK_TYPES), { freq: 8 }),
        (s, mutations, otherLink) => {
          const built = s.builder.build();
          const bytes = built.bytes.slice();
          for (const [at, value] of mutations) bytes[at % bytes.length] = value;
          const frame = { bytes, linkType: otherLink ?? built.linkType };
          expect(decodeOne(frame)).toEqual(referenceOf(frame));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agrees with the reference decoder on changed fields of the IP header', () => {
    const field = fc.tuple(
      fc.constantFrom(0, 2, 3, 4, 5, 6, 7, 9, 40, 41),
      fc.oneof(fc.nat({ max: 80 }), fc.constantFrom(0x40, 0x45, 0x46, 0x4f, 0x60, 0xff)),
    );
    fc.assert(
      fc.property(sample, fc.array(field, { minLength: 1, maxLength: 3 }), (s, fields) => {
        const { bytes, linkType, layers } = s.builder.build();
        const ip = layers.find(({ name }) => name === 'ipv4' || name === 'ipv6')!;
        for (const [at, value] of fields) if (ip.offset + at < bytes.length) bytes[ip.offset + at] = value;
        expect(decodeOne({ bytes, linkType })).toEqual(referenceOf({ bytes, linkType }));
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with the reference decoder on any bytes, for every link type', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom(
          0x0800,
          0x86dd,
          0x8100,
          0x88a8,
          0x8847,
          0x8864,
          0x6558,
          0x88e7,
          0x8903,
          0x88e5,
          0x894f,
          0x22f3,
          0x21,
          0x281,
          0x31,
          0xaaaa,
          0x0300,
          0x0606,
          0xff03,
          0x4500,
          0x6000,
          2,
          10,
        )
        .map((n) => Uint8Array.of(n >> 8, n & 255)),
      fc.constant(new Uint8Array(12)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
        const bytes = Uint8Array.from(chunks.flatMap((part) => [...part]));
        const frames = LINK_TYPES.map((linkType) => ({ bytes, linkType }));
        expect(decodeAll(frames)).toEqual(frames.map((frame) => referenceOf(frame)));
      }),
      { numRuns: 2000 },
    );
  });

  it('ends on stacked tunnels of any depth', () => {
    const bytes = new Uint8Array(262_144);
    for (let at = 12; at + 2 <= bytes.length; at += 14) bytes.set([0x65, 0x58], at);
    expect(decodeOne({ bytes, linkType: 1 }).kind).toBe(b.KIND_NON_IP);
    const tags = new Uint8Array(262_144);
    for (let at = 12; at + 2 <= tags.length; at += 4) tags.set([0x81, 0x00], at);
    expect(decodeOne({ bytes: tags, linkType: 1 }).flags).toBe(b.FLAG_VLAN_STACKED);
  });
});

describe('decodePackets() on IP lengths', () => {
  it('does not read ports from Ethernet padding', () => {
    const row = decode(packet('empty TCP').ethernet({ padTo: 60 }).ipv4({ protocol: 6 }));
    expect(row).toMatchObject({ kind: b.KIND_IPV4, protocol: 6, l4Offset: -1, flags: 0 });
  });

  it.each([
    ['ipv4', packet('TSO').ethernet().ipv4({ totalLength: 0 }).tcp({ flags: 'SA' })],
    ['ipv6', packet('TSO').ethernet().ipv6({ payloadLength: 0 }).tcp({ flags: 'SA' })],
  ])('takes all captured bytes where the %s length is 0', (_, built) => {
    expect(decode(built)).toMatchObject({ tcpFlags: 0x12, flags: b.FLAG_SELECTOR });
  });

  it.each([
    ['header length below 5', (bytes: Uint8Array) => bytes.fill(0x44, 14, 15)],
    ['total length below the header length', (bytes: Uint8Array) => bytes.fill(0, 16, 17).fill(19, 17, 18)],
    [
      'total length within its options',
      (bytes: Uint8Array) => bytes.fill(0x46, 14, 15).fill(0, 16, 17).fill(23, 17, 18),
    ],
    ['version 5', (bytes: Uint8Array) => bytes.fill(0x55, 14, 15)],
  ])('calls IPv4 malformed for %s', (_, breakIt) => {
    const { bytes } = packet('broken').ethernet().ipv4().tcp().build();
    breakIt(bytes);
    expect(decodeOne({ bytes, linkType: 1 })).toMatchObject({
      kind: b.KIND_MALFORMED,
      l3Offset: -1,
      key: Array(10).fill(0),
    });
  });

  it('lets the version nibble decide between IPv4 and IPv6', () => {
    expect(decode(packet('6 in 0800').ethernet({ etherType: 0x0800 }).ipv6().udp()).kind).toBe(b.KIND_IPV6);
    expect(decode(packet('4 in 86dd').ethernet({ etherType: 0x86dd }).ipv4().udp()).kind).toBe(b.KIND_IPV4);
  });

  it('calls the protocol unknown where the extension headers are cut off, and counts the announced one', () => {
    const { bytes } = packet('chain').ethernet().ipv6().hopByHop().udp().build();
    const row = decodeOne({ bytes: bytes.slice(0, 54), linkType: 1 });
    expect(row).toMatchObject({ kind: b.KIND_IPV6, protocol: b.PROTOCOL_UNKNOWN, flags: b.FLAG_HOP_BY_HOP });
    expect(row.key[9]).toBe(0x6ff);
  });
});

describe('decodePackets() on frames without IP', () => {
  it.each([
    ['ARP', packet('').ethernet().arp(), 0, 0x0806],
    ['ARP behind a tag', packet('').ethernet().vlan(5).arp(), b.FLAG_VLAN, 0x0806],
    ['spanning tree', packet('').ethernet().llc().payload(35), 0, 0],
    ['Cisco SNAP', packet('').ethernet().snap({ oui: 0x00000c, protocol: 0x2000 }).payload(20), 0, 0],
    ['PPPoE discovery', packet('').ethernet().pppoeDiscovery().payload(4), b.FLAG_PPPOE_DISCOVERY, 0x8863],
    ['LCP in PPPoE', packet('').ethernet().pppoe({ protocol: 0xc021 }).payload(8), b.FLAG_PPPOE_SESSION, 0xc021],
    ['MPLS without IP', packet('').ethernet().mpls(5).payload(30), b.FLAG_MPLS, 0x8847],
    ['netlink', packet('').sll({ hardwareType: 824 }).ipv4().udp(), 0, 0],
    ['IPX of BSD', packet('').null({ family: 23 }).payload(30), 0, 0],
  ])('calls %s non-ip', (_, built, flags, etherType) => {
    expect(decode(built)).toMatchObject({ kind: b.KIND_NON_IP, flags, etherType, l3Offset: -1, l4Offset: -1 });
  });

  const inner = (p = packet('')) => p.ethernet().ipv4().tcp();
  const stack = (text: string) => packet(text).ethernet();
  it.each([
    ['a second Ethernet header', inner(stack('TEB'))],
    ['a pseudowire', inner(stack('pw').mpls(5))],
    ['a pseudowire with control word', inner(stack('pw cw').mpls(5).header(0, new Uint8Array(4)))],
    ['802.1ah', inner(stack('pbb').header(0x88e7, new Uint8Array(4)))],
    ['FabricPath', inner(stack('fp').header(0x8903, new Uint8Array(2)))],
    ['TRILL', inner(stack('trill').header(0x22f3, Uint8Array.of(0, 0x40, 0, 1, 0, 2, 0, 0, 0, 0)))],
    [
      'MACsec',
      stack('macsec')
        .header(0x88e5, Uint8Array.of(0, 0, 0, 0, 0, 1, 8, 0))
        .ipv4()
        .tcp(),
    ],
    [
      'MACsec with SCI',
      stack('sci')
        .header(0x88e5, Uint8Array.of(0x20, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x86, 0xdd))
        .ipv6(),
    ],
    [
      'NSH',
      stack('nsh')
        .header(0x894f, Uint8Array.of(0x0f, 0xc2, 2, 1, 0, 0, 0, 0))
        .ipv4()
        .tcp(),
    ],
    ['NSH and Ethernet', inner(stack('nsh').header(0x894f, Uint8Array.of(0x0f, 0xc2, 2, 3, 0, 0, 0, 0)))],
    ['bridging PPP', inner(packet('bcp').ppp({ protocol: 0x31 }).header(0x31, new Uint8Array(2)))],
  ])('flags IP behind %s', (_, built) => {
    const row = decode(built);
    expect(row.kind).toBe(b.KIND_NON_IP);
    expect(row.flags & b.FLAG_IP_BEHIND_L2_TUNNEL).not.toBe(0);
  });

  it('does not count tags behind a second Ethernet header', () => {
    const row = decode(packet('').ethernet().vlan(1).ethernet().vlan(2).vlan(3).ipv4().udp());
    expect(row.flags).toBe(b.FLAG_VLAN | b.FLAG_IP_BEHIND_L2_TUNNEL);
  });

  it('does not look into encrypted MACsec', () => {
    const row = decode(
      packet('')
        .ethernet()
        .header(0x88e5, Uint8Array.of(0x0c, 0, 0, 0, 0, 1, 8, 0))
        .ipv4()
        .tcp(),
    );
    expect(row.flags).toBe(0);
  });
});

describe('decodePackets() on address families of NULL and LOOP', () => {
  it.each([2, 10, 23, 24, 28, 30])('finds IPv6 behind family %d in either byte order', (family) => {
    for (const littleEndian of [true, false]) {
      const start = packet('').null({ family, littleEndian });
      expect(decode(start.ipv6().udp()).kind).toBe(b.KIND_IPV6);
    }
    expect(decode(packet('').loop({ family }).ipv6().udp()).kind).toBe(b.KIND_IPV6);
  });
});

describe('decodePackets() on batches', () => {
  it('throws RangeError when the records do not fit', () => {
    const records = recordsOf([packet('').ipv4().build(), packet('').ipv4().build()]);
    expect(() => decodePackets(records, new b.PacketBatch(1))).toThrow(
      new RangeError('Cannot decode packets: records must fit the batch of 1 rows: got 2 records'),
    );
  });

  it('takes no rows', () => {
    const batch = new b.PacketBatch(1);
    expect(decodePackets(recordsOf([]), batch)).toBe(0);
    expect(batch.count).toBe(0);
  });

  it.each([0, 65_537, 1.5, Number.NaN])('PacketBatch throws RangeError for capacity %d', (capacity) => {
    expect(() => new b.PacketBatch(capacity)).toThrow(RangeError);
  });

  it('flags truncation by unsigned lengths', () => {
    const built = packet('').ethernet().ipv4().tcp().build();
    for (const [wire, truncated] of [
      [53, 0],
      [54, 0],
      [55, b.FLAG_TRUNCATED],
      [0x7fff_ffff, b.FLAG_TRUNCATED],
      [0x8000_0000, b.FLAG_TRUNCATED],
      [0xffff_ffff, b.FLAG_TRUNCATED],
    ]) {
      expect(decodeAll([built], {}, wire)[0].flags).toBe(b.FLAG_SELECTOR | truncated);
    }
  });
});
