import { type AddressBits, parsePrefix } from '../_prefix.ts';
import { protocolNumber } from '../_protocols.ts';
import type { Statement } from '../configuration/statement.ts';
import { readAddresses } from './_addresses.ts';
import { type Applications, portsOf } from './_applications.ts';
import { addressOf, formatAddress, networkOf, overlap, prefixesOf, type Range, rangeOf } from './_prefix-text.ts';
import { type ModelReader, named } from './_reader.ts';
import type {
  ConfiguredDestinationRule,
  ConfiguredDevice,
  ConfiguredMatch,
  ConfiguredSourceRule,
  ConfiguredTerm,
} from './configured-model.ts';

/** Most addresses of a pool that the model holds. */
const MAX_POOL_ADDRESSES = 4096n;
/** Most addresses of all pools and interfaces, with static rules. */
const MAX_ADDRESSES = 30_000n;
/** Lowest port that a pool gives. */
const LOWEST_PORT = 1024;
const PORT_PROTOCOLS = [6, 17, 132];

type Nat = Pick<ConfiguredDevice, 'sourceNat' | 'destinationNat'>;
interface Pool {
  readonly family: 4 | 6;
  readonly addresses: readonly string[];
  readonly ports?: string;
}

/** Source, destination and static NAT. */
export class NatReader {
  private readonly reader: ModelReader;
  private readonly applications: Applications;
  private readonly zones: Readonly<Record<string, readonly string[]>>;
  private readonly interfaces: NonNullable<ConfiguredDevice['interfaces']>;
  /** Addresses that something gives already. */
  private readonly claims: Range[] = [];
  /** Addresses of pools so far. */
  private count = 0n;

  constructor(reader: ModelReader, applications: Applications, device: Pick<ConfiguredDevice, 'zones' | 'interfaces'>) {
    this.reader = reader;
    this.applications = applications;
    this.zones = device.zones ?? {};
    this.interfaces = device.interfaces ?? {};
  }

  /** Reads all. */
  read(): Nat {
    const { reader } = this;
    const destination: ConfiguredDestinationRule[] = [];
    const source: ConfiguredSourceRule[] = [];
    const rules = this.rulesOf('source');
    if (rules.some(({ rule }) => rule.find('then')?.find('source-nat')?.find('interface'))) {
      for (const { addresses } of Object.values(this.interfaces))
        for (const each of addresses) this.claims.push(only(addressOf(each)));
    }
    this.readStatic(source, destination);
    const pools = this.readPools(rules);
    for (const { set, rule } of rules) this.leaveOut('source', rule, this.readSource(set, rule, pools, source));
    for (const { set, rule } of this.rulesOf('destination')) {
      this.leaveOut('destination', rule, this.readDestination(set, rule, destination));
    }
    const hasSource = source.length > 0;
    if (reader.find('security', 'nat') === undefined) return {};
    const shown = [...pools].map(([name, { addresses, ports }]) => [
      name,
      { addresses, ...(ports !== undefined && { ports }) },
    ]);
    return {
      ...(hasSource && { sourceNat: { pools: Object.fromEntries(shown), rules: source } }),
      ...(destination.length > 0 && { destinationNat: destination }),
    };
  }

  private leaveOut(kind: string, rule: Statement, why: string | null): void {
    if (why !== null) this.reader.warn(rule, `${kind} NAT rule ${rule.words[1]} is left out: ${why}`);
  }

  private rulesOf(kind: string): { set: Statement; rule: Statement }[] {
    const sets = named(this.reader.find('security', 'nat', kind), 'rule-set');
    return sets.flatMap((set) => named(set, 'rule').map((rule) => ({ set, rule })));
  }

