import { readFileSync } from 'node:fs';
import { CaptureError, PcapWriter, readCapture } from '@midplane/capture';
import { createPipeline } from '@midplane/pipeline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipelineOptionsOf, readScenarioTraffic } from '../run-scenario.ts';
import type { Scenario, ScenarioChassis, WorkloadItem } from '../scenario.ts';
import { changeScenario, type ScenarioChange } from './change.ts';
import { compareScenarios } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { comparisonJsonSchema, comparisonSchema } from './comparison-schema.ts';
import { renderComparison } from './render-comparison.ts';

const office = new URL('../../../../testdata/office.pcapng', import.meta.url);
const openCapture = () => readCapture(readFileSync(office));

function scenarioOf(workload: WorkloadItem['workload'], chassis: ScenarioChassis = {}): Scenario {
  return { schema: 'midplane-scenario/1', chassis, traffic: [{ workload }] };
}

const captured: Scenario = { schema: 'midplane-scenario/1', traffic: [{ capture: 'office.pcapng' }] };
const uniform = (flows: number, packets = flows) => ({
  seed: 3,
  packets,
  flows: { count: flows, popularity: 'uniform' as const },
  durationSeconds: 2,
  protocols: { udp: 1 },
});

/** Owner of every session in the tables at the end, by flow: nothing has aged out of a run of 10 s. */
async function ownersOf(scenario: Scenario): Promise<Map<string, number>> {
  const pipeline = createPipeline(pipelineOptionsOf(scenario));
  for await (const batch of readScenarioTraffic(scenario, { openCapture })) pipeline.offer(batch);
  return new Map([...pipeline.sessions()].map(({ flow, spuId }) => [flow, spuId]));
}

function limitOf({ headroom }: Comparison['before'], name: string): number {
  return headroom.limits.find(({ limit }) => limit === name)!.factor!;
}

