import { describe, expect, it } from 'vitest';
import {
  CHASSIS_TIMING,
  type ChassisCommand,
  ChassisError,
  type ChassisErrorCode,
  ChassisState,
  type ChassisStateOptions,
  type DistributionMode,
  resolveChassis,
} from './index.ts';

const S = 1_000_000_000;
const TWO_SPC2 = { cards: '1=SPC2,2=SPC2,7=IOC2' };
/** SPC1 beside SPC2, adaptive: no table that all SPUs must have. */
const MIXED = { cards: '0=SPC1,1=SPC2,7=IOC1', release: '12.1X46-D10' };

/** Lets everything happen that still will. */
function settled(chassis: ChassisState): ChassisState {
  while (chassis.nextNs < Number.POSITIVE_INFINITY) chassis.advance(chassis.nextNs);
  return chassis;
}

function afterCommands(options: ChassisStateOptions, ...commands: ChassisCommand[]): ChassisState {
  const chassis = new ChassisState(options);
  for (const command of commands) chassis.command(chassis.nowNs + S, command);
  return chassis;
}

/** Slots with a card: `1 SPC2 online` and, where they differ from it, the states of the PICs. */
function slotLines(chassis: ChassisState): string[] {
  return chassis.slots
    .filter(({ card }) => card !== null)
    .map(({ slot, card, state, waitsForReboot, pics }) => {
      const others = pics.some((pic) => pic.state !== state) ? ` (${pics.map((pic) => pic.state).join(' ')})` : '';
      return `${slot} ${card} ${state}${waitsForReboot ? ' waits' : ''}${others}`;
    });
}

const spuIds = (chassis: ChassisState): number[] => chassis.inForce?.spus.map(({ spuId }) => spuId) ?? [];
const alarmTexts = (chassis: ChassisState): string[] =>
  chassis.alarms.map(({ severity, text }) => `${severity}: ${text}`);
const seconds = (chassis: ChassisState): (number | null)[][] =>
  chassis.outages.map(({ fromNs, untilNs }) => [fromNs / S, untilNs === null ? null : untilNs / S]);

