import { type ChassisCommand, type ChassisOptions, ChassisState, resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineEvent } from '../events/pipeline-event.ts';
import { reportSchema } from '../report/schema.ts';
import { anyChassis, anyEvents } from './_any-events.suite.ts';

const SECOND = 1e9;
const CARDS = '1=SPC2,2=SPC2,7=IOC2';

function flow(port: number) {
  return packet().ethernet().ipv4().udp({ sourcePort: port, destinationPort: 53 }).build();
}

/** A packet of each of 200 flows every so often, for a time. */
function play(
  events: readonly PipelineEvent[],
  seconds: number,
  options: ChassisOptions = { cards: CARDS },
  batchSize = 4096,
) {
  const chassis = resolveChassis({ tableLength: 256, ...options });
  const chassisState = new ChassisState({ tableLength: 256, ...options });
  const pipeline = createPipeline({ chassis, chassisState, events });
  const frames = Array.from({ length: 200 }, (_, n) => flow(1000 + n));
  const all = Array.from({ length: seconds }, () => frames).flat();
  const intervalNs = SECOND / frames.length;
  for (let from = 0; from < all.length; from += batchSize) {
    const startNs = from * intervalNs;
    const times = { intervalNs, seconds: Math.floor(startNs / SECOND), nanoseconds: startNs % SECOND };
    pipeline.offer(recordsOf(all.slice(from, from + batchSize), times));
  }
  return { pipeline, report: pipeline.finish() };
}

const at = (seconds: number, chassis: ChassisCommand): PipelineEvent => ({ atNs: seconds * SECOND, chassis });

describe('an SPU that fails', () => {
  const events = [at(5, { command: 'failSpu', spu: 'fpc2.pic3' })];
  const { pipeline, report } = play(events, 300);

  it('R-boot-2: resets the data plane: all sessions are lost, and traffic stops for a reason', () => {
    expect(report.spus.reduce((sum, { sessions }) => sum + sessions.lost, 0)).toBe(200);
    expect(report.events).toMatchObject([{ event: 'failSpu fpc2.pic3', sessionsEnded: 200 }]);
    expect(report.device!.outages).toEqual([{ fromNs: 5e9, untilNs: 192e9, cause: 'SPU fpc2.pic3 failed' }]);
    const stopped = report.drops
      .filter(({ reason }) => reason !== 'reset')
      .reduce((sum, drop) => sum + drop.packets, 0);
    expect(stopped).toBe(200 * (192 - 5));
    expect(new Set(report.series.traffic)).toContain('passes');
    expect(report.series.traffic.some((traffic) => traffic !== 'passes')).toBe(true);
    expect(report.series.resets.at(-1)).toBe(1);
  });

  it('R-boot-2: has a row in each second of the outage, which says what was stopped, and names no row of a table', () => {
    const { series } = report;
    const stopped = report.drops
      .filter(({ reason }) => reason !== 'reset')
      .reduce((total, drop) => total + drop.packets, 0);
    expect(series.dropped.reduce((total, packets) => total + packets)).toBe(stopped);
    for (const [row, traffic] of series.traffic.entries()) {
      const rows = series.spus.reduce((total, { tableRows }) => total + tableRows[row]!, 0);
      expect(rows).toBe(traffic === 'passes' ? 256 : 0);
    }
    const inside = series.seconds.filter((second) => second > 5 && second < 190);
    expect(inside.length).toBeGreaterThanOrEqual(Math.floor(180 / series.stepS));
  });

  it('R-boot-2: does not make anybody forget how many sessions there have been', () => {
    const most = ({ spuId }: { spuId: number }): number =>
      Math.max(...report.series.spus.find((spu) => spu.spuId === spuId)!.sessions);
    expect(report.spus.map(({ sessions }) => sessions.peak)).toEqual(report.spus.map(most));
    expect(report.spus.find(({ name }) => name === 'fpc2.pic3')!.sessions.peak).toBeGreaterThan(0);
  });

  it('R-boot-1: leaves tables without it, on every NPU the same, and sessions are made anew over the others', () => {
    const dead = report.spus.find(({ name }) => name === 'fpc2.pic3')!;
    expect([dead.rows, dead.weight]).toEqual([0, 0]);
    expect(pipeline.distributionTable).not.toContain(dead.spuId);
    const made = report.spus.reduce((sum, { sessions }) => sum + sessions.created, 0);
    expect(made).toBe(400);
    const seriesOfDead = report.series.spus.find(({ spuId }) => spuId === dead.spuId)!;
    expect(seriesOfDead.tableRows[0]).toBeGreaterThan(0);
    expect(seriesOfDead.tableRows.at(-1)).toBe(0);
  });
});