describe('compareScenarios()', () => {
  it('says the same twice, in the form of its schema', async () => {
    const after = changeScenario(captured, { cards: '1-3=SPC2,7=IOC2', release: '18.2R1' });
    const [one, two] = [
      await compareScenarios(captured, after, { openCapture }),
      await compareScenarios(captured, after, { openCapture }),
    ];
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
    expect(comparisonJsonSchema()).toMatchObject({ type: 'object' });
    expect(one.differences.map(({ what }) => what)).toEqual(['release', 'cards']);
    expect(one.differences[1]).toEqual({
      what: 'cards',
      before: '1-2=SPC2,7=IOC2',
      after: '1-3=SPC2,7=IOC2',
    });
  });

  it('finds nothing where nothing changes', async () => {
    const same = await compareScenarios(captured, captured, { openCapture });
    expect(same.before).toEqual({ ...same.after, name: 'before' });
    expect(same).toMatchObject({ differences: [], sessions: { moved: 0 }, rows: { moved: 0 } });
    expect(same.outage).toMatchObject({
      why: 'nothing changes on the device',
      seconds: 0,
      packets: 0,
      sessionsLost: 0,
    });
  });

  it.each<[string, ScenarioChange]>([
    ['one card more', { cards: '1-3=SPC2,7=IOC2' }],
    ['a shorter table', { tableLength: 256 }],
    ['a table of another length', { tableLength: 1000 }],
    ['another hash', { hash: 'murmur3' }],
    ['other cards, release and hash', { cards: '0=SPC3,1=SPC3,2=IOC3', release: '18.2R1', hash: 'fnv1a' }],
  ])('R-if-3: counts the sessions that move as the tables of sessions show it: %s', async (_, change) => {
    const after = changeScenario(captured, change);
    const { sessions } = await compareScenarios(captured, after, { openCapture });
    const [from, to] = [await ownersOf(captured), await ownersOf(after)];
    const moved = [...from].filter(([flow, spuId]) => to.get(flow) !== spuId).length;
    expect(sessions).toEqual({ moved, stayed: from.size - moved });
  });

  it.each<[string, Omit<Scenario, 'schema' | 'traffic'>]>([
    [
      'source NAT, policies and sides',
      {
        configuration: {
          sides: {
            '192.0.2.0/24': 'xe-7/0/0',
            '2001:db8:1::/48': 'xe-7/0/0',
            '0.0.0.0/0': 'xe-8/0/0',
            '::/0': 'xe-8/0/0',
          },
          zones: { trust: ['xe-7/0/0'], untrust: ['xe-8/0/0'] },
          policies: [
            { name: 'no-dns', from: 'trust', application: 'junos-dns-udp', action: 'reject' },
            { name: 'out', from: 'trust', to: 'untrust', action: 'permit' },
          ],
          sourceNat: {
            pools: { 'pool-a': { addresses: '203.0.113.8/30' } },
            rules: [{ source: '192.0.2.0/24', from: 'trust', translate: { pool: 'pool-a' } }],
          },
        },
      },
    ],
  ])('R-if-3: counts them where wings hash to different SPUs, too: %s', async (_, settings) => {
    const before: Scenario = { ...captured, ...settings, chassis: { cards: '1-2=SPC2,7-8=IOC2' } };
    const after = changeScenario(before, { cards: '1-3=SPC2,7-8=IOC2' });
    const { sessions } = await compareScenarios(before, after, { openCapture });
    const [from, to] = [await ownersOf(before), await ownersOf(after)];
    const moved = [...from].filter(([flow, spuId]) => to.get(flow) !== spuId).length;
    expect(sessions).toEqual({ moved, stayed: from.size - moved });
    expect(moved).toBeGreaterThan(100);
  });

  it('counts every session once, whatever the cards, and no session moves back and forth', async () => {
    const cards = fc.constantFrom('0=SPC2,7=IOC2', '0-2=SPC2,7=IOC2', '1=SPC3,7=IOC3', '0-1=SPC2,2=SPC3,7=IOC2');
    const workload = fc.record({
      seed: fc.nat(1000),
      packets: fc.integer({ min: 50, max: 2000 }),
      flows: fc.record({ count: fc.integer({ min: 1, max: 50 }) }),
      ipv6Share: fc.constantFrom(0, 0.5),
      fragments: fc.record({ share: fc.constantFrom(0, 0.2) }),
    });
    await fc.assert(
      fc.asyncProperty(
        workload,
        cards,
        cards,
        fc.constantFrom(256, 65_536 * 4, undefined),
        async (traffic, a, b, rows) => {
          const one = scenarioOf(traffic, { release: '18.2R1', cards: a });
          const two = changeScenario(one, { cards: b, ...(rows !== undefined && { tableLength: rows }) });
          const there = await compareScenarios(one, two);
          const back = await compareScenarios(two, one);
          expect(back.sessions).toEqual(there.sessions);
          expect(back.rows).toEqual(there.rows);
          const { moved, stayed } = there.sessions as { moved: number; stayed: number };
          expect(moved + stayed).toBe(there.before.spus.reduce((sum, { sessions }) => sum + sessions.created, 0));
          if (a === b && rows === undefined) expect(moved).toBe(0);
        },
      ),
      { seed: 21, numRuns: 25 },
    );
  });

  it.each<[string, Scenario, Scenario, RegExp]>([
    [
      'the central point chooses',
      scenarioOf(uniform(50), { release: '12.1X44-D5', cards: '1=SPC1,2=SPC1,7=IOC1' }),
      scenarioOf(uniform(50)),
      /^the central point chooses by rr-based: which SPU/,
    ],
    [
      'a hash is not symmetric',
      scenarioOf(uniform(50)),
      { ...scenarioOf(uniform(50)), symmetric: false },
      /^the hash is not symmetric: which SPU gets a session/,
    ],
    ['the traffic differs', scenarioOf(uniform(50)), scenarioOf(uniform(60)), /^the traffic is another one/],
  ])('says why sessions cannot be followed: %s', async (_, before, after, why) => {
    const { sessions, sameTraffic } = await compareScenarios(before, after);
    expect(sessions).toMatch(why);
    expect(sameTraffic).toBe(!/traffic/.test(String(sessions)));
  });

  it('gives each side its own traffic where they differ', async () => {
    const { before, after } = await compareScenarios(scenarioOf(uniform(50)), scenarioOf(uniform(60)));
    expect([before.input.packets, after.input.packets]).toEqual([50, 60]);
  });

  it('tells of a capture that is corrupt in the middle', async () => {
    const bytes = readFileSync(office).subarray(0, 100_001);
    const seen: string[] = [];
    const { inputError, before } = await compareScenarios(captured, captured, {
      openCapture: () => readCapture(bytes),
      onInputError: (error, capture) => seen.push(`${capture} ${error instanceof CaptureError}`),
    });
    expect(inputError).toMatch(/^Cannot read capture/);
    expect(before.input.packets).toBeGreaterThan(100);
    expect(seen).toEqual(['office.pcapng true']);
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(compareScenarios(captured, captured, { openCapture, signal })).rejects.toThrow('enough');
  });
});

