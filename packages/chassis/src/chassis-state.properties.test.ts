/*
 * Random sequences of commands on random chassis: what must hold after each of them, whatever came before.
 */
import { buildDistributionTable, countRows, weightsByCapacity } from '@midplane/weights';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChassisCommand,
  ChassisError,
  ChassisState,
  type ChassisStateOptions,
  type ResolvedChassis,
  resolveChassis,
} from './index.ts';

const S = 1_000_000_000;
const SLOTS = 6;

const STARTS: readonly ChassisStateOptions[] = [
  { release: '17.4R1', cards: '1=SPC2,2=SPC2,5=IOC2' },
  { release: '17.4R1', cards: '0=SPC1,3=SPC2,4=IOC1,5=IOC3', centralPoint: 13 },
  { release: '12.3X48-D10', cards: '0=SPC1,1=SPC2,5=IOC1' },
  { release: '12.3X48-D10', cards: '0=SPC1,1=SPC2,5=IOC1', distributionMode: 'adaptive' },
  { release: '15.1X49-D10', cards: '2=SPC2,5=IOC1', distributionMode: 'rr-based' },
  { release: '21.2R1', cards: '0=SPC2,1=SPC3,4=IOC4' },
];

const anySlot = fc.integer({ min: 0, max: SLOTS - 1 });
const anySpu = fc.integer({ min: 0, max: SLOTS * 4 - 1 });
const anyCard = fc.constantFrom('SPC1', 'SPC2', 'SPC3', 'IOC1', 'IOC2', 'IOC3', 'IOC4');
const anyCommand: fc.Arbitrary<ChassisCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ command: fc.constant('failSpu' as const), spu: anySpu, permanent: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ command: fc.constant('failCard' as const), slot: anySlot, permanent: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ command: fc.constant('insertCard' as const), slot: anySlot, card: anyCard }) },
  { weight: 2, arbitrary: fc.record({ command: fc.constant('removeCard' as const), slot: anySlot }) },
  { weight: 1, arbitrary: fc.record({ command: fc.constant('offline' as const), slot: anySlot }) },
  { weight: 2, arbitrary: fc.record({ command: fc.constant('online' as const), slot: anySlot }) },
  { weight: 2, arbitrary: fc.record({ command: fc.constant('restart' as const), slot: anySlot }) },
  { weight: 1, arbitrary: fc.record({ command: fc.constant('reboot' as const) }) },
);
/** Seconds before a command: none, within a boot, or longer than any. */
const anyPause = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 250 }), fc.constant(3000));
const anyStart: fc.Arbitrary<ChassisStateOptions> = fc
  .record({ options: fc.constantFrom(...STARTS), start: fc.constantFrom('running' as const, 'boot' as const) })
  .map(({ options, start }) => ({ ...options, model: 'srx5600', start }));
const anySteps = fc.array(fc.tuple(anyPause, anyCommand), { minLength: 1, maxLength: 25 });

/** Everything that can be seen of a chassis. */
function look(chassis: ChassisState): unknown {
  const { nowNs, nextNs, epoch, version, inForce, trafficBlock, slots, alarms, events, outages } = chassis;
  return { nowNs, nextNs, epoch, version, inForce, trafficBlock, slots, alarms, events: [...events], outages };
}

/** Gives a command; tells whether it was followed. A refused one must leave everything as it was. */
function give(chassis: ChassisState, atNs: number, command: ChassisCommand): boolean {
  chassis.advance(atNs);
  const before = JSON.stringify(look(chassis));
  try {
    chassis.command(atNs, command);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ChassisError);
    expect((error as Error).message).toMatch(/^Cannot [^\n]+: got [^\n]+$/);
    expect(JSON.stringify(look(chassis))).toBe(before);
    return false;
  }
}

/** Alarms as they must follow from what the slots show. */
function alarmsBySlots({ slots }: ChassisState): string[] {
  return slots.flatMap(({ slot, state, waitsForReboot, pics }) => {
    if (state === 'empty') return [];
    if (state === 'failed') return [`FPC ${slot} failed`];
    if (state === 'offline') return [`FPC ${slot} offline by command`];
    const failed = pics.filter((pic) => pic.state === 'failed');
    return [
      ...(waitsForReboot ? [`FPC ${slot} waits for a reboot of the chassis`] : []),
      ...failed.map(({ pic }) => `FPC ${slot} PIC ${pic} SPU failed`),
    ];
  });
}

