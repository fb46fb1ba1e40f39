import { spuIdsOfCard } from '@midplane/spu-id';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CARDS,
  CHASSIS_MODELS,
  ChassisError,
  type ChassisErrorCode,
  type ChassisOptions,
  FIDELITY_MARKS,
  findCard,
  findModel,
  parseCards,
  resolveChassis,
} from './index.ts';

/** One line per SPU: `id name role sessions dcp`. */
function spuLines(options: ChassisOptions): string[] {
  return resolveChassis(options).spus.map(
    ({ spuId, name, role, maxSessions, maxDcpSessions }) => `${spuId} ${name} ${role} ${maxSessions} ${maxDcpSessions}`,
  );
}

describe('catalogue', () => {
  it('every figure has a value, a mark and a source', () => {
    let figures = 0;
    for (const entry of [...CHASSIS_MODELS, ...CARDS]) {
      for (const field of Object.values(entry)) {
        if (typeof field !== 'object' || Array.isArray(field)) continue;
        expect(Object.keys(FIDELITY_MARKS)).toContain(field.mark);
        expect(field.source.length).toBeGreaterThan(3);
        expect(field.value).not.toBeUndefined();
        figures++;
      }
    }
    expect(figures).toBe(3 * 2 + 3 * 9 + 5 * 6);
  });

  it('R-chassis-4: PICs of the services cards are those of spu-id', () => {
    for (const card of CARDS) {
      if (card.kind !== 'spc') continue;
      expect([card.type, card.pics.value]).toEqual([card.type, spuIdsOfCard(card.model.value, 0).length]);
    }
  });

  it('findCard() finds every card by every name in any case', () => {
    for (const card of CARDS) {
      for (const name of [card.type, card.model.value, ...card.aliases]) {
        expect(findCard(` ${name.toLowerCase()} `)).toBe(card);
      }
    }
  });

  it.each([
    ['srx5400', 3, '.105'],
    ['SRX5600', 6, '.28'],
    ['5800', 12, '.26'],
  ] as const)('R-chassis-1, R-chassis-2: findModel() %s has %i slots', (name, slots, end) => {
    const model = findModel(name);
    expect(model.slots.value).toBe(slots);
    expect(model.sysObjectId.value).toBe(`1.3.6.1.4.1.2636.1.1.1.2${end}`);
  });
});

