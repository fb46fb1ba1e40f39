import { resolveChassis } from '@midplane/chassis';
import { FLOW_HASHES, hashKey } from '@midplane/hash';
import { type BuiltPacket, decodePackets, fragmentPacket, PacketBatch, packet, recordsOf } from '@midplane/packet';
import { selectSpu } from '@midplane/weights';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPipeline, type PipelineOptions } from './create-pipeline.ts';
import { reportSchema } from './report/schema.ts';
import type { Stage } from './stage.ts';

const HOSTS = ['192.0.2.1', '192.0.2.2', '198.51.100.7'];
const HOSTS_6 = ['2001:db8::1', '2001:db8::2', '2001:db8:1::7'];

/** A packet of a small world, so that sessions meet: few hosts, few ports. */
const anyPacket: fc.Arbitrary<BuiltPacket[]> = fc
  .record({
    kind: fc.constantFrom('tcp', 'udp', 'icmp', 'esp', 'gre', 'fragments', 'error', 'arp', 'tcp6', 'udp6'),
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

const traffic = fc.array(anyPacket, { minLength: 1, maxLength: 60 }).map((packets) => packets.flat());
const interval = fc.constantFrom(1000, 700_000_000, 30_000_000_000);

function reportOf(
  packets: readonly BuiltPacket[],
  intervalNs: number,
  batchSize: number,
  options: Partial<PipelineOptions> = {},
): string {
  const chassis = resolveChassis({ sessionsPerSpu: { SPC2: 3 }, tableLength: 256 });
  const pipeline = createPipeline({ chassis, parameters: { npuIdleTimeoutS: 40 }, ...options });
  for (let from = 0; from < packets.length; from += batchSize) {
    const start = from * intervalNs;
    pipeline.offer(
      recordsOf(packets.slice(from, from + batchSize), {
        intervalNs,
        seconds: Math.floor(start / 1e9),
        nanoseconds: start % 1e9,
      }),
    );
  }
  return JSON.stringify(pipeline.finish());
}

describe('the report', () => {
  it('R-run-5: has the same bytes whatever the batch size', () => {
    fc.assert(
      fc.property(traffic, interval, (packets, intervalNs) => {
        const whole = reportOf(packets, intervalNs, 4096);
        for (const size of [1, 7, 256]) expect(reportOf(packets, intervalNs, size)).toBe(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same stage by stage and by the loop for plain packets', () => {
    const stageByStage = { stages: (stages: readonly Stage[]) => [...stages] };
    fc.assert(
      fc.property(traffic, interval, (packets, intervalNs) => {
        expect(reportOf(packets, intervalNs, 256)).toBe(reportOf(packets, intervalNs, 256, stageByStage));
      }),
      { numRuns: 200 },
    );
  });

  it('R-run-4: accounts for every packet and follows its schema', () => {
    fc.assert(
      fc.property(traffic, interval, (packets, intervalNs) => {
        const report = JSON.parse(reportOf(packets, intervalNs, 256));
        expect(reportSchema.parse(report)).toEqual(report);
        const { offered, delivered, toRe, dropped, remaining } = report.totals;
        expect(offered).toBe(packets.length);
        expect(delivered + toRe + dropped + remaining).toBe(offered);
        for (const spu of report.spus) {
          const drops = spu.drops.reduce((sum: number, drop: { packets: number }) => sum + drop.packets, 0);
          expect(spu.packets).toBe(spu.delivered + drops + spu.handedOver);
          expect(spu.sessions.peak).toBeLessThanOrEqual(spu.sessions.capacity);
          const { created, agedOut, replaced, current, invalidated } = spu.sessions;
          expect(created).toBe(agedOut + replaced + current - invalidated);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('R-own-1, R-own-2: a session has one owner', () => {
  it.each([...FLOW_HASHES.values()])('with $name: the SPU of the hash of its key, in both directions', (hash) => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 30, maxLength: 30 }), (picks) => {
        const frames = picks.map((pick, i) =>
          packet()
            .ethernet()
            .ipv4({ source: HOSTS[pick], destination: HOSTS[(pick + 1 + (i % 2)) % 3] })
            .udp({ sourcePort: 1000 + (i % 3), destinationPort: 1000 + (i % 5) })
            .build(),
        );
        const records = recordsOf(frames);
        const batch = new PacketBatch(64);
        decodePackets(records, batch);
        const pipeline = createPipeline({ chassis: resolveChassis({ tableLength: 256 }), hash });
        pipeline.offer(records);
        const report = pipeline.finish();
        // oracle: one Map of sessions, the SPU read off the table for each packet alone
        const sessions = new Map<string, number>();
        const perSpu = new Map<number, number>();
        for (let row = 0; row < batch.count; row++) {
          const spuId = selectSpu(pipeline.distributionTable, hashKey(batch.key, row * 10, { hash }));
          const words = [...batch.key.subarray(row * 10, row * 10 + 10)];
          const ends = [`${words[0]}:${words[8] >>> 16}`, `${words[4]}:${words[8] & 0xffff}`].sort().join(' ');
          expect(sessions.get(ends) ?? spuId).toBe(spuId);
          sessions.set(ends, spuId);
          perSpu.set(spuId, (perSpu.get(spuId) ?? 0) + 1);
        }
        for (const spu of report.spus) {
          expect(spu.packets).toBe(perSpu.get(spu.spuId) ?? 0);
          expect(spu.sessions.created).toBe([...sessions.values()].filter((owner) => owner === spu.spuId).length);
        }
      }),
      { numRuns: 20 },
    );
  });
});