describe('a card that is inserted', () => {
  it('R-boot-4: carries nothing until the reboot, and its share after it', () => {
    const insert = at(5, { command: 'insertCard', slot: 3, card: 'SPC2' });
    const waiting = play([insert], 20).report;
    expect(waiting.spus.filter(({ name }) => name.startsWith('fpc3')).map(({ packets }) => packets)).toEqual([
      0, 0, 0, 0,
    ]);
    expect(waiting.device!.alarms).toHaveLength(1);
    expect(waiting.totals.dropped).toBe(0);
    const rebooted = play([insert, at(10, { command: 'reboot' })], 500).report;
    const added = rebooted.spus.filter(({ name }) => name.startsWith('fpc3'));
    expect(added.map(({ packets, rows }) => packets > 0 && rows > 0)).toEqual([true, true, true, true]);
    expect(rebooted.device!.outages).toHaveLength(1);
  });
});

it('after so many packets: the event comes before the next one, whatever the batch size', () => {
  const event: PipelineEvent = { afterPackets: 700, chassis: { command: 'failSpu', spu: 6 } };
  const reports = [1, 7, 256, 4096].map((size) => JSON.stringify(play([event], 8, undefined, size).report));
  expect(new Set(reports).size).toBe(1);
  const report = JSON.parse(reports[0]!);
  expect(report.totals).toMatchObject({ offered: 1600, delivered: 700, dropped: 900 });
});

it('a command that the chassis refuses changes nothing, and the report says why', () => {
  const { report } = play([at(1, { command: 'removeCard', slot: 5 })], 3);
  expect(report.events[0]!.result).toMatch(/^refused: Cannot .*slot 5/);
  expect(report.totals).toMatchObject({ dropped: 0, delivered: 600 });
});

it('refuses an SPU that there never is', () => {
  expect(() => play([at(1, { command: 'failSpu', spu: 'fpc9.pic0' })], 1)).toThrow(
    /Cannot schedule event 0: spu must be one of fpc1\.pic0, .*: got "fpc9\.pic0"/,
  );
});

it('parameters can be set during the run', () => {
  const chassis = resolveChassis();
  const run = (events: readonly PipelineEvent[]): number => {
    const pipeline = createPipeline({ chassis, events });
    pipeline.offer(recordsOf([flow(1), flow(2), flow(1)], { intervalNs: 40 * SECOND }));
    return pipeline.finish().spus.reduce((sum, { sessions }) => sum + sessions.created, 0);
  };
  expect(run([])).toBe(3);
  expect(run([{ atNs: 0, set: { udpTimeoutS: 90 } }])).toBe(2);
  expect(() => run([{ atNs: 0, set: { maxGapNs: 5 } }])).toThrow(/set must name one of .*: got maxGapNs/);
});

describe('any events', () => {
  it('R-run-4, R-npu-12: nothing is lost silently, dead SPUs have no rows, batches do not matter', () => {
    fc.assert(
      fc.property(anyChassis, anyEvents, fc.boolean(), (options, list, symmetric) => {
        const reports = [3, 4096].map((size) => {
          const pipeline = createPipeline({
            chassis: resolveChassis(options),
            chassisState: new ChassisState(options),
            events: list,
            symmetric,
          });
          const frames = Array.from({ length: 900 }, (_, n) => flow(1000 + (n % 40)));
          for (let from = 0; from < frames.length; from += size) {
            pipeline.offer(
              recordsOf(frames.slice(from, from + size), { intervalNs: SECOND, seconds: from, nanoseconds: 0 }),
            );
          }
          const report = pipeline.finish();
          expect(reportSchema.parse(report)).toEqual(report);
          const rows = new Map(report.spus.map(({ spuId, rows: count }) => [spuId, count]));
          for (const spuId of pipeline.distributionTable) expect(rows.get(spuId)).toBeGreaterThan(0);
          const { offered, delivered, dropped, toRe, remaining } = report.totals;
          expect([delivered + dropped + toRe, remaining]).toEqual([offered, 0]);
          for (const { sessions } of report.spus) {
            const { created, agedOut, replaced, cleared, lost, current, invalidated } = sessions;
            expect(created).toBe(agedOut + replaced + cleared + lost + current - invalidated);
          }
          return JSON.stringify(report);
        });
        expect(reports[0]).toBe(reports[1]);
      }),
      { numRuns: 60 },
    );
  });
});

it('R-ord-8: another ordering mode is pending until the reboot, and costs the SPU its time from then on', () => {
  const set: PipelineEvent = { atNs: SECOND, ordering: 'software' };
  const pending = play([set], 3).report;
  expect(pending.chassis).toMatchObject({ ordering: 'hardware', orderingConfigured: 'software' });
  expect(pending.events).toMatchObject([
    { event: 'set packet-ordering-mode software', result: 'reboot needed to change to software' },
  ]);
  const rebooted = play([set, at(2, { command: 'reboot' })], 5).report;
  expect(rebooted.chassis).toMatchObject({ ordering: 'software', orderingConfigured: 'software' });
  expect(() => play([{ atNs: 0, ordering: 'none' as never }], 1)).toThrow(
    /ordering must be hardware or software: got "none"/,
  );
});
