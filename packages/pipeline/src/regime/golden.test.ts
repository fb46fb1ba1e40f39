import { type ChassisOptions, type ResolvedChassis, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import { expect, it } from 'vitest';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline } from '../create-pipeline.ts';

const MILLISECOND = 1_000_000;

// 8 TCP conversations of 6 packets, interleaved, clients behind one I/O card and the server behind another, and the same
// traffic in other ways: what each regime makes of it.

const REGIMES: Record<string, ChassisOptions> = {
  centric: { release: '12.3X48-D10', cards: '1=SPC2,7=IOC1,8=IOC1', distributionMode: 'rr-based' },
  'hash-centric': { release: '15.1X49-D10', cards: '1=SPC2,7=IOC2,8=IOC2' },
  distributed: { release: '17.4R1', cards: '1=SPC2,7=IOC2,8=IOC2' },
};

const CLIENT = '192.0.2.1';
const SERVER = '198.51.100.2';

/** What a server sees of a client: its address and port, translated or not. */
type Seen = (port: number) => { readonly address: string; readonly port: number };

const asTheyAre: Seen = (port) => ({ address: CLIENT, port });

function conversation(port: number, seen: Seen): BuiltPacket[] {
  const client = packet('client').ethernet().ipv4({ source: CLIENT, destination: SERVER });
  const { address, port: seenPort } = seen(port);
  const server = packet('server').ethernet().ipv4({ source: SERVER, destination: address });
  const there = (flags: string): BuiltPacket => client.tcp({ sourcePort: port, destinationPort: 80, flags }).build();
  const back = (flags: string): BuiltPacket => server.tcp({ sourcePort: 80, destinationPort: seenPort, flags }).build();
  return [there('S'), back('SA'), there('A'), there('PA'), back('FA'), there('FA')];
}

/** 8 conversations, turn by turn. */
function inOrderAs(seen: Seen): BuiltPacket[] {
  const conversations = Array.from({ length: 8 }, (_, n) => conversation(1000 + n, seen));
  return Array.from({ length: 6 }, (_, turn) => conversations.map((packets) => packets[turn]!)).flat();
}

const inOrder = inOrderAs(asTheyAre);
/** Neighbours change places, so that replies and data come before what they answer. */
const reordered = inOrder.map((_, n) => inOrder[(n ^ 8) < inOrder.length ? n ^ 8 : n]!);
const fragmented = Array.from({ length: 8 }, (_, n) =>
  fragmentPacket(
    packet()
      .ethernet()
      .ipv4({ source: '192.0.2.1', destination: `198.51.100.${n}` })
      .udp({ sourcePort: 5000 + n, destinationPort: 53 })
      .payload(3000),
    1500,
    n,
  ).reverse(),
).flat();

const POOL: DeviceConfiguration = {
  sourceNat: {
    pools: { out: { addresses: '203.0.113.1' } },
    rules: [{ source: CLIENT, translate: { pool: 'out' } }],
  },
};

/** Conversations whose server sees what a chassis makes of the clients. */
function throughPool(chassis: ResolvedChassis): BuiltPacket[] {
  const pipeline = createPipeline({ chassis, configuration: POOL });
  pipeline.offer(recordsOf(inOrder.slice(0, 8), { intervalNs: MILLISECOND }));
  pipeline.finish();
  const seen = new Map([...pipeline.sessions()].map((session) => [session.in.sourcePort, session.out!]));
  return inOrderAs((port) => ({ address: seen.get(port)!.destination, port: seen.get(port)!.destinationPort }));
}

interface Case {
  readonly name: string;
  readonly packets?: readonly BuiltPacket[];
  readonly intervalNs?: number;
  readonly chassis?: Partial<ChassisOptions>;
  readonly configuration?: DeviceConfiguration;
}

const CASES: readonly Case[] = [
  { name: 'in order' },
  { name: 'in order, 1 us apart', intervalNs: 1000 },
  { name: 'reordered', packets: reordered },
  { name: 'fragments, last first', packets: fragmented },
  { name: 'source NAT, a pool', configuration: POOL },
  { name: 'SPU tables of 1 session', chassis: { sessionsPerSpu: { SPC2: 1 } } },
];

function row(options: ChassisOptions, { packets, intervalNs = MILLISECOND, configuration }: Case): number[] {
  const chassis = resolveChassis(options);
  const pipeline = createPipeline({ chassis, ...(configuration && { configuration }) });
  const played = packets ?? (configuration ? throughPool(chassis) : inOrder);
  const records = recordsOf(played, { intervalNs });
  for (const [n, { description }] of played.entries()) records.interfaceIndex[n] = description === 'server' ? 1 : 0;
  pipeline.offer(records);
  const { spus, totals } = pipeline.finish();
  const sum = (figure: (spu: (typeof spus)[number]) => number): number =>
    spus.reduce((total, spu) => total + figure(spu), 0);
  return [
    sum((spu) => spu.paths.npuHit),
    sum((spu) => spu.paths.hash),
    sum((spu) => spu.paths.fragment),
    sum((spu) => spu.paths.centralPoint),
    sum((spu) => spu.paths.redirected),
    sum((spu) => spu.paths.fragmentHandedOver),
    sum((spu) => spu.firstPath),
    sum((spu) => spu.fastPath),
    totals.delivered,
    totals.dropped,
  ];
}

it('each regime takes the packets its way', () => {
  const rows = CASES.flatMap((each) =>
    Object.entries(REGIMES).map(([regime, chassis]) => {
      const figures = row({ ...chassis, ...each.chassis }, each);
      return [each.name.padEnd(24), regime.padEnd(13), ...figures.map((figure) => String(figure).padStart(7))].join('');
    }),
  );
  const names = ['NPU', 'hash', 'frag', 'CP', 'redir', 'f-hand', 'first', 'fast', 'out', 'drop'];
  const heads = names.map((head) => head.padStart(7));
  expect(
    ['', `${'case'.padEnd(24)}${'regime'.padEnd(13)}${heads.join('')}`, ...rows, ''].join('\n'),
  ).toMatchInlineSnapshot(`
    "
    case                    regime           NPU   hash   frag     CP  redir f-hand  first   fast    out   drop
    in order                centric           32      0      0     16      0      0      8     40     48      0
    in order                hash-centric      32     16      0      0      0      0      8     40     48      0
    in order                distributed       32     16      0      0      0      0      8     40     48      0
    in order, 1 us apart    centric            0      0      0     48      0      0      8     40     48      0
    in order, 1 us apart    hash-centric       0     48      0      0      0      0      8     40     48      0
    in order, 1 us apart    distributed        0     48      0      0      0      0      8     40     48      0
    reordered               centric           32      0      0     16      0      0      8     40     48      0
    reordered               hash-centric      32     16      0      0      0      0      8     40     48      0
    reordered               distributed       32     16      0      0      0      0      8     40     48      0
    fragments, last first   centric            0      0     24     21      0      0      8     16     24      0
    fragments, last first   hash-centric       0      0     24      0      0      0      8     16     24      0
    fragments, last first   distributed        0      0     24      0      0     18      8     16     24      0
    source NAT, a pool      centric           32      0      0     16      0      0      8     40     48      0
    source NAT, a pool      hash-centric      32     16      0      5      0      0      8     40     48      0
    source NAT, a pool      distributed       32     16      0      0      3      0      8     40     48      0
    SPU tables of 1 session centric           12      0      0     36      0      0      3     15     18     30
    SPU tables of 1 session hash-centric      12     36      0      0      0      0      3     15     18     30
    SPU tables of 1 session distributed        8     40      0      0      0      0      2     10     12     36
    "
  `);
});
