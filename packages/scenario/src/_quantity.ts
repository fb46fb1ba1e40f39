import { z } from 'zod';
import { said } from './_must.ts';

/** Nanoseconds of every unit in which a time may be written. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['min', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);
const WRITTEN = new RegExp(String.raw`^(\d{1,15})(?:\.(\d{1,9}))? ?(${[...UNITS.keys()].join('|')})$`);
const UNIT_NAMES = [...UNITS.keys()].join(', ');

/** A time within bounds: a number in the unit of its key, or text with a unit. */
export function time(least: number, most: number, unit: 's' | 'ns', isWhole: boolean): z.ZodType<number | string> {
  const kind = isWhole ? 'a whole number' : 'a number';
  const example = unit === 's' ? '90 s' : '10 us';
  const orText = `or a time with its unit (${UNIT_NAMES}) such as "${example}"`;
  const must = `be ${kind} of ${unit} from ${said(least)} to ${said(most)}, ${orText}`;
  const number = isWhole ? z.int(must) : z.number(must);
  const isWithin = (written: string): boolean => {
    const value = readTime(written, unit);
    return value === undefined || (value >= least && value <= most);
  };
  const written = z.string(must).regex(WRITTEN, must).refine(isWithin, must);
  return z.union([number.min(least, must).max(most, must), written], must);
}

/**
 * Turns a written time into a number of its unit.
 *
 * @returns The number, exact where the unit divides it; undefined if the text is no time.
 */
export function readTime(written: string, unit: 's' | 'ns'): number | undefined {
  const match = WRITTEN.exec(written);
  if (match === null) return undefined;
  const [, digits, fraction = '', name] = match;
  const numerator = BigInt(digits + fraction) * UNITS.get(name)!;
  const denominator = 10n ** BigInt(fraction.length) * UNITS.get(unit)!;
  // the quotient, and what is left of it: both exact below 2^53
  return Number(numerator / denominator) + Number(numerator % denominator) / Number(denominator);
}
