import { type ChassisOptions, ChassisState, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic, interval } from '../_any-traffic.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { FaultOptions } from '../engine/faults.ts';
import type { PipelineEvent } from '../events/pipeline-event.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { Report } from '../report/report.ts';
import { SpuStage } from '../spu/spu-stage.ts';

// What must hold whatever the traffic, the delays, the faults, the sizes: on every regime, with and without NAT, whether
// both directions hash alike or not.

/** Tables of a few sessions. */
const sizeOf = (sessions: number): ChassisOptions => ({
  sessionsPerSpu: { SPC1: sessions, SPC2: sessions, SPC3: sessions },
  npuTableWings: 2 * sessions - 1,
});
/** Longer than any session lasts. */
const DAY_S = 86_400;
const CHASSIS: [string, ChassisOptions][] = [
  ['centric', { release: '12.3X48-D10', cards: '1=SPC2,2=SPC1,7=IOC1,8=IOC1', distributionMode: 'wrr' }],
  ['hash-centric', { release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
  ['distributed', { cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
];
const SIDES = { '192.0.2.0/24': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0', '2001:db8::/33': 'xe-7/0/0', '::/0': 'xe-8/0/0' };
const POLICIES: DeviceConfiguration = {
  policies: [
    { name: 'no-web', source: '192.0.2.1', protocol: 'tcp', destinationPorts: 80, action: 'reject' },
    { name: 'no-ping', protocol: 'icmp', destination: '192.0.2.0/24', action: 'deny' },
    { name: 'web', destinationPorts: 80, action: 'permit' },
    { name: 'six', source: '2001:db8::2', action: 'reject' },
  ],
};
const MULTICAST: DeviceConfiguration = {
  multicast: [
    { group: '239.1.1.0/24', interfaces: ['xe-7/0/1', 'xe-7/0/2', 'xe-8/0/0'] },
    { group: '239.1.2.0/24', source: '192.0.2.0/24', interfaces: ['xe-8/0/0'] },
  ],
};
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

/** SPUs that drop most of what comes fast. */
const SLOW_SPU = { threads: 1, firstPathNs: 50_000, queueNs: 1000 };
const SLOW = { SPC1: SLOW_SPU, SPC2: SLOW_SPU };
const ARP = packet('arp').ethernet().arp().build();
/** More by hand: `MIDPLANE_RUNS=5000`. */
const RUNS = Number(process.env['MIDPLANE_RUNS'] ?? 60);

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
  watermarks: fc.constantFrom({}, { highWatermarkPercent: 60, lowWatermarkPercent: 30, earlyAgeoutS: 2 }),
  sessionsPerSpu: fc.constantFrom(undefined, undefined, 1, 3),
  policies: fc.constantFrom({}, POLICIES, { ...POLICIES, defaultPolicy: 'deny' as const }),
  multicast: fc.constantFrom({}, MULTICAST),
  device: fc.constantFrom<DeviceConfiguration>({}, { npCache: [7] }, { npCache: [7, 8], flow: { synCheck: true } }),
  spuSpeeds: fc.constantFrom({}, {}, SLOW),
  failure: fc.option(fc.constantFrom(100, 5000, 3_000_000_000), { nil: undefined, freq: 3 }),
  clears: fc.array(fc.nat(60_000_000), { maxLength: 2 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Plays packets; one that is not watched has the fast lane, where there is one. */
function play(
  chassis: ChassisOptions,
  packets: readonly BuiltPacket[],
  intervalNs: number,
  any: World,
  size = 256,
  isWatched = true,
) {
  const { sessionsPerSpu, symmetric, configuration, faults, parameters, watermarks, clears } = any;
  let spuStage: SpuStage | undefined;
  const built = { tableLength: 256, ...chassis, ...(sessionsPerSpu ? sizeOf(sessionsPerSpu) : {}) };
  const failures: PipelineEvent[] =
    any.failure === undefined ? [] : [{ atNs: any.failure, chassis: { command: 'failSpu', spu: 'fpc2.pic1' } }];
  const options: PipelineOptions = {
    chassis: resolveChassis(built),
    chassisState: new ChassisState(built),
    parameters: { ...parameters, ...watermarks },
    symmetric,
    configuration: { ...configuration, ...any.policies, ...any.multicast, ...any.device },
    ...(faults && { faults }),
    spuSpeeds: any.spuSpeeds,
    events: [...clears.map((atNs) => ({ atNs, clearSessions: {} })), ...failures],
    ...(isWatched && {
      stages: (standard) => {
        spuStage = standard.find((stage) => stage instanceof SpuStage);
        return standard;
      },
    }),
  };
  const pipeline = createPipeline(options);
  for (let from = 0; from < packets.length; from += size) {
    const startNs = from * intervalNs;
    const times = { intervalNs, seconds: Math.floor(startNs / 1e9), nanoseconds: startNs % 1e9 };
    const records = recordsOf(packets.slice(from, from + size), times);
    for (let row = 0; row < records.count; row++) records.interfaceIndex[row] = (from + row) % 2;
    pipeline.offer(records);
  }
  /** Lets a time pass without packets of sessions. */
  const wait = (seconds: number): void =>
    pipeline.offer(recordsOf([ARP], { seconds: Math.ceil((packets.length * intervalNs) / 1e9) + seconds }));
  return {
    pipeline,
    wait,
    finish: () => ({ report: pipeline.finish(), heldRows: spuStage?.['options'].held.size ?? 0 }),
  };
}

/** Numbers that must add up, whatever happened. */
function expectSums({ report, heldRows }: { report: Report; heldRows: number }, packets: number): void {
  const { offered, replicated, generated, delivered, toRe, dropped, remaining } = report.totals;
  expect([offered, remaining, heldRows]).toEqual([packets, 0, 0]);
  expect(delivered + toRe + dropped).toBe(offered + replicated + generated);
  for (const spu of report.spus) {
    const { created, agedOut, replaced, cleared, lost, current, leaves, invalidated } = spu.sessions;
    expect(created).toBe(agedOut + replaced + cleared + lost + current - leaves - invalidated);
    const drops = spu.drops.reduce((sum, drop) => sum + drop.packets, 0);
    expect(spu.packets + spu.generated + spu.replicated).toBe(spu.delivered + drops + spu.handedOver);
  }
  for (const { wings, capacity } of report.npus) expect(wings).toBeLessThanOrEqual(capacity);
}

describe.each(CHASSIS)('%s', (_, chassis) => {
  it('R-own-1, R-own-2, R-own-4, R-own-5: every wing belongs to one session of one SPU, and no packet is lost', () => {
    fc.assert(
      fc.property(anyTraffic, interval, world, (packets, intervalNs, any) => {
        const { pipeline, finish } = play(chassis, packets, intervalNs, any);
        const { report, heldRows } = finish();
        expectSums({ report, heldRows }, packets.length);
        const sessions = [...pipeline.sessions()].filter(({ leaf }) => leaf === undefined);
        const wings = sessions.flatMap(({ state, in: there, out }) => {
          expect(state).not.toBe('pending'); // every central point has answered
          const list = state === 'invalidated' ? [] : out === undefined ? [there] : [there, out];
          return list.map((wing) => Object.values({ ...wing, packets: 0, bytes: 0, cpSessionId: '' }).join(' '));
        });
        // a flow to itself is its own reverse
        const own = wings.filter((wing, i) => wings[i - 1] !== wing);
        expect(new Set(own).size).toBe(own.length);

        // records of central points are those of sessions, each of one
        const records = sessions.flatMap(({ spuId, sessionId, in: there, out }) =>
          [there, out].flatMap((wing) =>
            wing === undefined || ['0', sessionId].includes(wing.cpSessionId) ? [] : [[spuId, wing.cpSessionId]],
          ),
        );
        const ids = new Set(records.map(([, id]) => id));
        if (report.centralPoint) expect(report.centralPoint.sessions).toBe(ids.size);
        else expect(report.spus.reduce((sum, { pointers }) => sum + pointers, 0)).toBe(ids.size);
        const hasPort = /^(tcp|udp|icmp)$/;
        const translated = sessions.filter(({ out }) => out?.destination === '203.0.113.1');
        const inUse = translated.filter(({ out }) => hasPort.test(out!.protocol)).length;
        expect(report.natPools.reduce((sum, pool) => sum + pool.inUse, 0)).toBe(inUse);
      }),
      { numRuns: RUNS },
    );
  });

  it('R-own-1, R-npu-9: after a day without packets nothing is left of any session, anywhere', () => {
    fc.assert(
      fc.property(anyTraffic, interval, world, (packets, intervalNs, any) => {
        const { pipeline, wait, finish } = play(chassis, packets, intervalNs, any);
        wait(DAY_S);
        const { report, heldRows } = finish();
        expectSums({ report, heldRows }, packets.length + 1);
        const left = {
          sessions: [...pipeline.sessions()].length,
          records: report.centralPoint?.sessions ?? 0,
          pointers: report.spus.reduce((sum, { pointers }) => sum + pointers, 0),
          inTables: report.spus.reduce((sum, { sessions }) => sum + sessions.current, 0),
          natPorts: report.natPools.reduce((sum, { inUse }) => sum + inUse, 0),
          npuWings: report.npus.reduce((sum, { wings }) => sum + wings, 0),
        };
        expect(left).toEqual({ sessions: 0, records: 0, pointers: 0, inTables: 0, natPorts: 0, npuWings: 0 });
      }),
      { numRuns: RUNS },
    );
  });

  it('R-run-5: the report has the same bytes for every batch size, by the fast lane and without it', () => {
    fc.assert(
      fc.property(anyTraffic, interval, world, (packets, intervalNs, any) => {
        const sizes: [number, boolean][] = [
          [1, false],
          [7, false],
          [4096, false],
          [256, true],
        ];
        const reports = sizes.map(([size, isWatched]) =>
          JSON.stringify(play(chassis, packets, intervalNs, any, size, isWatched).finish().report),
        );
        expect(new Set(reports).size).toBe(1);
      }),
      { numRuns: RUNS / 2 },
    );
  });
});
