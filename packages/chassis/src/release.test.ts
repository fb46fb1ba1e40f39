import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  behaviourOf,
  type CardType,
  ChassisError,
  compareReleases,
  type DistributionMode,
  formatRelease,
  isReleaseFrom,
  parseRelease,
  releaseDefaults,
} from './index.ts';

/** Ascending by name. */
// biome-ignore format: a table
const ORDERED = [
  '11.4R1', '12.1R1', '12.1X44-D10', '12.1X44-D20', '12.1X46-D10', '12.1X47-D10', '12.3X48-D10', '15.1R1', '15.1X49-D10',
  '15.1X49-D30', '15.1X49-D30.3', '15.1X49-D100', '15.1X53-D10', '16.1R1', '17.1R1', '17.3R1', '17.3R2', '17.3R10', '17.4R1',
  '17.4R1-S1', '17.4R1-S2', '17.4R1-S2.5', '17.4R2', '18.2R1', '18.2R1-S2', '21.4R3-S4.8', '24.2R1',
];

describe('releases', () => {
  it.each(ORDERED)('parseRelease() and formatRelease() keep %s', (text) => {
    expect(formatRelease(parseRelease(text))).toBe(text);
    expect(formatRelease(parseRelease(` ${text.toLowerCase()} `))).toBe(text);
  });

  it('compareReleases() is a total order', () => {
    for (const [i, a] of ORDERED.entries()) {
      for (const [j, b] of ORDERED.entries()) {
        expect([a, b, Math.sign(compareReleases(a, b))]).toEqual([a, b, Math.sign(i - j)]);
      }
    }
  });

  it('formatRelease() is the inverse of parseRelease()', () => {
    const number = fc.integer({ min: 0, max: 99 });
    const release = fc.record({
      major: number,
      minor: number,
      train: fc.option(number),
      level: number,
      service: number,
      spin: number,
    });
    fc.assert(
      fc.property(release, (made) => {
        expect(parseRelease(formatRelease(made))).toEqual(made);
      }),
      { seed: 1 },
    );
  });

  it.each([
    '',
    '17.4',
    '17',
    'R1',
    '15.1X49',
    '15.1X49-30',
    '17.4R',
    '17.4R1-',
    '17.4R1S2',
    'junos',
    '17.4R1 x',
    '١٧.4R1',
    '171.4R1',
  ])('parseRelease() throws malformed-release for %j and names the forms', (text) => {
    expect(() => parseRelease(text)).toThrow(
      new ChassisError(
        'malformed-release',
        'parse release',
        "release must have one of the forms '17.4R1', '18.2R1-S2', '12.1X44-D10', '15.1X49-D30'",
        JSON.stringify(text),
      ),
    );
  });

  it('parseRelease() throws for a value that is no text', () => {
    expect(() => parseRelease(17.4 as never)).toThrow(ChassisError);
  });

  it.each([
    ['15.1X49-D25', false],
    ['15.1X49-D30', true],
    ['15.1X49-D30.3', true],
    ['15.1X49-D200', true],
    ['15.1R7', false],
    ['15.1X53-D70', false],
    ['16.1R1', false],
    ['17.2R3', false],
    ['17.3R1', true],
    ['24.2R1', true],
  ])('isReleaseFrom() 15.1X49-D30 and 17.3R1: %s is %s', (release, expected) => {
    expect(isReleaseFrom(release, { train: '15.1X49-D30', mainline: '17.3R1' })).toBe(expected);
  });
});

