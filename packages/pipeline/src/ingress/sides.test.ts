import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic } from '../_any-traffic.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline } from '../create-pipeline.ts';

const CARDS = '1=SPC2,7=IOC2,8=IOC2';
const ENDS = { initiator: 'xe-7/0/0', responder: 'xe-8/0/0' };
const REGIMES: ChassisOptions[] = [
  { cards: CARDS },
  { cards: CARDS, release: '15.1X49-D10' },
  { cards: '1=SPC2,7=IOC1,8=IOC1', release: '12.3X48-D10', distributionMode: 'rr-based' },
];

function play(
  packets: readonly BuiltPacket[],
  configuration: DeviceConfiguration,
  chassis: ChassisOptions,
  size = 256,
) {
  const pipeline = createPipeline({ chassis: resolveChassis(chassis), configuration });
  for (let from = 0; from < packets.length; from += size) {
    const atMs = from;
    const times = { intervalNs: 1e6, seconds: Math.floor(atMs / 1000), nanoseconds: (atMs % 1000) * 1e6 };
    pipeline.offer(recordsOf(packets.slice(from, from + size), times));
  }
  const report = pipeline.finish();
  return { report, sessions: [...pipeline.sessions()] };
}

const CLIENT = { source: '10.1.2.3', destination: '198.51.100.2' };
const SERVER = { source: CLIENT.destination, destination: CLIENT.source };
const tcp = (isReply: boolean, flags: string, port = 1024): BuiltPacket =>
  packet()
    .ethernet()
    .ipv4(isReply ? SERVER : CLIENT)
    .tcp({ sourcePort: isReply ? 443 : port, destinationPort: isReply ? port : 443, flags })
    .build();
const packetsOf = (report: { npus: readonly { packets: number }[] }): number[] => report.npus.map((npu) => npu.packets);

describe('sides by who begins', () => {
  it('R-npu-14: packets of either end come in on their own I/O card, as sessions and zones tell', () => {
    const configuration: DeviceConfiguration = {
      sides: ENDS,
      zones: { trust: ['xe-7/0/0'], untrust: ['xe-8/0/0'] },
      policies: [{ name: 'out', from: 'trust', to: 'untrust', action: 'permit' }],
      defaultPolicy: 'deny',
    };
    const life = [tcp(false, 'S'), tcp(true, 'SA'), tcp(false, 'A'), tcp(true, 'PA')];
    const { report, sessions } = play(life, configuration, { cards: CARDS });
    expect(packetsOf(report)).toEqual([2, 2]);
    expect(report.totals.delivered).toBe(4);
    expect(sessions.map(({ in: one, out, policy }) => [one.interface, out?.interface, policy.name])).toEqual([
      ['xe-7/0/0.0', 'xe-8/0/0.0', 'out'],
    ]);
  });

  it('R-npu-14: a capture that begins with the answer to a SYN knows who sent the SYN', () => {
    const { report } = play([tcp(true, 'SA'), tcp(false, 'A')], { sides: ENDS }, { cards: CARDS });
    expect(packetsOf(report)).toEqual([1, 1]);
  });

  it('R-npu-14: prefixes go first', () => {
    const sides = { ...ENDS, '198.51.100.0/24': 'xe-7/0/0' };
    expect(packetsOf(play([tcp(false, 'S'), tcp(true, 'SA')], { sides }, { cards: CARDS }).report)).toEqual([2, 0]);
  });

  it('R-npu-14: fragments go by their hosts, ICMP errors by the packet inside', () => {
    const answer = fragmentPacket(
      packet().ethernet().ipv4(SERVER).udp({ sourcePort: 53, destinationPort: 5000 }).payload(3000),
      1480,
    );
    const query = packet().ipv4(CLIENT).udp({ sourcePort: 5000, destinationPort: 53 });
    const error = packet()
      .ethernet()
      .ipv4({ source: '203.0.113.9', destination: CLIENT.source })
      .icmp({ type: 11 })
      .embed(query)
      .build();
    const first = packet().ethernet().ipv4(CLIENT).udp({ sourcePort: 5000, destinationPort: 53 }).build();
    const { report } = play([first, ...answer, error], { sides: ENDS }, { cards: CARDS });
    expect(packetsOf(report)).toEqual([1, answer.length + 1]);
  });

  it.each(REGIMES)('R-npu-14: is the same as prefixes where only one side begins, %o', (chassis) => {
    const conversation = fc.record({
      port: fc.integer({ min: 1, max: 9 }),
      replies: fc.boolean(),
      flags: fc.constantFrom('S', 'A', 'FA', 'R'),
    });
    fc.assert(
      fc.property(fc.array(conversation, { maxLength: 60 }), (list) => {
        const begun = new Set<number>();
        const packets = list.map(({ port, replies, flags }) => {
          const isReply = replies && begun.has(port);
          begun.add(port);
          return tcp(isReply, flags, 1000 + port);
        });
        const byPrefix = { '10.0.0.0/8': ENDS.initiator, '0.0.0.0/0': ENDS.responder };
        expect(play(packets, { sides: ENDS }, chassis)).toEqual(play(packets, { sides: byPrefix }, chassis));
      }),
      { numRuns: 60 },
    );
  });

  it('R-npu-14: any traffic, whatever the batch size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGIMES), anyTraffic, (chassis, packets) => {
        const results = [1, 7, 256].map((size) => play(packets, { sides: ENDS }, chassis, size));
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
        const { offered, delivered, dropped, toRe } = results[0]!.report.totals;
        expect(delivered + dropped + toRe).toBeGreaterThanOrEqual(offered);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses one end without the other', () => {
    expect(() => play([], { sides: { initiator: 'xe-7/0/0' } }, { cards: CARDS })).toThrow(
      /sides.*initiator.* must come with sides\.responder: got "xe-7\/0\/0"/,
    );
  });
});