describe('SPUs and central point', () => {
  it('resolveChassis() without options is the documented default', () => {
    const chassis = resolveChassis();
    expect({ ...resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' }), assumptions: chassis.assumptions }).toEqual(chassis);
    expect([chassis.model, chassis.release, chassis.regime, chassis.distributionMode]).toEqual([
      'srx5800',
      '17.4R1',
      'distributed',
      'hash-based',
    ]);
    expect(chassis.slots.filter(({ card }) => card !== null).map(({ slot, card }) => `${slot} ${card}`)).toEqual([
      '1 SPC2',
      '2 SPC2',
      '7 IOC2',
    ]);
    expect(chassis.assumptions.map(({ parameter }) => parameter)).toEqual([
      'cards',
      'tableLength',
      'npus.IOC2',
      'npuTableWings',
    ]);
  });

  it('R-chassis-3, R-chassis-7, R-chassis-12, R-chassis-13, R-cp-18: SPC2: the first SPU is a dedicated central point, the others hold 6,291,456 and 7,549,747', () => {
    expect(spuLines({ cards: '1=SPC2,7=IOC2' })).toEqual([
      '4 fpc1.pic0 cp 0 0',
      '5 fpc1.pic1 flow 6291456 7549747',
      '6 fpc1.pic2 flow 6291456 7549747',
      '7 fpc1.pic3 flow 6291456 7549747',
    ]);
  });

  it('R-chassis-8, R-chassis-14, R-sid-4: SPC3: the first SPU is combined, and session IDs take the wide stride', () => {
    const options = { cards: '0=SPC3,1=SPC3,5=IOC4', release: '21.2R1' };
    expect(spuLines(options)).toEqual([
      '0 fpc0.pic0 cp-flow 12582912 15099494',
      '1 fpc0.pic1 flow 12582912 15099494',
      '4 fpc1.pic0 flow 12582912 15099494',
      '5 fpc1.pic1 flow 12582912 15099494',
    ]);
    expect(resolveChassis(options).sessionIdStride).toBe(100_000_000);
    expect(resolveChassis(options).spus[0].description).toBe('SPU Cp-Flow');
  });

  it('R-chassis-12: SPC2 beside SPC3: the central point goes to the SPC3, whatever its slot', () => {
    const chassis = resolveChassis({ cards: '0=SPC2,3=SPC3,5=IOC4', release: '21.2R1' });
    expect([chassis.centralPoint.spuId, chassis.centralPoint.mode]).toEqual([12, 'combined']);
    expect(chassis.spus.filter(({ weight }) => weight === 0)).toEqual([]);
  });

  it('R-chassis-8, R-chassis-11: SPC1 beside SPC2: weights by capacity, no distributed sessions in the older regime', () => {
    const options = { cards: '0=SPC1,1=SPC2,5=IOC1', release: '12.1X46-D10' };
    const chassis = resolveChassis(options);
    expect(spuLines(options)).toEqual([
      '0 fpc0.pic0 cp 0 0',
      '1 fpc0.pic1 flow 1048576 0',
      '4 fpc1.pic0 flow 6291456 0',
      '5 fpc1.pic1 flow 6291456 0',
      '6 fpc1.pic2 flow 6291456 0',
      '7 fpc1.pic3 flow 6291456 0',
    ]);
    expect([chassis.regime, chassis.distributionMode, chassis.heterogeneous]).toEqual(['centric', 'adaptive', true]);
  });

  it('R-cp-14: the central point of an older regime limits the system', () => {
    const chassis = resolveChassis({ cards: '0=SPC1,1=SPC2,5=IOC1', release: '12.1X46-D10' });
    expect([chassis.centralPoint.maxSessions, chassis.maxSessions]).toEqual([2_359_296, 2_359_296]);
  });

  it('R-cp-17: a full SRX5800 of SPC2 has 43 flow SPUs and 270,532,608 sessions', () => {
    const chassis = resolveChassis({ cards: '0-10=SPC2,11=IOC2' });
    expect(chassis.spus.filter(({ role }) => role === 'flow').length).toBe(43);
    expect(chassis.maxSessions).toBe(270_532_608);
    expect(chassis.centralPoint.maxSessions).toBeNull();
  });

  it('R-cp-18: floor(1.2 x capacity) is exact for every capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 83_333_333 }), (capacity) => {
        const chassis = resolveChassis({ cards: '0=SPC2,1=IOC2', sessionsPerSpu: { SPC2: capacity } });
        expect(BigInt(chassis.spus[1].maxDcpSessions)).toBe((BigInt(capacity) * 12n) / 10n);
        expect(chassis.spus[1].maxDcpSessions).toBeLessThan(chassis.sessionIdStride);
      }),
      { seed: 1 },
    );
  });
});