  /** Zones of a side of a rule set; `null` if the model cannot tell them. */
  private zonesOf(set: Statement, side: 'from' | 'to'): (string | undefined)[] | null {
    const level = set.find(side);
    const zones: (string | undefined)[] = [...(level?.find('zone')?.values ?? [])];
    for (const name of level?.find('interface')?.values ?? []) {
      const unit = name.includes('.') ? name : `${name}.0`;
      zones.push(Object.entries(this.zones).find(([, names]) => names.includes(unit))?.[0] ?? '');
      this.reader.warn(set, `rule-set ${set.words[1]} counts for the zone of ${name}, not for the interface alone`);
    }
    if (level?.find('routing-instance')) {
      this.reader.warn(set, `rule-set ${set.words[1]} counts for every routing instance: the model has one`);
      zones.push(undefined);
    }
    const missing = zones.find((zone) => zone !== undefined && !Object.hasOwn(this.zones, zone));
    if (missing === undefined) return zones.length === 0 ? [undefined] : zones;
    this.reader.warn(
      set,
      `rule-set ${set.words[1]} is left out: zone ${missing || 'of its interface'} is not configured`,
    );
    return null;
  }

  /** Everything that the rule matches: a list, because several applications are several matches. */
  private matchesOf(rule: Statement): Omit<ConfiguredMatch, 'from' | 'to'>[] {
    const match = rule.find('match');
    const listOf = (keyword: string) => match?.find(keyword)?.values ?? [];
    const prefixes = (side: string) => {
      const direct = listOf(`${side}-address`).map(networkOf);
      const names = readAddresses(this.reader, rule, listOf(`${side}-address-name`), null);
      const all = [...direct, ...(names ?? [])];
      // every address
      if (all.some((each) => each.endsWith('/0')) && new Set(all.map((each) => each.includes(':'))).size === 2)
        return null;
      return all.length === 0 && names === null ? null : all;
    };
    const ports = (keyword: string) =>
      (match?.find(keyword)?.children ?? [])
        .filter(({ schema }) => schema !== null)
        .map(({ words }) => (words.length > 1 ? `${portsOf(words[0])}-${words[2]}` : portsOf(words[0])));
    const [source, destination] = [prefixes('source'), prefixes('destination')];
    if (source?.length === 0 || destination?.length === 0) return [];
    const addresses = { ...(source && { source }), ...(destination && { destination }) };
    const [sourcePorts, destinationPorts] = [ports('source-port'), ports('destination-port')];
    const protocols = listOf('protocol').map(protocolNumber);
    const names = this.applications.resolve(rule, listOf('application'));
    if (names !== null) {
      const terms = names.flatMap((name) => this.applications.used.get(name) ?? []);
      return terms.map((term) => ({ ...addresses, ...term }));
    }
    const hasPorts = sourcePorts.length + destinationPorts.length > 0;
    const terms: ConfiguredTerm[] = protocols.length > 0 ? protocols.map((protocol) => ({ protocol })) : [{}];
    return terms
      .filter(({ protocol }) => !hasPorts || protocol === undefined || PORT_PROTOCOLS.includes(protocol))
      .map((term) => ({
        ...addresses,
        ...term,
        ...(sourcePorts.length > 0 && { sourcePorts }),
        ...(destinationPorts.length > 0 && { destinationPorts }),
      }));
  }

  private readPools(rules: readonly { rule: Statement }[]): Map<string, Pool> {
    const pools = new Map<string, Pool>();
    const used = new Set(rules.map(({ rule }) => poolOf(rule, 'source-nat')));
    for (const statement of named(this.reader.find('security', 'nat', 'source'), 'pool')) {
      const [, name] = statement.words;
      if (!used.has(name)) continue;
      const ranges = (statement.find('address')?.children ?? []).flatMap(({ schema, words }) =>
        schema === null ? [] : rangeOfWords(words),
      );
      const why = this.refusePool(name, ranges);
      if (why !== null) {
        this.reader.warn(statement, `pool ${name} is left out: ${why}`);
        continue;
      }
      this.claims.push(...ranges);
      const ports = this.portsOfPool(statement);
      const addresses = ranges.flatMap(prefixesOf);
      pools.set(name, { family: ranges[0].family, addresses, ...(ports !== null && { ports }) });
    }
    return pools;
  }