describe('sides by who begins that a commit brings', () => {
  const query = (isReply: boolean) =>
    packet()
      .ethernet()
      .ipv4(isReply ? SERVER : CLIENT)
      .udp({ sourcePort: isReply ? 53 : 5000, destinationPort: isReply ? 5000 : 53 })
      .build();
  const error = packet()
    .ethernet()
    .ipv4({ source: '203.0.113.9', destination: CLIENT.source })
    .icmp({ type: 11 })
    .embed(packet().ipv4(CLIENT).udp({ sourcePort: 5000, destinationPort: 53 }))
    .build();

  function playCommit(
    packets: readonly BuiltPacket[],
    size: number,
    afterPackets: number,
    before?: DeviceConfiguration,
  ) {
    const pipeline = createPipeline({
      chassis: resolveChassis({ cards: CARDS }),
      ...(before && { configuration: before }),
      events: [{ afterPackets, commit: { name: 'sides', configuration: { sides: ENDS, defaultPolicy: 'permit' } } }],
    });
    for (let from = 0; from < packets.length; from += size) {
      pipeline.offer(
        recordsOf(packets.slice(from, from + size), { intervalNs: 1e6, seconds: 0, nanoseconds: from * 1e6 }),
      );
    }
    return pipeline.finish();
  }

  it('R-npu-14, R-run-5: what comes later in a batch says nothing about who has begun what came before', () => {
    for (const packets of [
      [tcp(false, 'S', 1), error, tcp(false, 'S', 2), query(false), query(true)],
      [query(false), tcp(false, 'S'), query(true)],
    ]) {
      for (const before of [undefined, { sides: ENDS }]) {
        expect(playCommit(packets, 256, 1, before)).toEqual(playCommit(packets, 1, 1, before));
      }
    }
  });

  it('R-npu-14: who has begun a session is known from before the commit', () => {
    expect(packetsOf(playCommit([query(false), query(true), query(true)], 1, 1))).toEqual([1, 2]);
  });

  it('R-run-5: IPv6 packets stay counted on the I/O card that they came in on', () => {
    const ipv6 = Array.from({ length: 6 }, () => packet().ethernet().ipv6().udp().build());
    const [whole, single] = [256, 1].map((size) => playCommit(ipv6, size, 3, { sides: { '::/0': 'xe-8/0/0' } }));
    expect(whole).toEqual(single);
    expect(whole!.npus.map((npu) => npu.ipv6.lookups)).toEqual([3, 3]);
  });
});
