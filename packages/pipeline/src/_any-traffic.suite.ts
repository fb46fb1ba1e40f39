import { type BuiltPacket, fragmentPacket, packet } from '@midplane/packet';
import fc from 'fast-check';

/** The hosts of the small world. */
export const HOSTS: readonly string[] = ['192.0.2.1', '192.0.2.2', '198.51.100.7'];
/** Two multicast groups. */
export const GROUPS: readonly string[] = ['239.1.1.1', '239.1.2.1'];
const HOSTS_6 = ['2001:db8::1', '2001:db8::2', '2001:db8:1::7'];

/** Kinds of packets that end at the SPU that they hash to, and those that can be handed over. */
const PLAIN_KINDS = ['tcp', 'udp', 'icmp', 'esp', 'gre', 'arp', 'tcp6', 'udp6', 'group'] as const;
const KINDS = [...PLAIN_KINDS, 'fragments', 'error'] as const;

/** A packet of a small world, so that sessions meet: few hosts, few ports. */
const packetOf = (kinds: readonly (typeof KINDS)[number][]): fc.Arbitrary<BuiltPacket[]> =>
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      from: fc.nat(2),
      to: fc.nat(2),
      sourcePort: fc.constantFrom(1000, 1001),
      destinationPort: fc.constantFrom(80, 1000),
      flags: fc.constantFrom('S', 'SA', 'A', 'FA', 'R'),
    })
    .map(({ kind, from, to, flags, ...ports }) => {
      const frame = packet(kind).ethernet();
      const ends = { source: HOSTS[from], destination: HOSTS[to] };
      const ends6 = { source: HOSTS_6[from], destination: HOSTS_6[to] };
      switch (kind) {
        case 'tcp':
          return [
            frame
              .ipv4(ends)
              .tcp({ ...ports, flags })
              .build(),
          ];
        case 'udp':
          return [frame.ipv4(ends).udp(ports).build()];
        case 'tcp6':
          return [
            frame
              .ipv6(ends6)
              .tcp({ ...ports, flags })
              .build(),
          ];
        case 'udp6':
          return [frame.ipv6(ends6).udp(ports).build()];
        case 'group':
          return [
            frame
              .ipv4({ source: ends.source, destination: GROUPS[to % 2] })
              .udp(ports)
              .build(),
          ];
        case 'icmp':
          return [
            frame
              .ipv4(ends)
              .icmp({ type: flags === 'S' ? 8 : 0, identifier: from })
              .build(),
          ];
        case 'esp':
          return [frame.ipv4(ends).esp({ spi: ports.sourcePort }).build()];
        case 'gre':
          return [frame.ipv4(ends).gre().payload(20).build()];
        case 'fragments':
          return fragmentPacket(frame.ipv4(ends).udp(ports).payload(3000), 1500, from);
        case 'error':
          return [frame.ipv4(ends).icmp({ type: 3, code: 1 }).embed(packet().ipv4(ends).udp(ports)).build()];
        default:
          return [frame.arp().build()];
      }
    });

const trafficOf = (any: fc.Arbitrary<BuiltPacket[]>, maxLength: number): fc.Arbitrary<BuiltPacket[]> =>
  fc.array(any, { minLength: 1, maxLength }).map((packets) => packets.flat());

/** Traffic of a small world, so that packets meet. */
export const anyTraffic: fc.Arbitrary<BuiltPacket[]> = trafficOf(packetOf(KINDS), 60);
/** Traffic in which few packets can be handed over, so that all of what they begin is over before the next one. */
export const calmTraffic: fc.Arbitrary<BuiltPacket[]> = trafficOf(
  fc.oneof({ weight: 60, arbitrary: packetOf(PLAIN_KINDS) }, { weight: 1, arbitrary: packetOf(KINDS) }),
  120,
);
/** Time between packets, ns: from one inside a round trip of messages to one in which sessions age out. */
export const interval: fc.Arbitrary<number> = fc.constantFrom(1000, 700_000_000, 30_000_000_000);
