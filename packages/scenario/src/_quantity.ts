import { z } from 'zod';

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
const OR_TEXT = 'or a time with its unit (ns, us, ms, s, min, h, d) such as "90 s"';

/** A time: a number in the unit of its key, or text with a unit. */
export function time(least: number, most: number, unit: 's' | 'ns', isWhole: boolean): z.ZodType<number | string> {
  const kind = isWhole ? 'a whole number' : 'a number';
  const must = `be ${kind} of ${unit}${least > 0 ? ` from ${least}` : ''}, ${OR_TEXT}`;
  const number = isWhole ? z.int(must) : z.number(must);
  return z.union([number.min(least, must).max(most, must), z.string(must).regex(WRITTEN, must)], must);
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
