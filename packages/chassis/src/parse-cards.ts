import { ChassisError, quote } from './chassis-error.ts';

/** Cards by FPC slot: short names or order numbers. */
export type CardsBySlot = Readonly<Record<number, string>>;

/** Highest slot number that the text may name; which slots the model has is checked when the chassis is resolved. */
const MAX_SLOT = 99;

/**
 * Reads a list of cards such as `1=SRX5K-SPC-4-15-320,2=SPC2,7=SRX5K-MPC`.
 *
 * Items are separated by commas; white space does not matter. `0-3=SPC2` fills several slots. Names of cards and the
 * number of slots are checked by `resolveChassis`, which knows the model.
 *
 * @param text The list.
 * @returns Card names by slot.
 * @throws {ChassisError} `malformed-cards` if an item has another form, `slot-taken` if a slot is named twice,
 * `slot-out-of-range` for slots above 99.
 * @example
 * ```ts
 * import { parseCards } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(parseCards('0-1=SPC2, 7=SRX5K-MPC'), { 0: 'SPC2', 1: 'SPC2', 7: 'SRX5K-MPC' });
 * assert.throws(() => parseCards('1=SPC2,1=SPC3'), { code: 'slot-taken' });
 * ```
 */
export function parseCards(text: string): CardsBySlot {
  const cards: Record<number, string> = {};
  if (typeof text !== 'string' || text.trim() === '') throw malformed(text);
  for (const item of text.split(',')) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?=([\w.-]+)$/.exec(item.replaceAll(/\s+/g, ''));
    if (match === null) throw malformed(item.trim() === '' ? text : item);
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) throw malformed(item);
    if (last > MAX_SLOT) {
      throw new ChassisError('slot-out-of-range', 'parse cards', `slot must be from 0 to ${MAX_SLOT}`, quote(item));
    }
    for (let slot = first; slot <= last; slot++) {
      if (cards[slot] !== undefined) {
        throw new ChassisError(
          'slot-taken',
          'parse cards',
          `each slot must hold one card, and slot ${slot} already holds ${cards[slot]}`,
          quote(item.trim()),
        );
      }
      cards[slot] = match[3];
    }
  }
  return cards;
}

function malformed(got: unknown): ChassisError {
  return new ChassisError(
    'malformed-cards',
    'parse cards',
    "cards must be slot=card items, separated by commas, such as '1=SPC2,2=SPC2,7=IOC2' or '0-3=SPC2,7=IOC2'",
    quote(got),
  );
}
