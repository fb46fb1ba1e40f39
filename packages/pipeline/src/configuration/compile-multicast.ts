import { readList, readObject, readOneOrMore, refuse } from './_check.ts';
import { type Prefix, readPrefix } from './_prefix.ts';
import { ANY, RuleList } from './_rule-list.ts';
import { compileInterfaces, readInterfaceName } from './compile-interfaces.ts';
import type { DeviceConfiguration } from './device-configuration.ts';
import type { InterfaceTable } from './interface-table.ts';
import { MulticastRoutes } from './multicast-routes.ts';

/**
 * Checks the multicast routes of a configuration, and makes them.
 *
 * @param configuration Its `multicast` is read.
 * @param interfaces What `compileInterfaces` made of the same configuration.
 * @returns New routes; without any, none is found.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a value is wrong, or a group is no multicast group; with `path` too.
 * @see RFC 5771 section 2; RFC 4291 section 2.7
 * @example
 * ```ts
 * import { compileMulticast } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * assert.throws(() => compileMulticast({ multicast: [{ group: '10.0.0.0/8', interfaces: ['xe-7/0/1'] }] }), RangeError);
 * ```
 */
export function compileMulticast(
  configuration: DeviceConfiguration,
  interfaces: InterfaceTable = compileInterfaces(configuration),
): MulticastRoutes {
  const routes = readList(configuration.multicast, 'multicast', (value, path) => {
    const route = readObject(value, path, ['group', 'source', 'interfaces']);
    const group = readPrefix(route['group'], `${path}.group`);
    if (!isGroup(group)) refuse('value', `${path}.group`, 'lie in 224.0.0.0/4 or ff00::/8', route['group']);
    const source = readOneOrMore(route['source'], `${path}.source`, readPrefix);
    const at = `${path}.interfaces`;
    const out = new Set(
      readList(route['interfaces'], at, (name, itsPath) => interfaces.indexOf(readInterfaceName(name, itsPath))),
    );
    if (out.size === 0) refuse('shape', at, 'be a list of at least one interface', route['interfaces']);
    return {
      match: { from: ANY, to: ANY, source, destination: [group], terms: [] },
      interfaces: Int32Array.from(out),
    };
  });
  return new MulticastRoutes({
    rules: new RuleList(routes.map(({ match }) => match)),
    interfaces: routes.map((route) => route.interfaces),
  });
}

function isGroup({ family, words, length }: Prefix): boolean {
  return family === 4 ? length >= 4 && words[0]! >>> 28 === 0xe : length >= 8 && words[0]! >>> 24 === 0xff;
}
