import { readObject, refuse } from './_check.ts';
import { type Prefix, readPrefix } from './_prefix.ts';

/** Returns `value` as the one word or the object with one of the members of `keys` that a NAT rule may say. */
export function readTranslate(
  value: unknown,
  path: string,
  words: readonly string[],
  keys: readonly string[],
): string | Readonly<Record<string, unknown>> {
  const must = `be one of ${words.join(', ')} or an object with one of the keys ${keys.join(', ')}`;
  if (typeof value === 'string') return words.includes(value) ? value : refuse('value', path, must, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('shape', path, must, value);
  return readObject(value, path, keys);
}

/** Returns the prefix that the one prefix in `given` goes over to, address for address. */
export function readStatic(value: unknown, path: string, given: readonly Prefix[], from: string): Prefix {
  const prefix = readPrefix(value, path);
  if (given.length !== 1)
    refuse('value', from, 'be one prefix where translate.static is given', given.length === 0 ? undefined : given);
  const { family, length } = given[0]!;
  if (prefix.family !== family || prefix.length !== length) {
    refuse('value', path, `be an IPv${family} prefix of ${length} bits, as ${from} is`, value);
  }
  return prefix;
}