/** What must hold at any time. */
function check(chassis: ChassisState): void {
  const { inForce, slots, trafficBlock, outages, nowNs, nextNs } = chassis;
  const pics = slots.flatMap((slot) => slot.pics.map((pic) => ({ ...pic, waits: slot.waitsForReboot })));
  const spus = pics.filter(({ spuId }) => spuId !== null);
  expect(nextNs).toBeGreaterThan(nowNs);
  expect(chassis.alarms.map(({ text }) => text)).toEqual(alarmsBySlots(chassis));
  if (inForce !== null) {
    // no SPU in force that is not up, and nothing that waits
    for (const { spuId } of inForce.spus) {
      expect(spus.find((spu) => spu.spuId === spuId)).toMatchObject({ state: 'online', waits: false });
    }
    for (const { slot, card } of inForce.iocs) {
      expect(slots[slot]).toMatchObject({ card, state: 'online', waitsForReboot: false });
    }
    const { centralPoint } = inForce;
    expect(inForce.spus.filter(({ role }) => role !== 'flow').map(({ spuId }) => spuId)).toEqual([centralPoint.spuId]);
    expect(inForce.spus.some(({ weight }) => weight > 0)).toBe(true);
    const sum = inForce.spus.reduce((total, { maxSessions }) => total + maxSessions, 0);
    expect(inForce.maxSessions).toBe(Math.min(sum, centralPoint.maxSessions ?? sum));
    if (inForce.distributionMode === 'hash-based') {
      // every SPU that is up and does not wait is in force, and none boots
      expect(spus.filter(({ state }) => state === 'online').map(({ spuId }) => spuId)).toEqual(
        inForce.spus.map(({ spuId }) => spuId),
      );
      expect(spus.filter(({ state }) => state === 'booting')).toEqual([]);
    }
  }
  expect(trafficBlock === null).toBe(inForce !== null && inForce.iocs.length > 0);
  expect(trafficBlock === null).toBe(outages.every(({ untilNs }) => untilNs !== null));
  // nothing waits for what will not come
  if (nextNs === Number.POSITIVE_INFINITY && trafficBlock !== null) {
    expect(['no-services-card', 'no-flow-spu', 'no-io-card']).toContain(trafficBlock.reason);
  }
  let end = -1;
  for (const { fromNs, untilNs } of outages) {
    expect(fromNs).toBeGreaterThanOrEqual(end);
    expect(untilNs ?? nowNs).toBeGreaterThanOrEqual(fromNs);
    end = untilNs ?? Number.POSITIVE_INFINITY;
  }
}

/** What must hold from one look to the next. */
function compare(
  before: { epoch: number; version: number; inForce: ResolvedChassis | null },
  chassis: ChassisState,
): void {
  expect(chassis.epoch).toBeGreaterThanOrEqual(before.epoch);
  if (chassis.epoch > before.epoch) expect(chassis.version).toBeGreaterThanOrEqual(before.version);
  else {
    // without a reset nobody in force is lost
    const now = new Set(chassis.inForce?.spus.map(({ spuId }) => spuId));
    expect(before.inForce?.spus.filter(({ spuId }) => !now.has(spuId)) ?? []).toEqual([]);
    if (before.inForce !== null) expect(chassis.inForce?.regime).toBe(before.inForce.regime);
  }
  if (chassis.version === before.version) expect(chassis.inForce).toBe(before.inForce);
  else expect(chassis.version).toBeGreaterThan(before.version);
}

