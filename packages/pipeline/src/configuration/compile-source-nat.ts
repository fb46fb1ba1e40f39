import {
  NAT_RULE_INTERFACE,
  NAT_RULE_OFF,
  NAT_RULE_POOL,
  NAT_RULE_STATIC,
  type SourceNatPlan,
  type SourceNatPoolPlan,
} from '../nat/source-nat-plan.ts';
import { readList, readName, readObject, refuse } from './_check.ts';
import { PoolReader } from './_pool-reader.ts';
import { type Prefix, rangeOf, wholeFamily } from './_prefix.ts';
import { MATCH_KEYS, readMatch } from './_read-match.ts';
import { readStatic, readTranslate } from './_read-translate.ts';
import { ANY, type Match, RuleList } from './_rule-list.ts';
import { nameByPath } from './compile-destination-nat.ts';
import { compileInterfaces } from './compile-interfaces.ts';
import type { DeviceConfiguration } from './device-configuration.ts';
import type { InterfaceTable } from './interface-table.ts';

interface Rule {
  readonly name: string;
  readonly match: Match;
  readonly kind: number;
  /** Name of the pool. */
  readonly pool?: string;
  readonly to?: Prefix;
}

/**
 * Checks the source NAT of a configuration, and makes its plan.
 *
 * A rule applies to packets of the IP version that it has addresses of. Addresses may stand in one place only: in a pool,
 * in the target of a static rule, or at an interface where a rule uses those.
 *
 * @param configuration Its `sourceNat` is read.
 * @param interfaces What `compileInterfaces` made of the same configuration: zones and addresses are those.
 * @returns A plan, which a `SourceNat` of each SPU carries out; without rules it changes nothing.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a value is wrong, a pool is unknown, or addresses stand in two places; with `path` too.
 * @example
 * ```ts
 * import { compileSourceNat } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const pools = { out: { addresses: ['203.0.113.8/29', '203.0.113.20-203.0.113.23'], ports: '2000-2999' } };
 * assert.equal(compileSourceNat({ sourceNat: { pools, rules: [{ translate: { pool: 'out' } }] } }).pools[0].count, 12);
 * assert.throws(() => compileSourceNat({ sourceNat: { pools, rules: [{ translate: { pool: 'in' } }] } }), RangeError);
 * ```
 */
export function compileSourceNat(
  configuration: DeviceConfiguration,
  interfaces: InterfaceTable = compileInterfaces(configuration),
): SourceNatPlan {
  const sourceNat = readObject(configuration.sourceNat ?? {}, 'sourceNat', ['pools', 'rules']);
  const reader = new PoolReader();
  reader.readPools(sourceNat['pools']);
  const rules = readList(sourceNat['rules'], 'sourceNat.rules', (value, path) =>
    readRule(value, path, interfaces, reader.pools),
  );
  for (const [i, { to, match }] of rules.entries()) {
    if (to) reader.claimStatic(rangeOf(to), rangeOf(match.source[0]!), `sourceNat.rules[${i}].translate.static`);
  }
  const interfacePools = new Int32Array(2 * interfaces.names.length).fill(-1);
  if (rules.some(({ kind }) => kind === NAT_RULE_INTERFACE)) reader.addInterfaces(interfaces, interfacePools);
  const statics = rules.filter((rule) => rule.to !== undefined);
  return {
    rules: new RuleList(rules.map(({ match }) => match)),
    names: rules.map(({ name }) => name),
    kinds: Uint8Array.from(rules, ({ kind }) => kind),
    targets: Int32Array.from(rules, (rule) =>
      rule.to ? statics.indexOf(rule) : reader.pools.findIndex(({ name }) => name === rule.pool),
    ),
    pools: reader.pools,
    addresses: Int32Array.from(reader.addresses),
    interfacePools,
    statics: Int32Array.from(statics.flatMap(({ to }) => [...to!.words, ...to!.mask])),
    staticNames: statics.map(({ name }) => name),
  };
}

function readRule(value: unknown, path: string, interfaces: InterfaceTable, pools: readonly SourceNatPoolPlan[]): Rule {
  const rule = readObject(value, path, ['name', ...MATCH_KEYS, 'translate']);
  const name = rule['name'] === undefined ? nameByPath(path) : readName(rule['name'], `${path}.name`);
  const match = readMatch(rule, path, interfaces.zoneNames);
  const at = `${path}.translate`;
  const translate = readTranslate(rule['translate'], at, ['off', 'interface'], ['pool', 'static']);
  if (translate === 'off') return { name, match, kind: NAT_RULE_OFF };
  if (typeof translate === 'string') {
    checkEgress(match.to, interfaces, at);
    return { name, match, kind: NAT_RULE_INTERFACE };
  }
  if (translate['static'] !== undefined) {
    if (translate['pool'] !== undefined) {
      refuse('value', `${at}.pool`, 'be left out beside static', translate['pool']);
    }
    const to = readStatic(translate['static'], `${at}.static`, match.source, `${path}.source`);
    return { name, match, kind: NAT_RULE_STATIC, to };
  }
  const pool = pools.find((each) => each.name === translate['pool']);
  if (!pool) {
    const must = `be the name of a pool (${pools.map((each) => each.name).join(', ') || 'there is none'})`;
    refuse(typeof translate['pool'] === 'string' ? 'value' : 'shape', `${at}.pool`, must, translate['pool']);
  }
  const source = match.source.length === 0 ? [wholeFamily(pool.family)] : match.source;
  const other = source.findIndex(({ family }) => family !== pool.family);
  if (other >= 0) {
    const must = `be IPv${pool.family}, as pool ${pool.name} is`;
    const given = rule['source'];
    if (Array.isArray(given)) refuse('value', `${path}.source[${other}]`, must, given[other]);
    refuse('value', `${path}.source`, must, given);
  }
  return { name, match: { ...match, source }, kind: NAT_RULE_POOL, pool: pool.name };
}

/** Throws if no interface that a rule can lead out of has an address. */
function checkEgress(zone: number, interfaces: InterfaceTable, path: string): void {
  const has = interfaces.names.some(
    (_, i) =>
      (zone === ANY || interfaces.zoneOf(i) === zone) && (interfaces.hasAddress(i, 4) || interfaces.hasAddress(i, 6)),
  );
  const where = zone === ANY ? 'an interface' : `an interface of zone ${interfaces.zoneNames[zone]}`;
  if (!has) refuse('value', path, `find ${where} with addresses, in interfaces`, 'interface');
}