  private refusePool(name: string, ranges: readonly Range[]): string | null {
    if (ranges.length === 0) return 'it has no addresses';
    if (name === 'interface') return 'its name stands for addresses of interfaces';
    if (ranges.some(({ family }) => family !== ranges[0].family)) return 'its addresses are of both IP versions';
    const count = ranges.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
    if (count > MAX_POOL_ADDRESSES) return `it has more than ${MAX_POOL_ADDRESSES} addresses`;
    this.count += count;
    if (this.count > MAX_ADDRESSES) return `all pools have more than ${MAX_ADDRESSES} addresses`;
    const isTwice = ranges.some((range, i) => ranges.some((other, j) => i < j && overlap(range, other)));
    if (isTwice || ranges.some((range) => this.claims.some((other) => overlap(range, other)))) {
      return 'one of its addresses is given elsewhere';
    }
    return null;
  }

  private portsOfPool(statement: Statement): string | null {
    const level = statement.find('port');
    if (level?.find('no-translation')) {
      this.reader.warn(statement, `pool ${statement.words[1]} translates ports in the model`);
    }
    const range = level?.find('range');
    const entry = range?.children.find(({ schema }) => schema?.name === 'low');
    if (range === undefined || entry === undefined) return null;
    const low = Number(entry.words[0]);
    const high = Number(entry.find('to')?.values[0] ?? range.find('to')?.values[0] ?? low);
    if (high < LOWEST_PORT || low > high) return null;
    if (low < LOWEST_PORT) this.reader.warn(statement, `pool ${statement.words[1]} gives ports from ${LOWEST_PORT} on`);
    return `${Math.max(low, LOWEST_PORT)}-${high}`;
  }

  /** Returns why a rule, or a part of it, is left out. */
  private readSource(
    set: Statement,
    rule: Statement,
    pools: ReadonlyMap<string, Pool>,
    out: ConfiguredSourceRule[],
  ): string | null {
    const then = rule.find('then')?.find('source-nat');
    const pool = poolOf(rule, 'source-nat');
    const [, name] = rule.words;
    const translate = then?.find('off')
      ? 'off'
      : then?.find('interface')
        ? 'interface'
        : pool === null
          ? null
          : { pool };
    if (translate === null) return 'it says nothing to do';
    const given = pool === null ? undefined : pools.get(pool);
    if (pool !== null && given === undefined) return `the model has no pool ${pool}`;
    const [from, to] = [this.zonesOf(set, 'from'), this.zonesOf(set, 'to')];
    if (from === null || to === null) return null;
    let matches = this.matchesOf(rule);
    if (given !== undefined)
      matches = matches.map((match) => ofFamily(match, given.family)).filter((match) => match !== null);
    if (matches.length === 0) return 'nothing that the model knows matches it';
    let why: string | null = null;
    for (const match of matches) {
      for (const fromZone of from) {
        for (const toZone of to) {
          if (translate === 'interface' && !this.hasAddress(toZone))
            why = `no interface of zone ${toZone ?? 'any'} has an address`;
          else out.push({ name, ...sides(fromZone, toZone), ...match, translate });
        }
      }
    }
    return why;
  }

  /** Returns why a rule is left out. */
  private readDestination(set: Statement, rule: Statement, out: ConfiguredDestinationRule[]): string | null {
    const [, name] = rule.words;
    const from = this.zonesOf(set, 'from');
    if (from === null) return null;
    const translate = this.targetOf(rule);
    if (typeof translate === 'string' && translate !== 'off') return translate;
    let matches = this.matchesOf(rule);
    if (translate !== 'off') {
      const family = addressOf(translate.address).family;
      matches = matches.map((match) => ofFamily(match, family)).filter((match) => match !== null);
    }
    if (matches.length === 0) return 'nothing that the model knows matches it';
    for (const match of matches)
      for (const zone of from) out.push({ name, ...sides(zone), ...match, translate: translate as 'off' });
    return null;
  }

  /** Where a destination rule sends packets, or why it is left out. */
  private targetOf(rule: Statement): { address: string; port?: number } | string {
    if (rule.find('then')?.find('destination-nat')?.find('off')) return 'off';
    const pool = poolOf(rule, 'destination-nat');
    if (pool === null) return 'it says nothing to do';
    const [entry, ...others] = named(this.reader.find('security', 'nat', 'destination')?.find('pool', pool), 'address');
    if (entry === undefined) return `pool ${pool} has no address`;
    const prefix = parsePrefix(entry.words[1])!;
    if (others.length > 0 || prefix.length !== (prefix.family === 4 ? 32 : 128)) {
      return `pool ${pool} has more than one address`;
    }
    const port = Number(entry.find('port')?.values[0] ?? 0);
    return { address: formatAddress(prefix), ...(port > 0 && { port }) };
  }

