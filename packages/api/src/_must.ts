import { z } from 'zod';

/** An object with these keys and no others; messages are what must hold. */
export function object<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `be one of ${keys}` : `be an object with the keys ${keys}`),
  });
}

/** Text of at most 4,096 characters whose meaning is checked where it is used, so that its fault has the code that it has there. */
export function word(must: string): z.ZodType<string> {
  return z.string(must).max(4096, must);
}

/** One of several words; which one is checked where it is used, as of {@link word}. */
export function wordOf<const T extends string>(names: readonly T[]): z.ZodType<T> {
  const must = `be one of ${names.join(', ')}`;
  return z.string(must).max(4096, must).meta({ enum: names }) as unknown as z.ZodType<T>;
}

/** One of several words. */
export function choice<const T extends string>(names: readonly T[]): z.ZodType<T> {
  return z.enum(names, `be one of ${names.join(', ')}`);
}

/** An integer within bounds. */
export function whole(low: number, high: number): z.ZodType<number> {
  const must = `be a whole number from ${low} to ${high}`;
  return z.int(must).min(low, must).max(high, must);
}

/** True or false. */
export function flag(): z.ZodType<boolean> {
  return z.boolean('be true or false');
}
