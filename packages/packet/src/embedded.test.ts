import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample } from './_arbitrary.suite.ts';
import { KIND_IPV4, PacketBatch } from './batch.ts';
import { decodePackets } from './decode.ts';
import { decodeEmbedded } from './embedded.ts';
import { type PacketBuilder, packet } from './packet-builder.ts';
import { recordsOf } from './records-of.ts';

const UNTOUCHED = 0x5a5a_5a5a;
const tcp = packet('offender').ipv4({ source: '192.0.2.9', ttl: 1 }).tcp({ sourcePort: 1111, destinationPort: 22 });
const error = (code = 0) =>
  packet('time exceeded').ethernet().vlan(7).ipv4({ source: '203.0.113.1' }).icmp({ type: 11, code });

/** Result and key for the first row of a built packet. */
function embedded(builder: PacketBuilder, snaplen = Number.POSITIVE_INFINITY): [boolean, number[]] {
  const batch = new PacketBatch(1);
  decodePackets(recordsOf([builder.build()], { snaplen, filler: 0x45 }), batch);
  const key = new Int32Array(12).fill(UNTOUCHED);
  const found = decodeEmbedded(batch, 0, key, 1);
  expect([key[0], key[11]]).toEqual([UNTOUCHED, UNTOUCHED]);
  return [found, [...key.subarray(1, 11)]];
}

function keyOf(builder: PacketBuilder): number[] {
  const batch = new PacketBatch(1);
  decodePackets(recordsOf([builder.build()]), batch);
  return [...batch.key.subarray(0, 10)];
}

describe('decodeEmbedded()', () => {
  it('gives the key that the offending packet had, for any packet', () => {
    fc.assert(
      fc.property(sample, ({ builder, expected }) => {
        const start = packet('error').ethernet();
        const outer = expected.kind === KIND_IPV4 ? start.ipv4().icmp({ type: 3 }) : start.ipv6().icmpv6({ type: 1 });
        expect(embedded(outer.embed(builder))).toEqual([true, expected.key]);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws and leaves the output alone when cut at any length', () => {
    fc.assert(
      fc.property(sample, fc.boolean(), ({ builder }, version4) => {
        const start = packet('error').ethernet();
        const outer = version4 ? start.ipv4().icmp({ type: 3 }) : start.ipv6().icmpv6({ type: 1 });
        const whole = outer.embed(builder);
        const full = embedded(whole);
        const length = whole.build().bytes.length;
        for (let n = 0; n < length; n++) {
          const [found, key] = embedded(whole, n);
          expect(key).toEqual(found ? full[1] : Array(10).fill(UNTOUCHED));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('needs 8 bytes behind the IPv4 header at most (RFC 792)', () => {
    expect(embedded(error().embed(tcp, 28))).toEqual([true, keyOf(tcp)]);
    expect(embedded(error().embed(tcp, 24))[0]).toBe(true);
    expect(embedded(error().embed(tcp, 23))[0]).toBe(false);
  });

  it('does not take Ethernet padding for the offending packet', () => {
    const padded = packet('').ethernet({ padTo: 100 }).ipv4().icmp({ type: 3 }).embed(tcp, 22);
    expect(embedded(padded)[0]).toBe(false);
  });

  it.each([3, 4, 5, 11, 12])('reads ICMP type %d', (type) => {
    expect(embedded(packet('').ipv4().icmp({ type }).embed(tcp))).toEqual([true, keyOf(tcp)]);
  });

  it.each([
    ['a query', packet('').ipv4().icmp({ type: 8 }).embed(tcp)],
    ['a packet without ICMP', tcp],
    ['a frame without IP', packet('').ethernet().arp()],
    ['IPv6 in an ICMP error', packet('').ipv4().icmp({ type: 3 }).embed(packet('').ipv6().udp())],
    ['a later fragment of an error', packet('').ipv4({ fragmentOffset: 8 }).icmp({ type: 3 }).embed(tcp)],
    ['rubbish', packet('').ipv4().icmp({ type: 3 }).payload(60)],
    ['a header length below 5', packet('').ipv4().icmp({ type: 3 }).payload(new Uint8Array(60).fill(0x44))],
    ['a chain that is cut off', packet('').ipv6().icmpv6({ type: 3 }).embed(packet('').ipv6().hopByHop().udp(), 40)],
  ])('returns false for %s', (_, builder) => {
    expect(embedded(builder)).toEqual([false, Array(10).fill(UNTOUCHED)]);
  });

  it('gives selector 0 for a later fragment', () => {
    const later = packet('').ipv4({ fragmentOffset: 1480 }).udp();
    expect(embedded(error(1).embed(later))).toEqual([true, keyOf(later)]);
  });

  it('returns false before anything was decoded and behind the last row', () => {
    const batch = new PacketBatch(2);
    expect(decodeEmbedded(batch, 0, new Int32Array(10))).toBe(false);
    decodePackets(recordsOf([error().embed(tcp).build()]), batch);
    expect(decodeEmbedded(batch, 1, new Int32Array(10))).toBe(false);
  });
});