  /** Static rules translate in both directions, and come before the others. */
  private readStatic(source: ConfiguredSourceRule[], destination: ConfiguredDestinationRule[]): void {
    for (const { set, rule } of this.rulesOf('static')) {
      const [, name] = rule.words;
      const leaveOut = (why: string) => this.leaveOut('static', rule, why);
      const match = rule.find('match');
      const then = rule.find('then')?.find('static-nat');
      const prefixes = (level: string | undefined, names: readonly string[] | undefined) =>
        level !== undefined ? [networkOf(level)] : (readAddresses(this.reader, rule, names ?? [], null) ?? []);
      const outside = prefixes(
        match?.find('destination-address')?.values[0],
        match?.find('destination-address-name')?.values,
      );
      const entry = then?.find('prefix')?.children.find(({ schema }) => schema?.name === 'addr-prefix');
      const byName = then?.find('prefix-name')?.children.find(({ schema }) => schema !== null);
      const inside = prefixes(entry?.words[0], byName?.words);
      const from = this.zonesOf(set, 'from');
      if (from === null) continue;
      if (
        then?.find('prefix')?.find('mapped-port') ||
        match?.find('destination-port') ||
        match?.find('source-address')
      ) {
        leaveOut('ports and sources of static rules are not part of the model');
      } else if (outside.length !== 1 || inside.length !== 1) leaveOut('it needs one prefix on both sides');
      else if (!isSameSize(outside[0], inside[0])) leaveOut('its prefixes are of different size');
      else if (this.claims.some((other) => overlap(other, rangeOf(parsePrefix(outside[0])!)))) {
        leaveOut('one of its addresses is given elsewhere');
      } else {
        this.claims.push(rangeOf(parsePrefix(outside[0])!));
        for (const zone of from) {
          destination.push({ name, ...sides(zone), destination: outside, translate: { static: inside[0] } });
          source.push({ name, ...sides(undefined, zone), source: inside, translate: { static: outside[0] } });
        }
      }
    }
  }

  private hasAddress(zone: string | undefined): boolean {
    if (zone === undefined) return Object.keys(this.interfaces).length > 0;
    return this.zones[zone].some((name) => Object.hasOwn(this.interfaces, name));
  }
}

function sides(from: string | undefined, to?: string): { from?: string; to?: string } {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function poolOf(rule: Statement, kind: string): string | null {
  return (
    rule
      .find('then')
      ?.find(kind)
      ?.find('pool')
      ?.children.find(({ schema }) => schema !== null)?.words[0] ?? null
  );
}

function only({ family, bits }: AddressBits): Range {
  return { family, first: bits, last: bits };
}

/** Addresses of a pool's entry: a prefix, or `low to high`. */
function rangeOfWords(words: readonly string[]): Range[] {
  const low = rangeOf(parsePrefix(words[0])!);
  if (words.length === 1) return [low];
  const high = rangeOf(parsePrefix(words[2])!);
  return low.family === high.family && low.first <= high.last ? [{ ...low, last: high.last }] : [];
}

function isSameSize(one: string, other: string): boolean {
  const [a, b] = [parsePrefix(one)!, parsePrefix(other)!];
  return a.family === b.family && a.length === b.length;
}

/** Keeps the prefixes of one IP version; `null` if there was none. */
function ofFamily<T extends { source?: readonly string[]; destination?: readonly string[] }>(
  match: T,
  family: 4 | 6,
): T | null {
  const kept = { ...match };
  for (const side of ['source', 'destination'] as const) {
    const list = match[side];
    if (list === undefined) continue;
    const fitting = list.filter((prefix) => prefix.includes(':') === (family === 6));
    if (fitting.length === 0) return null;
    kept[side] = fitting;
  }
  return kept;
}
