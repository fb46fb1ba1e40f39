import { ChassisState, resolveChassis } from '@midplane/chassis';
import { describe, expect, it } from 'vitest';
import { groupSpus, type HostPlanning, planHost } from './plan-host.ts';

const chassis = resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' });
const plan = (options: object, planning: Partial<HostPlanning> = {}) =>
  planHost(
    { chassis, ...options },
    { hosting: 'workers', workers: 2, isRepeatable: true, hasWorkers: true, ...planning },
  );

describe('planHost() where workers are asked for', () => {
  it.each<[string, object]>([
    ['nothing else', {}],
    ['policies', { configuration: { defaultPolicy: 'deny' } }],
    ['sessions that are cleared', { events: [{ atNs: 1, clearSessions: {} }] }],
  ])('takes several with %s', (_, options) => {
    expect(plan(options)).toEqual({ workers: 2, why: 'as asked for' });
  });

  it.each<[string, object, RegExp]>([
    ['a central point', { chassis: resolveChassis({ release: '15.1X49-D10' }) }, /hash-centric regime/],
    ['asymmetric hashing', { symmetric: false }, /pointer records/],
    ['NAT', { configuration: { sourceNat: { pools: {}, rules: [] } } }, /^source NAT ties SPUs together/],
    ['np-cache', { configuration: { npCache: [7] } }, /^np-cache ties/],
    ['messages that are lost', { faults: { seed: 1, loss: 0.1, duplication: 0 } }, /^loss of messages ties/],
    ['a chassis in time', { chassisState: new ChassisState() }, /^a chassis that boots and fails ties/],
    [
      'what is done to a card',
      { events: [{ atNs: 1, chassis: { command: 'reboot' } }] },
      /^a command to the chassis ties/,
    ],
    ['a measured order', { ordering: { measure: true } }, /measured where they leave/],
    ['a fabric', { egress: {} }, /^egress ties/],
    ['an option that nobody knows', { fabric: 7 }, /^fabric ties/],
    ['long ways', { parameters: { spuToSpuDelayNs: 1e9 } }, /takes long/],
  ])('takes one with %s, and says why', (_, options, why) => {
    expect(plan(options)).toEqual({ workers: 1, why: expect.stringMatching(why) });
  });

  it('takes one where NPU tables could become full and the input cannot be read again', () => {
    expect(plan({}, { isRepeatable: false })).toMatchObject({ workers: 1, why: /NPU tables could become full/ });
    const roomy = resolveChassis({ cards: '1=SPC2,7=IOC2', sessionsPerSpu: { SPC2: 1000 } });
    expect(plan({ chassis: roomy }, { isRepeatable: false }).workers).toBe(2);
  });

  it.each<[string, object, RegExp]>([
    ['stages of your own', { stages: (stages: unknown) => stages }, /functions/],
    ['a hash of your own', { hash: { name: 'mine', hash: () => 0 } }, /hash function/],
  ])('stays inline with %s', (_, options, why) => {
    expect(plan(options)).toEqual({ workers: 0, why: expect.stringMatching(why) });
  });

  it('stays inline where something was done to the chassis before', () => {
    const chassisState = new ChassisState();
    chassisState.command(0, { command: 'reboot' });
    expect(plan({ chassisState }).workers).toBe(0);
  });

  it('stays inline in a runtime without workers', () => {
    expect(plan({}, { hasWorkers: false })).toMatchObject({ workers: 0, why: /no workers/ });
  });

  it('takes no more than there are SPUs with sessions', () => {
    expect(plan({ chassis: resolveChassis({ cards: '1=SPC1,7=IOC1', release: '12.3X48-D10' }) }).workers).toBe(1);
  });
});

describe("planHost() with 'auto'", () => {
  const auto = { hosting: 'auto', processors: 4, packets: 10_000_000 } as const;

  it('takes workers for many packets, one processor less than there are', () => {
    expect(plan({}, { ...auto })).toEqual({ workers: 2, why: 'some 10,000,000 packets' });
    const { hosting, processors, packets } = auto;
    expect(planHost({ chassis }, { hosting, processors, packets, isRepeatable: true, hasWorkers: true }).workers).toBe(
      3,
    );
  });

  it.each<[string, object, Partial<HostPlanning>]>([
    ['few packets', {}, { packets: 1000 }],
    ['packets that nobody can count', {}, { packets: undefined }],
    ['one processor', {}, { processors: 1 }],
    ['SPUs that are bound together', { symmetric: false }, {}],
  ])('stays inline with %s', (_, options, planning) => {
    expect(plan(options, { ...auto, ...planning }).workers).toBe(0);
  });
});

describe('groupSpus()', () => {
  it('puts every SPU into one group, about the same weight into each', () => {
    const mixed = resolveChassis({ cards: '0=SPC1,1=SPC2,2=SPC2,3=SPC2,7=IOC2', release: '12.3X48-D10' });
    for (const groups of [1, 2, 3, 5]) {
      const shares = groupSpus({ chassis: mixed }, groups);
      const weights = shares.map((share) => mixed.spus.reduce((sum, { weight }, at) => sum + weight * share[at], 0));
      expect(mixed.spus.every((_, at) => shares.reduce((sum, share) => sum + share[at], 0) === 1)).toBe(true);
      expect(Math.max(...weights) - Math.min(...weights)).toBeLessThanOrEqual(
        Math.max(...mixed.spus.map((s) => s.weight)),
      );
    }
  });
});
