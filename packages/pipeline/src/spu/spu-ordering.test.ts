import { resolveChassis } from '@midplane/chassis';
import { OrderingLists } from '@midplane/ordering';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic } from '../_any-traffic.suite.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { FRAGMENT, ORDERED_PROTOCOLS, type OrderingMode, resolveOrdering, SpuOrdering } from './spu-ordering.ts';

describe('SpuOrdering', () => {
  const packets = fc.array(
    fc.record({ list: fc.nat(3), gapNs: fc.nat(20), workNs: fc.integer({ min: 1, max: 100 }), drop: fc.boolean() }),
    { maxLength: 60 },
  );

  it('R-ord-1, R-ord-2: packets leave when ordering lists that are told everything in time let them leave', () => {
    fc.assert(
      fc.property(packets, (list) => {
        const ordering = new SpuOrdering('hardware', 1_000_000, ORDERED_PROTOCOLS);
        const lists = new OrderingLists({ capacity: 64 });
        let nowNs = 0;
        const told: number[] = [];
        const done: { ticket: number; atNs: number; drop: boolean }[] = [];
        for (const [n, { list: flow, gapNs, workNs, drop }] of list.entries()) {
          nowNs += gapNs;
          const leaveNs = ordering.leaveNs(flow, 6, nowNs, nowNs + workNs);
          if (!drop) told[n] = leaveNs;
          done.push({ ticket: lists.enqueue(flow, n, nowNs), atNs: nowNs + workNs, drop });
        }
        const left: number[] = [];
        // those that are done at one instant are told in the order in which they came
        for (const { ticket, atNs, drop } of done.toSorted((a, b) => a.atNs - b.atNs)) {
          const ready = lists.complete(ticket, drop, atNs);
          for (let item = ready < 0 ? -1 : lists.dequeue(ready, atNs); item >= 0; item = lists.dequeue(ready, atNs)) {
            left[item] = atNs;
          }
        }
        expect(told).toEqual(left);
      }),
      { numRuns: 300 },
    );
  });

  it('R-ord-4: does not hold up what needs no ordering, and nothing where ordering is off', () => {
    for (const [mode, protocol, expected] of [
      ['hardware', 6, 100],
      ['hardware', 1, 20],
      ['hardware', FRAGMENT, 100],
      ['none', 6, 20],
    ] as const) {
      const ordering = new SpuOrdering(mode, 1_000_000, ORDERED_PROTOCOLS);
      ordering.leaveNs(5, protocol, 0, 100);
      expect(ordering.leaveNs(5, protocol, 10, 20)).toBe(expected);
    }
  });

  it('R-ord-5: goes on without a packet that takes longer than the time-out', () => {
    const ordering = new SpuOrdering('software', 50, ORDERED_PROTOCOLS);
    expect(ordering.leaveNs(5, 6, 0, 1000)).toBe(1000);
    expect(ordering.leaveNs(5, 6, 10, 20)).toBe(50);
    expect(ordering.leaveNs(5, 6, 60, 70)).toBe(70);
    expect([ordering.stalls, ordering.held, ordering.longestNs]).toEqual([1, 1, 30]);
  });

  it('refuses an unknown mode and what is no protocol', () => {
    expect(() => resolveOrdering({ mode: 'fast' as never })).toThrow(
      'Cannot set packet ordering: mode must be one of hardware, software, none: got "fast"',
    );
    expect(() => resolveOrdering({ protocols: [256] })).toThrow(/numbers from 0 to 255: got 256/);
  });
});

function play(
  packets: readonly BuiltPacket[],
  intervalNs: number,
  mode: OrderingMode,
  more: Partial<PipelineOptions> = {},
) {
  const pipeline = createPipeline({
    chassis: resolveChassis({ cards: '1=SPC2,7=IOC2' }),
    ordering: { mode, measure: true },
    ...more,
  });
  pipeline.offer(recordsOf(packets, { intervalNs }));
  return pipeline.finish();
}

/** Flows that begin all the time, eight packets each, back to back. */
function burst(flows: number): BuiltPacket[] {
  return Array.from({ length: flows }, (_, flow) =>
    Array.from({ length: 8 }, () =>
      packet()
        .ethernet()
        .ipv4({ source: `10.0.${flow >> 8}.${flow & 255}`, destination: '192.0.2.1' })
        .udp({ sourcePort: 1000, destinationPort: 53 })
        .build(),
    ),
  ).flat();
}

const sum = (report: ReturnType<typeof play>, of: (spu: ReturnType<typeof play>['spus'][number]) => number): number =>
  report.spus.reduce((total, spu) => total + of(spu), 0);