describe('running', () => {
  it('starts with everything up: what resolveChassis() gives is in force', () => {
    for (const options of [{}, TWO_SPC2, MIXED]) {
      const chassis = new ChassisState(options);
      expect(chassis.inForce).toEqual(resolveChassis(options));
      expect([chassis.epoch, chassis.version, chassis.nextNs]).toEqual([0, 0, Number.POSITIVE_INFINITY]);
      expect([chassis.trafficBlock, chassis.alarms, chassis.events, chassis.outages]).toEqual([null, [], [], []]);
      expect(chassis.slots.every(({ card, state }) => state === (card === null ? 'empty' : 'online'))).toBe(true);
    }
  });

  it('shows every slot and PIC; an I/O card has a PIC per NPU', () => {
    const { slots } = new ChassisState(MIXED);
    expect(slots.length).toBe(12);
    expect(slots.map(({ pics }) => pics.length)).toEqual([2, 4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    expect(slots[1].pics[2]).toEqual({ pic: 2, spuId: 6, description: 'SPU Flow', state: 'online', sinceNs: 0 });
    expect(slots[7].pics[2]).toEqual({ pic: 2, spuId: null, description: null, state: 'online', sinceNs: 0 });
  });
});

describe('boot', () => {
  it('R-boot-3: Routing Engine, cards, central point, the other SPUs one by one, tables', () => {
    const chassis = settled(new ChassisState({ cards: '1=SPC2,7=IOC2', start: 'boot' }));
    expect(chassis.events.map(({ atNs, text }) => `${atNs / S} ${text}`)).toEqual([
      '0 No traffic passes: Power on',
      '270 FPC 7 online',
      '300 FPC 1 online',
      '360 SPU fpc1.pic0 online',
      '361 SPU fpc1.pic1 online',
      '362 SPU fpc1.pic2 online',
      '363 SPU fpc1.pic3 online',
      '364 Traffic passes after 364 s',
    ]);
    expect([chassis.epoch, chassis.version]).toEqual([0, 1]);
  });

  it('R-boot-3: every time can be set, and is assumed', () => {
    const timing = {
      routingEngineBootS: 10,
      spcBootS: 20,
      iocBootS: 1,
      spuBootS: 4,
      spuJoinS: 2,
      tableLoadS: 3,
      bootTimeoutS: 25,
    };
    expect(Object.keys(timing)).toEqual(Object.keys(CHASSIS_TIMING));
    expect(Object.values(CHASSIS_TIMING).every(({ mark }) => mark === 'A')).toBe(true);
    const chassis = settled(new ChassisState({ cards: '1=SPC2,7=IOC2', start: 'boot', timing }));
    expect(seconds(chassis)).toEqual([[0, 10 + 20 + 4 + 3 * 2 + 3]]);
    expect([chassis.timing, chassis.assumptions]).toEqual([timing, []]);
    const { tableLoadS: _, ...others } = timing;
    const { assumptions } = new ChassisState({ timing: others });
    expect(assumptions.map(({ parameter, value }) => `${parameter} ${value}`)).toEqual(['tableLoadS 1']);
  });

  it.each([
    [0, 'routing-engine-boots', 'The Routing Engine boots'],
    [180, 'central-point-boots', 'Central point boots: fpc1.pic0'],
    [360, 'spus-boot', 'Not all SPUs are up: fpc1.pic1, fpc1.pic2, fpc1.pic3 boot'],
    [362, 'spus-boot', 'Not all SPUs are up: fpc1.pic3 boots'],
    [363, 'tables-load', 'NPUs load the weight table and the distribution table'],
  ])('says at %i s why no traffic passes: %s', (second, reason, text) => {
    const chassis = new ChassisState({ cards: '1=SPC2,7=IOC2', start: 'boot' });
    chassis.advance(second * S);
    expect(chassis.trafficBlock).toEqual({ reason, text });
    expect(chassis.inForce).toBeNull();
  });

  it('waits for the first I/O card where that is the last to come', () => {
    const chassis = new ChassisState({ cards: '1=SPC2,7=IOC2', start: 'boot', timing: { iocBootS: 400 } });
    chassis.advance(500 * S);
    expect(chassis.trafficBlock).toEqual({ reason: 'io-cards-boot', text: 'I/O cards boot: FPC 7' });
    expect(seconds(settled(chassis))).toEqual([[0, 581]]);
  });

  // The documented rule names IOC2 and IOC3; with others it is ours.
  it.each([
    ['R-boot-5: IOC2', '1=SPC2,7=IOC2', '15.1X49-D10', 364],
    ['R-boot-5: IOC3', '1=SPC2,7=IOC3', '15.1X49-D10', 364],
    ['R-boot-8: IOC1', '1=SPC2,7=IOC1', '15.1X49-D10', 364],
    ['R-boot-8: IOC4', '1=SPC3,7=IOC4', '21.2R1', 362],
  ])('%s with hash-based distribution: traffic passes only when all SPUs are up', (_, cards, release, second) => {
    const chassis = new ChassisState({ cards, release, start: 'boot' });
    chassis.advance(second * S - 1);
    expect([chassis.trafficBlock === null, chassis.inForce]).toEqual([false, null]);
    chassis.advance(second * S);
    expect(chassis.trafficBlock).toBeNull();
    expect(chassis.inForce?.distributionMode).toBe('hash-based');
    expect(chassis.slots.flatMap(({ pics }) => pics).every(({ state }) => state === 'online')).toBe(true);
  });

  it('R-boot-9: in other modes traffic passes from the first flow SPU on, and the others join without a reset', () => {
    const chassis = new ChassisState({ ...MIXED, start: 'boot' });
    const steps: string[] = [];
    while (chassis.nextNs < Number.POSITIVE_INFINITY) {
      chassis.advance(chassis.nextNs);
      const { version, epoch, inForce } = chassis;
      if (inForce !== null)
        steps.push(`${chassis.nowNs / S}: ${spuIds(chassis)}; ${inForce.maxSessions} ${version} ${epoch}`);
    }
    expect(steps).toEqual([
      '362: 0,1,4; 2359296 1 0',
      '363: 0,1,4,5; 2359296 2 0',
      '364: 0,1,4,5,6; 2359296 3 0',
      '365: 0,1,4,5,6,7; 2359296 4 0',
    ]);
    expect(chassis.inForce).toEqual(resolveChassis(MIXED));
  });
});

describe('an SPU fails', () => {
  it('R-boot-1: all cards of the data plane are reset, I/O cards too; tables are built over the SPUs that are left', () => {
    const chassis = new ChassisState(TWO_SPC2);
    const events = chassis.command(5 * S, { command: 'failSpu', spu: 'fpc2.pic3' });
    expect(events.map(({ kind, epoch }) => `${kind} ${epoch}`)).toEqual(['spu-failed 0', 'reset 1', 'traffic-stops 1']);
    expect(slotLines(chassis)).toEqual([
      '1 SPC2 booting',
      '2 SPC2 booting (booting booting booting failed)',
      '7 IOC2 booting',
    ]);
    expect(spuIds(settled(chassis))).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(slotLines(chassis)).toEqual([
      '1 SPC2 online',
      '2 SPC2 online (online online online failed)',
      '7 IOC2 online',
    ]);
    expect(alarmTexts(chassis)).toEqual(['major: FPC 2 PIC 3 SPU failed']);
    expect(chassis.inForce?.maxSessions).toBe(6 * 6_291_456);
  });

  it('R-boot-2: the epoch rises, as all sessions are lost, and nothing passes until the cards are up', () => {
    const chassis = afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11 });
    expect([chassis.epoch, chassis.inForce, chassis.trafficBlock?.reason]).toEqual([1, null, 'central-point-boots']);
    chassis.advance(187 * S);
    expect(chassis.inForce).toBeNull();
    chassis.advance(188 * S);
    expect(chassis.trafficBlock).toBeNull();
    expect(chassis.outages).toEqual([{ fromNs: S, untilNs: 188 * S, cause: 'SPU fpc2.pic3 failed' }]);
  });

  it('R-boot-7: the central point moves to the next SPU by its own rule', () => {
    const chassis = settled(afterCommands(TWO_SPC2, { command: 'failSpu', spu: 4 }));
    expect(chassis.inForce?.centralPoint).toMatchObject({ spuId: 5, mode: 'dedicated' });
    expect(chassis.inForce?.spus[0]).toMatchObject({ spuId: 5, role: 'cp', weight: 0 });
    expect(chassis.slots[1].pics.map(({ description }) => description)).toEqual([
      'SPU Flow',
      'SPU Cp',
      'SPU Flow',
      'SPU Flow',
    ]);
    expect(chassis.events.filter(({ kind }) => kind === 'central-point-moved').map(({ text }) => text)).toEqual([
      'Central point moves from fpc1.pic0 to fpc1.pic1',
    ]);
  });

  it('R-boot-7: from the last SPU of an SPC3 it moves to an SPC2', () => {
    const options = { cards: '0=SPC2,3=SPC3,5=IOC4', release: '21.2R1' };
    const chassis = settled(afterCommands(options, { command: 'failSpu', spu: 12 }));
    expect(chassis.inForce?.centralPoint).toMatchObject({ spuId: 13, mode: 'combined' });
    chassis.command(chassis.nowNs, { command: 'failSpu', spu: 13 });
    expect(settled(chassis).inForce?.centralPoint).toMatchObject({ spuId: 0, mode: 'dedicated' });
  });

  it('R-boot-7: an SPU that the user named is the central point while it lives', () => {
    const chassis = settled(afterCommands({ ...TWO_SPC2, centralPoint: 9 }, { command: 'failSpu', spu: 4 }));
    expect(chassis.inForce?.centralPoint.spuId).toBe(9);
    chassis.command(chassis.nowNs, { command: 'failSpu', spu: 9 });
    expect(settled(chassis).inForce?.centralPoint.spuId).toBe(5);
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce?.centralPoint.spuId).toBe(9);
  });

  it('R-boot-13: it stays out through the next reset, and is tried again at the reboot', () => {
    const failed = [11, 10].map((spu): ChassisCommand => ({ command: 'failSpu', spu }));
    const chassis = settled(afterCommands(TWO_SPC2, ...failed));
    expect(spuIds(chassis)).toEqual([4, 5, 6, 7, 8, 9]);
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce).toEqual(resolveChassis(TWO_SPC2));
    expect(chassis.alarms).toEqual([]);
  });

  it('while cards boot: no second reset, unless it is the central point', () => {
    const chassis = afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11 }, { command: 'failSpu', spu: 10 });
    expect(chassis.epoch).toBe(1);
    chassis.command(100 * S, { command: 'failSpu', spu: 4 });
    expect(chassis.epoch).toBe(2);
    expect(spuIds(settled(chassis))).toEqual([5, 6, 7, 8, 9]);
    expect(seconds(chassis)).toEqual([[1, 100 + 120 + 60 + 4 + 1]]);
  });

  it('while tables load: they are loaded without it', () => {
    const chassis = afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11 });
    while (chassis.trafficBlock?.reason !== 'tables-load') chassis.advance(chassis.nextNs);
    chassis.command(chassis.nowNs, { command: 'failSpu', spu: 10 });
    expect([chassis.epoch, spuIds(settled(chassis))]).toEqual([1, [4, 5, 6, 7, 8, 9]]);
  });

  it('while the Routing Engine boots: cards start without it', () => {
    const chassis = afterCommands(TWO_SPC2, { command: 'reboot' }, { command: 'failSpu', spu: 4 });
    expect([chassis.epoch, spuIds(settled(chassis))]).toEqual([1, [5, 6, 7, 8, 9, 10, 11]]);
  });

  it('one after the other until only the central point is left, and then none', () => {
    const chassis = new ChassisState({ cards: '1=SPC1,7=IOC2' });
    chassis.command(0, { command: 'failSpu', spu: 4 });
    expect(settled(chassis).trafficBlock?.reason).toBe('no-flow-spu');
    chassis.command(chassis.nowNs, { command: 'failSpu', spu: 5 });
    expect(settled(chassis).trafficBlock).toEqual({
      reason: 'no-services-card',
      text: 'No SPU is left that takes part',
    });
  });
});

