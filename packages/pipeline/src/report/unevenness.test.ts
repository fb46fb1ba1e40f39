import { ChassisState, resolveChassis } from '@midplane/chassis';
import type { FlowHash } from '@midplane/hash';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import type { Report } from './report.ts';
import { diagnoseUnevenness } from './unevenness.ts';
import { unevennessLines } from './unevenness-lines.ts';

/** A hash by which consecutive sources fall on consecutive rows: no chance in it. */
const inTurn: FlowHash = {
  name: 'in-turn',
  hash: (words, at, count) => {
    let sum = 0;
    for (let i = at; i < at + count; i++) sum += words[i];
    return sum >>> 0;
  },
};
const oneRow: FlowHash = { name: 'one-row', hash: () => 0 };

const host = (n: number, payload = 0) =>
  packet()
    .ethernet()
    .ipv4({ source: `10.0.${n >> 8}.${n & 255}`, destination: '198.51.100.1' })
    .udp({ sourcePort: 1, destinationPort: 2 })
    .payload(payload)
    .build();

interface Setting {
  readonly cards?: string;
  readonly release?: string;
  readonly tableLength?: number;
  readonly distributionMode?: 'rr-based';
  readonly hash?: FlowHash;
}

/** The report of one packet of each of so many sessions, and more of some. */
function reportOf(sessions: number, { hash, ...chassis }: Setting, more: (n: number) => number = () => 0): Report {
  const pipeline = createPipeline({ chassis: resolveChassis(chassis), ...(hash && { hash }) });
  for (let n = 1; n <= sessions; n++) {
    pipeline.offer(recordsOf(Array.from({ length: 1 + more(n) }, () => host(n))));
  }
  return pipeline.finish();
}

const SEVEN = '1=SPC2,2=SPC2,7=IOC2';

/** As many sessions after a card has come as before, by a hash that is even at any time. */
function reportOfGrowth(): Report {
  const options = { cards: SEVEN };
  const pipeline = createPipeline({
    chassis: resolveChassis(options),
    chassisState: new ChassisState(options),
    hash: inTurn,
    events: [
      { atNs: 100e9, chassis: { command: 'insertCard', slot: 3, card: 'SPC2' } },
      { atNs: 400e9, chassis: { command: 'reboot' } },
    ],
  });
  const offer = (from: number, seconds: number): void => {
    const packets = Array.from({ length: 700 }, (_, n) => host(from + n));
    pipeline.offer(recordsOf(packets, { intervalNs: 1e6, seconds, nanoseconds: 0 }));
  };
  offer(0, 0);
  offer(700, 1000);
  return pipeline.finish();
}

/** Round robin fills a small SPU: what it refuses would have been sessions as large as those of others. */
function reportOfFull(): Report {
  const chassis = resolveChassis({
    cards: '1=SPC1,2=SPC2,7=IOC1',
    release: '12.1X46-D10',
    distributionMode: 'rr-based',
    sessionsPerSpu: { SPC1: 20 },
  });
  const pipeline = createPipeline({ chassis });
  for (let n = 1; n <= 400; n++) pipeline.offer(recordsOf([host(n), host(n), host(n)]));
  return pipeline.finish();
}

