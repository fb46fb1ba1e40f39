import { ChassisState, resolveChassis } from '@midplane/chassis';
import { fragmentPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyTraffic, calmTraffic, HOSTS, interval } from '../_any-traffic.suite.ts';
import { REGIMES } from '../_play.suite.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { reportHosted, reportInline, reportOfBatches, spawnFromSource, WORKER } from './_hosts.suite.ts';
import { WorkerPool } from './worker-pool.ts';

const pool = new WorkerPool({ url: WORKER, spawn: spawnFromSource });
afterAll(() => pool.close());

/** Makes options anew for each run: a chassis in time is used up by it. */
type MakeOptions = () => PipelineOptions;

const cards = '1=SPC2,2=SPC2,7=IOC2,8=IOC2';
const distributed = resolveChassis({ cards, tableLength: 256 });
const sides = { [`${HOSTS[0]}/32`]: 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0' };

/** Runs that several groups of SPUs can host. */
const SPLIT: readonly [string, MakeOptions][] = [
  ['plain', () => ({ chassis: distributed })],
  ['small tables', () => ({ chassis: resolveChassis({ cards, tableLength: 256, sessionsPerSpu: { SPC2: 3 } }) })],
  [
    'put in order by software',
    () => ({ chassis: distributed, ordering: { mode: 'software' }, warnings: [{ code: 'mine', message: 'Mine.' }] }),
  ],
  ['not put in order', () => ({ chassis: distributed, ordering: { mode: 'none' } })],
  ['short lives', () => ({ chassis: distributed, parameters: { npuIdleTimeoutS: 2, udpTimeoutS: 1, lingerS: 1 } })],
  [
    'slow SPUs, that drop',
    () => ({
      chassis: distributed,
      spuSpeeds: { SPC2: { threads: 1, firstPathNs: 900_000, fastPathNs: 800_000, queueNs: 1_000_000 } },
    }),
  ],
  [
    'policies and interfaces',
    () => ({
      chassis: distributed,
      configuration: {
        sides,
        zones: { a: ['xe-7/0/0'], b: ['xe-8/0/0'] },
        policies: [
          { name: 'no', from: 'a', to: 'b', application: 'junos-http', action: 'reject' },
          { name: 'yes', from: 'b', to: 'b', action: 'permit' },
        ],
        multicast: [{ group: '239.1.1.1/32', interfaces: ['xe-7/0/0', 'xe-8/0/0'] }],
        flow: { synCheck: true },
      } as never,
    }),
  ],
  [
    'interfaces by who begins',
    () => ({
      chassis: distributed,
      configuration: {
        sides: { initiator: 'xe-7/0/0', responder: 'xe-8/0/0' },
        zones: { a: ['xe-7/0/0'], b: ['xe-8/0/0'] },
        policies: [{ name: 'no', from: 'b', to: 'a', action: 'deny' }],
      },
    }),
  ],
  [
    'events of sessions',
    () => ({
      chassis: distributed,
      events: [
        { afterPackets: 5, clearSessions: {} },
        { atNs: 0, clearSessions: {} },
        { atNs: 25_000, clearSessions: {} },
        { atNs: 1_500_000_000, set: { udpTimeoutS: 2 } },
        { atNs: 61_000_000_000, clearSessions: { spuId: distributed.spus.find((spu) => spu.weight > 0)!.spuId } },
      ],
    }),
  ],
  [
    'tables that are nearly full',
    () => ({
      chassis: resolveChassis({ cards, tableLength: 256, sessionsPerSpu: { SPC2: 4 } }),
      parameters: { highWatermarkPercent: 50, lowWatermarkPercent: 25, earlyAgeoutS: 3 },
    }),
  ],
  ['long ways', () => ({ chassis: distributed, parameters: { spuToSpuDelayNs: 900_000, npuToSpuDelayNs: 5 } })],
];

/** Runs that one worker hosts. */
const WHOLE: readonly [string, MakeOptions][] = [
  ...REGIMES.map(([name, chassis]): [string, MakeOptions] => [
    `${name}, asymmetric`,
    () => ({ chassis: resolveChassis({ ...chassis, tableLength: 256 }), symmetric: false }),
  ]),
  [
    'another configuration is committed',
    () => ({
      chassis: distributed,
      configuration: { sides, zones: { a: ['xe-7/0/0'], b: ['xe-8/0/0'] }, defaultPolicy: 'permit' },
      events: [
        { afterPackets: 9, commit: { name: 'no sides', configuration: { defaultPolicy: 'permit' } } },
        { afterPackets: 30, commit: { name: 'deny', configuration: { sides, defaultPolicy: 'deny' } } },
      ],
    }),
  ],
  ['order measured', () => ({ chassis: distributed, ordering: { measure: true, mode: 'none' } })],
  ['a slow fabric', () => ({ chassis: distributed, egress: { gigabitsPerSecond: 0.01, queuePackets: 8 } })],
  ['little packet memory', () => ({ chassis: distributed, packetMemory: { spuBytes: 4000 } })],
  [
    'messages that are lost',
    () => ({ chassis: distributed, symmetric: false, faults: { seed: 7, loss: 0.3, duplication: 0.3 } }),
  ],
  [
    'source NAT',
    () => ({
      chassis: distributed,
      configuration: {
        sides,
        zones: { a: ['xe-7/0/0'], b: ['xe-8/0/0'] },
        sourceNat: {
          pools: { out: { addresses: '203.0.113.1', ports: '2000-2031' } },
          rules: [{ from: 'a', to: 'b', translate: { pool: 'out' } }],
        },
      },
    }),
  ],
  ['what NPUs learn of fragments', () => ({ chassis: distributed, configuration: { sides, npCache: [7, 8] } })],
  [
    'a chassis that fails',
    () => ({
      chassis: distributed,
      chassisState: new ChassisState({ cards, tableLength: 256 }),
      events: [
        { atNs: 20_000, chassis: { command: 'failSpu', spu: 'fpc1.pic1' } },
        { afterPackets: 30, chassis: { command: 'reboot' } },
      ],
    }),
  ],
];

/** So that messages of most packets arrive in a second that has no packet. */
const OVER_SECONDS = 2_999_995_000;

const plays = fc.record({
  packets: fc.oneof(anyTraffic, calmTraffic),
  intervalNs: fc.oneof(interval, fc.constant(OVER_SECONDS), fc.constantFrom(1000, 3000, 20_000_000)),
  batchSize: fc.constantFrom(1, 3, 17, 4096),
  interfaces: fc.constantFrom(1, 2),
});

describe.each(SPLIT)('R-run-5: a run with workers, %s', (_, make) => {
  it('has the report of a run without, whatever the batch size and the number of workers', async () => {
    await fc.assert(
      fc.asyncProperty(plays, fc.integer({ min: 1, max: 3 }), async (play, workers) => {
        const hosting = { hosting: 'workers', workers, isRepeatable: true, pool } as const;
        const hosted = await reportHosted(play, make(), hosting);
        expect(hosted).toEqual({ report: reportInline(play, make()), workers });
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(WHOLE)('R-run-5: a run whose SPUs are bound together, %s', (_, make) => {
  it('has the report of a run without workers, and one worker', async () => {
    await fc.assert(
      fc.asyncProperty(plays, fc.integer({ min: 1, max: 3 }), async (play, workers) => {
        const hosting = { hosting: 'workers', workers, isRepeatable: true, pool } as const;
        const hosted = await reportHosted(play, make(), hosting);
        expect(hosted).toEqual({ report: reportInline(play, make()), workers: 1 });
      }),
      { numRuns: make().ordering?.measure ? 6 : 15 }, // a meter of order takes megabytes
    );
  });
});

describe('R-run-5: the seconds of SPU groups', () => {
  it('are the same where a message of one of them arrives in a second without packets', async () => {
    const query = (port: number) => packet().ethernet().ipv4().udp({ sourcePort: port, destinationPort: 53 }).build();
    const known = Array.from({ length: 16 }, (_, n) => query(1000 + n));
    // work of 30 ms that begins 10 us before the end of a second: how much of it belongs to that second shows in the report
    const late = { seconds: 2, nanoseconds: 999_980_000, intervalNs: 10 };
    const batches = [recordsOf(known), recordsOf([...known, query(5000)], late), recordsOf(known, { seconds: 9 })];
    const options: PipelineOptions = {
      chassis: distributed,
      spuSpeeds: { SPC2: { threads: 1, fastPathNs: 30_000_000, firstPathNs: 30_000_000, queueNs: 150_000_000 } },
    };
    const inline = await reportOfBatches(batches, options, { hosting: 'inline' });
    const hosting = { hosting: 'workers', workers: 3, isRepeatable: true, pool } as const;
    expect(await reportOfBatches(batches, options, hosting)).toEqual({ ...inline, workers: 3 });
  });
});

describe('R-run-5: packets between SPU groups', () => {
  it('arrive when and where they do in one thread: fragments by hundreds, in and out of order', async () => {
    const fragments = Array.from({ length: 300 }, (_, n) => {
      const frame = packet('big')
        .ethernet()
        .ipv4({ source: HOSTS[n % 3], destination: HOSTS[(n + 1) % 3] });
      const pieces = fragmentPacket(
        frame.udp({ sourcePort: 1000 + (n % 50), destinationPort: 53 }).payload(9000),
        600,
        n,
      );
      return n % 2 === 0 ? pieces : pieces.toReversed();
    }).flat();
    const make: MakeOptions = () => ({ chassis: distributed });
    for (const intervalNs of [100, 3000, 200_000]) {
      const play = { packets: fragments, intervalNs, batchSize: 4096, interfaces: 2 };
      const hosting = { hosting: 'workers', workers: 3, isRepeatable: true, pool } as const;
      const hosted = await reportHosted(play, make(), hosting);
      expect(hosted).toEqual({ report: reportInline(play, make()), workers: 3 });
    }
  });
});