describe('an SPU that never comes up', () => {
  it('R-boot-6: is declared failed when its time is over, and then traffic passes without it', () => {
    const chassis = settled(
      afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11, permanent: true }, { command: 'reboot' }),
    );
    const declared = 2 + 180 + 600;
    expect(
      chassis.events.filter(({ kind }) => kind === 'spu-failed').map(({ atNs, text }) => [atNs / S, text]),
    ).toEqual([
      [1, 'SPU fpc2.pic3 failed'],
      [declared, 'SPU fpc2.pic3 did not come up and is declared failed'],
    ]);
    expect(seconds(chassis)).toEqual([[1, declared + 1]]);
    expect([chassis.epoch, spuIds(chassis)]).toEqual([2, [4, 5, 6, 7, 8, 9, 10]]);
  });

  it('R-boot-6: where it is the central point, the others start again when it is declared failed', () => {
    const chassis = settled(
      afterCommands(TWO_SPC2, { command: 'failSpu', spu: 4, permanent: true }, { command: 'reboot' }),
    );
    expect([chassis.epoch, chassis.inForce?.centralPoint.spuId]).toEqual([3, 5]);
    expect(seconds(chassis)).toEqual([[1, 2 + 180 + 600 + 120 + 60 + 6 + 1]]);
  });

  it('R-boot-6: a card that never comes up too', () => {
    const chassis = settled(
      afterCommands(TWO_SPC2, { command: 'failCard', slot: 2, permanent: true }, { command: 'reboot' }),
    );
    expect(slotLines(chassis)).toEqual(['1 SPC2 online', '2 SPC2 failed', '7 IOC2 online']);
    expect(chassis.outages.at(-1)?.untilNs).toBe((2 + 180 + 600 + 1) * S);
  });

  it('in a mode without hash table it holds nobody up', () => {
    const options = { ...MIXED, timing: { bootTimeoutS: 1000 } };
    const chassis = settled(
      afterCommands(options, { command: 'failSpu', spu: 7, permanent: true }, { command: 'reboot' }),
    );
    expect([chassis.epoch, spuIds(chassis)]).toEqual([2, [0, 1, 4, 5, 6]]);
    expect(seconds(chassis)).toEqual([[1, 2 + 180 + 120 + 60 + 1 + 1]]);
  });

  it('R-w-4: a card whose SPUs get no row of the table is refused; in place of another one it is not', () => {
    const insert = (slot: number) => ({ command: 'insertCard', slot, card: 'SPC2' }) as const;
    const chassis = new ChassisState({ ...TWO_SPC2, tableLength: 7 });
    expect(() => chassis.command(0, insert(3))).toThrow(
      'Cannot insert card: tableLength must be at least the number of SPUs with a weight, 11: got 7',
    );
    chassis.command(0, { command: 'removeCard', slot: 2 });
    chassis.command(0, insert(3));
    chassis.command(0, { command: 'reboot' });
    expect(settled(chassis).inForce?.spus.filter(({ weight }) => weight > 0)).toHaveLength(7);
  });

  it('is gone with its card: another one in the slot comes up', () => {
    const chassis = afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11, permanent: true });
    for (const command of [
      { command: 'removeCard', slot: 2 },
      { command: 'insertCard', slot: 2, card: 'SPC2' },
      { command: 'reboot' },
    ] as const) {
      chassis.command(chassis.nowNs, command);
    }
    expect(settled(chassis).inForce).toEqual(resolveChassis(TWO_SPC2));
  });
});

