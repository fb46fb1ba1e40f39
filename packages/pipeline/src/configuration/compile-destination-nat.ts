import { DestinationNat } from '../nat/destination-nat.ts';
import { readList, readName, readObject, readPorts, refuse } from './_check.ts';
import { type Prefix, readAddress, wholeFamily } from './_prefix.ts';
import { MATCH_KEYS, readMatch } from './_read-match.ts';
import { readStatic, readTranslate } from './_read-translate.ts';
import { type Match, RuleList } from './_rule-list.ts';
import { compileInterfaces } from './compile-interfaces.ts';
import type { DeviceConfiguration } from './device-configuration.ts';
import type { InterfaceTable } from './interface-table.ts';

const KEYS = ['name', ...MATCH_KEYS.filter((key) => key !== 'to'), 'translate'];
const OFF: readonly number[] = new Array<number>(9).fill(0);

/**
 * Checks the destination NAT of a configuration, and makes it.
 *
 * @param configuration Its `destinationNat` is read.
 * @param interfaces What `compileInterfaces` made of the same configuration: zones are those.
 * @returns Destination NAT without state; without rules it changes nothing.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a value is wrong, or IP versions do not fit; with `path` too.
 * @example
 * ```ts
 * import { compileDestinationNat } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const translate = { static: '10.0.1.0/24' };
 * assert.deepEqual(compileDestinationNat({ destinationNat: [{ destination: '203.0.113.0/24', translate }] }).names, ['rule-1']);
 * assert.throws(() => compileDestinationNat({ destinationNat: [{ destination: '203.0.113.0/25', translate }] }), RangeError);
 * ```
 */
export function compileDestinationNat(
  configuration: DeviceConfiguration,
  interfaces: InterfaceTable = compileInterfaces(configuration),
): DestinationNat {
  const rules = readList(configuration.destinationNat, 'destinationNat', (value, path) => {
    const rule = readObject(value, path, KEYS);
    const match = readMatch(rule, path, interfaces.zoneNames);
    const name = rule['name'] === undefined ? nameByPath(path) : readName(rule['name'], `${path}.name`);
    return { name, ...readTarget(rule['translate'], `${path}.translate`, match, rule['destination'], path) };
  });
  return new DestinationNat({
    rules: new RuleList(rules.map(({ match }) => match)),
    names: rules.map(({ name }) => name),
    targets: Int32Array.from(rules.flatMap(({ target }) => target)),
  });
}

/** Name of a rule without one: `rule-3` at `destinationNat[2]`. */
export function nameByPath(path: string): string {
  return `rule-${Number(/\[(\d+)\]$/.exec(path)![1]) + 1}`;
}

function readTarget(
  value: unknown,
  path: string,
  match: Match,
  given: unknown,
  rulePath: string,
): { match: Match; target: readonly number[] } {
  const translate = readTranslate(value, path, ['off'], ['address', 'port', 'static']);
  if (typeof translate === 'string') return { match, target: OFF };
  if (translate['static'] !== undefined) {
    for (const key of ['address', 'port']) {
      if (translate[key] !== undefined) refuse('value', `${path}.${key}`, 'be left out beside static', translate[key]);
    }
    const to = readStatic(translate['static'], `${path}.static`, match.destination, `${rulePath}.destination`);
    return { match, target: [...to.words, ...to.mask, 0] };
  }
  const address = readAddress(translate['address'], `${path}.address`);
  const port = translate['port'] === undefined ? 0 : readPort(translate['port'], `${path}.port`);
  return { match: ofFamily(match, address, given, rulePath), target: [...address.words, ...address.mask, port] };
}

/** Returns the match for packets of the IP version of `address` only; `given` is the destination as it was written. */
function ofFamily(match: Match, address: Prefix, given: unknown, rulePath: string): Match {
  if (match.destination.length === 0) return { ...match, destination: [wholeFamily(address.family)] };
  const other = match.destination.findIndex(({ family }) => family !== address.family);
  if (other < 0) return match;
  const path = `${rulePath}.destination`;
  const must = 'be of the IP version of translate.address';
  return Array.isArray(given)
    ? refuse('value', `${path}[${other}]`, must, given[other])
    : refuse('value', path, must, given);
}

function readPort(value: unknown, path: string): number {
  if (typeof value !== 'number') refuse('shape', path, 'be a port from 1 to 65535', value);
  return readPorts(value, path, 1).low;
}
