import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findSpcModel,
  formatSessionId,
  formatSpuId,
  fpcPicOf,
  isSpuId,
  MAX_SPU_ID,
  parseSpuId,
  SESSION_ID_STRIDE_SPC3,
  type SpuIdStyle,
  sessionIdOf,
  sessionIdPartsOf,
  spuIdOf,
  spuIdsOfCard,
  toSpuId,
} from './index.ts';

// Source: Junos "Flow Distribution and Packet-Ordering on SRX5000 Line Devices", section "Calculating SPU ID".
describe('published examples', () => {
  it('R-sid-1: spuIdOf() gives 5 for FPC1 PIC1', () => {
    expect(spuIdOf(1, 1)).toBe(5);
  });

  it.each([
    ['SPC1', 'SRX5K-SPC-2-10-40', [0, 1, 4, 5]],
    ['SPC2', 'SRX5K-SPC-4-15-320', [0, 1, 2, 3, 4, 5, 6, 7]],
    ['SPC3', 'SRX5K-SPC3', [0, 1, 4, 5]],
    ['SRX3K-SPC-1-10-40', 'SRX3K-SPC-1-10-40', [0, 1, 4, 5]],
  ])('R-chassis-4, R-sid-2: spuIdsOfCard() of two %s in FPC 0 and 1', (name, model, expected) => {
    expect([...spuIdsOfCard(model, 0), ...spuIdsOfCard(model, 1)]).toEqual(expected);
    expect([...spuIdsOfCard(name, 0), ...spuIdsOfCard(name, 1)]).toEqual(expected);
  });

  it('R-sid-3: sessionIdOf() gives 50000111 for index 111 on FPC1 PIC1, as published output shows', () => {
    expect(sessionIdOf(spuIdOf(1, 1), 111)).toBe(50000111);
  });
});

describe('numbers', () => {
  it('R-sid-1: fpcPicOf() is the inverse of spuIdOf() for every PIC, and order follows FPC then PIC', () => {
    let previous = -1;
    for (let fpc = 0; fpc <= 23; fpc++) {
      for (let pic = 0; pic <= 3; pic++) {
        const spuId = spuIdOf(fpc, pic);
        expect(spuId).toBe(previous + 1);
        expect(fpcPicOf(spuId)).toEqual({ fpc, pic });
        previous = spuId;
      }
    }
    expect(previous).toBe(MAX_SPU_ID);
  });

  it.each([
    ['FPC too high', 24, 0, 'Cannot compute SPU ID: FPC must be an integer from 0 to 23: got 24'],
    ['FPC negative', -1, 0, 'Cannot compute SPU ID: FPC must be an integer from 0 to 23: got -1'],
    ['FPC not whole', 0.5, 0, 'Cannot compute SPU ID: FPC must be an integer from 0 to 23: got 0.5'],
    ['FPC not a number', Number.NaN, 0, 'Cannot compute SPU ID: FPC must be an integer from 0 to 23: got NaN'],
    ['PIC too high', 0, 4, 'Cannot compute SPU ID: PIC must be an integer from 0 to 3: got 4'],
    ['PIC negative', 0, -1, 'Cannot compute SPU ID: PIC must be an integer from 0 to 3: got -1'],
  ])('spuIdOf() throws when %s', (_, fpc, pic, message) => {
    expect(() => spuIdOf(fpc, pic)).toThrow(new RangeError(message));
  });

  it.each([-1, 96, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is no SPU ID', (value) => {
    expect(isSpuId(value)).toBe(false);
    expect(() => toSpuId(value)).toThrow(RangeError);
    expect(() => fpcPicOf(value)).toThrow(RangeError);
    expect(() => formatSpuId(value)).toThrow(RangeError);
  });

  it('isSpuId() is false for other types', () => {
    expect([isSpuId('5'), isSpuId(null), isSpuId(5n), isSpuId(undefined)]).toEqual([false, false, false, false]);
  });
});