describe('services cards come and go', () => {
  it('R-boot-4, R-boot-14: an inserted card carries nothing until the reboot, and an alarm says so', () => {
    const chassis = settled(afterCommands(TWO_SPC2, { command: 'insertCard', slot: 3, card: 'SRX5K-SPC-4-15-320' }));
    expect(slotLines(chassis)[2]).toBe('3 SPC2 online waits (offline offline offline offline)');
    expect(alarmTexts(chassis)).toEqual(['minor: FPC 3 waits for a reboot of the chassis']);
    expect(chassis.inForce).toEqual(resolveChassis(TWO_SPC2));
    expect([chassis.epoch, chassis.version, chassis.outages]).toEqual([0, 0, []]);

    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(alarmTexts(settled(chassis))).toEqual([]);
    expect(chassis.inForce).toEqual(resolveChassis({ cards: '1-3=SPC2,7=IOC2' }));
    expect([chassis.epoch, chassis.version]).toEqual([1, 2]);
  });

  it.each<[string, string, ChassisCommand[]]>([
    ['3', 'is inserted', [{ command: 'insertCard', slot: 3, card: 'SPC2' }]],
    [
      '2',
      'is brought online',
      [
        { command: 'offline', slot: 2 },
        { command: 'online', slot: 2 },
      ],
    ],
  ])('the event says that FPC %s waits where it %s', (slot, _, commands) => {
    const { events } = afterCommands(TWO_SPC2, ...commands);
    expect(events.filter(({ kind }) => kind === 'card-booting').map(({ text }) => text)).toEqual([
      `FPC ${slot} boots and waits for a reboot of the chassis`,
    ]);
  });

  it('the event of an I/O card that joins the others says of no reboot', () => {
    const { events } = afterCommands(TWO_SPC2, { command: 'insertCard', slot: 8, card: 'IOC2' });
    expect(events.map(({ text }) => text)).toEqual(['FPC 8 inserted: IOC2', 'FPC 8 boots']);
  });

  it('R-boot-4: it waits through a reset', () => {
    const chassis = settled(
      afterCommands(TWO_SPC2, { command: 'insertCard', slot: 0, card: 'SPC2' }, { command: 'failSpu', spu: 11 }),
    );
    expect(spuIds(chassis)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(alarmTexts(chassis)).toEqual([
      'minor: FPC 0 waits for a reboot of the chassis',
      'major: FPC 2 PIC 3 SPU failed',
    ]);
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce?.centralPoint.spuId).toBe(0);
  });

  it('inserted while the Routing Engine boots, it takes part', () => {
    const chassis = settled(
      afterCommands(TWO_SPC2, { command: 'reboot' }, { command: 'insertCard', slot: 3, card: 'SPC2' }),
    );
    expect([chassis.epoch, spuIds(chassis).length, chassis.alarms]).toEqual([1, 12, []]);
  });

  it.each([
    ['R-boot-10: fails', { command: 'failCard', slot: 2 }, '2 SPC2 failed', ['major: FPC 2 failed']],
    ['R-boot-10: is removed', { command: 'removeCard', slot: 2 }, '7 IOC2 booting', []],
    ['R-boot-10: goes offline', { command: 'offline', slot: 2 }, '2 SPC2 offline', ['minor: FPC 2 offline by command']],
  ] as const)('a card in force %s: as if its SPUs had failed', (_, command, line, alarms) => {
    const chassis = afterCommands(TWO_SPC2, command);
    expect([chassis.epoch, chassis.inForce, slotLines(chassis)[1]]).toEqual([1, null, line]);
    expect(spuIds(settled(chassis))).toEqual([4, 5, 6, 7]);
    expect(alarmTexts(chassis)).toEqual(alarms);
  });

  it('R-boot-10: restarted, all cards start again with it, SPUs of it that had failed too', () => {
    const chassis = settled(afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11 }));
    chassis.command(chassis.nowNs, { command: 'restart', slot: 2 });
    expect(chassis.epoch).toBe(2);
    expect(settled(chassis).inForce).toEqual(resolveChassis(TWO_SPC2));
  });

  it('R-boot-11: brought online again it waits for the reboot, as does a failed one that is restarted', () => {
    const chassis = settled(afterCommands(TWO_SPC2, { command: 'offline', slot: 2 }, { command: 'online', slot: 2 }));
    expect(slotLines(chassis)[1]).toBe('2 SPC2 online waits (offline offline offline offline)');
    const restarted = settled(
      afterCommands(TWO_SPC2, { command: 'failCard', slot: 2 }, { command: 'restart', slot: 2 }),
    );
    expect(slotLines(restarted)).toEqual(slotLines(chassis));
    expect(restarted.epoch).toBe(1);
  });

  it('a card that waits may go without a reset', () => {
    for (const command of ['removeCard', 'offline', 'restart', 'failCard'] as const) {
      const inserted = afterCommands(TWO_SPC2, { command: 'insertCard', slot: 3, card: 'SPC2' }, { command, slot: 3 });
      expect([command, inserted.epoch, spuIds(settled(inserted)).length]).toEqual([command, 0, 8]);
    }
  });

  it('the last one gone: nothing passes; another one has to wait for the reboot', () => {
    const chassis = settled(afterCommands({ cards: '1=SPC2,7=IOC2' }, { command: 'removeCard', slot: 1 }));
    expect(chassis.trafficBlock?.reason).toBe('no-services-card');
    chassis.command(chassis.nowNs, { command: 'insertCard', slot: 2, card: 'SPC2' });
    expect(settled(chassis).trafficBlock?.reason).toBe('no-services-card');
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce).toEqual(resolveChassis({ cards: '2=SPC2,7=IOC2' }));
  });
});

