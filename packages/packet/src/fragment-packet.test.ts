import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf } from './_row.suite.ts';
import { FLAG_SELECTOR, FRAGMENT_FIRST, FRAGMENT_LATER, PacketBatch } from './batch.ts';
import { decodePackets } from './decode.ts';
import { internetChecksum } from './emit/checksum.ts';
import { fragmentPacket } from './fragment-packet.ts';
import { type BuiltPacket, packet } from './packet-builder.ts';
import { recordsOf } from './records-of.ts';

const NETWORK = ['ipv4', 'ipv6'];

/** Data of fragments put together by their offsets. */
function reassemble(fragments: readonly BuiltPacket[]): Uint8Array {
  const batch = new PacketBatch(fragments.length);
  decodePackets(recordsOf(fragments), batch);
  const data: number[] = [];
  fragments.forEach(({ bytes, layers }, row) => {
    const body = layers.at(-1)!.offset;
    data.splice(batch.fragmentOffset[row], 0, ...bytes.slice(body));
  });
  return Uint8Array.from(data);
}

describe('fragmentPacket()', () => {
  it('gives fragments that fit and hold all data in order', () => {
    const start = packet('x').ethernet().vlan(3);
    fc.assert(
      fc.property(
        fc.constantFrom(
          start.ipv4({ options: Uint8Array.of(0x82, 3, 0) }),
          start.ipv6(),
          start.ipv6().hopByHop().routing(),
          start.ipv6().hopByHop().destinationOptions(),
        ),
        fc.integer({ min: 120, max: 1500 }),
        fc.integer({ min: 0, max: 4000 }),
        (network, mtu, size) => {
          const whole = network.udp().payload(size);
          const fragments = fragmentPacket(whole, mtu, 77);
          const { bytes, layers } = whole.build();
          if (fragments.length === 1) {
            expect(fragments[0].bytes).toEqual(bytes);
            expect(bytes.length - 18).toBeLessThanOrEqual(mtu);
            return;
          }
          for (const fragment of fragments) {
            const ip = fragment.layers.find(({ name }) => NETWORK.includes(name))!;
            expect(fragment.bytes.length - ip.offset).toBeLessThanOrEqual(mtu);
            if (ip.name === 'ipv4') {
              const header = (fragment.bytes[ip.offset] & 15) * 4;
              expect(internetChecksum(fragment.bytes, ip.offset, ip.offset + header)).toBe(0);
            }
          }
          const cut = fragments[0].layers.filter(({ name }) => !['ipv6-fragment', 'payload'].includes(name)).length;
          expect(reassemble(fragments)).toEqual(bytes.slice(layers[cut].offset));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([packet('four').ipv4({ identification: 9 }), packet('six').ipv6()])(
    'decodes as first and later fragments',
    (network) => {
      const fragments = fragmentPacket(network.tcp({ sourcePort: 5, destinationPort: 6 }).payload(200), 120, 9);
      expect(fragments[1].description).toBe(`${network.description}, fragment 2 of ${fragments.length}`);
      const batch = new PacketBatch(fragments.length);
      decodePackets(recordsOf(fragments), batch);
      fragments.forEach((_, row) => {
        const first = row === 0;
        expect(rowOf(batch, row)).toMatchObject({
          fragment: first ? FRAGMENT_FIRST : FRAGMENT_LATER,
          fragmentId: 9,
          protocol: 6,
          tcpFlags: first ? 0x10 : 0,
        });
        expect(batch.key[row * 10 + 8]).toBe(first ? (5 << 16) | 6 : 0);
        expect((batch.flags[row] & FLAG_SELECTOR) !== 0).toBe(first);
      });
    },
  );

  it('repeats only IPv4 options whose copied bit is set', () => {
    const options = Uint8Array.of(7, 3, 4, 1, 0x82, 4, 1, 2);
    const [first, second] = fragmentPacket(packet('').ipv4({ options }).payload(100), 80);
    expect([...first.bytes.slice(20, 28)]).toEqual([...options]);
    expect([...second.bytes.slice(20, 24)]).toEqual([0x82, 4, 1, 2]);
    expect(second.bytes[0]).toBe(0x46);
  });

  it('refuses a packet without IP and an MTU without room', () => {
    expect(() => fragmentPacket(packet('arp').ethernet().arp(), 100)).toThrow(
      new TypeError('Cannot fragment packet: it must have an IP header: got "arp"'),
    );
    expect(() => fragmentPacket(packet('').ipv4().udp().payload(100), 27)).toThrow(
      new RangeError('Cannot fragment packet: mtu must leave room for 8 bytes of data: got 27'),
    );
  });
});
