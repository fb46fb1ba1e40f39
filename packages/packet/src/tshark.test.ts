import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PcapngWriter } from '@midplane/capture';
import { describe, expect, it } from 'vitest';
import { fragmentPacket } from './fragment-packet.ts';
import { linkTypeName } from './link-type.ts';
import { type BuiltPacket, type PacketBuilder, packet } from './packet-builder.ts';

// An independent decoder reads what the builder writes: it must find no malformed packet and no bad checksum.
const TSHARK = 'tshark'; // from Debian, not from a package
const missing = spawnSync(TSHARK, ['--version']).error !== undefined;
if (missing) {
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1') throw new Error('tshark must be installed');
  console.warn('SKIPPED: built packets read by tshark (install tshark)');
}

const STATUS = ['ip', 'tcp', 'udp', 'sctp', 'icmp', 'icmpv6'].map((name) => `${name}.checksum.status`);

type Link = (p: PacketBuilder) => PacketBuilder;
const LINKS: Record<string, Link> = {
  ethernet: (p) => p.ethernet(),
  padded: (p) => p.ethernet({ padTo: 60 }),
  llc: (p) => p.ethernet().llc(),
  snap: (p) => p.ethernet().snap(),
  vlan: (p) => p.ethernet().vlan({ id: 100, priority: 3 }),
  qinq: (p) => p.ethernet().qinq(2, 3),
  mpls: (p) => p.ethernet().mpls(100).mpls(200),
  pppoe: (p) => p.ethernet().pppoe(),
  null: (p) => p.null(),
  loop: (p) => p.loop(),
  raw: (p) => p.raw(),
  sll: (p) => p.sll(),
  sll2: (p) => p.sll2(),
  ppp: (p) => p.ppp(),
  'ppp mpls': (p) => p.ppp().mpls(5),
  'c-hdlc': (p) => p.ciscoHdlc(),
};

const ports = { sourcePort: 40_000, destinationPort: 40_001 };
const offender = packet('offender').ipv4().udp(ports).payload(8);
const offender6 = packet('offender').ipv6().udp(ports).payload(8);
const UPPERS: [string, (p: PacketBuilder) => PacketBuilder][] = [
  ['TCP', (p) => p.tcp({ ...ports, flags: 'S', options: Uint8Array.of(2, 4, 5, 0xb4) }).payload(5)],
  ['UDP', (p) => p.udp(ports).payload(3)],
  ['SCTP INIT', (p) => p.sctp(ports)],
  ['SCTP DATA', (p) => p.sctp(ports).payload(5)],
  ['AH', (p) => p.ah().udp(ports)],
  ['ESP', (p) => p.esp().payload(40)],
  ['GRE', (p) => p.gre({ key: 1, sequence: 2, checksum: true }).ipv4().udp(ports)],
  ['experimental', (p) => p.header(253).payload(9)],
  ['IP in IP', (p) => p.ipv4().tcp(ports)],
  ['IPv6 in IP', (p) => p.ipv6().tcp(ports)],
];
const UPPERS4: typeof UPPERS = [
  ...UPPERS,
  ['echo', (p) => p.icmp().payload(56)],
  ['unreachable', (p) => p.icmp({ type: 3, code: 3 }).embed(offender)],
];
const UPPERS6: typeof UPPERS = [
  ...UPPERS,
  ['echo', (p) => p.icmpv6().payload(56)],
  ['unreachable', (p) => p.icmpv6({ type: 1, code: 4 }).embed(offender6)],
  ['extensions', (p) => p.hopByHop().destinationOptions().udp(ports).payload(1)],
  [
    'routing',
    (p) =>
      p
        .routing({ addresses: ['2001:db8::7'], segmentsLeft: 1 })
        .tcp(ports)
        .payload(1),
  ],
  ['atomic fragment', (p) => p.ipv6Fragment().udp(ports).payload(1)],
];

function allPackets(): BuiltPacket[] {
  const built: BuiltPacket[] = [];
  for (const [name, link] of Object.entries(LINKS)) {
    for (const [upper, add] of UPPERS4) built.push(add(link(packet(`${name}, IPv4, ${upper}`)).ipv4()).build());
    for (const [upper, add] of UPPERS6) built.push(add(link(packet(`${name}, IPv6, ${upper}`)).ipv6()).build());
  }
  const options = Uint8Array.of(0x94, 4, 0, 0);
  built.push(packet('IPv4 options').ethernet().ipv4({ options }).udp(ports).build());
  built.push(packet('ARP').ethernet().arp().build());
  built.push(
    packet('discovery')
      .ethernet()
      .pppoeDiscovery()
      .payload(Uint8Array.of(1, 1, 0, 0))
      .build(),
  );
  built.push(packet('TEB').ethernet().ipv4().gre().ethernet().ipv4().udp(ports).build());
  built.push(...fragmentPacket(packet('IPv4 bulk').ethernet().ipv4().udp(ports).payload(4000), 1500));
  built.push(...fragmentPacket(packet('IPv6 bulk').ethernet().ipv6().hopByHop().udp(ports).payload(4000), 1500));
  return built;
}

/** Fields of every packet as tshark prints them. */
function readByTshark(packets: readonly BuiltPacket[], fields: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'midplane-packet-'));
  try {
    const file = join(folder, 'built.pcapng');
    const writer = new PcapngWriter();
    const linkTypes = [...new Set(packets.map(({ linkType }) => linkType))];
    for (const linkType of linkTypes) writer.addInterface({ linkType });
    packets.forEach(({ bytes, linkType }, i) => {
      writer.add(bytes, 0, bytes.length, bytes.length, i, 0, linkTypes.indexOf(linkType));
    });
    writeFileSync(file, writer.take());
    const preferences = [
      'ip.check_checksum:TRUE',
      'tcp.check_checksum:TRUE',
      'udp.check_checksum:TRUE',
      'sctp.checksum:crc-32c',
    ];
    const args = ['-r', file, '-n', ...preferences.flatMap((text) => ['-o', text]), '-T', 'fields'];
    const { status, stdout, stderr } = spawnSync(TSHARK, [...args, ...fields.flatMap((name) => ['-e', name])], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`tshark: ${stderr}`);
    return stdout
      .split('\n')
      .slice(0, packets.length)
      .map((line) => line.split('\t'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(missing)('tshark', () => {
  const packets = allPackets();
  const fields = ['frame.protocols', '_ws.malformed', '_ws.expert.message', ...STATUS];
  const rows = missing ? [] : readByTshark(packets, fields);
  const groups = Map.groupBy(packets.keys(), (i) => packets[i].linkType);

  it('reads every packet', () => {
    expect(rows.length).toBe(packets.length);
    expect(rows.every((row) => row.length === fields.length)).toBe(true);
  });

  it.each([...groups].map(([linkType, list]) => [linkTypeName(linkType), list] as const))(
    'finds link type %s without a malformed packet or bad checksum',
    (_, list) => {
      const complaints = list.flatMap((i) => {
        const [protocols, malformed, message, ...checksums] = rows[i];
        const bad = checksums.some((status) => status.split(',').includes('0'));
        const text = /malformed|checksum|bogus|illegal|incorrect|invalid/i.test(message) ? message : '';
        const complaint = `${packets[i].description} (${protocols}): ${malformed} ${message} ${checksums}`;
        return malformed || text || bad ? [complaint] : [];
      });
      expect(complaints).toEqual([]);
      for (const column of STATUS.keys()) {
        expect(list.some((i) => rows[i][3 + column].split(',').includes('1'))).toBe(true);
      }
    },
  );
});
