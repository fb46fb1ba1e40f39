import { parsePrefix } from '../_prefix.ts';
import type { Statement } from '../configuration/statement.ts';
import { readAddresses } from './_addresses.ts';
import type { Applications } from './_applications.ts';
import type { Interfaces } from './_interfaces.ts';
import { ofFamily, poolOf, readMatches, sides } from './_nat-match.ts';
import { AddressClaims, type Pool, readPools } from './_nat-pools.ts';
import { addressOf, formatAddress, networkOf, rangeOf, rangeOfAddress } from './_prefix-text.ts';
import { type ModelReader, named } from './_reader.ts';
import type { ConfiguredDestinationRule, ConfiguredDevice, ConfiguredSourceRule } from './configured-model.ts';

type Nat = Pick<ConfiguredDevice, 'sourceNat' | 'destinationNat'>;
/** Source, destination and static NAT. */
export class NatReader {
  private readonly reader: ModelReader;
  private readonly applications: Applications;
  private readonly zones: Readonly<Record<string, readonly string[]>>;
  private readonly interfaces: NonNullable<ConfiguredDevice['interfaces']>;
  private readonly nameOf: Interfaces['nameOf'];
  private readonly claims = new AddressClaims();

  constructor(reader: ModelReader, applications: Applications, interfaces: Interfaces) {
    this.reader = reader;
    this.applications = applications;
    this.zones = interfaces.device.zones ?? {};
    this.interfaces = interfaces.device.interfaces ?? {};
    this.nameOf = interfaces.nameOf;
  }

  /** Reads all. */
  read(): Nat {
    const { reader } = this;
    const destination: ConfiguredDestinationRule[] = [];
    const source: ConfiguredSourceRule[] = [];
    const rules = this.rulesOf('source');
    if (rules.some(({ rule }) => rule.find('then')?.find('source-nat')?.find('interface'))) {
      for (const { addresses } of Object.values(this.interfaces)) {
        for (const each of addresses) this.claims.add([rangeOfAddress(addressOf(each))]);
      }
    }
    this.readStatic(source, destination);
    const pools = readPools(reader, this.claims, new Set(rules.map(({ rule }) => poolOf(rule, 'source-nat'))));
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
      const known = this.nameOf(set, name);
      zones.push(Object.entries(this.zones).find(([, names]) => known !== null && names.includes(known))?.[0] ?? '');
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
    let matches = readMatches(this.reader, this.applications, rule);
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
    let matches = readMatches(this.reader, this.applications, rule);
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
    const level = this.reader.find('security', 'nat', 'destination')?.find('pool', pool)?.find('address');
    const entry = level?.children.find(({ schema }) => schema?.name === 'ipaddr');
    if (level === undefined || entry === undefined) return `pool ${pool} has no address`;
    const prefix = parsePrefix(entry.words[0])!;
    if (level.find('to') !== undefined || prefix.length !== (prefix.family === 4 ? 32 : 128)) {
      return `pool ${pool} has more than one address`;
    }
    const port = Number(level.find('port')?.values[0] ?? 0);
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
      else if (this.claims.has(rangeOf(parsePrefix(outside[0])!))) {
        leaveOut('one of its addresses is given elsewhere');
      } else {
        this.claims.add([rangeOf(parsePrefix(outside[0])!)]);
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

function isSameSize(one: string, other: string): boolean {
  const [a, b] = [parsePrefix(one)!, parsePrefix(other)!];
  return a.family === b.family && a.length === b.length;
}