describe('R-if-4: the outage', () => {
  it.each<[string, ScenarioChange, RegExp, number]>([
    // 180 s Routing Engine, 120 s card, 60 s SPU, one second for each of the SPUs that join the central point, 1 s tables
    ['R-boot-4: a services card', { cards: '1-3=SPC2,7=IOC2' }, /^services cards take part from the next reboot/, 372],
    ['another release', { release: '18.2R1' }, /^release 18\.2R1 starts with a reboot/, 368],
    ['R-boot-12: an I/O card', { cards: '1-2=SPC2,7-8=IOC2' }, /^I\/O cards come and go without a reboot/, 0],
    ['another model', { model: 'srx5600', cards: '1-2=SPC2,5=IOC2' }, /^the chassis is another model/, 368],
    ['the hash, which is ours', { hash: 'fnv1a' }, /^nothing changes on the device/, 0],
    ['a table of another length', { tableLength: 256 }, /^the distribution table is built when the chassis boots/, 368],
  ])('%s', async (_, change, why, seconds) => {
    const before = scenarioOf(uniform(1000), { cards: '1-2=SPC2,7=IOC2', release: '17.4R1' });
    const { outage, before: side } = await compareScenarios(before, changeScenario(before, change));
    expect(outage.why).toMatch(why);
    expect(outage.seconds).toBeCloseTo(seconds, 9);
    const durationS = side.input.durationNs / 1e9;
    expect(outage.packets).toBe(Math.round((1000 * seconds) / durationS));
    expect(outage.newSessions).toBe(outage.packets);
    expect(outage.sessionsLost).toBe(seconds === 0 ? 0 : 1000);
    expect(outage.reboot).toBe(seconds > 0);
  });

  it.each<[string, Partial<Scenario>, RegExp]>([
    ['R-ord-8: the mode of packet ordering', { ordering: { mode: 'software' } }, /^a mode of packet ordering takes/],
    ['the place of the central point', { chassis: { centralPoint: 'fpc2.pic1' } }, /^the central point is chosen/],
    ['forwarding of IPv6', { configuration: { forwarding: { inet6: 'drop' } } }, /^a forwarding mode of IPv6 takes/],
    [
      'a mode in a Junos text',
      {
        configuration: { junos: 'set security forwarding-process application-services packet-ordering-mode software' },
      },
      /^a mode of packet ordering takes/,
    ],
  ])('of what waits for a reboot is that of the reboot: %s', async (_, change, why) => {
    const { outage } = await compareScenarios(scenarioOf(uniform(10)), { ...scenarioOf(uniform(10)), ...change });
    expect(outage).toMatchObject({ reboot: true, seconds: 368 });
    expect(outage.why).toMatch(why);
  });

  it.each<[string, string, string, number]>([
    ['the only one is another', '1=SPC2,7=IOC2', '1=SPC2,7=IOC3', 90],
    ['it stands in another slot', '1=SPC2,7=IOC2', '1=SPC2,8=IOC3', 0],
    ['one of two is another', '1=SPC2,7-8=IOC2', '1=SPC2,7=IOC2,8=IOC3', 0],
  ])('R-boot-12: of I/O cards is that of the chassis in time: %s', async (_, from, to, seconds) => {
    const before = scenarioOf(uniform(1000), { cards: from });
    const { outage, before: side } = await compareScenarios(before, changeScenario(before, { cards: to }));
    expect(outage).toMatchObject({ reboot: false, seconds, sessionsLost: 0 });
    expect(outage.packets).toBe(Math.round((1000 * seconds * 1e9) / side.input.durationNs));
  });

  it('is told as one without a reboot where there is none', async () => {
    const before = scenarioOf(uniform(10), { cards: '1=SPC2,7=IOC2' });
    const text = renderComparison(await compareScenarios(before, changeScenario(before, { cards: '1=SPC2,7=IOC3' })));
    expect(text).toContain('an outage without a reboot (no other I/O card is there while the new one boots): 90 s');
  });
});

/** A capture of flows that each send so many packets a second, evenly, for so many seconds. */
function steady(
  flows: number,
  perSecond: number,
  seconds: number,
  isFragmented = false,
): () => ReturnType<typeof readCapture> {
  const writer = new PcapWriter({ resolution: 'ns' });
  const frame = new Uint8Array(60);
  frame.set(
    [0x08, 0x00, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 0, 198, 51, 100, 1, 0, 1, 0, 2, 0, 26],
    12,
  );
  const total = flows * perSecond * seconds;
  for (let n = 0; n < total; n++) {
    const flow = n % flows;
    frame[28] = flow >> 8;
    frame[29] = flow & 255;
    if (isFragmented) {
      // the first of two, then the other
      const isLater = Math.floor(n / flows) % 2 === 1;
      frame.set([44, 0, flow, isLater ? 0 : 0x20, isLater ? 3 : 0], 17);
    }
    const ns = Math.floor((n * 1e9) / (flows * perSecond));
    writer.add(frame, 0, 60, 60, 1_767_225_600 + Math.floor(ns / 1e9), ns % 1e9);
  }
  const bytes = writer.take();
  return () => readCapture(bytes);
}

