import type { DestinationNat } from '../nat/destination-nat.ts';
import type { SourceNatPlan } from '../nat/source-nat-plan.ts';
import type { PolicyTable } from '../policy/policy-table.ts';
import { readChoice, readObject, refuse } from './_check.ts';
import { compileDestinationNat } from './compile-destination-nat.ts';
import { compileInterfaces } from './compile-interfaces.ts';
import { compileMulticast } from './compile-multicast.ts';
import { compilePolicies } from './compile-policies.ts';
import { compileSourceNat } from './compile-source-nat.ts';
import type { DeviceConfiguration } from './device-configuration.ts';
import type { InterfaceTable } from './interface-table.ts';
import type { MulticastRoutes } from './multicast-routes.ts';

/** Whether packets of a family are forwarded by flows or dropped. */
export interface ForwardingModes {
  /** IPv6. */
  readonly inet6: 'flow-based' | 'drop';
}

/** How sessions are made. */
export interface FlowOptions {
  /** Whether a TCP session must begin with SYN. */
  readonly synCheck: boolean;
}

/** A configuration that is checked and ready for look-ups. Its tables are never changed. */
export interface CompiledConfiguration {
  /** Interfaces, their zones, and the prefixes behind them. */
  readonly interfaces: InterfaceTable;
  /** Policies. */
  readonly policies: PolicyTable;
  /** Source NAT: make a `SourceNat` of it for each SPU. */
  readonly sourceNat: SourceNatPlan;
  /** Destination NAT. */
  readonly destinationNat: DestinationNat;
  /** Multicast routes. */
  readonly multicast: MulticastRoutes;
  /** Forwarding mode per family. */
  readonly forwarding: ForwardingModes;
  /** FPC slots with np-cache. */
  readonly npCache: readonly number[];
  /** How sessions are made. */
  readonly flow: FlowOptions;
  /** Whether there are NAT rules: the two wings of a session may differ in more than their direction. */
  readonly hasNat: boolean;
}

const KEYS = [
  'zones',
  'sides',
  'interfaces',
  'applications',
  'policies',
  'defaultPolicy',
  'sourceNat',
  'destinationNat',
  'multicast',
  'forwarding',
  'flow',
  'npCache',
] as const satisfies readonly (keyof DeviceConfiguration)[];

/**
 * Checks a whole configuration and makes its tables.
 *
 * @param configuration Plain JSON; default: nothing, which permits and translates nothing.
 * @returns New tables.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a value is wrong or a key unknown; with `path` too.
 * @example The path of a first packet: destination NAT, policy, source NAT
 * ```ts
 * import { compileConfiguration, NAT_NONE, SourceNat } from '@midplane/pipeline';
 * import { createFlowKey, formatFlow, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const { interfaces, policies, sourceNat, destinationNat } = compileConfiguration({
 *   sides: { '10.0.0.0/8': 'xe-7/0/0', '0.0.0.0/0': 'xe-7/0/1' },
 *   zones: { dmz: ['xe-7/0/0'], untrust: ['xe-7/0/1'] },
 *   policies: [{ name: 'web', from: 'untrust', to: 'dmz', destination: '10.0.0.9', action: 'permit' }],
 *   defaultPolicy: 'deny',
 *   destinationNat: [{ from: 'untrust', destination: '203.0.113.1', translate: { address: '10.0.0.9' } }],
 * });
 * const key = parseFlow('198.51.100.2:5000 > 203.0.113.1:80/tcp');
 * const from = interfaces.zoneOf(interfaces.find(key, 0, 4));
 * const [forward, out] = [createFlowKey(), createFlowKey()];
 * destinationNat.translate(key, 0, from, forward, 0);
 * const egress = interfaces.find(forward, 4, 4);
 * const policy = policies.find(forward, 0, from, interfaces.zoneOf(egress));
 * assert.equal(policies.names[policy], 'web');
 * const nat = new SourceNat(sourceNat);
 * assert.equal(nat.translate(forward, 0, from, interfaces.zoneOf(egress), egress, out, 0), NAT_NONE);
 * assert.equal(formatFlow(out), '10.0.0.9:80 > 198.51.100.2:5000/tcp');
 * ```
 */
export function compileConfiguration(configuration: DeviceConfiguration = {}): CompiledConfiguration {
  readObject(configuration, '', KEYS);
  const interfaces = compileInterfaces(configuration);
  const sourceNat = compileSourceNat(configuration, interfaces);
  const destinationNat = compileDestinationNat(configuration, interfaces);
  return {
    interfaces,
    policies: compilePolicies(configuration, interfaces),
    sourceNat,
    destinationNat,
    multicast: compileMulticast(configuration, interfaces),
    forwarding: compileForwarding(configuration),
    npCache: compileNpCache(configuration),
    flow: compileFlow(configuration),
    hasNat: sourceNat.rules.count > 0 || destinationNat.names.length > 0,
  };
}

/**
 * Checks the forwarding modes of a configuration.
 *
 * Fidelity: assumed. A device without the statement drops IPv6; here it is forwarded by flows unless said otherwise.
 *
 * @param configuration Its `forwarding` is read.
 * @returns A mode for every family.
 * @throws {TypeError} If a value has the wrong shape. It carries a `path`, see `ConfigurationError`.
 * @throws {RangeError} If a mode or a family is unknown; with `path` too.
 * @example
 * ```ts
 * import { compileForwarding } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(compileForwarding({}).inet6, 'flow-based');
 * assert.equal(compileForwarding({ forwarding: { inet6: 'drop' } }).inet6, 'drop');
 * ```
 */
export function compileForwarding(configuration: DeviceConfiguration): ForwardingModes {
  const { inet6 } = readObject(configuration.forwarding ?? {}, 'forwarding', ['inet6']);
  return { inet6: readChoice(inet6, 'forwarding.inet6', ['flow-based', 'drop'], 'flow-based') };
}

function compileFlow(configuration: DeviceConfiguration): FlowOptions {
  const { synCheck = false } = readObject(configuration.flow ?? {}, 'flow', ['synCheck']);
  if (typeof synCheck !== 'boolean') refuse('shape', 'flow.synCheck', 'be true or false', synCheck);
  return { synCheck };
}

function compileNpCache({ npCache = [] }: DeviceConfiguration): readonly number[] {
  if (!Array.isArray(npCache)) refuse('shape', 'npCache', 'be a list of FPC slots', npCache);
  for (const [i, slot] of npCache.entries()) {
    if (!Number.isInteger(slot) || slot < 0 || slot > 11) {
      refuse('value', `npCache[${i}]`, 'be an FPC slot, 0 to 11', slot);
    }
  }
  return npCache;
}
