import { ChassisState, resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { type BuiltPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic, GROUPS, interval } from '../_any-traffic.suite.ts';
import { dropsIn, packetOf, play, REGIMES, replyOf, sumOf } from '../_play.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { anyChassis, anyEvents } from '../control/_any-events.suite.ts';
import { createPipeline } from '../create-pipeline.ts';
import { Explainer } from '../explain/explain.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { Report } from '../report/report.ts';
import { reportSchema } from '../report/schema.ts';
import { insertStage } from '../stage.ts';

const FLOW = '192.0.2.1:1000 > 198.51.100.2:80/tcp';
const TWO_CARDS = { cards: '1=SPC2,7=IOC2,8=IOC2' };
const SIDES = { '192.0.2.0/24': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0' };
/** Everything that can be full is, now and then. */
const NARROW: Pick<PipelineOptions, 'egress' | 'packetMemory'> = {
  egress: { gigabitsPerSecond: 0.05, queuePackets: 4 },
  packetMemory: { spuBytes: 1200 },
};
/** Copies, answers and translations, too. */
const CONFIGURED: DeviceConfiguration = {
  sides: { '192.0.2.1/32': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0' },
  multicast: [{ group: `${GROUPS[0]}/32`, interfaces: ['xe-7/0/0', 'xe-8/0/0', 'xe-8/0/1'] }],
  policies: [{ name: 'no', protocol: 'tcp', destinationPorts: 80, action: 'reject' }],
  sourceNat: { pools: { p: { addresses: '203.0.113.1' } }, rules: [{ protocol: 'udp', translate: { pool: 'p' } }] },
};
const leftBy = ({ egress }: Report): number[] => egress!.map(({ packets }) => packets);
const all = <T>(list: readonly T[], of: (each: T) => number): number =>
  list.reduce((total, each) => total + of(each), 0);

/** Many flows at once: one packet each, all of one size. */
function flows(count: number, bytes = 1000): BuiltPacket[] {
  return Array.from({ length: count }, (_, n) =>
    packet()
      .ethernet()
      .ipv4({ source: `192.0.2.${n & 255}`, destination: `198.51.100.${n >> 8}` })
      .udp({ sourcePort: 1000, destinationPort: 53 })
      .payload(bytes - 42)
      .build(),
  );
}

describe('whatever the traffic', () => {
  const chassisOf = REGIMES.map(([, chassis]) => chassis);

  function reportOf(
    packets: readonly BuiltPacket[],
    intervalNs: number,
    batchSize: number,
    options: Partial<PipelineOptions>,
    regime = 2,
  ): Report {
    const chassis = resolveChassis({ ...chassisOf[regime], sessionsPerSpu: { SPC2: 5 }, tableLength: 256 });
    const pipeline = createPipeline({ chassis, ...options });
    for (let from = 0; from < packets.length; from += batchSize) {
      const start = from * intervalNs;
      const records = recordsOf(packets.slice(from, from + batchSize), {
        intervalNs,
        seconds: Math.floor(start / 1e9),
        nanoseconds: start % 1e9,
      });
      for (let row = 0; row < records.count; row++) records.interfaceIndex[row] = (from + row) % 3;
      pipeline.offer(records);
    }
    return pipeline.finish();
  }

  it('R-run-5, R-egr-3, R-egr-4: a narrow egress gives the same bytes for every batch size', () => {
    const spacing = fc.constantFrom(500, 5000, 700_000_000);
    const measured = { ...NARROW, ordering: { measure: true, mode: 'none' as const }, configuration: CONFIGURED };
    fc.assert(
      fc.property(anyTraffic, spacing, fc.nat(2), (packets, intervalNs, regime) => {
        const whole = JSON.stringify(reportOf(packets, intervalNs, 4096, measured, regime));
        for (const size of [1, 7]) {
          expect(JSON.stringify(reportOf(packets, intervalNs, size, measured, regime))).toBe(whole);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('R-run-4: accounts for every packet and byte of memory, and follows the schema', () => {
    fc.assert(
      fc.property(
        anyTraffic,
        fc.constantFrom(500, 5000),
        fc.nat(2),
        fc.boolean(),
        (packets, intervalNs, regime, isPlain) => {
          // that memory is empty at the end is asserted by the engine
          const options = isPlain ? NARROW : { ...NARROW, configuration: CONFIGURED };
          const report = reportOf(packets, intervalNs, 256, options, regime);
          expect(reportSchema.parse(report)).toEqual(report);
          const drops = dropsIn(report);
          const { delivered } = report.totals;
          expect(all(report.egress!, (card) => card.packets)).toBe(delivered);
          expect(all(report.egress!, (card) => card.dropped)).toBe(drops['egress-queue-full'] ?? 0);
          for (const card of report.egress!) expect(card.queuePeak).toBeLessThanOrEqual(4);
          for (const { memory } of report.spus) expect(memory!.peakBytes).toBeLessThanOrEqual(1200);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('R-egr-3: without limits the report is that of a path whose egress is not modelled', () => {
    const without = ({ egress, order, assumptions, spus, ...report }: Report): unknown => [
      report,
      spus.map(({ memory, ...spu }) => spu),
    ];
    fc.assert(
      fc.property(anyTraffic, interval, fc.nat(2), (packets, intervalNs, regime) => {
        const wide = { egress: {}, packetMemory: { spuBytes: 1e9 } };
        const modelled = reportOf(packets, intervalNs, 256, wide, regime);
        expect(without(modelled)).toEqual(without(reportOf(packets, intervalNs, 256, {}, regime)));
      }),
      { numRuns: 100 },
    );
  });

  it('R-egr-1: cards serve packets in the order in which they leave their SPUs, as a list that is sorted says', () => {
    fc.assert(
      fc.property(anyTraffic, fc.constantFrom(100, 3000), (packets, intervalNs) => {
        const left: { leaveNs: number; spu: number; told: number; bytes: number }[] = [];
        const pipeline = createPipeline({
          chassis: resolveChassis({ cards: '1=SPC2,7=IOC2' }),
          egress: { gigabitsPerSecond: 0.5, queuePackets: 20 },
          ordering: { mode: 'none' },
          stages: (stages) =>
            insertStage(stages, 'before', 'egress', {
              name: 'watch',
              decide(batch, row) {
                const leaveNs = Math.max(batch.leaveNs[row], batch.nowNs[row] + 10_000);
                const bytes = batch.packets.records!.length[row];
                left.push({ leaveNs, spu: batch.spu[row], told: left.length, bytes });
              },
            }),
        });
        pipeline.offer(recordsOf(packets, { intervalNs }));
        const [card] = pipeline.finish().egress!;
        left.sort((a, b) => a.leaveNs - b.leaveNs || a.spu - b.spu || a.told - b.told);
        let freeNs = 0;
        let inQueue: number[] = [];
        let longest = 0;
        let dropped = 0;
        for (const { leaveNs, bytes } of left) {
          inQueue = inQueue.filter((ns) => ns > leaveNs);
          if (inQueue.length === 20) {
            dropped++;
            continue;
          }
          freeNs = Math.max(freeNs, leaveNs) + (8 * bytes) / 0.5;
          inQueue.push(Math.ceil(freeNs));
          longest = Math.max(longest, Math.ceil(freeNs) - leaveNs);
        }
        expect([card.dropped, card.latencyNs.max]).toEqual([dropped, longest]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the card that a packet leaves by', () => {
  const there = packetOf(FLOW, 'S');
  const back = packetOf(replyOf(FLOW), 'SA');

  it('R-egr-2: is that of the interface behind which its destination lies', () => {
    const configuration = { sides: SIDES };
    const { report } = play([there, back, there], { chassis: TWO_CARDS, egress: {}, configuration });
    expect(leftBy(report)).toEqual([1, 2]);
  });

  it('R-egr-2: is that of the other end, where sides are those of who begins a conversation', () => {
    const configuration = { sides: { initiator: 'xe-7/0/0', responder: 'xe-8/0/0' } };
    const { report } = play([back, there, there, back], { chassis: TWO_CARDS, egress: {}, configuration });
    expect(leftBy(report)).toEqual([2, 2]);
  });

  it('R-egr-2: is found through NAT: where the other wing comes from', () => {
    const configuration = {
      sides: { '10.0.0.0/8': 'xe-7/0/0', '203.0.113.0/24': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0' },
      sourceNat: { pools: { p: { addresses: '203.0.113.1' } }, rules: [{ translate: { pool: 'p' } }] },
      destinationNat: [{ destination: '203.0.113.80', translate: { address: '198.51.100.9' } }],
    };
    // the address before translation lies behind card 7, the real one behind card 8
    const packets = [packetOf('10.0.0.1:1000 > 203.0.113.80:80/tcp', 'S')];
    expect(leftBy(play(packets, { chassis: TWO_CARDS, egress: {}, configuration }).report)).toEqual([0, 1]);
  });

  it('R-egr-2: is the one on which the other wing comes in, once it has', () => {
    const options = { chassis: TWO_CARDS, egress: {} };
    const { report } = play([there, back, there, back], { ...options, interfaces: [0, 1] });
    // the first packet finds no reply yet
    expect(leftBy(report)).toEqual([1 + 2, 1]);
  });

  it('R-egr-2: is the one that it came in on, where nothing else is known; a session does not inherit', () => {
    const fin = [packetOf(FLOW, 'FA'), packetOf(replyOf(FLOW), 'FA')];
    const { report } = play([there, back, ...fin, there], {
      chassis: TWO_CARDS,
      egress: {},
      interfaces: [0, 1, 0, 1, 0],
    });
    expect(leftBy(report)).toEqual([1 + 2 + 1, 1]);
  });

  it('copies of multicast packets leave by the cards of their interfaces, answers by that of the packet', () => {
    const configuration = {
      sides: SIDES,
      multicast: [{ group: '233.252.0.1/32', interfaces: ['xe-7/0/0', 'xe-8/0/0', 'xe-8/0/1'] }],
      policies: [{ name: 'no', protocol: 'tcp' as const, action: 'reject' as const }],
    };
    const group = packet().ethernet().ipv4({ source: '192.0.2.1', destination: '233.252.0.1' }).udp().build();
    const memory = { packetMemory: { spuBytes: 1000 } };
    const { report } = play([group, there, group], { chassis: TWO_CARDS, egress: {}, configuration, ...memory });
    expect(leftBy(report)).toEqual([2 + 1, 4]);
    expect(report.totals).toMatchObject({ offered: 3, replicated: 4, generated: 1, delivered: 7, dropped: 1 });
  });
});

describe('a fabric that is the limit', () => {
  it('R-egr-3: brings as much as its rate, and drops the rest where the queue is full', () => {
    const egress = { gigabitsPerSecond: 1, queuePackets: 50 };
    // 1,000 bytes every 4 us are 2 Gbit/s
    const { report } = play(flows(2000), { intervalNs: 4000, egress });
    const [card] = report.egress!;
    expect(card.queuePeak).toBe(50);
    expect(card.latencyNs.max).toBe(50 * 8000);
    expect(card.packets / 2000).toBeCloseTo(0.5, 1);
    expect(dropsIn(report)).toEqual({ 'egress-queue-full': card.dropped });
    expect(report.warnings.at(-1)!.message).toMatch(
      /^The fabric to the I\/O card in slot 7 was the limit for [\d,]+ packets/,
    );
    expect(sumOf(report, (spu) => all(spu.drops, ({ packets }) => packets))).toBe(card.dropped);
    expect(card.droppedBytes).toBe(card.dropped * 1000);
  });

  it('R-egr-4: fills the memory of the SPUs, which then drop what comes, for whichever card it is', () => {
    const configuration = { sides: SIDES };
    const narrow = { egress: { gigabitsPerSecond: 1, queuePackets: 100_000 }, configuration, chassis: TWO_CARDS };
    const packets = flows(2000);
    const wide = play(packets, { intervalNs: 4000, ...narrow }).report;
    expect(wide.totals.dropped).toBe(0);
    const { report } = play(packets, { intervalNs: 4000, ...narrow, packetMemory: { spuBytes: 100_000 } });
    expect(Object.keys(dropsIn(report))).toEqual(['packet-memory-full']);
    expect(report.warnings.map(({ code }) => code)).toEqual(['packet-memory-full']);
    expect(Math.max(...report.spus.map(({ memory }) => memory!.peakBytes))).toBe(100_000);
    // what was dropped before it reached the queue has made that shorter
    expect(report.egress![1].queuePeak).toBeLessThan(wide.egress![1].queuePeak);
  });

  it('R-egr-4: memory is taken from the arrival at the SPU on, until the word of the card that the packet is gone', () => {
    const one = flows(1);
    const options = { packetMemory: { spuBytes: 1000 } };
    // 200 us of work, then 10 us until the SPU knows
    const at = (intervalNs: number) => play([...one, ...one], { intervalNs, ...options }).report.totals.dropped;
    expect([at(210_000), at(209_999)]).toEqual([0, 1]);
  });

  it('R-egr-6: what is in the queues when the data plane is reset is dropped', () => {
    const chassis = { cards: '1=SPC2,7=IOC2' };
    const events = [{ atNs: 1_000_000, chassis: { command: 'failSpu' as const, spu: 'fpc1.pic1' } }];
    const { report } = play(flows(250), {
      chassis,
      chassisState: new ChassisState(chassis),
      events,
      intervalNs: 5000,
      egress: { gigabitsPerSecond: 1 },
      packetMemory: { spuBytes: 1e9 },
    });
    const [card] = report.egress!;
    const lost = dropsIn(report)['reset'];
    expect(lost).toBeGreaterThan(0);
    // each takes 8 us; the SPUs let the first one go after 210 us
    expect(report.totals.delivered).toBe(Math.floor((1_000_000 - 210_000) / 8000));
    expect(card.queuePeak).toBeGreaterThan(50);
  });
});

it('R-egr-6, R-run-4, R-run-5: nothing is lost silently, whatever happens to the chassis, and batches do not matter', () => {
  // 30 packets in 30 us, twice a minute; the fabric takes 10 ms for them
  const frames = flows(600, 60);
  const records = (from: number, size: number) => {
    const batch = recordsOf(frames.slice(from, from + size));
    for (let row = 0; row < batch.count; row++) {
      batch.seconds[row] = 30 * Math.floor((from + row) / 30);
      batch.nanoseconds[row] = 1000 * ((from + row) % 30);
    }
    return batch;
  };
  let resets = 0;
  fc.assert(
    fc.property(anyChassis, anyEvents, fc.boolean(), (options, events, symmetric) => {
      const reports = [7, 4096].map((size) => {
        const pipeline = createPipeline({
          chassis: resolveChassis(options),
          chassisState: new ChassisState(options),
          events,
          symmetric,
          egress: { gigabitsPerSecond: 0.0015, queuePackets: 25 },
          packetMemory: { spuBytes: 900 },
          ordering: { measure: true },
        });
        for (let from = 0; from < frames.length; from += size) pipeline.offer(records(from, size));
        const report = pipeline.finish();
        expect(reportSchema.parse(report)).toEqual(report);
        expect(all(report.egress!, (card) => card.packets)).toBe(report.totals.delivered);
        expect(all(report.egress!, ({ measured }) => measured!.packets)).toBe(report.totals.delivered);
        resets += dropsIn(report)['reset'] ?? 0;
        return JSON.stringify(report);
      });
      expect(reports[0]).toBe(reports[1]);
    }),
    { numRuns: 25 },
  );
  expect(resets).toBeGreaterThan(0);
});

describe('order', () => {
  it('R-egr-5, R-ord-6: no packet of a flow overtakes another one on its way out, whatever the traffic', () => {
    const protocols = Array.from({ length: 256 }, (_, protocol) => protocol);
    const traffic = {
      ordering: { mode: 'hardware' as const, measure: true, protocols },
      configuration: { sides: SIDES },
    };
    fc.assert(
      fc.property(anyTraffic, fc.constantFrom(200, 3000), (packets, intervalNs) => {
        const egress = { gigabitsPerSecond: 0.05, queuePackets: 40 };
        const { report } = play(packets, { chassis: TWO_CARDS, intervalNs, egress, ...traffic });
        for (const { measured } of report.egress!) expect(measured!.reordered).toBe(0);
        for (const each of report.order!.classes) expect(each.reordered).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('R-egr-2: a flow that changes its card may overtake itself, and that is measured', () => {
    const packets = [...Array(8)].map(() => packetOf(FLOW, 'A'));
    const other = [...Array(400)].map((_, n) => packetOf(`192.0.2.9:${n + 1} > 198.51.100.3:53/udp`));
    const back = packetOf(replyOf(FLOW), 'A');
    // card 7 is busy with others when the first packets leave by it; then a reply comes in by card 8
    const list = [...other, ...packets.slice(0, 4), back, ...packets.slice(4)];
    const pipeline = createPipeline({
      chassis: resolveChassis(TWO_CARDS),
      egress: { gigabitsPerSecond: 0.1 },
      ordering: { measure: true },
    });
    const records = recordsOf(list, { intervalNs: 3000 });
    for (let row = 0; row < list.length; row++) records.interfaceIndex[row] = list[row] === back ? 1 : 0;
    pipeline.offer(records);
    const report = pipeline.finish();
    expect(all(report.egress!, ({ measured }) => measured!.reordered)).toBe(4);
    expect(all(report.order!.classes, ({ reordered }) => reordered)).toBe(0);
  });
});

it.each(REGIMES)('R-egr-3, R-egr-4: explanations tell what the %s regime reports, packet by packet', (_, chassis) => {
  const packetMemory = { spuBytes: 500 };
  const options = { chassis: resolveChassis(chassis), ...NARROW, packetMemory };
  const explainer = new Explainer({ ...options, flow: parseFlow(FLOW) });
  const pipeline = createPipeline(options);
  const packets = [...Array(60)].map((_, n) => packetOf(n % 3 === 2 ? replyOf(FLOW) : FLOW, 'A'));
  const records = recordsOf(packets, { intervalNs: 7000 });
  explainer.offer(records);
  pipeline.offer(records);
  const told = Object.groupBy(explainer.finish().packets, ({ outcome }) => outcome);
  const { totals, drops } = pipeline.finish();
  expect(drops.map(({ reason }) => reason)).toEqual(['packet-memory-full', 'egress-queue-full']);
  const expected = [['delivered', totals.delivered], ...drops.map((drop) => [drop.reason, drop.packets])];
  expect(Object.fromEntries(Object.entries(told).map(([outcome, each]) => [outcome, each!.length]))).toEqual(
    Object.fromEntries(expected),
  );
  for (const { steps } of told['packet-memory-full']!) expect(steps.at(-1)!.rules[0].id).toBe('R-egr-4');
  for (const { steps } of told['delivered']!) {
    expect(steps.at(-1)!.text).toMatch(/^delivered, as a packet of session \d+, by the I\/O card in slot 7$/);
  }
});

it('refuses a rate, a queue and a memory that cannot be', () => {
  const chassis = resolveChassis();
  const make = (options: Partial<PipelineOptions>) => () => createPipeline({ chassis, ...options });
  expect(make({ egress: { gigabitsPerSecond: 0 } })).toThrow(
    'Cannot set egress: gigabitsPerSecond must be a number from 0.001 to 100,000: got 0',
  );
  expect(make({ egress: { gigabitsPerSecond: 1, queuePackets: 0.5 } })).toThrow(/a whole number from 1 to 1,048,576/);
  expect(make({ egress: { queuePackets: 5 } })).toThrow(/queuePackets must stand beside gigabitsPerSecond: got 5/);
  expect(make({ packetMemory: { spuBytes: 0 } })).toThrow(/Cannot set packet memory: spuBytes must be .*: got 0/);
});