describe('random commands', () => {
  it('R-boot-1, R-boot-14: no SPU that is not up is in force, epochs rise, alarms match the state, at every change', () => {
    fc.assert(
      fc.property(anyStart, anySteps, (options, steps) => {
        const chassis = new ChassisState(options);
        for (const [pause, command] of steps) {
          const until = chassis.nowNs + pause * S;
          for (let at = chassis.nextNs; at <= until; at = chassis.nextNs) {
            const { epoch, version, inForce } = chassis;
            expect(chassis.advance(at).every(({ atNs }) => atNs === at)).toBe(true);
            compare({ epoch, version, inForce }, chassis);
            check(chassis);
          }
          chassis.advance(until);
          const { epoch, version, inForce } = chassis;
          give(chassis, until, command);
          compare({ epoch, version, inForce }, chassis);
          check(chassis);
        }
        const { events } = chassis;
        for (let i = 1; i < events.length; i++) {
          expect(events[i].atNs).toBeGreaterThanOrEqual(events[i - 1].atNs);
          expect(events[i].epoch).toBeGreaterThanOrEqual(events[i - 1].epoch);
        }
        const resets = events.filter(({ kind }) => kind === 'reset' || kind === 'reboot');
        expect(resets.map(({ epoch }) => epoch)).toEqual(resets.map((_, i) => i + 1));
        expect(chassis.epoch).toBe(resets.length);
      }),
      { seed: 41, numRuns: 300 },
    );
  });

  it('R-boot-1: the table of every state names the SPUs that are up and take sessions, all of them and no other', () => {
    let tables = 0;
    fc.assert(
      fc.property(anyStart, anySteps, (options, steps) => {
        const chassis = new ChassisState(options);
        for (const [pause, command] of steps) {
          give(chassis, chassis.nowNs + pause * S, command);
          const { inForce, slots } = chassis;
          if (inForce === null) continue;
          const capacities = inForce.spus.map(({ spuId, weight }) => ({ spuId, capacity: weight }));
          const [one, other] = [capacities, [...capacities].reverse()].map((list) =>
            buildDistributionTable(weightsByCapacity(list), 256),
          );
          expect(other).toEqual(one);
          const up = slots.flatMap(({ pics }) =>
            pics.filter(({ state }) => state === 'online').map(({ spuId }) => spuId),
          );
          const flow = inForce.spus.filter(({ role }) => role !== 'cp').map(({ spuId }) => spuId);
          expect(countRows(one).map(({ spuId }) => spuId)).toEqual(flow);
          expect(up).toEqual(expect.arrayContaining(flow));
          tables++;
        }
      }),
      { seed: 44, numRuns: 60 },
    );
    expect(tables).toBeGreaterThan(100);
  });

  it('nothing depends on how often time is told', () => {
    fc.assert(
      fc.property(anyStart, anySteps, fc.integer({ min: 1, max: 90 }), (options, steps, often) => {
        const [one, other] = [new ChassisState(options), new ChassisState(options)];
        for (const [pause, command] of steps) {
          const until = one.nowNs + pause * S;
          if (pause < 3000) for (let at = other.nowNs; at < until; at += often * S) other.advance(at);
          expect(give(one, until, command)).toBe(give(other, until, command));
        }
        one.advance(one.nowNs + 3000 * S);
        other.advance(one.nowNs);
        expect(look(other)).toEqual(look(one));
      }),
      { seed: 42 },
    );
  });

  it('R-boot-4, R-boot-13: a reboot after all that gives what resolveChassis() makes of the cards that are there', () => {
    const harmless = anySteps.map((steps) =>
      steps.map(([pause, command]): [number, ChassisCommand] => [
        pause,
        { ...command, permanent: false } as ChassisCommand,
      ]),
    );
    let resolved = 0;
    fc.assert(
      fc.property(anyStart, harmless, ({ start, ...options }, steps) => {
        const chassis = new ChassisState({ ...options, ...(start === undefined ? {} : { start }) });
        for (const [pause, command] of steps) give(chassis, chassis.nowNs + pause * S, command);
        chassis.command(chassis.nowNs, { command: 'reboot' });
        chassis.advance(chassis.nowNs + 3000 * S);
        check(chassis);
        expect([chassis.nextNs, chassis.alarms]).toEqual([Number.POSITIVE_INFINITY, []]);

        const cards: Record<number, string> = {};
        for (const { slot, card } of chassis.slots) if (card !== null) cards[slot] = card;
        const { centralPoint, distributionMode, ...rest } = { ...options, cards };
        const kept = centralPoint !== undefined && ['SPC2', 'SPC1', 'SPC3'].includes(cards[3] ?? '');
        const spuThere = kept && Number(centralPoint) % 4 < (cards[3] === 'SPC2' ? 4 : 2);
        const wanted = { ...rest, ...(spuThere ? { centralPoint } : {}) };
        let expected: ResolvedChassis;
        try {
          try {
            expected = resolveChassis({ ...wanted, ...(distributionMode === undefined ? {} : { distributionMode }) });
          } catch (error) {
            // adaptive is configured, but only one kind of SPC is left
            if ((error as ChassisError).code !== 'unsupported-mode') throw error;
            expected = resolveChassis(wanted);
          }
        } catch (error) {
          expect(['no-spc', 'no-ioc']).toContain((error as ChassisError).code);
          expect(chassis.trafficBlock?.reason).toBe(
            (error as ChassisError).code === 'no-spc' ? 'no-services-card' : 'no-io-card',
          );
          return;
        }
        resolved++;
        expect(chassis.inForce).toEqual(expected);
      }),
      { seed: 43, numRuns: 300 },
    );
    expect(resolved).toBeGreaterThan(150);
  });
});