describe('I/O cards come and go', () => {
  const TWO_IOCS = { cards: '1=SPC2,6=IOC2,7=IOC3' };
  const slotsOf = (chassis: ChassisState): number[] => chassis.inForce?.iocs.map(({ slot }) => slot) ?? [];

  it('R-boot-12: one is lost without a reset, and the others go on', () => {
    for (const command of ['failCard', 'removeCard', 'offline', 'restart'] as const) {
      const chassis = afterCommands(TWO_IOCS, { command, slot: 6 });
      expect([command, chassis.epoch, chassis.version, slotsOf(chassis)]).toEqual([command, 0, 1, [7]]);
      expect(chassis.trafficBlock).toBeNull();
    }
  });

  it('R-boot-12: one comes without a reset and carries traffic when it is up', () => {
    const chassis = afterCommands(TWO_IOCS, { command: 'insertCard', slot: 5, card: 'IOC2' });
    expect(slotsOf(chassis)).toEqual([6, 7]);
    chassis.advance(S + 90 * S);
    expect([slotsOf(chassis), chassis.epoch, chassis.version]).toEqual([[5, 6, 7], 0, 1]);
    expect(chassis.inForce).toEqual(resolveChassis({ cards: '1=SPC2,5-6=IOC2,7=IOC3' }));
  });

  it('the last one gone, nothing passes, but sessions stay until another one is up', () => {
    const chassis = afterCommands(TWO_SPC2, { command: 'offline', slot: 7 });
    expect(chassis.trafficBlock).toEqual({
      reason: 'no-io-card',
      text: 'No I/O card is left that takes part',
    });
    expect([chassis.epoch, spuIds(chassis).length, slotsOf(chassis)]).toEqual([0, 8, []]);
    chassis.command(chassis.nowNs + S, { command: 'online', slot: 7 });
    expect(chassis.trafficBlock?.reason).toBe('io-cards-boot');
    expect(settled(chassis).inForce).toEqual(resolveChassis(TWO_SPC2));
    expect([chassis.epoch, chassis.outages]).toEqual([
      0,
      [{ fromNs: S, untilNs: 92 * S, cause: 'FPC 7 offline by command' }],
    ]);
  });

  it('R-boot-15: one that would change the mode waits for the reboot', () => {
    const mixed = { cards: '0=SPC1,1=SPC2,7=IOC1', release: '12.3X48-D10' };
    const chassis = settled(afterCommands(mixed, { command: 'insertCard', slot: 8, card: 'IOC2' }));
    expect([slotsOf(chassis), chassis.inForce?.distributionMode]).toEqual([[7], 'adaptive']);
    expect(alarmTexts(chassis)).toEqual(['minor: FPC 8 waits for a reboot of the chassis']);
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce).toMatchObject({ distributionMode: 'hash-based', regime: 'hash-centric' });
    expect(slotsOf(chassis)).toEqual([7, 8]);
    expect(chassis.events.find(({ kind }) => kind === 'mode-changed')?.text).toBe(
      'Distribution is hash-based with these cards',
    );
  });

  it('R-boot-15: the mode stays until the reboot, whatever cards are lost', () => {
    const chassis = settled(
      afterCommands({ ...MIXED, distributionMode: 'adaptive' }, { command: 'removeCard', slot: 0 }),
    );
    expect(chassis.inForce?.distributionMode).toBe('adaptive');
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce?.distributionMode).toBe('hash-based');
    expect(chassis.events.find(({ kind }) => kind === 'mode-changed')?.text).toBe(
      'Distribution is hash-based with these cards, as the cards do not allow adaptive',
    );
  });

  it.each<[string, string, string, DistributionMode, string]>([
    ['R-mode-10', '17.4R1', '0=SPC2,7=IOC2', 'rr-based', 'mode must be hash-based from 15.1X49-D30 and 17.3R1'],
    ['R-mode-4', '11.4R1', '0=SPC1,7=IOC1', 'hash-based', 'release 11.4R1 must be 12.1X44-D10 or later'],
    ['R-mode-12', '17.2R1', '0=SPC2,7=IOC1', 'adaptive', 'release 17.2R1 must be older for adaptive'],
    ['R-mode-11', '11.4R1', '0=SPC1,7=IOC1', 'adaptive', 'SPC1 and SPC2 must stand together'],
  ])('%s: a mode that release %s can never do is refused', (rule, release, cards, distributionMode, message) => {
    const chassis = new ChassisState({ release, cards });
    const refused = expect.objectContaining({
      code: 'unsupported-mode',
      origin: expect.objectContaining({ value: rule }),
    });
    const configure = () => chassis.command(S, { command: 'configure', distributionMode });
    expect(configure).toThrow(refused);
    expect(configure).toThrow(message);
    expect(chassis.events).toEqual([]);
    expect(() => resolveChassis({ release, cards, distributionMode })).toThrow(ChassisError);
  });

  it('R-boot-16: a mode that only the cards do not allow waits for others; the reboot says where none came', () => {
    const chassis = new ChassisState({ release: '15.1X49-D10', cards: '0=SPC2,1=SPC2,7=IOC2' });
    chassis.command(S, { command: 'configure', distributionMode: 'rr-based' });
    expect(chassis.events.at(-1)?.text).toBe(
      'Distribution is rr-based from the next reboot on, with other cards than now: mode must be hash-based with an IOC2',
    );
    chassis.command(S, { command: 'reboot' });
    expect(settled(chassis).inForce?.distributionMode).toBe('hash-based');
    expect(chassis.events.filter(({ kind }) => kind === 'mode-refused').map(({ text }) => text)).toEqual([
      'Distribution is hash-based with these cards, as the cards do not allow rr-based',
    ]);
    chassis.command(chassis.nowNs, { command: 'removeCard', slot: 7 });
    chassis.command(chassis.nowNs, { command: 'insertCard', slot: 7, card: 'IOC1' });
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce?.distributionMode).toBe('rr-based');
    expect(chassis.events.find(({ kind }) => kind === 'mode-changed')?.text).toBe(
      'Distribution is rr-based with these cards',
    );
  });

  it('R-boot-16: another mode that is configured waits for the reboot', () => {
    const OLD = { release: '12.1X44-D10', cards: '0=SPC1,1=SPC1,2=IOC1' };
    const chassis = new ChassisState(OLD);
    expect(chassis.inForce).toMatchObject({ distributionMode: 'hash-based', regime: 'hash-centric' });
    chassis.command(S, { command: 'configure', distributionMode: 'rr-based' });
    expect(chassis.events.at(-1)?.text).toBe('Distribution is rr-based from the next reboot on');
    expect([chassis.inForce?.distributionMode, chassis.trafficBlock]).toEqual(['hash-based', null]);
    chassis.command(2 * S, { command: 'reboot' });
    expect(settled(chassis).inForce).toMatchObject({ distributionMode: 'rr-based', regime: 'centric' });
    chassis.command(chassis.nowNs, { command: 'configure', distributionMode: null });
    chassis.command(chassis.nowNs, { command: 'reboot' });
    expect(settled(chassis).inForce).toEqual(resolveChassis(OLD));
    expect(() => chassis.command(chassis.nowNs, { command: 'configure', distributionMode: 'random' as 'wrr' })).toThrow(
      'Cannot use distribution mode: mode must be one of hash-based, rr-based, wrr, adaptive: got "random"',
    );
  });
});