/** Costs that let a little traffic be much. */
const slow = { SPC2: { fastPathNs: 1_000_000, firstPathNs: 999_999, setUpNs: 1, queueNs: 1_000_000_000 } };

describe('headroom: simple changes change it in the right direction', () => {
  const file: Scenario = { ...captured, spuSpeeds: slow };

  it('R-if-1: twice the rate of every flow halves the factor of the CPU, and leaves that of the sessions', async () => {
    const once = await compareScenarios(file, file, { openCapture: steady(100, 30, 3) });
    const twice = await compareScenarios(file, file, { openCapture: steady(100, 60, 3) });
    expect(limitOf(once.before, 'cpu') / limitOf(twice.before, 'cpu')).toBeCloseTo(2, 2);
    expect(limitOf(once.before, 'sessions')).toBe(limitOf(twice.before, 'sessions'));
  });

  it.each<[string, Partial<Scenario>, boolean]>([
    ['packets that policies deny', { configuration: { defaultPolicy: 'deny' } }, false],
    ['fragments', {}, true],
    ['fragments that policies deny', { configuration: { defaultPolicy: 'deny' } }, true],
    ['sessions that find no room', { chassis: { sessionsPerSpu: { SPC2: 3 } } }, false],
  ])('R-if-1: that holds for work which makes no session, and is little: %s', async (_, change, isFragmented) => {
    const scenario: Scenario = {
      ...captured,
      ...change,
      spuSpeeds: { SPC2: { firstPathNs: 15_999, setUpNs: 1, fragmentNs: 4000, queueNs: 1_000_000_000 } },
    };
    const after = changeScenario(scenario, { hash: 'fnv1a' }); // any other path, so that both are looked at
    const once = await compareScenarios(scenario, after, { openCapture: steady(100, 10, 3, isFragmented) });
    const twice = await compareScenarios(scenario, after, { openCapture: steady(100, 20, 3, isFragmented) });
    for (const side of ['before', 'after'] as const) {
      const [one, two] = [once[side], twice[side]];
      expect(Math.max(...one.spus.map(({ cpu }) => cpu.peakPercent))).toBeLessThan(2); // whole percent are too coarse
      expect(limitOf(one, 'cpu') / limitOf(two, 'cpu')).toBeCloseTo(2, 2);
    }
  });

  it('R-if-1: twice the sessions halve the factor of the sessions, as nearly as chance spreads them', async () => {
    const [once, twice] = [scenarioOf(uniform(20_000)), scenarioOf(uniform(40_000))];
    const { before, after } = await compareScenarios(once, twice);
    expect(limitOf(before, 'sessions') / limitOf(after, 'sessions')).toBeGreaterThan(1.94);
    expect(limitOf(before, 'sessions') / limitOf(after, 'sessions')).toBeLessThan(2.06);
    expect(limitOf(before, 'session-rate') / limitOf(after, 'session-rate')).toBeCloseTo(2, 0);
  });

  it('a card of the same type in a higher slot lowers the expected headroom by one row at most', async () => {
    for (const [card, release] of [
      ['SPC1', '17.4R1'],
      ['SPC2', '17.4R1'],
      ['SPC3', '18.2R1'],
    ]) {
      for (let cards = 1; cards < 11; cards++) {
        const before = scenarioOf(uniform(5), { cards: `0-${cards - 1}=${card},11=IOC2`, release });
        const { before: a, after: b } = await compareScenarios(
          before,
          changeScenario(before, { cards: `0-${cards}=${card},11=IOC2` }),
        );
        // of flows drawn uniformly an SPU gets the part that its rows are of the table
        const [from, to] = [a, b].map(({ spus }) =>
          Math.min(...spus.filter(({ rows }) => rows > 0).map(({ rows, sessions }) => sessions.capacity / rows)),
        );
        const rows = Math.max(...b.spus.map((spu) => spu.rows));
        expect(to, `${cards} ${card}`).toBeGreaterThanOrEqual(from * (1 - 1 / rows));
      }
    }
  });

  it('one more card raises it for many flows of one size', async () => {
    const before = scenarioOf(uniform(20_000), { cards: '1=SPC2,7=IOC2' });
    const { before: a, after: b } = await compareScenarios(
      before,
      changeScenario(before, { cards: '1-2=SPC2,7=IOC2' }),
    );
    expect(limitOf(b, 'sessions') / limitOf(a, 'sessions')).toBeCloseTo(7 / 3, 0);
    expect(limitOf(b, 'cpu')).toBeGreaterThan(2 * limitOf(a, 'cpu'));
  });

  it('counterexample: one more card lowers it where an elephant moves onto the SPU of another', async () => {
    const before = scenarioOf(
      { ...uniform(200, 8000), seed: 6, elephants: { count: 2, share: 0.7 } },
      { cards: '1=SPC2,7=IOC2' },
    );
    const { before: a, after: b } = await compareScenarios(
      before,
      changeScenario(before, { cards: '1-2=SPC2,7=IOC2' }),
    );
    expect(limitOf(b, 'cpu')).toBeLessThan(0.8 * limitOf(a, 'cpu'));
    expect([a.unevenness.cause, a.unevenness.elephants.sessions]).toEqual(['elephants', 1]);
    expect([b.unevenness.cause, b.unevenness.elephants.sessions]).toEqual(['elephants', 2]);
  });

  it('R-if-2: a limit that is reached is said to be, and its factor is 1 at most', async () => {
    const full = scenarioOf(uniform(2000), { sessionsPerSpu: { SPC2: 100 } });
    const { before } = await compareScenarios(full, full);
    expect(before.headroom.first).toMatchObject({ limit: 'sessions', factor: 1, reached: true, used: 100 });
    const busy: Scenario = { ...captured, spuSpeeds: { SPC2: { ...slow.SPC2, threads: 1, queueNs: 1 } } };
    const { before: hot } = await compareScenarios(busy, busy, { openCapture: steady(300, 20, 2) });
    expect(hot.headroom.first).toMatchObject({ limit: 'cpu', reached: true });
    expect(hot.headroom.first!.factor).toBeLessThanOrEqual(1);
  });

  it("knows the central point's table where there is one", async () => {
    const before = scenarioOf(uniform(500), { release: '12.1X44-D10', cards: '1=SPC1,2=SPC1,7=IOC1' });
    const { before: a, after: b } = await compareScenarios(before, changeScenario(before, { release: '17.4R1' }));
    expect(a.headroom.limits.find(({ limit }) => limit === 'central-point')).toMatchObject({
      spuId: 4,
      used: 500,
      capacity: 2_359_296,
    });
    expect(b.headroom.limits.some(({ limit }) => limit === 'central-point')).toBe(false);
  });
});