describe('overrides', () => {
  it.each(['2/1', 'FPC2 PIC1', 9])('R-chassis-12: the central point can be named: %s', (centralPoint) => {
    const chassis = resolveChassis({ centralPoint, centralPointMode: 'combined' });
    expect(chassis.centralPoint).toEqual({
      spuId: 9,
      fpc: 2,
      pic: 1,
      card: 'SPC2',
      mode: 'combined',
      distributed: true,
      maxSessions: null,
    });
    expect(chassis.spus.filter(({ role }) => role !== 'flow').map(({ name }) => name)).toEqual(['fpc2.pic1']);
    expect(chassis.maxSessions).toBe(8 * 6_291_456);
  });

  it('R-w-1: an overridden figure is no assumption any more', () => {
    const options: ChassisOptions = { cards: '0=SPC1,1=IOC2', tableLength: 1021, npuTableWings: 10 };
    const chassis = resolveChassis({ ...options, sessionsPerSpu: { SPC1: 1000 } });
    expect(chassis.assumptions.map(({ parameter }) => parameter)).toEqual(['npus.IOC2']);
    expect([chassis.tableLength, chassis.iocs[0].maxWings, chassis.spus[1].weight]).toEqual([1021, 10, 1000]);
  });

  it('cards may be given as text, as short names or as order numbers, in any order', () => {
    const one = resolveChassis({ cards: { 7: 'SRX5K-MPC', 2: 'SRX5K-SPC-4-15-320', 1: 'spc2' } });
    expect(resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' })).toEqual(one);
  });

  it('the result survives JSON', () => {
    const chassis = resolveChassis();
    expect(JSON.parse(JSON.stringify(chassis))).toEqual(chassis);
  });
});

describe('every card on every model and release', () => {
  it('resolveChassis() gives SPUs in order, one central point and weights, or a ChassisError', () => {
    const names = CARDS.map(({ type }) => type as string).concat('SRX3K-SPC-1-10-40', 'nonsense');
    const options = fc.record({
      model: fc.constantFrom('srx5400', 'srx5600', 'srx5800'),
      release: fc.constantFrom('12.1R1', '12.1X46-D10', '15.1X49-D20', '15.1X49-D30', '17.4R1', '21.2R1'),
      cards: fc.dictionary(
        fc.integer({ min: 0, max: 12 }).map(String),
        fc.constantFrom(...names.slice(0, 8), ...names),
        {
          maxKeys: 6,
        },
      ),
    });
    fc.assert(
      fc.property(options, (made) => {
        let chassis: ReturnType<typeof resolveChassis>;
        try {
          chassis = resolveChassis(made);
        } catch (error) {
          expect(error).toBeInstanceOf(ChassisError);
          expect((error as Error).message).toMatch(/^Cannot [^\n]+: got [^\n]+[^.\n]$/);
          return;
        }
        const ids = chassis.spus.map(({ spuId }) => spuId);
        expect(ids).toEqual([...ids].sort((a, b) => a - b));
        expect(chassis.spus.filter(({ role }) => role !== 'flow').map(({ spuId }) => spuId)).toEqual([
          chassis.centralPoint.spuId,
        ]);
        expect(chassis.spus.some(({ weight }) => weight > 0)).toBe(true);
        expect(chassis.iocs.length).toBeGreaterThan(0);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});

describe('figures of the older central point and of the NPUs', () => {
  it('R-cp-15: the central point holds 2,359,296 sessions on an SPC1, 12,582,912 on an SPC2', () => {
    const most = (cards: string): number | null =>
      resolveChassis({ release: '12.1X46-D10', cards }).centralPoint.maxSessions;
    expect([most('1=SPC1,7=IOC1'), most('1=SPC2,7=IOC1')]).toEqual([2_359_296, 12_582_912]);
  });

  it('R-cp-15: its maximum is a parameter by card; given, it is no assumption any more', () => {
    const centralPointSessions = { SPC1: 10, SPC2: 20 };
    const of = (cards: string, release = '12.1X46-D10') => resolveChassis({ release, cards, centralPointSessions });
    const [old, young] = [of('1=SPC1,7=IOC1'), of('1=SPC2,7=IOC1')];
    expect([old.centralPoint.maxSessions, old.maxSessions]).toEqual([10, 10]);
    expect([young.centralPoint.maxSessions, young.maxSessions]).toEqual([20, 20]);
    const named = [old, young].flatMap(({ assumptions }) => assumptions.map(({ parameter }) => parameter));
    expect(named.filter((name) => name.startsWith('centralPointSessions'))).toEqual([]);
  });

  it('R-cp-17: its maximum says nothing where it is distributed', () => {
    const chassis = resolveChassis({ centralPointSessions: { SPC2: 20 } });
    expect(chassis).toEqual(resolveChassis());
  });

  it('R-npu-7: NPUs hold 4,194,304 wings per I/O card', () => {
    const { iocs } = resolveChassis({ cards: '1=SPC2,7=IOC2,8=IOC3' });
    expect(iocs.map(({ maxWings }) => maxWings)).toEqual([4_194_304, 4_194_304]);
  });

  it('R-chassis-5: any slot takes any card', () => {
    for (let spc = 0; spc < 12; spc++) {
      for (let ioc = 0; ioc < 12; ioc++) {
        if (spc !== ioc) expect(resolveChassis({ cards: { [spc]: 'SPC2', [ioc]: 'IOC2' } }).iocs[0].slot).toBe(ioc);
      }
    }
  });
});

describe('bad input', () => {
  it.each<[string, ChassisOptions, ChassisErrorCode, string]>([
    [
      'unknown card',
      { cards: '1=SRX5K-SPC-4-15-32,7=IOC2' },
      'unknown-card',
      'Cannot place card in slot 1: card must be one of SPC1 (SRX5K-SPC-2-10-40), SPC2 (SRX5K-SPC-4-15-320), SPC3 (SRX5K-SPC3), IOC1 (SRX5K-40GE-SFP), IOC2 (SRX5K-MPC), IOC3 (SRX5K-MPC3-40G10G), IOC3-100G (SRX5K-MPC3-100G10G), IOC4 (SRX5K-IOC4-MRAT): got "SRX5K-SPC-4-15-32" (nearest: SRX5K-SPC-4-15-320)',
    ],
    [
      'slot out of range',
      { model: 'srx5600', cards: '6=SPC2,1=IOC2' },
      'slot-out-of-range',
      'Cannot place card: slot of SRX5600 must be from 0 to 5: got slot 6 for "SPC2"',
    ],
    [
      'two cards in a slot',
      { cards: '1=SPC2,1=SPC3' },
      'slot-taken',
      'Cannot parse cards: each slot must hold one card, and slot 1 already holds SPC2: got "1=SPC3"',
    ],
    [
      'R-chassis-6: no SPC',
      { cards: '7=IOC2' },
      'no-spc',
      'Cannot resolve chassis: at least one slot must hold a services card, one of SPC1 (SRX5K-SPC-2-10-40), SPC2 (SRX5K-SPC-4-15-320), SPC3 (SRX5K-SPC3): got 7=IOC2',
    ],
    ['no card at all', { cards: {} }, 'no-spc', 'got no cards'],
    [
      'R-chassis-6: no I/O card',
      { cards: '1=SPC2,2=SPC2' },
      'no-ioc',
      'at least one slot must hold an I/O card, one of IOC1',
    ],
    [
      'R-chassis-9: SRX3000 card',
      { cards: '1=SRX3K-SPC-1-10-40,7=IOC2' },
      'foreign-card',
      'card must be of the SRX5000 line, and cards of the SRX3000 line do not fit its slots (accepted: SPC1',
    ],
    [
      'R-chassis-10: SPC1 with SPC3',
      { cards: '1=SPC1,2=SPC3,7=IOC4', release: '21.2R1' },
      'mixed-spc',
      'Cannot resolve chassis: SPC1 and SPC3 must not stand together: got 1=SPC1,2=SPC3,7=IOC4',
    ],
    [
      'R-chassis-16: card younger than the release',
      { cards: '1=SPC3,7=IOC2' },
      'card-needs-release',
      'Cannot place card in slot 1: release must be 18.2R1 or later for SPC3 (SRX5K-SPC3): got 17.4R1',
    ],
    [
      'R-chassis-16: IOC2 on an old release',
      { cards: '1=SPC2,7=IOC2', release: '12.1X46-D10' },
      'card-needs-release',
      'release must be 12.1X47-D10 or later for IOC2 (SRX5K-MPC): got 12.1X46-D10',
    ],
    [
      'R-chassis-15: IOC3 on a release before 15.1X49-D10',
      { cards: '1=SPC2,7=IOC3', release: '12.3X48-D10' },
      'card-needs-release',
      'release must be 15.1X49-D10 or later for IOC3',
    ],
    [
      'R-chassis-16: SPC2 on a release before 12.1X44',
      { cards: '1=SPC2,7=IOC1', release: '12.1X43-D10' },
      'card-needs-release',
      'release must be 12.1X44-D10 or later for SPC2',
    ],
    [
      'R-chassis-16: IOC4 on a release before 18.2',
      { cards: '1=SPC2,7=IOC4' },
      'card-needs-release',
      'release must be 18.2R1 or later for IOC4',
    ],
    [
      'unknown model',
      { model: 'mx960' },
      'unknown-model',
      'Cannot resolve chassis: model must be one of srx5400, srx5600, srx5800: got "mx960"',
    ],
    ['malformed release', { release: '17.4' }, 'malformed-release', 'got "17.4"'],
    ['malformed cards', { cards: '1:SPC2' }, 'malformed-cards', 'got "1:SPC2"'],
    [
      'R-mode-10: mode that the release does not have',
      { distributionMode: 'rr-based' },
      'unsupported-mode',
      'mode must be hash-based from 15.1X49-D30 and 17.3R1, and the release is 17.4R1: got "rr-based"',
    ],
    [
      'central point on an SPU that is not there',
      { centralPoint: '0/0', cards: '1=SPC1,2=IOC2' },
      'unknown-central-point',
      'centralPoint must be one of the SPUs fpc1.pic0, fpc1.pic1: got "0/0"',
    ],
    ['central point that is no SPU name', { centralPoint: 'x' }, 'unknown-central-point', 'got "x"'],
    ['central point mode', { centralPointMode: 'both' as never }, 'unsupported-mode', 'got "both"'],
    ['table length', { tableLength: 0 }, 'out-of-range', 'tableLength must be an integer from 1 to 16777216: got 0'],
    [
      'R-w-4: a table without a row for each SPU',
      { tableLength: 6 },
      'out-of-range',
      'Cannot resolve chassis: tableLength must be at least the number of SPUs with a weight, 7: got 6',
    ],
    ['sessions', { sessionsPerSpu: { SPC2: 1.5 } }, 'out-of-range', 'sessionsPerSpu.SPC2 must be an integer'],
    [
      'sessions of the central point',
      { release: '12.1X46-D10', cards: '1=SPC2,7=IOC1', centralPointSessions: { SPC2: 0 } },
      'out-of-range',
      'centralPointSessions.SPC2 must be an integer from 1 to 268435456: got 0',
    ],
    ['wings', { npuTableWings: -1 }, 'out-of-range', 'npuTableWings must be an integer'],
    ['slot that is no number', { cards: { x: 'SPC2' } as never }, 'slot-out-of-range', 'got slot x for "SPC2"'],
    [
      'one slot in two spellings',
      { cards: { 1: 'SPC2', '01': 'SPC2' } as never },
      'slot-taken',
      'slot 1 must hold one',
    ],
    ['card that is no text', { cards: { 1: null } as never }, 'unknown-card', 'got null'],
  ])('resolveChassis() refuses %s', (_, options, code, message) => {
    let error: unknown;
    try {
      resolveChassis(options);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ChassisError);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as ChassisError).code).toBe(code);
    expect((error as ChassisError).message).toContain(message);
    expect((error as ChassisError).message).toContain((error as ChassisError).rule);
    expect((error as ChassisError).message).not.toContain('\n');
  });
});

describe('parseCards()', () => {
  it.each([
    ['1=SPC2', { 1: 'SPC2' }],
    [' 1 = SPC2 , 7 = srx5k-mpc ', { 1: 'SPC2', 7: 'srx5k-mpc' }],
    ['0-2=SPC2,11=IOC2', { 0: 'SPC2', 1: 'SPC2', 2: 'SPC2', 11: 'IOC2' }],
    ['01=SPC2', { 1: 'SPC2' }],
  ])('reads %j', (text, expected) => {
    expect(parseCards(text)).toEqual(expected);
  });

  it.each([
    ['', 'malformed-cards'],
    [',', 'malformed-cards'],
    ['1=SPC2,', 'malformed-cards'],
    ['1=', 'malformed-cards'],
    ['=SPC2', 'malformed-cards'],
    ['-1=SPC2', 'malformed-cards'],
    ['3-1=SPC2', 'malformed-cards'],
    ['SPC2', 'malformed-cards'],
    ['__proto__=SPC2', 'malformed-cards'],
    ['0-999999=SPC2', 'slot-out-of-range'],
    ['0-3=SPC2,2=IOC2', 'slot-taken'],
    ['1=SPC2,01=SPC2', 'slot-taken'],
  ])('refuses %j with %s', (text, code) => {
    expect(() => parseCards(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('refusals name their rule and its source', () => {
  const MIXED = '0=SPC1,1=SPC2,7=IOC1';

  it.each<[string, ChassisOptions, string, string]>([
    ['R-chassis-6: no SPC', { cards: '7=IOC2' }, 'A', 'ours'],
    ['R-chassis-6: no I/O card', { cards: '1=SPC2' }, 'A', 'ours'],
    ['R-chassis-10: SPC1 with SPC3', { cards: '1=SPC1,2=SPC3,7=IOC4', release: '21.2R1' }, 'A', 'ours'],
    ['R-chassis-15: IOC3 before it existed', { cards: '1=SPC2,7=IOC3', release: '12.3X48-D10' }, 'D', 'Junos "Flow'],
    ['R-chassis-16: SPC3 before it existed', { cards: '1=SPC3,7=IOC2' }, 'A', 'not published'],
    ['R-chassis-9: card of another line', { cards: '1=SRX3K-SPC-1-10-40,7=IOC2' }, 'I', 'order number'],
    ['R-chassis-1: slot that is not there', { model: 'srx5400', cards: '3=SPC2,1=IOC2' }, 'O', 'published'],
    [
      'R-mode-9: IOC3 with RR-based',
      { cards: '1=SPC2,7=IOC3', release: '15.1X49-D20', distributionMode: 'rr-based' },
      'D',
      'Junos "Flow',
    ],
    [
      'R-mode-10: adaptive from 15.1X49-D30',
      { cards: MIXED, release: '15.1X49-D30', distributionMode: 'adaptive' },
      'D',
      'Junos "Flow',
    ],
    [
      'R-mode-12: adaptive in 17.1R1',
      { cards: MIXED, release: '17.1R1', distributionMode: 'adaptive' },
      'I',
      'one sentence says until 17.3R1, another until 17.1R1',
    ],
    [
      'R-mode-11: adaptive with one kind of SPC',
      { cards: '1=SPC2,7=IOC1', release: '12.3X48-D10', distributionMode: 'adaptive' },
      'D',
      'Junos "Flow',
    ],
    [
      'R-mode-4: hash-based before 12.1X44',
      { cards: '1=SPC1,7=IOC1', release: '12.1X43-D10', distributionMode: 'hash-based' },
      'D',
      'Junos session-distribution-mode',
    ],
  ])('%s', (title, options, mark, source) => {
    try {
      resolveChassis(options);
      expect.unreachable();
    } catch (error) {
      const { origin } = error as ChassisError;
      expect(origin).toMatchObject({ value: title.split(':')[0], mark });
      expect(origin?.source).toContain(source);
    }
  });

  it('spelling has no rule', () => {
    expect(() => resolveChassis({ cards: '1:SPC2' })).toThrow(expect.objectContaining({ origin: null }));
  });

  it.each([
    ['17.1R1', ['adaptive-sources-disagree']],
    ['17.2R3', ['adaptive-sources-disagree']],
    ['16.1R1', []],
    ['15.1X49-D30', []],
    ['17.3R1', []],
  ])('R-mode-12: release %s warns that sources disagree about adaptive: %j', (release, codes) => {
    expect(resolveChassis({ release }).warnings.map(({ code }) => code)).toEqual(codes);
  });
});
