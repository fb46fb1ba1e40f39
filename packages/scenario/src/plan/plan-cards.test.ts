import { readFileSync } from 'node:fs';
import { readCapture } from '@midplane/capture';
import { describe, expect, it } from 'vitest';
import { compareScenarios } from '../compare/compare.ts';
import type { Scenario, ScenarioChassis, WorkloadItem } from '../scenario.ts';
import { planCards } from './plan-cards.ts';
import { planJsonSchema, planSchema } from './plan-schema.ts';
import { renderPlan } from './render-plan.ts';

const office = new URL('../../../../testdata/office.pcapng', import.meta.url);

function scenarioOf(workload: WorkloadItem['workload'], rest: Omit<Scenario, 'schema' | 'traffic'> = {}): Scenario {
  return { schema: 'midplane-scenario/1', ...rest, traffic: [{ workload }] };
}

const uniform = (flows: number, packets = flows) => ({
  seed: 3,
  packets,
  flows: { count: flows, popularity: 'uniform' as const },
  durationSeconds: 2,
  protocols: { udp: 1 },
});

/** Tables that a little traffic fills. */
const small = (chassis: ScenarioChassis = {}): ScenarioChassis => ({
  release: '18.2R1',
  sessionsPerSpu: { SPC1: 100, SPC2: 400, SPC3: 1000 },
  ...chassis,
});