describe('renderComparison()', () => {
  it('fits 100 columns with many packets on other cards, too', async () => {
    const before = scenarioOf(uniform(100), { cards: '0-9=SPC2,10=IOC3', release: '18.2R1' });
    const {
      before: a,
      after: b,
      ...rest
    } = await compareScenarios(before, changeScenario(before, { cards: '0-9=SPC3,10=IOC3' }));
    const many = <T extends typeof a>(side: T) => ({
      ...side,
      spus: side.spus.map((spu) => ({ ...spu, packets: 1e12, sessions: { ...spu.sessions, created: 1e8 } })),
    });
    const text = renderComparison({ before: many(a), after: many(b), ...rest });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).toContain('SPC2 -> SPC3  1,000,000,000,000  1,000,000,000,000');
  });

  it('fits 100 columns, and shows both sides', async () => {
    const after = changeScenario(captured, { cards: '1-3=SPC2,7=IOC2' });
    const names = ['office.pcapng', 'with a third card'] as const;
    const text = renderComparison(await compareScenarios(captured, after, { openCapture, names }));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).toMatch(/^office\.pcapng -> with a third card\n/);
    expect(text).toMatch(/^cards {2}1-2=SPC2,7=IOC2 {2}1-3=SPC2,7=IOC2$/m);
    expect(text).toMatch(/^ 15 {2}SPC2 +- +1,131 +- +94 +- +1\.00 /m);
    expect(text).toMatch(/^before: Uneven by elephants: SPU 6 has 1\.66 x/m);
    expect(text).toMatch(/^sessions: \d+ of 1,034 of this traffic get another SPU \(\d+\.\d %\)$/m);
    expect(text).toMatch(/^a reboot \(services cards take part from the next reboot on\): 372 s without traffic/m);
  });
});
