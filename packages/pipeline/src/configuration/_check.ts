/** Throws for the value at `path`, see `ConfigurationError`. */
export function refuse(kind: 'shape' | 'value', path: string, must: string, got: unknown): never {
  const message = `Cannot use configuration: ${path} must ${must}: got ${describe(got)}`;
  throw Object.assign(kind === 'shape' ? new TypeError(message) : new RangeError(message), { path });
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}

/** Returns the path of a member. */
export function member(path: string, key: string): string {
  const name = /^[A-Za-z_$][\w$-]*$/.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === '' || name.startsWith('[') ? `${path}${name}` : `${path}.${name}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the object if it has no other keys than `keys`. */
export function readObject(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const must = `be an object with the keys ${keys.join(', ')}`;
  if (!isObject(value)) refuse('shape', path === '' ? 'it' : path, must, value);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) refuse('value', member(path, key), `be one of the keys ${keys.join(', ')}`, key);
  }
  return value;
}

/** Returns the members of an object whose keys are free, each with its path; none where there is no object. */
export function readMembers(value: unknown, path: string, of: string): { key: string; value: unknown; path: string }[] {
  if (value === undefined) return [];
  if (!isObject(value)) refuse('shape', path, `be an object of ${of}`, value);
  return Object.entries(value).map(([key, each]) => ({ key, value: each, path: member(path, key) }));
}

/** Returns the items of a list, each read; none where there is no list. */
export function readList<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) refuse('shape', path, 'be a list', value);
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

/** Returns one value or the values of a list, each read; none where there is neither. */
export function readOneOrMore<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [read(value, path)];
  if (value.length === 0) refuse('value', path, 'have at least one item, or be left out', value);
  return readList(value, path, read);
}

/** Returns the word, or `fallback` where there is none. */
export function readChoice<T extends string>(value: unknown, path: string, choices: readonly T[], fallback?: T): T {
  if (value === undefined && fallback !== undefined) return fallback;
  const must = `be one of ${choices.join(', ')}`;
  if (typeof value !== 'string') refuse('shape', path, must, value);
  return choices.find((choice) => choice === value) ?? refuse('value', path, must, value);
}

/** Returns the name: a word of visible characters. */
export function readName(value: unknown, path: string): string {
  const must = 'be a name of 1 to 63 characters without blanks';
  if (typeof value !== 'string') refuse('shape', path, must, value);
  if (!/^\S{1,63}$/.test(value)) refuse('value', path, must, value);
  return value;
}

/** A range of ports, both ends included. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** Returns the port or the range of ports, each from `least` to 65,535. */
export function readPorts(value: unknown, path: string, least = 0): PortRange {
  const must = `be a port from ${least} to 65535 or a range such as 8000-8099`;
  if (typeof value !== 'number' && typeof value !== 'string') refuse('shape', path, must, value);
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(value));
  if (match === null) refuse('value', path, must, value);
  const [low, high] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (low < least || high > 65_535 || low > high) refuse('value', path, must, value);
  return { low, high };
}
