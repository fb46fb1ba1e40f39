import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic, interval } from '../_any-traffic.suite.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { Report } from '../report/report.ts';
import { reportSchema } from '../report/schema.ts';

const CENTRIC: ChassisOptions = { release: '12.3X48-D10', cards: '1=SPC2,2=SPC2,7=IOC1,8=IOC1' };
const REGIMES: [string, string, ChassisOptions][] = [
  ['distributed', 'distributed', { cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
  ['distributed, combined central point', 'distributed', { release: '18.2R1', cards: '1=SPC3,2=SPC3,7=IOC2' }],
  ['hash-centric', 'hash-centric', { release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
  ['centric, round robin', 'centric', { ...CENTRIC, distributionMode: 'rr-based' }],
  ['centric, adaptive', 'centric', { ...CENTRIC, cards: '1=SPC1,2=SPC2,7=IOC1,8=IOC1', distributionMode: 'adaptive' }],
];

function pipelineOf(chassis: ChassisOptions, options: Partial<PipelineOptions> = {}) {
  return createPipeline({ chassis: resolveChassis({ tableLength: 256, ...chassis }), ...options });
}

type Played = ReturnType<typeof pipelineOf>;

function offer(pipeline: Played, packets: readonly BuiltPacket[], intervalNs: number, batchSize = 256): void {
  for (let from = 0; from < packets.length; from += batchSize) {
    const startNs = from * intervalNs;
    const records = recordsOf(packets.slice(from, from + batchSize), {
      intervalNs,
      seconds: Math.floor(startNs / 1e9),
      nanoseconds: startNs % 1e9,
    });
    for (let row = 0; row < records.count; row++) records.interfaceIndex[row] = (from + row) % 2;
    pipeline.offer(records);
  }
}

/** The two ends of every session that is not over, in an order that does not depend on who began. */
function conversations(pipeline: Played): string[] {
  return [...pipeline.sessions()]
    .filter(({ state }) => state !== 'invalidated')
    .map(({ in: wing }) => {
      const ends = [`${wing.source} ${wing.sourcePort}`, `${wing.destination} ${wing.destinationPort}`];
      // each direction of ESP and AH is a session of its own
      return `${wing.protocol} ${(/esp|ah/.test(wing.protocol) ? ends : ends.sort()).join(' ')}`;
    });
}

const sum = (report: Report, figure: (spu: Report['spus'][number]) => number): number =>
  report.spus.reduce((total, spu) => total + figure(spu), 0);

describe.each(REGIMES)('%s', (_, regime, chassis) => {
  it('is the regime of its release', () => {
    expect(resolveChassis(chassis).regime).toBe(regime);
  });

  it('R-own-1, R-own-2: a conversation has one session, whoever began it, and nothing is lost', () => {
    fc.assert(
      fc.property(anyTraffic, interval, (packets, intervalNs) => {
        const pipeline = pipelineOf(chassis);
        offer(pipeline, packets, intervalNs);
        const live = conversations(pipeline);
        expect(new Set(live).size).toBe(live.length);
        const report = pipeline.finish();
        expect(reportSchema.parse(report)).toEqual(report);
        const { offered, delivered, toRe, dropped, remaining } = report.totals;
        expect([offered, remaining]).toEqual([packets.length, 0]);
        expect(delivered + toRe + dropped).toBe(offered);
        for (const { sessions } of report.spus) {
          const { created, agedOut, replaced, current, invalidated } = sessions;
          expect(created).toBe(agedOut + replaced + current - invalidated);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('R-run-5: has the same report whatever the batch size and however full its tables', () => {
    const small = { ...chassis, sessionsPerSpu: { SPC1: 2, SPC2: 2, SPC3: 2 }, npuTableWings: 4 };
    const parameters = { pendingQueuePackets: 2, npuIdleTimeoutS: 40 };
    fc.assert(
      fc.property(anyTraffic, interval, (packets, intervalNs) => {
        const reports = [1, 7, 4096].map((batchSize) => {
          const pipeline = pipelineOf(small, { parameters });
          offer(pipeline, packets, intervalNs, batchSize);
          return JSON.stringify(pipeline.finish());
        });
        expect(new Set(reports).size).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  it('R-npu-2, R-npu-9: entries find their session, and are gone when it is', () => {
    const udp = (reply: boolean) =>
      packet('udp')
        .ethernet()
        .ipv4(
          reply
            ? { source: '198.51.100.2', destination: '192.0.2.1' }
            : { source: '192.0.2.1', destination: '198.51.100.2' },
        )
        .udp(reply ? { sourcePort: 53, destinationPort: 9 } : { sourcePort: 9, destinationPort: 53 })
        .build();
    const pipeline = pipelineOf(chassis);
    // interface 0, 1, 0, 1 ...: by two NPUs where there are two
    offer(pipeline, [udp(false), udp(true), udp(false), udp(true), udp(false), udp(true)], 1_000_000);
    const npus = resolveChassis(chassis).iocs.length;
    const report = pipeline.finish();
    expect(sum(report, (spu) => spu.sessions.created)).toBe(1);
    expect(report.npus.map(({ hits, installs, wings }) => [hits, installs, wings])).toEqual(
      npus === 1
        ? [[5, 1, 2]]
        : [
            [2, 1, 2],
            [2, 1, 2],
          ],
    );

    const later = pipelineOf(chassis);
    offer(later, [udp(false), udp(true), packet('arp').ethernet().arp().build()], 90_000_000_000);
    expect(later.finish().npus.map(({ wings }) => wings)).toEqual(npus === 1 ? [0] : [0, 0]);
  });
});

describe('an entry of an NPU', () => {
  it('R-npu-5: is installed once the central point has confirmed the session, not before', () => {
    const syn = packet('syn').ethernet().ipv4().tcp({ flags: 'S' }).build();
    // 10 us each: to the SPU, to the central point, back, to the NPU; 200 us of work on the first packet
    for (const [delayUs, hits] of [
      [239, 0],
      [240, 1],
    ] as const) {
      const pipeline = pipelineOf({ release: '15.1X49-D10', cards: '1=SPC2,7=IOC2' });
      offer(pipeline, [syn, syn], delayUs * 1000);
      expect(pipeline.finish().npus[0]!.hits).toBe(hits);
    }
  });
});

describe('the distributed central point', () => {
  it('R-cp-8, R-cp-12: is the SPU of the hash index, and no packet goes anywhere else', () => {
    fc.assert(
      fc.property(anyTraffic, interval, (packets, intervalNs) => {
        const pipeline = pipelineOf({ cards: '1=SPC2,2=SPC2,7=IOC2' });
        offer(pipeline, packets, intervalNs);
        const report = pipeline.finish();
        expect(report.centralPoint).toBeNull();
        expect(report.spus.find((spu) => spu.role === 'cp')!.packets).toBe(0);
        expect(sum(report, (spu) => spu.paths.centralPoint)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the central point', () => {
  const syn = (port: number) =>
    packet('syn').ethernet().ipv4().tcp({ sourcePort: port, destinationPort: 80, flags: 'S' }).build();

  it('R-cp-2, R-cp-4, R-cp-5: takes unknown packets from the NPUs, chooses, installs, and never sees the fast path', () => {
    const pipeline = pipelineOf({ ...CENTRIC, distributionMode: 'rr-based' });
    offer(pipeline, [...Array.from({ length: 14 }, (_, n) => syn(n + 1)), syn(1), syn(1)], 2_000_000);
    const report = pipeline.finish();
    expect(report.centralPoint).toMatchObject({
      lookups: 16 - report.npus.reduce((hits, npu) => hits + npu.hits, 0),
      installs: 14,
      sessions: 14,
    });
    const flow = report.spus.filter((spu) => spu.role === 'flow');
    expect(flow.map((spu) => spu.sessions.created)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    const cp = report.spus.find((spu) => spu.role === 'cp')!;
    expect([cp.packets, cp.handedOver]).toEqual([report.centralPoint!.lookups, report.centralPoint!.lookups]);
  });

  it('R-cp-1, R-cp-3, R-own-6, R-own-7: sends packets of a pending session to its SPU, where a few can wait', () => {
    const pipeline = pipelineOf({ ...CENTRIC, distributionMode: 'rr-based' });
    offer(
      pipeline,
      Array.from({ length: 18 }, () => syn(1)),
      1000,
    );
    const report = pipeline.finish();
    expect(sum(report, (spu) => spu.sessions.created)).toBe(1);
    expect(report.drops).toEqual([{ reason: 'pending-queue-full', packets: 2, bytes: 2 * 54 }]);
    expect(report.centralPoint).toMatchObject({ lookups: 18, known: 17, sessions: 1, installs: 1 });
  });

  it('R-cp-14, R-cp-16: refuses new sessions when its table is full, and others go on', () => {
    const pipeline = pipelineOf({ ...CENTRIC, distributionMode: 'rr-based', centralPointSessions: { SPC2: 3 } });
    offer(pipeline, [1, 2, 3, 4, 5, 1, 2].map(syn), 1_000_000);
    const report = pipeline.finish();
    expect(report.drops).toEqual([{ reason: 'central-point-full', packets: 2, bytes: 2 * 54 }]);
    expect(report.centralPoint).toMatchObject({ refused: 2, sessions: 3, capacity: 3, peak: 3 });
    expect(report.centralPoint!.alarm).toEqual({ severity: 'minor', text: 'CP/Flow session table full' });
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it('R-cp-16: raises no alarm as long as every session found a place', () => {
    const pipeline = pipelineOf({ ...CENTRIC, distributionMode: 'rr-based', centralPointSessions: { SPC2: 3 } });
    offer(pipeline, [1, 2, 3, 1, 2].map(syn), 1_000_000);
    const report = pipeline.finish();
    expect(report.centralPoint).toMatchObject({ refused: 0, peak: 3 });
    expect(report.centralPoint).not.toHaveProperty('alarm');
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it('forgets a session that its SPU could not make, and one that is over', () => {
    const pipeline = pipelineOf({ ...CENTRIC, distributionMode: 'rr-based', sessionsPerSpu: { SPC2: 1 } });
    offer(
      pipeline,
      Array.from({ length: 10 }, (_, n) => syn(n + 1)),
      1_000_000,
    );
    const report = pipeline.finish();
    expect(sum(report, (spu) => spu.sessions.failed)).toBe(3);
    expect(report.centralPoint).toMatchObject({ sessions: 7, peak: 8 });

    const aged = pipelineOf({ ...CENTRIC, distributionMode: 'rr-based' });
    offer(aged, [syn(1), syn(2)], 60_000_000_000);
    expect(aged.finish().centralPoint).toMatchObject({ sessions: 1, lookups: 2, known: 0 });
  });

  it('R-cp-7: is asked by the SPU of the hash index in the hash-centric regime, and takes it down', () => {
    const pipeline = pipelineOf({ release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2' });
    offer(pipeline, [syn(1), syn(1), syn(2)], 1_000_000);
    const report = pipeline.finish();
    expect(report.centralPoint).toMatchObject({ lookups: 2, known: 0, installs: 2, sessions: 2 });
    expect(sum(report, (spu) => spu.handedOver)).toBe(0);
    expect(sum(report, (spu) => spu.paths.hash)).toBe(2 + (3 - 2 - report.npus[0]!.hits));
  });
});
