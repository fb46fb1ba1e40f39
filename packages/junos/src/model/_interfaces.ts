import { type AddressBits, type Prefix, parseAddressBits, parsePrefix, prefixHas } from '../_prefix.ts';
import type { Statement } from '../configuration/statement.ts';
import { addressOf, formatAddress, formatPrefix } from './_prefix-text.ts';
import { type ModelReader, named } from './_reader.ts';
import type { ConfiguredDevice } from './configured-model.ts';

/** Interfaces on I/O cards. */
const PHYSICAL = /^[a-z]{2,4}-\d{1,2}\/\d{1,2}\/\d{1,2}$/;
/** Interfaces that no packets pass through. */
const MANAGEMENT = /^(fxp|em|me|lo|vlan|fab)\d*$/;

interface Unit {
  readonly name: string;
  readonly statement: Statement;
  readonly own: string[];
  readonly networks: Prefix[];
}

/** Interfaces as the model has them. */
export interface Interfaces {
  readonly device: Pick<ConfiguredDevice, 'zones' | 'sides' | 'interfaces'>;
  /** Returns the name that an interface has in the model, with its unit; `null` if it is not part of it. */
  readonly nameOf: (statement: Statement, name: string) => string | null;
}

/** Reads zones, sides and addresses of interfaces. */
export function readInterfaces(reader: ModelReader): Interfaces {
  const members = readMembers(reader);
  const units = interfaceStatements(reader).flatMap((statement) => readUnits(reader, statement, members));
  const sides = new Map<string, string>();
  for (const { name, networks, statement } of units) {
    for (const network of networks) {
      const text = formatPrefix(network);
      const other = sides.get(text);
      if (other === undefined) sides.set(text, name);
      else if (other !== name)
        reader.warn(statement, `network ${text} is at ${other} already: that at ${name} is left out`);
    }
  }
  readRoutes(reader, units, members, sides);
  const owners = new Map<string, string>();
  for (const { name, own, statement } of units) {
    for (const address of [...own]) {
      const other = owners.get(address);
      if (other === undefined) owners.set(address, name);
      else {
        own.splice(own.indexOf(address), 1);
        reader.warn(statement, `address ${address} is that of ${other} already: ${name} goes without`);
      }
    }
  }
  const addressed = units.filter(({ own }) => own.length > 0);
  const device = {
    ...some('zones', readZones(reader, members)),
    ...some('sides', [...sides]),
    ...some(
      'interfaces',
      addressed.map(({ name, own }): [string, { addresses: string[] }] => [name, { addresses: own }]),
    ),
  };
  return { device, nameOf: (statement, name) => modelName(reader, statement, name, members) };
}

/** Returns an object with one member, unless it would be empty. */
function some<K extends string, V>(
  key: K,
  entries: readonly (readonly [string, V])[],
): Partial<Record<K, Record<string, V>>> {
  if (entries.length === 0) return {};
  return { [key]: Object.fromEntries(entries) } as Partial<Record<K, Record<string, V>>>;
}

function interfaceStatements(reader: ModelReader): Statement[] {
  return (reader.find('interfaces')?.children ?? []).filter(({ schema }) => schema !== null);
}

/**
 * Physical interface that stands for each redundant or aggregated one: the first of its
 * members, on the second node the last.
 */
function readMembers(reader: ModelReader): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const statement of interfaceStatements(reader)) {
    const options = statement.find('gigether-options');
    const parent = (options?.find('redundant-parent') ?? options?.find('802.3ad'))?.values[0];
    const [name] = statement.words;
    if (parent === undefined || !PHYSICAL.test(name) || (reader.node === 0 && members.has(parent))) continue;
    members.set(parent, name);
  }
  for (const statement of interfaceStatements(reader)) {
    const [name] = statement.words;
    const member = members.get(name);
    if (member !== undefined) reader.warn(statement, `${name} is taken for ${member}, its member`);
  }
  return members;
}

