/** Throws for the value at `path`: a `TypeError` if its shape is wrong, else a `RangeError`; both carry the path. */
export function refuse(kind: 'shape' | 'value', path: string, must: string, got: unknown): never {
  const message = `Cannot plan traffic: ${path} must ${must}: got ${show(got)}`;
  throw Object.assign(kind === 'shape' ? new TypeError(message) : new RangeError(message), { path });
}

/** Returns a value as an error says it. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Returns the value if it is an object with no other keys than `keys`. */
export function readObject(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) refuse('shape', path, `be an object with the keys ${keys.join(', ')}`, value);
  for (const key of Object.keys(value as object)) {
    if (!keys.includes(key)) refuse('value', `${path}.${key}`, `be one of the keys ${keys.join(', ')}`, key);
  }
  return value as Record<string, unknown>;
}

/** Returns the list, each item read by `read` with its path. */
export function readList<T>(
  value: unknown,
  path: string,
  least: number,
  most: number,
  read: (item: unknown, path: string) => T,
): T[] {
  if (!Array.isArray(value)) refuse('shape', path, 'be a list', value);
  if (value.length < least || value.length > most) {
    refuse('value', path, least === 0 ? `have at most ${most} items` : `have ${least} to ${most} items`, value);
  }
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

/** Returns the number, or `fallback` where there is none. */
export function readNumber(value: unknown, path: string, low: number, high: number, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value !== 'number') refuse('shape', path, `be a number from ${low} to ${high}`, value);
  if (!(value >= low && value <= high)) refuse('value', path, `be a number from ${low} to ${high}`, value);
  return value;
}

/** Returns the integer, or `fallback` where there is none. */
export function readInteger(value: unknown, path: string, low: number, high: number, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value !== 'number') refuse('shape', path, `be an integer from ${low} to ${high}`, value);
  if (!Number.isInteger(value) || value < low || value > high) {
    refuse('value', path, `be an integer from ${low} to ${high}`, value);
  }
  return value;
}

/** Returns the word, or the first choice where there is none. */
export function readChoice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  if (value === undefined) return choices[0]!;
  const must = `be one of ${choices.join(', ')}`;
  if (typeof value !== 'string') refuse('shape', path, must, value);
  return choices.find((choice) => choice === value) ?? refuse('value', path, must, value);
}

/** Returns the text, if `parse` can read it. */
export function readText<T>(value: unknown, path: string, must: string, parse: (text: string) => T | undefined): T {
  if (typeof value !== 'string') refuse('shape', path, must, value);
  return parse(value) ?? refuse('value', path, must, value);
}