describe('planCards()', () => {
  it('says the same twice, in the form of its schema', async () => {
    const scenario = scenarioOf(uniform(2000), { chassis: small() });
    const one = await planCards(scenario, { growth: 2 });
    expect(JSON.stringify(await planCards(scenario, { growth: 2 }))).toBe(JSON.stringify(one));
    expect(planSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
    expect(planJsonSchema()).toMatchObject({ type: 'object' });
  });

  it('R-if-5: takes the fewest cards, then the older kind', async () => {
    // one card takes 100, 1,200 and 2,000 sessions: the SPU of the central point takes none on SPC1 and SPC2
    const plan = await planCards(scenarioOf(uniform(900), { chassis: small() }));
    expect(plan.candidates.map(({ cards, verdict, run }) => [cards, verdict, run])).toEqual([
      ['0=SPC1,7=IOC2', 'too-small', false],
      ['0=SPC2,7=IOC2', 'holds', true],
    ]);
    expect(plan.chosen).toMatchObject({ services: { SPC2: 1 } });
    const twice = await planCards(scenarioOf(uniform(900), { chassis: small() }), { growth: 2 });
    expect(twice.chosen?.services).toEqual({ SPC3: 1 });
  });

  it('chooses what really holds: a run of it has the headroom, one of a card less has not', async () => {
    const scenario = scenarioOf(uniform(3000), { chassis: small() });
    const growth = 1.7;
    const { chosen } = await planCards(scenario, { growth, types: ['SPC2'] });
    const count = chosen!.services.SPC2!;
    const on = (cards: string): Scenario => ({ ...scenario, chassis: { ...scenario.chassis, cards } });
    const { before, after } = await compareScenarios(
      on(`0-${count - 2}=SPC2,7=IOC2`),
      on(`0-${count - 1}=SPC2,7=IOC2`),
    );
    expect(chosen!.cards).toBe(`0-${count - 1}=SPC2,7=IOC2`);
    expect(before.headroom.first!.factor).toBeLessThan(growth);
    expect(after.headroom.first!.factor).toBeGreaterThanOrEqual(growth);
  });

  it('never takes fewer cards for more growth, a lower target of the CPU or slower SPUs', async () => {
    const scenario = scenarioOf(uniform(500, 20_000), { chassis: { release: '17.4R1' } });
    const needed = async (options: Parameters<typeof planCards>[1], fastPathNs = 4_000_000): Promise<number> => {
      const slow = { ...scenario, spuSpeeds: { SPC2: { fastPathNs, queueNs: 1_000_000_000 } } };
      const plan = await planCards(slow, { types: ['SPC2'], ...options });
      return plan.chosen?.services.SPC2 ?? 99;
    };
    const once = await needed({});
    expect(once).toBeLessThan(await needed({ growth: 2 }));
    expect(once).toBeLessThan(await needed({ cpuTargetPercent: 35 }));
    expect(once).toBeLessThan(await needed({}, 8_000_000));
  });

  it('counts the totals of the traffic once, whatever the cards', async () => {
    const { demand } = await planCards(scenarioOf({ ...uniform(400, 4000), elephants: { count: 1, share: 0.25 } }));
    expect(demand).toMatchObject({ packets: 4000, sessions: 401, largest: { packetShare: 0.25 } });
    expect(demand.sessionsPerSecond).toBeGreaterThan(190);
    // 16 us in 16 threads, 200 us for a first packet: an SPC2 SPU is busy with some percent of a second
    expect(demand.busySpus.SPC2).toBeGreaterThan(0.002);
    expect(demand.busySpus.SPC2).toBeLessThan(0.02);
    expect(demand.busySpus.SPC1).toBeGreaterThan(demand.busySpus.SPC2!);
    expect(demand.busySpus.SPC3).toBeLessThan(demand.busySpus.SPC2!);
  });

  it('R-if-6: stops where one session is too much for an SPU: more cards of the kind do not help', async () => {
    const scenario = scenarioOf(
      { ...uniform(100, 20_000), elephants: { count: 1, share: 0.8 } },
      {
        chassis: { release: '18.2R1' },
        spuSpeeds: { SPC1: { fastPathNs: 1_000_000 }, SPC2: { fastPathNs: 1_500_000 } },
      },
    );
    const { candidates, chosen } = await planCards(scenario);
    expect(candidates.map(({ cards, verdict }) => `${cards} ${verdict}`)).toEqual([
      '0=SPC1,7=IOC2 too-small',
      '0=SPC2,7=IOC2 elephant',
      '0=SPC3,7=IOC2 holds',
    ]);
    expect(candidates[1].reason).toMatch(/one session has 9\d\.\d % of that work and cannot be divided: /);
    expect(chosen?.services).toEqual({ SPC3: 1 });
    const none = await planCards(scenario, { types: ['SPC2'] });
    expect([none.chosen, none.candidates.length]).toEqual([null, 1]);
  });

  it('R-if-6: does not stop where a session has most packets of an SPU, and others its work', async () => {
    const scenario = scenarioOf(
      {
        ...uniform(5, 40_000),
        durationSeconds: 10,
        elephants: { count: 1, share: 0.97 },
        floods: [{ kind: 'udp', perSecond: 190, fromSeconds: 2, untilSeconds: 3 }],
      },
      {
        spuSpeeds: {
          SPC2: { threads: 1, fastPathNs: 20_000, firstPathNs: 6_000_000, setUpNs: 4_000_000, queueNs: 1_000_000_000 },
        },
      },
    );
    const { candidates, chosen } = await planCards(scenario, { types: ['SPC2'] });
    expect(candidates.map(({ verdict }) => verdict)).not.toContain('elephant');
    expect(chosen).not.toBeNull();
  });

  it('R-if-5: counts the work on packets that make no session', async () => {
    const denied = scenarioOf(uniform(3000), { configuration: { defaultPolicy: 'deny' } });
    const { chosen, candidates, demand } = await planCards(denied, { growth: 1_000_000 });
    expect([chosen, demand.sessions]).toEqual([null, 0]);
    expect(demand.busySpus.SPC2).toBeGreaterThan(0.01); // 1,500 packets a second in 16 threads, 120 us each
    expect(candidates.every(({ binding }) => binding.limit === 'cpu')).toBe(true);
  });

  it('says that nothing holds, and why the largest set does not', async () => {
    const scenario = scenarioOf(uniform(2000), { chassis: small({ model: 'srx5400', cards: '0=SPC2,2=IOC2' }) });
    const { chosen, candidates } = await planCards(scenario, { growth: 10, types: ['SPC1', 'SPC2'] });
    expect(chosen).toBeNull();
    expect(candidates.at(-1)).toMatchObject({ cards: '0-1=SPC2,2=IOC2', run: false });
    expect(candidates.at(-1)!.reason).toBe(
      'even spread perfectly, sessions at a time 2,000 of 2,800: fits 1.40 x, 10 x is wanted',
    );
  });

  it('keeps the cards that are there, if asked to', async () => {
    const scenario = scenarioOf(uniform(2000), { chassis: small({ cards: '1=SPC2,2=SPC2,7=IOC2' }) });
    const as = async (growth: number) => (await planCards(scenario, { growth, keep: true })).chosen?.cards;
    expect(await as(1)).toBe('1-2=SPC2,7=IOC2');
    expect(await as(1.5)).toBe('0-2=SPC2,7=IOC2');
    expect((await planCards(scenario, { growth: 1.5, keep: true })).order).toMatch(/added/);
  });

  it('R-mode-11: adds to cards whose mode wants both kinds', async () => {
    const chassis = { release: '12.3X48-D10', distributionMode: 'adaptive', cards: '0=SPC1,1=SPC2,7=IOC1' } as const;
    const { chosen } = await planCards(scenarioOf(uniform(10), { chassis }), { keep: true });
    expect(chosen?.cards).toBe('0=SPC1,1=SPC2,7=IOC1');
  });

  it('R-if-2: says of a limit that is reached that the traffic wants more, not that it fits once', async () => {
    const chassis = small({ cards: '1=SPC2,7=IOC2', sessionsPerSpu: { SPC2: 100 } });
    const { candidates } = await planCards(scenarioOf(uniform(299), { chassis }), { keep: true, types: ['SPC2'] });
    expect(candidates[0]).toMatchObject({ run: true, verdict: 'too-small', binding: { factor: 1 } });
    expect(candidates[0].reason).toMatch(/100 of 100: this traffic takes all of it and wants more$/);
  });

  it.each<[string, string, string[]]>([
    ['R-chassis-16: cards that the release does not run', '17.4R1', ['SPC1', 'SPC2']],
    ['all', '18.2R1', ['SPC1', 'SPC2', 'SPC3']],
  ])('looks at the cards that the release runs: %s', async (_, release, types) => {
    expect((await planCards(scenarioOf(uniform(10), { chassis: { release } }))).types).toEqual(types);
  });

  it("minds the central point's table where there is one", async () => {
    const scenario = scenarioOf(uniform(50), {
      chassis: { release: '12.1X44-D10', cards: '1=SPC1,2=SPC1,7=IOC1' },
      spuSpeeds: { SPC1: { firstPathNs: 1, setUpNs: 1, fastPathNs: 1 } },
    });
    const { candidates } = await planCards(scenario, { growth: 100_000, types: ['SPC1'] });
    // one SPU alone is the limit at first; with more cards the table of the central point is
    expect(candidates[0].binding.limit).toBe('sessions');
    expect(candidates.at(-1)!.binding).toMatchObject({ limit: 'central-point', capacity: 2_359_296 });
  });

  it('leaves out sets for whose SPUs the table of the scenario has not enough rows', async () => {
    const scenario = scenarioOf(uniform(900), { chassis: small({ tableLength: 7 }) });
    const { candidates } = await planCards(scenario, { growth: 100, types: ['SPC2'] });
    expect(candidates.map(({ cards }) => cards)).toEqual(['0=SPC2,7=IOC2', '0-1=SPC2,7=IOC2']);
  });

  it('works on a capture, which it opens again for every run', async () => {
    let opened = 0;
    const openCapture = () => {
      opened++;
      return readCapture(readFileSync(office));
    };
    const scenario: Scenario = { schema: 'midplane-scenario/1', traffic: [{ capture: 'office.pcapng' }] };
    const { chosen, candidates } = await planCards(scenario, { openCapture, growth: 3 });
    expect(chosen?.cards).toBe('0=SPC1,7=IOC2');
    expect(opened).toBe(1 + candidates.length);
  });

  it.each<[string, Parameters<typeof planCards>[1], ScenarioChassis, RegExp]>([
    ['growth', { growth: 0 }, {}, /^Cannot plan cards: growth must be above 0 and at most 1000000: got 0$/],
    ['target', { cpuTargetPercent: 101 }, {}, /cpuTargetPercent must be above 0 and at most 100: got 101$/],
    ['kinds', { types: ['SPC3'] }, {}, /release 17\.4R1 must run one of the kinds, .*: got SPC3 and 11 free slots$/],
    [
      'a mode that wants both kinds of cards',
      {},
      { release: '12.3X48-D10', distributionMode: 'adaptive', cards: '0=SPC1,1=SPC2,7=IOC1' },
      /^Cannot plan cards: services cards of one kind must allow .*, or the cards .* kept: got SPC1, SPC2, SPC3 \(Cannot/,
    ],
    ['chassis', {}, { cards: '1=SPC2' }, /at least one slot must hold an I\/O card/],
  ])('refuses what cannot be: %s', async (_, options, chassis, message) => {
    await expect(planCards(scenarioOf(uniform(10), { chassis }), options)).rejects.toThrow(message);
  });
});

describe('renderPlan()', () => {
  it('fits 100 columns, and says what holds, what does not and why', async () => {
    const plan = await planCards(scenarioOf(uniform(9000), { chassis: small() }), { growth: 1.5, types: ['SPC2'] });
    const text = renderPlan(plan);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text.replaceAll('\n', ' ')).toContain(
      `${plan.chosen!.cards} holds this traffic 1.5 times in an srx5800 of release 18.2R1. `,
    );
    expect(text).toMatch(
      /^0=SPC2,7=IOC2 too small: even spread perfectly, sessions at a time 9,000 of 1,200: fits 0\.13 x,/m,
    );
    expect(text).toMatch(/fits 1\.\d\d x$/m);
  });

  it('says that nothing holds', async () => {
    const chassis = small({ model: 'srx5400', cards: '0=SPC2,2=IOC2' });
    const plan = await planCards(scenarioOf(uniform(2000), { chassis }), { growth: 10, types: ['SPC1'] });
    expect(renderPlan(plan)).toMatch(
      /^No set of cards holds this traffic 10 times in an srx5400 of release 18\.2R1\.\n/,
    );
  });
});
