import { PcapWriter, readCapture } from '@midplane/capture';
import { resolveChassis } from '@midplane/chassis';
import { FLOW_HASHES, hashKey } from '@midplane/hash';
import { type BuiltPacket, decodePackets, PacketBatch, packet, recordsOf } from '@midplane/packet';
import { selectSpu } from '@midplane/weights';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTS, interval, anyTraffic as traffic } from './_any-traffic.suite.ts';
import { createPipeline } from './create-pipeline.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { reportSchema } from './report/schema.ts';
import type { Stage } from './stage.ts';

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

describe('input in pieces', () => {
  const capture = (packets: readonly BuiltPacket[]): Uint8Array => {
    const writer = new PcapWriter();
    for (const [n, { bytes }] of packets.entries()) writer.add(bytes, 0, bytes.length, bytes.length, 1 + n, 5);
    return writer.take();
  };

  async function reportOfPieces(bytes: Uint8Array, cuts: readonly number[]): Promise<string> {
    const ends = [...new Set(cuts.map((cut) => cut % bytes.length)), bytes.length].sort((a, b) => a - b);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        let from = 0;
        for (const end of ends) {
          if (end > from) controller.enqueue(bytes.slice(from, end));
          from = end;
        }
        controller.close();
      },
    });
    const pipeline = createPipeline({ chassis: resolveChassis({ sessionsPerSpu: { SPC2: 3 }, tableLength: 256 }) });
    for await (const batch of readCapture(stream)) pipeline.offer(batch);
    return JSON.stringify(pipeline.finish());
  }

  it('R-run-5: the report has the same bytes wherever the input is cut', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, fc.array(fc.nat(20_000), { maxLength: 40 }), async (packets, cuts) => {
        const bytes = capture(packets);
        expect(await reportOfPieces(bytes, cuts)).toBe(await reportOfPieces(bytes, []));
      }),
      { numRuns: 100 },
    );
  });
});