describe('names', () => {
  it.each<[SpuIdStyle | undefined, string]>([
    [undefined, 'fpc1.pic1'],
    ['dot', 'fpc1.pic1'],
    ['cli', 'FPC1 PIC1'],
    ['slash', '1/1'],
  ])('formatSpuId() in style %s', (style, expected) => {
    expect(formatSpuId(5, style)).toBe(expected);
  });

  it('formatSpuId() throws when the style is unknown', () => {
    expect(() => formatSpuId(5, 'roman' as never)).toThrow(RangeError);
  });

  it.each([
    'fpc1.pic1',
    'FPC1.PIC1',
    'FPC1 PIC1',
    ' fpc 1  pic 1 ',
    'fpc1pic1',
    'Fpc1/Pic1',
    'FPC 1, PIC 1',
    'FPC1-PIC1',
    '1/1',
    ' 1 / 1\n',
    '01/01',
    '5',
    ' 5\t',
  ])('parseSpuId() reads %j as SPU 5', (text) => {
    expect(parseSpuId(text)).toBe(5);
  });

  it('parseSpuId() is the inverse of formatSpuId() in every style, whatever case and space', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_SPU_ID }),
        fc.constantFrom<SpuIdStyle>('dot', 'cli', 'slash'),
        fc.boolean(),
        fc.nat({ max: 3 }),
        (spuId, style, upper, spaces) => {
          const name = formatSpuId(spuId, style);
          const text = ' '.repeat(spaces) + (upper ? name.toUpperCase() : name.toLowerCase()) + ' '.repeat(spaces);
          return parseSpuId(text) === spuId && parseSpuId(String(spuId)) === spuId;
        },
      ),
      { seed: 1 },
    );
  });

  it.each(['', ' ', 'fpc1', 'pic1', '1.1', '1/1/1', '-5', '5.0', '0x5', 'fpc1.pic', 'fpc٥.pic1', '1e1', '/'])(
    'parseSpuId() throws SyntaxError for %j and names the forms',
    (text) => {
      expect(() => parseSpuId(text)).toThrow(SyntaxError);
      expect(() => parseSpuId(text)).toThrow("'fpc1.pic1', 'FPC1 PIC1', '1/1', '5': got ");
    },
  );

  it.each(['96', 'fpc24.pic0', 'fpc0.pic4', '0/4', '24/0', '999/999', '99999'])(
    'parseSpuId() throws RangeError for %j',
    (text) => {
      expect(() => parseSpuId(text)).toThrow(RangeError);
    },
  );

  it('parseSpuId() throws TypeError for a number', () => {
    expect(() => parseSpuId(5 as never)).toThrow(TypeError);
  });

  it('parseSpuId() never hangs or throws anything else on arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        try {
          return isSpuId(parseSpuId(text));
        } catch (error) {
          return error instanceof SyntaxError || error instanceof RangeError;
        }
      }),
      { seed: 2 },
    );
    const started = performance.now();
    expect(() => parseSpuId(`fpc1${' '.repeat(5000)}x`)).toThrow(SyntaxError);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('cards', () => {
  it('findSpcModel() knows the name of the hardware list', () => {
    expect(findSpcModel('JNP-SPC3')?.model).toBe('SRX5K-SPC3');
  });

  it('spuIdsOfCard() ignores case and space', () => {
    expect(spuIdsOfCard(' spc2 ', 11)).toEqual([44, 45, 46, 47]);
  });

  it.each(['SRX5K-MPC', '', 'SPC4', 'SRX3K'])('spuIdsOfCard() throws for %j and lists the cards', (card) => {
    expect(() => spuIdsOfCard(card, 0)).toThrow(/must be one of SRX5K-SPC-2-10-40 \(SPC1\), .*: got "/);
  });

  it.each([-1, 24, 0.5])('spuIdsOfCard() throws for slot %d', (slot) => {
    expect(() => spuIdsOfCard('SPC2', slot)).toThrow(RangeError);
  });
});

describe('session IDs', () => {
  it('sessionIdPartsOf() is the inverse of sessionIdOf() with either stride', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_SPU_ID }),
        fc.nat({ max: 9_999_999 }),
        fc.constantFrom(undefined, SESSION_ID_STRIDE_SPC3),
        (spuId, index, stride) => {
          const sessionId = sessionIdOf(spuId, index, stride);
          expect(sessionIdPartsOf(sessionId, stride)).toEqual({ spuId, index });
          expect(sessionIdPartsOf(formatSessionId(sessionId), stride)).toEqual({ spuId, index });
        },
      ),
      { seed: 3 },
    );
  });

  it('the largest session ID is exact', () => {
    expect(formatSessionId(sessionIdOf(MAX_SPU_ID, 99_999_999, SESSION_ID_STRIDE_SPC3))).toBe('9599999999');
  });

  it('sessionIdOf() throws when the index does not fit the stride', () => {
    expect(() => sessionIdOf(0, 10_000_000)).toThrow(
      new RangeError('Cannot compute session ID: index must be an integer from 0 to 9999999: got 10000000'),
    );
    expect(sessionIdOf(0, 10_000_000, SESSION_ID_STRIDE_SPC3)).toBe(10_000_000);
  });

  it.each([
    ['negative index', () => sessionIdOf(0, -1)],
    ['index not whole', () => sessionIdOf(0, 0.5)],
    ['SPU ID', () => sessionIdOf(96, 0)],
    ['stride', () => sessionIdOf(0, 0, 0)],
    ['ID of no SPU', () => sessionIdPartsOf(960_000_000)],
    ['ID beyond 2^53', () => sessionIdPartsOf('18446744073709551615')],
    ['format of a negative number', () => formatSessionId(-1)],
    ['format of a fraction', () => formatSessionId(0.5)],
  ])('throws RangeError when out of range: %s', (_, act) => {
    expect(act).toThrow(RangeError);
  });

  it.each(['', '-1', '5e7', '0x10', 'abc'])('sessionIdPartsOf() throws SyntaxError for %j', (text) => {
    expect(() => sessionIdPartsOf(text)).toThrow(SyntaxError);
  });
});
