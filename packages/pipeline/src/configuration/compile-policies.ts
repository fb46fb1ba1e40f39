import { PolicyTable } from '../policy/policy-table.ts';
import { readChoice, readList, readName, readObject, refuse } from './_check.ts';
import { MATCH_KEYS, readApplicationNames, readApplications, readMatch } from './_read-match.ts';
import { RuleList } from './_rule-list.ts';
import { compileInterfaces } from './compile-interfaces.ts';
import type { DeviceConfiguration, PolicyAction } from './device-configuration.ts';
import type { InterfaceTable } from './interface-table.ts';

const ACTIONS: readonly PolicyAction[] = ['permit', 'deny', 'reject'];

/**
 * Checks policies and applications of a configuration, and makes the table of policies.
 *
 * @param configuration Its `policies`, `defaultPolicy` and `applications` are read.
 * @param interfaces What `compileInterfaces` made of the same configuration: zones are those.
 * @returns A new table; without policies the default one decides everything.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a value is wrong, or two policies between the same zones have one name; with `path` too.
 * @example
 * ```ts
 * import { compilePolicies } from '@midplane/pipeline';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const policies = compilePolicies({ policies: [{ name: 'no-telnet', application: 'junos-telnet', action: 'deny' }] });
 * const policy = policies.find(parseFlow('192.0.2.1:1024 > 198.51.100.2:23/tcp'), 0, -1, -1);
 * assert.equal(`${policies.names[policy]}/${policies.numbers[policy]}`, 'no-telnet/4');
 * assert.equal(policies.actionOf(policy), 'deny');
 * ```
 */
export function compilePolicies(
  configuration: DeviceConfiguration,
  interfaces: InterfaceTable = compileInterfaces(configuration),
): PolicyTable {
  const applications = readApplications(configuration.applications);
  const seen = new Set<string>();
  const policies = readList(configuration.policies, 'policies', (value, path) => {
    const policy = readObject(value, path, ['name', ...MATCH_KEYS, 'application', 'action']);
    const name = readName(policy['name'], `${path}.name`);
    const match = readMatch(policy, path, interfaces.zoneNames);
    const id = `${match.from} ${match.to} ${name}`;
    if (seen.has(id)) refuse('value', `${path}.name`, 'be unique between its zones', name);
    seen.add(id);
    const byName = readApplicationNames(policy['application'], `${path}.application`, applications);
    if (byName.length > 0 && match.terms.length > 0) {
      refuse('value', `${path}.application`, 'stand without protocol and ports', policy['application']);
    }
    const action = readChoice(policy['action'], `${path}.action`, ACTIONS);
    return { name, action, match: byName.length > 0 ? { ...match, terms: byName } : match };
  });
  return new PolicyTable({
    rules: new RuleList(policies.map(({ match }) => match)),
    names: policies.map(({ name }) => name),
    actions: policies.map(({ action }) => action),
    defaultAction: readChoice(configuration.defaultPolicy, 'defaultPolicy', ACTIONS, 'permit'),
  });
}