it('R-ord-1, R-ord-6: with ordering of all protocols no packet of a session overtakes another one, whatever the traffic', () => {
  fc.assert(
    fc.property(anyTraffic, fc.constantFrom('hardware' as const, 'software' as const), (packets, mode) => {
      const protocols = Array.from({ length: 256 }, (_, protocol) => protocol);
      const report = play(packets, 1000, mode, { ordering: { mode, measure: true, protocols } });
      expect(sum(report, ({ ordering }) => ordering.measured!.reordered)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

it('R-ord-6: both directions of a session are in one ordering list, also where an address is translated', () => {
  const request = packet()
    .ethernet()
    .ipv4({ source: '10.0.0.1', destination: '192.0.2.9' })
    .udp({ sourcePort: 1000, destinationPort: 53 })
    .payload(2000);
  const reply = packet()
    .ethernet()
    .ipv4({ source: '192.0.2.9', destination: '99.0.0.1' })
    .udp({ sourcePort: 53, destinationPort: 1000 })
    .build();
  const configuration = {
    sides: { '10.0.0.0/8': 'xe-7/0/0', '0.0.0.0/0': 'xe-7/0/1' },
    zones: { trust: ['xe-7/0/0'], untrust: ['xe-7/0/1'] },
    sourceNat: { rules: [{ source: '10.0.0.0/8', translate: { static: '99.0.0.0/8' } }] },
  };
  const reordered = (mode: OrderingMode): number => {
    const chassis = resolveChassis({ cards: '1=SPC2,7=IOC2' });
    const pipeline = createPipeline({ chassis, ordering: { mode, measure: true }, configuration });
    // both NPUs know the session; then fragments, which take longer, and right behind them replies
    pipeline.offer(recordsOf([request.build(), reply, reply, reply], { intervalNs: 1e6, seconds: 0, nanoseconds: 0 }));
    for (let id = 1; id <= 20; id++) {
      const packets = [...fragmentPacket(request, 1500, id), reply, reply];
      pipeline.offer(recordsOf(packets, { intervalNs: 500, seconds: id, nanoseconds: 0 }));
    }
    const report = pipeline.finish();
    expect(sum(report, ({ sessions }) => sessions.created)).toBe(1);
    return sum(report, ({ ordering }) => ordering.measured!.reordered);
  };
  expect([reordered('hardware'), reordered('software')]).toEqual([0, 0]);
  expect(reordered('none')).toBeGreaterThan(0);
});

it('R-ord-6, R-frag-2: fragments that have waited for the first one leave behind it', () => {
  const ends = { source: '10.0.0.1', destination: '192.0.2.9' };
  const reversed = (id: number): BuiltPacket[] =>
    fragmentPacket(
      packet()
        .ethernet()
        .ipv4(ends)
        .udp({ sourcePort: 1000 + (id % 8), destinationPort: 53 })
        .payload(2000),
      1500,
      id,
    ).toReversed();
  const packets = Array.from({ length: 200 }, (_, id) => reversed(id)).flat();
  const isCached = { configuration: { npCache: [7] } };
  for (const more of [{}, isCached]) {
    const report = play(packets, 2000, 'hardware', more); // so many that flow threads have work before them
    expect([report.totals.delivered, sum(report, ({ ordering }) => ordering.measured!.reordered)]).toEqual([400, 0]);
  }
});

it('R-ord-6: order that is lost before the owner is counted by its cause', () => {
  const flow = packet().ethernet().ipv4().udp({ sourcePort: 5, destinationPort: 53 });
  const packets = Array.from({ length: 40 }, () => flow.build());
  const chassis = resolveChassis({ release: '12.3X48-D10', cards: '1=SPC2,7=IOC1', distributionMode: 'rr-based' });
  // entries arrive at the NPU while packets are on their way through the central point
  const report = play(packets, 20_000, 'hardware', { chassis, parameters: { spuToSpuDelayNs: 90_000 } });
  const lost = report.spus.map(({ ordering }) => ordering.measured!.lostBefore['central point']);
  expect(Math.max(...lost)).toBeGreaterThan(0);
  expect(sum(report, ({ ordering }) => ordering.measured!.lostBefore.fragments)).toBe(0);
});

it('R-ord-3, R-ord-7, R-load-1: ordering costs an SPU without an engine its own time, in either mode', () => {
  const busy = (cards: string, release: string, mode: OrderingMode): number => {
    const chassis = resolveChassis({ release, cards });
    const report = play(burst(400), 100_000, mode, {
      chassis,
      spuSpeeds: { SPC2: { threads: 1 }, SPC3: { threads: 1 } },
    });
    return sum(report, ({ cpu }) => cpu.meanPercent);
  };
  const [hardware, software] = [
    busy('1=SPC2,7=IOC2', '17.4R1', 'hardware'),
    busy('1=SPC2,7=IOC2', '17.4R1', 'software'),
  ];
  expect(software).toBeGreaterThan(hardware);
  expect(busy('1=SPC3,7=IOC2', '18.2R1', 'hardware')).toBe(busy('1=SPC3,7=IOC2', '18.2R1', 'software'));
  expect(busy('1=SPC3,7=IOC2', '18.2R1', 'hardware')).toBeGreaterThan(busy('1=SPC3,7=IOC2', '18.2R1', 'none'));
});

it('R-load-2: a packet that would wait too long is dropped by its SPU, and makes no session', () => {
  const report = play(burst(50), 1000, 'hardware', {
    spuSpeeds: { SPC2: { threads: 1, firstPathNs: 1_000_000, queueNs: 1 } },
  });
  const drops = report.drops.filter(({ reason }) => reason === 'spu-queue-full');
  expect(drops[0]!.packets).toBe(report.totals.dropped);
  expect(sum(report, ({ sessions }) => sessions.created)).toBeLessThan(10);
});

it('R-load-1: a packet that is refused costs the first path, one that makes a session its set-up, too', () => {
  const mean = (defaultPolicy: 'permit' | 'deny'): number => {
    const report = play(
      burst(400).filter((_, n) => n % 8 === 0),
      1_000_000,
      'hardware',
      {
        configuration: { defaultPolicy },
        spuSpeeds: { SPC2: { threads: 1, firstPathNs: 1_000_000, setUpNs: 3_000_000, queueNs: 1_000_000_000 } },
      },
    );
    return sum(report, ({ cpu }) => cpu.meanPercent);
  };
  expect(mean('permit') / mean('deny')).toBeCloseTo(4, 1);
});
