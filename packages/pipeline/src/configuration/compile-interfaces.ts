import { member, readMembers, readName, readObject, readOneOrMore, refuse } from './_check.ts';
import { type Prefix, readAddress, readPrefix } from './_prefix.ts';
import type { DeviceConfiguration } from './device-configuration.ts';
import { InterfaceTable, withUnit } from './interface-table.ts';

/**
 * Checks zones, sides and interfaces of a configuration, and makes the table of interfaces.
 *
 * @param configuration Its `zones`, `sides` and `interfaces` are read.
 * @returns A new table; without interfaces it is empty, and finds none.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a value is wrong, an interface is in two zones, or a prefix is given twice; with `path` too.
 * @example
 * ```ts
 * import { compileInterfaces } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(compileInterfaces({ zones: { trust: ['xe-7/0/0', 'xe-7/0/1.5'] } }).names, ['xe-7/0/0.0', 'xe-7/0/1.5']);
 * assert.throws(() => compileInterfaces({ sides: { '10.0.0.1/8': 'xe-7/0/0' } }), RangeError);
 * ```
 */
export function compileInterfaces(configuration: DeviceConfiguration): InterfaceTable {
  const names: string[] = [];
  const indexOf = (name: string): number => {
    const known = names.indexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  };
  const zoneNames: string[] = [];
  const zones = new Map<number, number>();
  for (const { key, value, path } of readMembers(configuration.zones, 'zones', 'interfaces by zone')) {
    if (key === 'any') refuse('value', path, 'have another name: any stands for every zone', key);
    const zone = zoneNames.push(readName(key, path)) - 1;
    readInterfaceNames(value, path, (name, at) => {
      const index = indexOf(name);
      const other = zones.get(index);
      if (other !== undefined) refuse('value', at, `be in one zone only, and is in ${zoneNames[other]}`, name);
      zones.set(index, zone);
    });
  }
  const { prefixes, ends } = readSides(configuration.sides);
  const sides = prefixes.map(({ prefix, name }) => ({ prefix, index: indexOf(name) }));
  const [initiator, responder] = ENDS.map((end) => (ends.has(end) ? indexOf(ends.get(end)!) : -1)) as [number, number];
  const own = readMembers(configuration.interfaces, 'interfaces', 'interfaces by name').map(({ key, value, path }) => {
    const index = indexOf(readInterfaceName(key, path));
    const { addresses } = readObject(value, path, ['addresses']);
    return { index, addresses: readOwnAddresses(addresses, member(path, 'addresses')) };
  });
  // named by multicast routes only: those may leave by any interface
  for (const route of Array.isArray(configuration.multicast) ? configuration.multicast : []) {
    for (const name of Array.isArray(route?.interfaces) ? route.interfaces : []) {
      if (typeof name === 'string' && INTERFACE.test(name)) indexOf(withUnit(name));
    }
  }
  const addresses = new Int32Array(8 * names.length);
  const addressFamilies = new Uint8Array(names.length);
  for (const { index, addresses: list } of own) {
    for (const { family, words } of list) {
      addresses.set(words, 8 * index + (family === 4 ? 0 : 4));
      addressFamilies[index] |= family === 4 ? 1 : 2;
    }
  }
  return new InterfaceTable({
    names,
    zoneNames,
    zones: Int32Array.from(names, (_, index) => zones.get(index) ?? -1),
    addresses,
    addressFamilies,
    initiator,
    responder,
    sides: Int32Array.from(
      sides.flatMap(({ prefix: { family, words, mask }, index }) => [family, ...words, ...mask, index]),
    ),
  });
}

const INTERFACE = /^[a-z]{2,4}-\d{1,2}\/\d{1,2}\/\d{1,2}(\.\d{1,5})?$/;

/** Returns the name of an interface, with its unit. */
export function readInterfaceName(value: unknown, path: string): string {
  const must = 'be an interface such as xe-7/0/0 or xe-7/0/0.0';
  if (typeof value !== 'string') refuse('shape', path, must, value);
  return INTERFACE.test(value) ? withUnit(value) : refuse('value', path, must, value);
}

function readInterfaceNames(value: unknown, path: string, add: (name: string, path: string) => void): void {
  if (!Array.isArray(value)) refuse('shape', path, 'be a list of interfaces such as xe-7/0/0', value);
  for (const [i, each] of value.entries()) add(readInterfaceName(each, `${path}[${i}]`), `${path}[${i}]`);
}

/** The two ends of a conversation, which can have a side each. */
const ENDS = ['initiator', 'responder'];

/** What lies behind the interfaces: prefixes, longest first, and the ends of conversations. */
interface GivenSides {
  readonly prefixes: readonly { readonly prefix: Prefix; readonly name: string }[];
  readonly ends: ReadonlyMap<string, string>;
}

function readSides(value: unknown): GivenSides {
  const seen = new Set<string>();
  const members = readMembers(value, 'sides', 'interfaces by prefix');
  const ends = new Map<string, string>();
  for (const { key, value: name, path } of members) {
    if (!ENDS.includes(key)) continue;
    const other = ENDS.find((end) => end !== key)!;
    if (!members.some((each) => each.key === other)) refuse('value', path, `come with sides.${other}`, name);
    ends.set(key, readInterfaceName(name, path));
  }
  const given = members.filter(({ key }) => !ENDS.includes(key));
  const prefixes = given.map(({ key, value: name, path }) => {
    const prefix = readPrefix(key, path);
    const text = [prefix.family, prefix.length, ...prefix.words].join();
    if (seen.has(text)) refuse('value', path, 'be given once', key);
    seen.add(text);
    return { prefix, name: readInterfaceName(name, path) };
  });
  return { prefixes: prefixes.sort((a, b) => b.prefix.length - a.prefix.length), ends };
}

function readOwnAddresses(value: unknown, path: string): Prefix[] {
  const list = readOneOrMore(value, path, readAddress);
  const isTwice = [4, 6].some((family) => list.filter((each) => each.family === family).length > 1);
  if (list.length === 0 || isTwice) {
    refuse(value === undefined ? 'shape' : 'value', path, 'be one address of an IP version, or one of each', value);
  }
  return list;
}
