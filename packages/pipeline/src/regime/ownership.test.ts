import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic, interval } from '../_any-traffic.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline, type PipelineOptions } from '../create-pipeline.ts';
import type { FaultOptions } from '../engine/faults.ts';

// What must hold whatever the traffic, the delays, the faults, the sizes: on every regime, with and without NAT, whether
// both directions hash alike or not.

const SMALL = { sessionsPerSpu: { SPC1: 1, SPC2: 1, SPC3: 1 }, npuTableWings: 1 };
const CHASSIS: [string, ChassisOptions][] = [
  ['centric', { release: '12.3X48-D10', cards: '1=SPC2,2=SPC1,7=IOC1,8=IOC1', distributionMode: 'wrr' }],
  ['hash-centric', { release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
  ['distributed', { cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
];
const SIDES = { '192.0.2.0/24': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0', '2001:db8::/33': 'xe-7/0/0', '::/0': 'xe-8/0/0' };
const CONFIGURATIONS: (DeviceConfiguration | undefined)[] = [
  undefined,
  { sides: SIDES },
  {
    sides: SIDES,
    sourceNat: {
      pools: { out: { addresses: '203.0.113.1', ports: '2000-2040' } },
      rules: [{ source: '192.0.2.1', translate: { pool: 'out' } }],
    },
  },
  {
    // both servers behind one address, and what goes to one really goes to the other: wings that meet
    sourceNat: { rules: [{ source: '192.0.2.0/24', translate: { static: '198.51.100.0/24' } }] },
    destinationNat: [{ destination: '192.0.2.2', translate: { address: '198.51.100.7', port: 80 } }],
  },
];

const world = fc.record({
  symmetric: fc.boolean(),
  configuration: fc.constantFrom(...CONFIGURATIONS),
  faults: fc.option(
    fc.record<FaultOptions>({
      seed: fc.nat(1000),
      loss: fc.constantFrom(0, 0.3, 0.9),
      duplication: fc.constantFrom(0, 0.5),
    }),
    { nil: undefined },
  ),
  parameters: fc.record({
    npuToSpuDelayNs: fc.integer({ min: 1, max: 20_000 }),
    spuToNpuDelayNs: fc.integer({ min: 1, max: 3_000_000 }),
    spuToSpuDelayNs: fc.constantFrom(1, 900, 10_000, 2_000_000),
    pendingQueuePackets: fc.integer({ min: 1, max: 16 }),
    resendNs: fc.constantFrom(1000, 1_000_000),
  }),
  isSmall: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function play(chassis: ChassisOptions, packets: readonly BuiltPacket[], intervalNs: number, any: World, size = 256) {
  const { isSmall, symmetric, configuration, faults, parameters } = any;
  const options: PipelineOptions = {
    chassis: resolveChassis({ tableLength: 256, ...chassis, ...(isSmall ? SMALL : {}) }),
    parameters,
    symmetric,
    ...(configuration && { configuration }),
    ...(faults && { faults }),
  };
  const pipeline = createPipeline(options);
  for (let from = 0; from < packets.length; from += size) {
    const startNs = from * intervalNs;
    const times = { intervalNs, seconds: Math.floor(startNs / 1e9), nanoseconds: startNs % 1e9 };
    const records = recordsOf(packets.slice(from, from + size), times);
    for (let row = 0; row < records.count; row++) records.interfaceIndex[row] = (from + row) % 2;
    pipeline.offer(records);
  }
  return { pipeline, report: pipeline.finish() };
}

describe.each(CHASSIS)('%s', (_, chassis) => {
  it('R-own-1, R-own-2, R-own-4, R-own-5: every wing belongs to one session of one SPU, and no packet is lost', () => {
    fc.assert(
      fc.property(anyTraffic, interval, world, (packets, intervalNs, any) => {
        const { pipeline, report } = play(chassis, packets, intervalNs, any);
        const { offered, replicated, generated, delivered, toRe, dropped, remaining } = report.totals;
        expect([offered, remaining]).toEqual([packets.length, 0]);
        expect(delivered + toRe + dropped).toBe(offered + replicated + generated);
        const wings = [...pipeline.sessions()].flatMap(({ state, in: there, out }) => {
          expect(state).not.toBe('pending'); // every central point has answered
          const list = state === 'invalidated' ? [] : out === undefined ? [there] : [there, out];
          return list.map((wing) => Object.values({ ...wing, packets: 0, bytes: 0, cpSessionId: '' }).join(' '));
        });
        // a flow to itself is its own reverse
        const own = wings.filter((wing, i) => wings[i - 1] !== wing);
        expect(new Set(own).size).toBe(own.length);
        for (const { sessions } of report.spus) {
          const { created, agedOut, replaced, current, invalidated } = sessions;
          expect(created).toBe(agedOut + replaced + current - invalidated);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('R-run-5: the report has the same bytes for every batch size', () => {
    fc.assert(
      fc.property(anyTraffic, interval, world, (packets, intervalNs, any) => {
        const reports = [1, 7, 4096].map((size) =>
          JSON.stringify(play(chassis, packets, intervalNs, any, size).report),
        );
        expect(new Set(reports).size).toBe(1);
      }),
      { numRuns: 60 },
    );
  });
});
