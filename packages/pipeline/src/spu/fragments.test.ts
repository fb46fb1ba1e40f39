import { resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { Report } from '../report/report.ts';
import { insertStage } from '../stage.ts';

/** A UDP datagram in fragments: 3 for 3,000 bytes. */
function fragments(id: number, bytes = 3000, host = 1): BuiltPacket[] {
  const ends = { source: `192.0.2.${host}`, destination: '198.51.100.2' };
  const whole = packet('datagram')
    .ethernet()
    .ipv4(ends)
    .udp({ sourcePort: 5000 + id, destinationPort: 53 })
    .payload(bytes);
  return fragmentPacket(whole, 1500, id);
}

function play(packets: readonly BuiltPacket[], intervalNs = 1_000_000, options: Partial<PipelineOptions> = {}): Report {
  const pipeline = createPipeline({ chassis: resolveChassis(), ...options });
  pipeline.offer(recordsOf(packets, { intervalNs }));
  return pipeline.finish();
}

const sessions = (report: Report): number => report.spus.reduce((sum, spu) => sum + spu.sessions.created, 0);
const SECOND = 1_000_000_000;

describe('fragments', () => {
  it('R-frag-1: wait at the SPU of their hash until the first one names the ports', () => {
    const [first, second, third] = fragments(1);
    for (const order of [
      [first, second, third],
      [third, second, first],
      [second, first, third],
    ]) {
      const report = play(order as BuiltPacket[]);
      expect([sessions(report), report.totals.delivered, report.drops]).toEqual([1, 3, []]);
      const owner = report.spus.find((spu) => spu.sessions.created === 1)!;
      expect(owner.top[0]).toMatchObject({ packets: 3 });
    }
  });

  it('R-frag-2: go to the owner behind the first one, in the order in which they came', () => {
    const seen: number[] = [];
    const [first, second, third] = fragments(1, 3000) as [BuiltPacket, BuiltPacket, BuiltPacket];
    const options: Partial<PipelineOptions> = {
      stages: (stages) =>
        insertStage(stages, 'after', 'spu', {
          name: 'look',
          decide: (batch, row) => void seen.push(batch.packets.fragmentOffset[row]!),
        }),
    };
    play([third, second, first], 1000, options);
    expect(seen).toEqual([0, 2960, 1480]);
  });

  it('R-frag-3, R-frag-4: are dropped when the first one has not come after 2 s, or at the end', () => {
    const [first, second] = fragments(1, 2000) as [BuiltPacket, BuiltPacket];
    const lost = (intervalNs: number): unknown => play([second, first], intervalNs).drops;
    expect(lost(1.9 * SECOND)).toEqual([]);
    expect(lost(4 * SECOND)).toMatchObject([{ reason: 'fragment-without-first', packets: 1 }]);
    expect(play([second]).drops).toMatchObject([{ reason: 'fragment-without-first', packets: 1 }]);
  });

  it('R-frag-3: are held in a bounded number, of a bounded number of packets', () => {
    const [, second] = fragments(1, 2000) as [BuiltPacket, BuiltPacket];
    const queue = play(Array.from({ length: 100 }, () => second));
    expect(queue.drops).toMatchObject([
      { reason: 'fragment-without-first', packets: 64 },
      { reason: 'fragment-queue-full', packets: 36 },
    ]);
    const many = Array.from({ length: 300 }, (_, n) => fragments(n, 2000)[1]!);
    expect(play(many, 1000).drops).toMatchObject([
      { reason: 'fragment-without-first', packets: 256 },
      { reason: 'fragment-chains-full', packets: 44 },
    ]);
  });

  it('lose nothing and make one session per datagram, in any order, through tables of any size', () => {
    const shuffled = fc
      .array(fc.nat(7), { minLength: 1, maxLength: 12 })
      .chain((ids) =>
        fc.shuffledSubarray([...new Set(ids)].flatMap((id) => fragments(id, 1000 + 1400 * (id % 4), id % 3))),
      );
    const sizes = fc.record({
      fragmentChains: fc.integer({ min: 1, max: 4 }),
      heldFragments: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(shuffled, sizes, fc.constantFrom(1000, SECOND), (packets, parameters, intervalNs) => {
        const report = play(packets, intervalNs, { parameters });
        const { offered, delivered, dropped } = report.totals;
        expect([offered, delivered + dropped]).toEqual([packets.length, packets.length]);
        const reports = [1, 3].map((size) => {
          const pipeline = createPipeline({ chassis: resolveChassis(), parameters });
          for (let from = 0; from < packets.length; from += size) {
            const startNs = from * intervalNs;
            pipeline.offer(
              recordsOf(packets.slice(from, from + size), {
                intervalNs,
                seconds: Math.floor(startNs / SECOND),
                nanoseconds: startNs % SECOND,
              }),
            );
          }
          return pipeline.finish();
        });
        for (const other of reports) expect(other).toEqual(report);
      }),
      { numRuns: 150 },
    );
  });

  it('are reassembled to whole flows however they are shuffled, when there is room', () => {
    const all = [1, 2, 3, 4, 5].flatMap((id) => fragments(id, 4000));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (packets) => {
        const report = play(packets, 1000);
        expect([report.totals.delivered, sessions(report)]).toEqual([all.length, 5]);
      }),
      { numRuns: 50 },
    );
  });
});
