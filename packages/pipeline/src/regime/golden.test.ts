import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import { expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';

// 8 TCP conversations of 6 packets, interleaved, and the same traffic in other ways: what each regime makes of it.

const REGIMES: Record<string, ChassisOptions> = {
  centric: { release: '12.3X48-D10', cards: '1=SPC2,7=IOC1', distributionMode: 'rr-based' },
  'hash-centric': { release: '15.1X49-D10', cards: '1=SPC2,7=IOC2' },
  distributed: { release: '17.4R1', cards: '1=SPC2,7=IOC2' },
};

function conversation(port: number): BuiltPacket[] {
  const client = packet().ethernet().ipv4({ source: '192.0.2.1', destination: '198.51.100.2' });
  const server = packet().ethernet().ipv4({ source: '198.51.100.2', destination: '192.0.2.1' });
  const there = (flags: string): BuiltPacket => client.tcp({ sourcePort: port, destinationPort: 80, flags }).build();
  const back = (flags: string): BuiltPacket => server.tcp({ sourcePort: 80, destinationPort: port, flags }).build();
  return [there('S'), back('SA'), there('A'), there('PA'), back('FA'), there('FA')];
}

const conversations = Array.from({ length: 8 }, (_, n) => conversation(1000 + n));
const inOrder = Array.from({ length: 6 }, (_, turn) => conversations.map((packets) => packets[turn]!)).flat();
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

function row(chassis: ChassisOptions, packets: readonly BuiltPacket[], intervalNs: number): number[] {
  const pipeline = createPipeline({ chassis: resolveChassis(chassis) });
  pipeline.offer(recordsOf(packets, { intervalNs }));
  const { spus, totals } = pipeline.finish();
  const sum = (figure: (spu: (typeof spus)[number]) => number): number =>
    spus.reduce((total, spu) => total + figure(spu), 0);
  return [
    sum((spu) => spu.paths.npuHit),
    sum((spu) => spu.paths.hash),
    sum((spu) => spu.paths.fragment),
    sum((spu) => spu.paths.centralPoint),
    sum((spu) => spu.firstPath),
    sum((spu) => spu.fastPath),
    totals.delivered,
    totals.dropped,
  ];
}

it('each regime takes the packets its way', () => {
  const cases: [string, readonly BuiltPacket[], number, Partial<ChassisOptions>][] = [
    ['in order', inOrder, 1_000_000, {}],
    ['in order, 1 us apart', inOrder, 1000, {}],
    ['reordered', reordered, 1_000_000, {}],
    ['fragments, last first', fragmented, 1_000_000, {}],
    ['SPU tables of 1 session', inOrder, 1_000_000, { sessionsPerSpu: { SPC2: 1 } }],
  ];
  const rows = cases.flatMap(([name, packets, intervalNs, changes]) =>
    Object.entries(REGIMES).map(([regime, chassis]) => {
      const figures = row({ ...chassis, ...changes }, packets, intervalNs);
      return [name.padEnd(24), regime.padEnd(13), ...figures.map((figure) => String(figure).padStart(6))].join('');
    }),
  );
  const heads = ['NPU', 'hash', 'frag', 'CP', 'first', 'fast', 'out', 'drop'].map((head) => head.padStart(6));
  expect(
    ['', `${'case'.padEnd(24)}${'regime'.padEnd(13)}${heads.join('')}`, ...rows, ''].join('\n'),
  ).toMatchInlineSnapshot(`
    "
    case                    regime          NPU  hash  frag    CP first  fast   out  drop
    in order                centric          40     0     0     8     8    40    48     0
    in order                hash-centric     40     8     0     0     8    40    48     0
    in order                distributed      40     8     0     0     8    40    48     0
    in order, 1 us apart    centric           0     0     0    48     8    40    48     0
    in order, 1 us apart    hash-centric      8    40     0     0     8    40    48     0
    in order, 1 us apart    distributed      24    24     0     0     8    40    48     0
    reordered               centric          40     0     0     8     8    40    48     0
    reordered               hash-centric     40     8     0     0     8    40    48     0
    reordered               distributed      40     8     0     0     8    40    48     0
    fragments, last first   centric           0     0    24    21     8    16    24     0
    fragments, last first   hash-centric      0     0    24     0     8    16    24     0
    fragments, last first   distributed       0     0    24     0     8    16    24     0
    SPU tables of 1 session centric          15     0     0    33     3    15    18    30
    SPU tables of 1 session hash-centric     15    33     0     0     3    15    18    30
    SPU tables of 1 session distributed      10    38     0     0     2    10    12    36
    "
  `);
});
