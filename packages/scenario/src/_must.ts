import { z } from 'zod';

/** Returns a number as a rule says it. */
export function said(value: number): string {
  return Number.isInteger(value) && value < 2 ** 53 ? value.toString().replace(/\B(?=(\d{3})+$)/g, ',') : String(value);
}

/** An integer within bounds; its messages are what must hold. */
export function whole(low: number, high: number): z.ZodType<number> {
  const must = `be a whole number from ${said(low)} to ${said(high)}`;
  return z.int(must).min(low, must).max(high, must);
}

/** A number within bounds. */
export function decimal(low: number, high: number): z.ZodType<number> {
  const must = `be a number from ${said(low)} to ${said(high)}`;
  return z.number(must).min(low, must).max(high, must);
}

/** A power of two within bounds that are powers of two. */
export function powerOfTwo(low: number, high: number): z.ZodType<number> {
  const powers: number[] = [];
  for (let power = low; power <= high; power *= 2) powers.push(power);
  return z.literal(powers, `be a power of two from ${said(low)} to ${said(high)}`);
}

/** One of several words. */
export function choice<const T extends string>(names: readonly T[]): z.ZodType<T> {
  return z.enum(names, `be one of ${names.join(', ')}`);
}

/** Text that is not empty. */
export function text(must: string): z.ZodType<string> {
  return z.string(must).regex(/^[^\0]{1,4096}$/, must);
}

/** What the message of an unknown key begins with; the keys follow. */
export const KEYS = 'be one of the keys ';

/** An object with these keys and no others; one without keys is a thing that has nothing to say. */
export function object<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  if (keys === '') return z.strictObject(shape, 'be {}, an object without keys');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `${KEYS}${keys}` : `be an object with the keys ${keys}`),
  });
}

/** A list of a length within bounds. */
export function list<T extends z.ZodType>(item: T, low: number, high: number): z.ZodArray<T> {
  const must = low === 0 ? `be a list of at most ${high} items` : `be a list of ${low} to ${high} items`;
  return z.array(item, must).min(low, must).max(high, must);
}