describe('reboot', () => {
  it('is the time of the Routing Engine longer than a reset', () => {
    const reboot = settled(afterCommands(TWO_SPC2, { command: 'reboot' }));
    expect(seconds(reboot)).toEqual([[1, 1 + 180 + 120 + 60 + 7 + 1]]);
    expect([reboot.epoch, reboot.version, reboot.inForce]).toEqual([1, 2, resolveChassis(TWO_SPC2)]);
  });

  it('while it boots starts anew, in one outage', () => {
    const chassis = new ChassisState(TWO_SPC2);
    for (const second of [0, 100, 400]) chassis.command(second * S, { command: 'reboot' });
    expect(seconds(settled(chassis))).toEqual([[0, 400 + 180 + 120 + 60 + 7 + 1]]);
    expect(chassis.epoch).toBe(3);
  });

  it('brings offline cards up', () => {
    const chassis = settled(afterCommands(TWO_SPC2, { command: 'offline', slot: 7 }, { command: 'reboot' }));
    expect(chassis.inForce).toEqual(resolveChassis(TWO_SPC2));
  });
});

describe('refused', () => {
  it.each<[string, ChassisCommand, ChassisErrorCode, string]>([
    [
      'an SPU that is not there',
      { command: 'failSpu', spu: '0/0' },
      'unknown-spu',
      'Cannot fail SPU: SPU must be one of fpc1.pic0, fpc1.pic1, fpc1.pic2, fpc1.pic3, fpc2.pic0, fpc2.pic1, fpc2.pic2, fpc2.pic3: got "0/0"',
    ],
    ['text that is no SPU', { command: 'failSpu', spu: 'x' }, 'unknown-spu', 'got "x"'],
    [
      'an SPU that has failed',
      { command: 'failSpu', spu: 11 },
      'wrong-state',
      'Cannot fail SPU: fpc2.pic3 must be online or booting: got fpc2.pic3 failed',
    ],
    [
      'a slot that is not there',
      { command: 'failCard', slot: 12 },
      'slot-out-of-range',
      'Cannot fail card: slot must be from 0 to 11: got 12',
    ],
    ['half a slot', { command: 'offline', slot: 0.5 }, 'slot-out-of-range', 'got 0.5'],
    [
      'an empty slot',
      { command: 'removeCard', slot: 4 },
      'slot-empty',
      'Cannot remove card: slot must hold a card, as slots 1, 2, 7 do: got slot 4, which is empty',
    ],
    [
      'a slot that is taken',
      { command: 'insertCard', slot: 7, card: 'IOC3' },
      'slot-taken',
      'Cannot insert card: slot 7 must be empty, and it holds IOC2: got "IOC3"',
    ],
    [
      'an unknown card',
      { command: 'insertCard', slot: 4, card: 'SPC9' },
      'unknown-card',
      'Cannot place card in slot 4: card must be one of',
    ],
    [
      'a card that is too young',
      { command: 'insertCard', slot: 4, card: 'SPC3' },
      'card-needs-release',
      'release must be 18.2R1 or later for SPC3',
    ],
    [
      'to bring a card online that is',
      { command: 'online', slot: 1 },
      'wrong-state',
      'Cannot bring card online: FPC 1 must be offline: got FPC 1 booting',
    ],
    [
      'another command',
      { command: 'explode' } as never,
      'unknown-command',
      'command must be one of failSpu, failCard, insertCard, removeCard, offline, online, restart, reboot, configure: got "explode"',
    ],
  ])('command() refuses %s, and changes nothing', (_, command, code, message) => {
    const chassis = afterCommands(TWO_SPC2, { command: 'failSpu', spu: 11 });
    const before = [chassis.slots, chassis.epoch, chassis.version, chassis.nextNs, chassis.events.length];
    let error: unknown;
    try {
      chassis.command(chassis.nowNs, command);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ChassisError);
    expect((error as ChassisError).code).toBe(code);
    expect((error as Error).message).toContain(message);
    expect([chassis.slots, chassis.epoch, chassis.version, chassis.nextNs, chassis.events.length]).toEqual(before);
  });

  it.each<[string, ChassisStateOptions, ChassisCommand, ChassisErrorCode, string | undefined]>([
    [
      'SPC3 beside SPC1',
      { cards: '1=SPC1,7=IOC4', release: '21.2R1' },
      { command: 'insertCard', slot: 2, card: 'SPC3' },
      'mixed-spc',
      'R-chassis-10',
    ],
    [
      'IOC3 where RR-based is configured',
      { cards: '1=SPC2,7=IOC1', release: '15.1X49-D10', distributionMode: 'rr-based' },
      { command: 'insertCard', slot: 2, card: 'IOC3' },
      'unsupported-mode',
      'R-mode-9',
    ],
    ['offline a failed card', { cards: '1-2=SPC2,7=IOC1' }, { command: 'offline', slot: 1 }, 'wrong-state', undefined],
  ])('command() refuses %s', (_, options, command, code, rule) => {
    const chassis = new ChassisState(options);
    if (code === 'wrong-state') chassis.command(0, { command: 'failCard', slot: 1 });
    expect(() => chassis.command(S, command)).toThrow(expect.objectContaining({ code }));
    try {
      chassis.command(S, command);
    } catch (error) {
      expect((error as ChassisError).origin?.value).toBe(rule);
    }
  });

  it('advance() refuses time that runs backwards, and what is no time', () => {
    const chassis = new ChassisState();
    chassis.advance(10);
    expect(chassis.advance(10)).toEqual([]);
    for (const time of [9, 10.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => chassis.advance(time)).toThrow(
        `Cannot advance chassis: time must be an integer not below 10: got ${time}`,
      );
      expect(() => chassis.command(time, { command: 'reboot' })).toThrow(
        expect.objectContaining({ code: 'time-backwards' }),
      );
    }
    expect(chassis.nowNs).toBe(10);
  });

  it.each<[string, ChassisStateOptions, string]>([
    ['an unknown time', { timing: { bootS: 1 } as never }, 'name must be one of routingEngineBootS, spcBootS'],
    ['a time of 0', { timing: { spuJoinS: 0 } }, 'spuJoinS must be an integer from 1 to 86400: got 0'],
    ['a limit that cards cannot keep', { timing: { bootTimeoutS: 180 } }, 'bootTimeoutS must be above 180'],
    ['another start', { start: 'off' as never }, "start must be 'running' or 'boot': got \"off\""],
    ['a chassis without SPC', { cards: '7=IOC2' }, 'at least one slot must hold a services card'],
  ])('the constructor refuses %s', (_, options, message) => {
    expect(() => new ChassisState(options)).toThrow(ChassisError);
    expect(() => new ChassisState(options)).toThrow(message);
  });
});