describe('R-if-7: diagnoseUnevenness() tells the cause', () => {
  it.each<[string, Report]>([
    ['nothing', reportOf(0, {})],
    ['even', reportOf(1400, { cards: SEVEN, hash: inTurn })],
    ['weight', reportOf(1200, { cards: '1=SPC2,2=SPC3,7=IOC3', release: '18.2R1', hash: inTurn, tableLength: 7 })],
    ['weight', reportOf(300, { cards: '1=SPC1,2=SPC2,7=IOC1', release: '12.1X46-D10', distributionMode: 'rr-based' })],
    ['weight', reportOfFull()],
    ['changes', reportOfGrowth()],
    ['rows', reportOf(1000, { cards: SEVEN, hash: inTurn, tableLength: 10 })],
    ['chance', reportOf(30, { cards: SEVEN })],
    ['hash', reportOf(200, { cards: SEVEN, hash: oneRow })],
    ['elephants', reportOf(1400, { cards: SEVEN, hash: inTurn }, (n) => (n === 5 ? 300 : 0))],
    ['sizes', reportOf(1400, { cards: SEVEN, hash: inTurn }, (n) => (n % 7 === 3 ? 2 : 0))],
  ])('%s', (cause, report) => {
    const found = diagnoseUnevenness(report);
    expect(found.cause, JSON.stringify(found)).toBe(cause);
  });

  it('takes the load apart into factors whose product it is', () => {
    const report = reportOf(40, { cards: SEVEN, tableLength: 10 }, (n) => n % 4);
    const { factors, spuId } = diagnoseUnevenness(report);
    const { load, rows, sessions, size } = factors!;
    expect(rows * sessions * size).toBeCloseTo(load, 12);
    expect(load).toBeCloseTo(report.evenness.packets.maxOverMean!, 12);
    const busiest = report.spus.reduce((a, b) => (b.packets > a.packets ? b : a));
    expect(spuId).toBe(busiest.spuId);
  });

  it('R-hash-13: sees short tables also where packets happen to be even', () => {
    const pipeline = createPipeline({ chassis: resolveChassis({ cards: SEVEN, tableLength: 10 }), hash: inTurn });
    const frames = Array.from({ length: 1000 }, (_, n) => host(n));
    pipeline.offer(recordsOf(frames));
    const rows = new Map(
      [...pipeline.distributionTable].map((spuId, _, all) => [spuId, all.filter((id) => id === spuId).length]),
    );
    // a packet more for the sessions of the SPUs that have one row of ten, not two
    for (const { firstPacket, spuId } of pipeline.sessions()) {
      if (rows.get(spuId) === 1) pipeline.offer(recordsOf([frames[firstPacket - 1]]));
    }
    const report = pipeline.finish();
    const found = diagnoseUnevenness(report);
    expect(report.evenness.packets.maxOverMean).toBeLessThan(1.1);
    expect(report.evenness.sessions.maxOverMean).toBeCloseTo(1.4, 12);
    expect([found.cause, found.maxOverMean.rows]).toEqual(['rows', 1.4]);
  });

  it('looks into bytes where packets are even', () => {
    const pipeline = createPipeline({ chassis: resolveChassis({ cards: SEVEN }), hash: inTurn });
    for (let n = 1; n <= 1400; n++) pipeline.offer(recordsOf([host(n, n === 9 ? 9000 : 100)]));
    const found = diagnoseUnevenness(pipeline.finish());
    expect([found.measure, found.cause, found.elephants.sessions]).toEqual(['bytes', 'elephants', 1]);
  });

  it('counts the elephants with their part of the SPU, and names the largest', () => {
    const report = reportOf(1400, { cards: SEVEN, hash: inTurn }, (n) => (n === 5 ? 300 : n === 12 ? 100 : 0));
    const { elephants } = diagnoseUnevenness(report);
    expect(elephants).toEqual({ sessions: 2, share: 402 / 600, largest: '10.0.0.5:1 > 198.51.100.1:2/udp' });
  });

  it('calls no session of less than a tenth of a fair share an elephant', () => {
    const report = reportOf(7000, { cards: SEVEN, hash: inTurn }, (n) => (n < 3500 && n % 7 === 3 ? 20 : 0));
    expect(diagnoseUnevenness(report)).toMatchObject({ cause: 'sizes', elephants: { sessions: 0, largest: null } });
  });
});

describe('unevennessLines()', () => {
  it.each<[Report, RegExp]>([
    [reportOf(0, {}), /^Nothing to measure: there is no session\.$/],
    [reportOf(9, { cards: '0=SPC1,7=IOC2' }), /^Nothing to measure: there is one SPU\.$/],
    [reportOf(1400, { cards: SEVEN, hash: inTurn }), /^Even: no SPU has more than 1\.1 times its share \(at most sess/],
    [
      reportOf(1000, { cards: SEVEN, hash: inTurn, tableLength: 10 }),
      /^Uneven by table rows: SPU 5 .* 2 of 10 rows, and rows are up to 1\.40 x their share/,
    ],
    [reportOf(200, { cards: SEVEN, hash: oneRow }), /^Uneven by hash: .*7\.00 x its share.*\(p < 0\.0001\)/],
    [
      reportOf(1400, { cards: SEVEN, hash: inTurn }, (n) => (n === 5 ? 300 : 0)),
      /One session is 60\.2 % of them, the largest 10\.0\.0\.5:1 > 198\.51\.100\.1:2\/udp/,
    ],
    [
      reportOf(300, { cards: '1=SPC1,2=SPC2,7=IOC1', release: '12.1X46-D10', distributionMode: 'rr-based' }),
      /^Uneven by weight: the central point chooses by rr-based, which does not follow the session capacities/,
    ],
  ])('says it in lines that fit a terminal (%#)', (report, wanted) => {
    const lines = unevennessLines(report);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.join(' ')).toMatch(wanted);
  });
});