/** Returns the interface that a name means to the model, with its unit; `null` if no packets of the model pass it. */
function modelName(
  reader: ModelReader,
  statement: Statement,
  name: string,
  members: ReadonlyMap<string, string>,
): string | null {
  const [physical, unit = '0', ...rest] = name.split('.');
  const known = members.get(physical) ?? physical;
  if (PHYSICAL.test(known) && /^\d{1,5}$/.test(unit) && rest.length === 0) return `${known}.${unit}`;
  if (!MANAGEMENT.test(physical)) reader.warn(statement, `interface ${physical} is not on an I/O card: it is left out`);
  return null;
}

function readUnits(reader: ModelReader, statement: Statement, members: ReadonlyMap<string, string>): Unit[] {
  if (statement.find('disable') !== undefined) return [];
  const units: Unit[] = [];
  for (const unit of named(statement, 'unit')) {
    if (unit.find('disable') !== undefined) continue;
    const own: string[] = [];
    const networks: Prefix[] = [];
    for (const family of unit.find('family')?.children ?? []) {
      const addresses = named(family, 'address').filter(({ words }) => parsePrefix(words[1]) !== null);
      for (const { words } of addresses) networks.push(parsePrefix(words[1])!);
      const first =
        addresses.find((each) => each.find('primary')) ??
        addresses.find((each) => each.find('preferred')) ??
        addresses[0];
      if (first !== undefined) own.push(formatAddress(addressOf(first.words[1])));
      if (addresses.length > 1) {
        reader.warn(
          family,
          `${statement.words[0]}.${unit.words[1]} has ${addresses.length} addresses of one IP version: ${first.words[1]} is its own`,
        );
      }
    }
    if (networks.length === 0) continue;
    const name = modelName(reader, statement, `${statement.words[0]}.${unit.words[1]}`, members);
    if (name !== null) units.push({ name, statement, own, networks });
  }
  return units;
}

/** Static routes lie where their next hop does. */
function readRoutes(
  reader: ModelReader,
  units: readonly Unit[],
  members: ReadonlyMap<string, string>,
  sides: Map<string, string>,
): void {
  const routes = [
    ...named(reader.find('routing-options', 'static'), 'route'),
    ...named(reader.find('routing-options')?.find('rib', 'inet6.0')?.find('static'), 'route'),
  ];
  for (const route of routes) {
    const hop = route.find('next-hop')?.values[0] ?? named(route, 'qualified-next-hop')[0]?.words[1];
    const prefix = parsePrefix(route.words[1]);
    if (hop === undefined || prefix === null) continue;
    const address = parseAddressBits(hop);
    const name = address === null ? modelName(reader, route, hop, members) : nearest(units, address);
    const text = formatPrefix(prefix);
    if (name === null) reader.warn(route, `route ${text} has a next hop on no interface of the model: it is left out`);
    else if (!sides.has(text)) sides.set(text, name);
  }
}

/** Returns the interface in whose network an address lies. */
function nearest(units: readonly Unit[], address: AddressBits): string | null {
  let best: { name: string; length: number } | null = null;
  for (const { name, networks } of units) {
    for (const network of networks) {
      if (prefixHas(network, address) && network.length > (best?.length ?? -1)) best = { name, length: network.length };
    }
  }
  return best?.name ?? null;
}

function readZones(reader: ModelReader, members: ReadonlyMap<string, string>): [string, string[]][] {
  const taken = new Map<string, string>();
  const zones = named(reader.find('security', 'zones'), 'security-zone').filter((zone) => {
    if (zone.words[1] !== 'any') return true;
    reader.warn(zone, 'zone any is left out: its name stands for every zone');
    return false;
  });
  return zones.map((zone) => {
    const names: string[] = [];
    for (const each of zone.find('interfaces')?.children ?? []) {
      if (each.schema === null) continue;
      if (each.words[0] === 'all') {
        reader.warn(zone, `zone ${zone.words[1]} takes all interfaces: name them, the model does not`);
        continue;
      }
      const name = modelName(reader, each, each.words[0], members);
      if (name === null || names.includes(name)) continue;
      const other = taken.get(name);
      if (other !== undefined) reader.warn(each, `interface ${name} is in zone ${other} already`);
      else {
        taken.set(name, zone.words[1]);
        names.push(name);
      }
    }
    return [zone.words[1], names];
  });
}