describe('R-mode-1, R-mode-2, R-mode-3, R-mode-5, R-mode-6, R-mode-7, R-mode-8, R-mode-9, R-hash-13, R-hash-14: behaviour by release and cards', () => {
  // Source: Junos "Flow Distribution and Packet-Ordering on SRX5000 Line Devices"; where it is silent, the marks say so.
  it.each<[string, CardType[], string, DistributionMode, string, number]>([
    ['11.4R1', ['SPC1', 'IOC1'], 'centric', 'rr-based', 'A', 256],
    ['12.1X44-D10', ['SPC1', 'IOC1'], 'hash-centric', 'hash-based', 'D', 256],
    ['12.1X44-D10', ['SPC1', 'SPC2', 'IOC1'], 'centric', 'adaptive', 'D', 256],
    ['12.1X47-D10', ['SPC1', 'SPC2', 'IOC1', 'IOC2'], 'hash-centric', 'hash-based', 'D', 256],
    ['15.1X49-D10', ['SPC2', 'IOC1'], 'hash-centric', 'hash-based', 'D', 256],
    ['15.1X49-D10', ['SPC1', 'SPC2', 'IOC1'], 'centric', 'adaptive', 'D', 256],
    ['15.1X49-D20', ['SPC1', 'SPC2', 'IOC3'], 'hash-centric', 'hash-based', 'D', 256],
    ['15.1X49-D30', ['SPC1', 'SPC2', 'IOC1'], 'distributed', 'hash-based', 'D', 256],
    ['16.1R1', ['SPC1', 'SPC2', 'IOC1'], 'centric', 'adaptive', 'D', 256],
    ['17.1R1', ['SPC1', 'SPC2', 'IOC1'], 'hash-centric', 'hash-based', 'D', 256],
    ['17.3R1', ['SPC1', 'SPC2', 'IOC1'], 'distributed', 'hash-based', 'D', 256],
    ['17.4R1', ['SPC2', 'IOC2'], 'distributed', 'hash-based', 'D', 65_536],
    ['24.2R1', ['SPC3', 'IOC4'], 'distributed', 'hash-based', 'D', 65_536],
  ])('%s with %j is %s, %s', (release, cards, regime, mode, mark, length) => {
    const behaviour = behaviourOf({ release, cards });
    expect([
      behaviour.regime,
      behaviour.distributionMode.value,
      behaviour.distributionMode.mark,
      behaviour.tableLength.value,
    ]).toEqual([regime, mode, mark, length]);
  });

  it('R-mode-3: rr-based can be chosen before the distributed central point and makes the chassis centric', () => {
    const behaviour = behaviourOf({ release: '12.1X46-D10', cards: ['SPC2', 'IOC1'], distributionMode: 'rr-based' });
    expect([behaviour.regime, behaviour.distributionMode.value]).toEqual(['centric', 'rr-based']);
  });

  it.each<[string, string, CardType[], DistributionMode]>([
    ['R-mode-4: hash-based before it existed', '12.1R1', ['SPC1', 'IOC1'], 'hash-based'],
    ['R-mode-10: rr-based with a distributed central point', '17.4R1', ['SPC2', 'IOC2'], 'rr-based'],
    ['R-mode-9: rr-based with a hash-only card', '12.1X47-D10', ['SPC2', 'IOC2'], 'rr-based'],
    ['R-mode-11: adaptive with one kind of SPC', '12.1X46-D10', ['SPC2', 'IOC1'], 'adaptive'],
    ['R-mode-12: adaptive after it was replaced', '17.1R1', ['SPC1', 'SPC2', 'IOC1'], 'adaptive'],
    ['a mode that does not exist', '12.1X46-D10', ['SPC2', 'IOC1'], 'random' as never],
  ])('behaviourOf() refuses %s', (_, release, cards, distributionMode) => {
    expect(() => behaviourOf({ release, cards, distributionMode })).toThrow(
      expect.objectContaining({ code: 'unsupported-mode' }),
    );
  });

  it.each([
    ['15.1X49-D30', 0],
    ['16.1R1', 0],
    ['17.1R1', 1],
    ['17.2R3', 1],
    ['17.3R1', 0],
  ])('R-mode-12: releaseDefaults() of %s warns %i times that sources disagree', (release, count) => {
    expect(releaseDefaults(release).warnings.map(({ code }) => code)).toEqual(
      Array(count).fill('adaptive-sources-disagree'),
    );
  });

  it.each([
    ['12.1R1', 'SPC1', 'IOC1'],
    ['12.1X44-D10', 'SPC2', 'IOC1'],
    ['12.1X47-D10', 'SPC2', 'IOC2'],
    ['17.4R1', 'SPC2', 'IOC2'],
  ])('R-chassis-17: releaseDefaults() of %s gives %s and %s', (release, spc, ioc) => {
    expect([releaseDefaults(release).defaultSpc, releaseDefaults(release).defaultIoc]).toEqual([spc, ioc]);
  });
});
