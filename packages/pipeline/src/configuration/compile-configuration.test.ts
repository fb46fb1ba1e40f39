import { parseAddress, parseFlow } from '@midplane/flow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledConfiguration, compileConfiguration } from './compile-configuration.ts';
import type { ConfigurationError, DeviceConfiguration } from './device-configuration.ts';

/** Compiles what may be no configuration at all. */
const compile = (configuration: unknown): CompiledConfiguration =>
  compileConfiguration(configuration as DeviceConfiguration);

const sourceRule = (rule: unknown, pools: unknown = {}) => ({ sourceNat: { pools, rules: [rule] } });
const POOLS = { out: { addresses: '203.0.113.0/28' } };

describe('errors', () => {
  it.each<[what: string, configuration: unknown, path: string, kind: 'type' | 'range', message: string]>([
    ['no object', [], '', 'type', 'it must be an object with the keys zones, '],
    ['unknown key', { zone: {} }, 'zone', 'range', 'be one of the keys zones, '],
    ['zones', { zones: ['trust'] }, 'zones', 'type', 'be an object of interfaces by zone: got a list of 1'],
    ['zone any', { zones: { any: [] } }, 'zones.any', 'range', 'have another name'],
    ['zone name', { zones: { 'a b': [] } }, 'zones["a b"]', 'range', 'be a name of 1 to 63 characters'],
    ['zone', { zones: { trust: 'xe-7/0/0' } }, 'zones.trust', 'type', 'be a list of interfaces'],
    ['interface', { zones: { trust: ['xe7'] } }, 'zones.trust[0]', 'range', 'be an interface such as xe-7/0/0'],
    ['two zones', { zones: { a: ['xe-1/0/0'], b: ['xe-1/0/0.0'] } }, 'zones.b[0]', 'range', 'and is in a: got'],
    ['side', { sides: { '10/8': 'xe-7/0/0' } }, 'sides["10/8"]', 'range', 'be a prefix such as 10.0.0.0/8'],
    ['side without interface', { sides: { '::/0': 7 } }, 'sides["::/0"]', 'type', 'be an interface such as'],
    [
      'side twice',
      { sides: { '::/0': 'xe-7/0/0', '0::/0': 'xe-7/0/1' } },
      'sides["0::/0"]',
      'range',
      'be given once: got "0::/0"',
    ],
    [
      'two addresses',
      { interfaces: { 'xe-7/0/0': { addresses: ['192.0.2.1', '192.0.2.2'] } } },
      'interfaces["xe-7/0/0"].addresses',
      'range',
      'be one address of an IP version, or one of each',
    ],
    ['no address', { interfaces: { 'xe-7/0/0': {} } }, 'interfaces["xe-7/0/0"].addresses', 'type', 'be one address'],
    [
      'address with length',
      { interfaces: { 'xe-7/0/0': { addresses: '192.0.2.1/24' } } },
      'interfaces["xe-7/0/0"].addresses',
      'range',
      'be an address such as 192.0.2.1',
    ],
    ['policies', { policies: {} }, 'policies', 'type', 'be a list: got an object'],
    [
      'policy without name',
      { policies: [{ action: 'permit' }] },
      'policies[0].name',
      'type',
      'be a name of 1 to 63 characters without blanks: got nothing',
    ],
    ['no action', { policies: [{ name: 'a' }] }, 'policies[0].action', 'type', 'be one of permit, deny, reject'],
    [
      'action',
      { policies: [{ name: 'a', action: 'drop' }] },
      'policies[0].action',
      'range',
      'be one of permit, deny, reject: got "drop"',
    ],
    ['default policy', { defaultPolicy: 'allow' }, 'defaultPolicy', 'range', 'be one of permit, deny, reject'],
    [
      'prefix',
      { policies: [{ name: 'a', source: '10.0.0', action: 'deny' }] },
      'policies[0].source',
      'range',
      'be a prefix such as 10.0.0.0/8 or an address: got "10.0.0"',
    ],
    [
      'prefix of a list',
      { policies: [{ name: 'a', destination: ['10.0.0.0/8', '10.0.0.0/33'], action: 'deny' }] },
      'policies[0].destination[1]',
      'range',
      'be a prefix such as',
    ],
    [
      'prefix without digits',
      { policies: [{ name: 'a', source: '10.0.0.0/', action: 'deny' }] },
      'policies[0].source',
      'range',
      'be a prefix such as',
    ],
    [
      'bits behind the length',
      { policies: [{ name: 'a', source: '10.0.0.1/8', action: 'deny' }] },
      'policies[0].source',
      'range',
      'have no bits set behind its length, as 10.0.0.0/8 has none: got "10.0.0.1/8"',
    ],
    [
      'empty list',
      { policies: [{ name: 'a', source: [], action: 'deny' }] },
      'policies[0].source',
      'range',
      'have at least one item, or be left out',
    ],
    [
      'zone of a policy',
      { zones: { trust: [] }, policies: [{ name: 'a', from: 'dmz', action: 'deny' }] },
      'policies[0].from',
      'range',
      'be a zone (any, trust): got "dmz"',
    ],
    [
      'protocol',
      { policies: [{ name: 'a', protocol: 'tpc', action: 'deny' }] },
      'policies[0].protocol',
      'range',
      'be a protocol by name such as tcp',
    ],
    [
      'ports without',
      { policies: [{ name: 'a', protocol: 'gre', destinationPorts: 1, action: 'deny' }] },
      'policies[0].protocol',
      'range',
      'be one that has ports (tcp, udp, sctp): got "gre"',
    ],
    [
      'port range',
      { policies: [{ name: 'a', sourcePorts: '20-10', action: 'deny' }] },
      'policies[0].sourcePorts',
      'range',
      'be a port from 0 to 65535 or a range such as 8000-8099: got "20-10"',
    ],
    [
      'port',
      { policies: [{ name: 'a', destinationPorts: [80, 65_536], action: 'deny' }] },
      'policies[0].destinationPorts[1]',
      'range',
      'be a port from 0 to 65535',
    ],
    [
      'application',
      { policies: [{ name: 'a', application: 'http', action: 'deny' }] },
      'policies[0].application',
      'range',
      'be the name of an application such as junos-https',
    ],
    [
      'application and protocol',
      { policies: [{ name: 'a', application: 'junos-http', protocol: 6, action: 'deny' }] },
      'policies[0].application',
      'range',
      'stand without protocol and ports',
    ],
    ['empty application', { applications: { x: {} } }, 'applications.x', 'range', 'have a protocol or ports'],
    [
      'two policies of a name',
      {
        policies: [
          { name: 'a', action: 'deny' },
          { name: 'a', from: 'any', action: 'permit' },
        ],
      },
      'policies[1].name',
      'range',
      'be unique between its zones: got "a"',
    ],
    ['pool name', sourceRule({}, { interface: {} }), 'sourceNat.pools.interface', 'range', 'have another name'],
    ['pool', sourceRule({}, { p: {} }), 'sourceNat.pools.p.addresses', 'type', 'be addresses such as'],
    [
      'pool of two versions',
      sourceRule({}, { p: { addresses: ['192.0.2.1', '2001:db8::1'] } }),
      'sourceNat.pools.p.addresses[1]',
      'range',
      'be of the IP version of those before it: got "2001:db8::1"',
    ],
    [
      'big pool',
      sourceRule({}, { p: { addresses: '2001:db8::/64' } }),
      'sourceNat.pools.p.addresses',
      'range',
      'be at most 4096 addresses: got 18446744073709551616',
    ],
    [
      'range',
      sourceRule({}, { p: { addresses: '192.0.2.9-192.0.2.1' } }),
      'sourceNat.pools.p.addresses',
      'range',
      'be a range of addresses such as',
    ],
    [
      'pool ports',
      sourceRule({}, { p: { addresses: '192.0.2.1', ports: '80-90' } }),
      'sourceNat.pools.p.ports',
      'range',
      'be a port from 1024 to 65535',
    ],
    [
      'pools that overlap',
      sourceRule({}, { p: { addresses: '192.0.2.0/28' }, q: { addresses: ['198.51.100.1', '192.0.2.15'] } }),
      'sourceNat.pools.q.addresses[1]',
      'range',
      'have no address that sourceNat.pools.p.addresses has: got "192.0.2.15"',
    ],
    ['no translate', sourceRule({}), 'sourceNat.rules[0].translate', 'type', 'be one of off, interface or an object'],
    ['translate', sourceRule({ translate: 'on' }), 'sourceNat.rules[0].translate', 'range', 'be one of off, interface'],
    [
      'no such pool',
      sourceRule({ translate: { pool: 'in' } }, POOLS),
      'sourceNat.rules[0].translate.pool',
      'range',
      'be the name of a pool (out): got "in"',
    ],
    ['no pool', sourceRule({ translate: {} }), 'sourceNat.rules[0].translate.pool', 'type', '(there is none)'],
    [
      'pool of the other version',
      sourceRule({ source: '2001:db8::/32', translate: { pool: 'out' } }, POOLS),
      'sourceNat.rules[0].source',
      'range',
      'be IPv4, as pool out is: got "2001:db8::/32"',
    ],
    [
      'static and pool',
      sourceRule({ source: '10.0.0.1', translate: { pool: 'out', static: '192.0.2.1' } }, POOLS),
      'sourceNat.rules[0].translate.pool',
      'range',
      'be left out beside static',
    ],
    [
      'static without source',
      sourceRule({ translate: { static: '192.0.2.1' } }),
      'sourceNat.rules[0].source',
      'range',
      'be one prefix where translate.static is given',
    ],
    [
      'static of another length',
      sourceRule({ source: '10.0.0.0/24', translate: { static: '192.0.2.0/25' } }),
      'sourceNat.rules[0].translate.static',
      'range',
      'be an IPv4 prefix of 24 bits, as sourceNat.rules[0].source is',
    ],
    [
      'static that overlaps a pool',
      sourceRule({ source: '10.0.0.1', translate: { static: '203.0.113.5' } }, POOLS),
      'sourceNat.rules[0].translate.static',
      'range',
      'have no address that sourceNat.pools.out.addresses has: got "203.0.113.5"',
    ],
    [
      'interface without address',
      { zones: { a: ['xe-7/0/0'] }, ...sourceRule({ to: 'a', translate: 'interface' }) },
      'sourceNat.rules[0].translate',
      'range',
      'find an interface of zone a with addresses, in interfaces',
    ],
    [
      'destination NAT with to',
      { destinationNat: [{ to: 'trust', translate: 'off' }] },
      'destinationNat[0].to',
      'range',
      'be one of the keys name, from',
    ],
    ['no target', { destinationNat: [{ translate: {} }] }, 'destinationNat[0].translate.address', 'type', 'an address'],
    [
      'port as text',
      { destinationNat: [{ translate: { address: '10.0.0.1', port: '80' } }] },
      'destinationNat[0].translate.port',
      'type',
      'be a port from 1 to 65535',
    ],
    [
      'port 0',
      { destinationNat: [{ translate: { address: '10.0.0.1', port: 0 } }] },
      'destinationNat[0].translate.port',
      'range',
      'be a port from 1 to 65535',
    ],
    [
      'address of the other version',
      { destinationNat: [{ destination: '2001:db8::1', translate: { address: '10.0.0.1' } }] },
      'destinationNat[0].destination',
      'range',
      'be of the IP version of translate.address: got "2001:db8::1"',
    ],
    [
      'one address of the other version',
      { destinationNat: [{ destination: ['10.0.0.0/8', '2001:db8::1'], translate: { address: '10.0.0.1' } }] },
      'destinationNat[0].destination[1]',
      'range',
      'be of the IP version of translate.address: got "2001:db8::1"',
    ],
    [
      'static rule without a destination',
      { destinationNat: [{ translate: { static: '10.0.0.0/8' } }] },
      'destinationNat[0].destination',
      'range',
      'be one prefix where translate.static is given: got nothing',
    ],
    ['group', { multicast: [{ group: '10.0.0.0/8', interfaces: [] }] }, 'multicast[0].group', 'range', 'lie in 224'],
    ['wide group', { multicast: [{ group: '224.0.0.0/3' }] }, 'multicast[0].group', 'range', 'lie in 224.0.0.0/4'],
    [
      'no interfaces',
      { multicast: [{ group: 'ff02::1' }] },
      'multicast[0].interfaces',
      'type',
      'be a list of at least one interface: got nothing',
    ],
    [
      'forwarding',
      { forwarding: { inet6: 'packet-based' } },
      'forwarding.inet6',
      'range',
      'be one of flow-based, drop',
    ],
    ['other family', { forwarding: { mpls: 'drop' } }, 'forwarding.mpls', 'range', 'be one of the keys inet6'],
  ])('compileConfiguration() refuses %s', (_, configuration, path, kind, message) => {
    let error: ConfigurationError | undefined;
    try {
      compile(configuration);
    } catch (thrown) {
      error = thrown as ConfigurationError;
    }
    expect(error).toBeInstanceOf(kind === 'type' ? TypeError : RangeError);
    expect(error!.message).toMatch(/^Cannot use configuration: .+ must .+: got [^\n]+$/);
    expect(error!.message).toContain(message);
    if (path !== '') expect(error!.path).toBe(path);
  });

  it('compileConfiguration() never throws anything else, whatever JSON it is given', () => {
    const keys = [
      'zones',
      'sides',
      'interfaces',
      'applications',
      'policies',
      'sourceNat',
      'destinationNat',
      'multicast',
    ];
    const inner = fc.constantFrom(
      'name',
      'translate',
      'rules',
      'pools',
      'source',
      'group',
      'xe-7/0/0',
      'addresses',
      '::/0',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>('10.0.0.0/8', 'xe-7/0/0', 'any', 'off', 80, null, true, 'permit', -1, ''),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(inner, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    const configuration = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 });
    fc.assert(
      fc.property(configuration, (json) => {
        try {
          compile(json);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Cannot use configuration: /);
          expect((error as ConfigurationError).path).toBeTypeOf('string');
        }
      }),
      { numRuns: 2000, seed: 41 },
    );
  });
});

describe('interfaces', () => {
  const { interfaces } = compileConfiguration({
    zones: { trust: ['xe-7/0/0', 'ge-10/1/2.30'], untrust: ['et-8/0/1.0'] },
    sides: {
      '0.0.0.0/0': 'et-8/0/1',
      '10.0.0.0/8': 'xe-7/0/0',
      '10.9.0.0/16': 'xe-7/0/9',
      '2001:db8::/32': 'xe-7/0/0',
    },
    interfaces: { 'et-8/0/1': { addresses: ['203.0.113.1', '2001:db8:1::1'] } },
    multicast: [{ group: '239.0.0.0/8', interfaces: ['xe-11/0/0', 'xe-7/0/0'] }],
  });

  it('compileInterfaces() knows every interface that is named anywhere, its slot and its zone', () => {
    const rows = interfaces.names.map((name, i) => [name, interfaces.slots[i], interfaces.zoneOf(i)]);
    expect(rows).toEqual([
      ['xe-7/0/0.0', 7, 0],
      ['ge-10/1/2.30', 10, 0],
      ['et-8/0/1.0', 8, 1],
      ['xe-7/0/9.0', 7, -1],
      ['xe-11/0/0.0', 11, -1],
    ]);
    expect(interfaces.zoneOf(-1)).toBe(-1);
    expect([
      interfaces.indexOf('xe-7/0/0'),
      interfaces.indexOf('xe-7/0/0.0'),
      interfaces.indexOf('xe-7/0/0.1'),
    ]).toEqual([0, 0, -1]);
    expect([4, 6].map((family) => interfaces.hasAddress(2, family))).toEqual([true, true]);
    expect(interfaces.hasAddress(0, 4) || interfaces.hasAddress(-1, 4)).toBe(false);
  });

  it.each([
    ['10.8.0.1', 'xe-7/0/0.0'],
    ['10.9.0.1', 'xe-7/0/9.0'],
    ['9.255.255.255', 'et-8/0/1.0'],
    ['2001:db8:ffff::1', 'xe-7/0/0.0'],
    ['2001:db9::1', undefined],
  ])('find() takes the longest prefix that holds %s', (address, name) => {
    const { words, family } = parseAddress(address);
    expect(interfaces.names[interfaces.find(words, 0, family)]).toBe(name);
  });
});

describe('multicast and families', () => {
  it('R-mc-1: find() returns the first route of group and sender, with its interfaces', () => {
    const { multicast, interfaces } = compileConfiguration({
      multicast: [
        { group: '239.1.1.1', source: '10.0.0.0/8', interfaces: ['xe-7/0/1', 'xe-7/0/2', 'xe-7/0/1.0'] },
        { group: '239.0.0.0/8', interfaces: ['xe-7/0/3'] },
        { group: 'ff0e::/16', interfaces: ['xe-7/0/4'] },
      ],
    });
    const out = (flow: string) => {
      const route = multicast.find(parseFlow(flow), 0);
      return route < 0 ? [] : Array.from(multicast.interfaces[route]!, (i) => interfaces.names[i]);
    };
    expect(out('10.1.1.1:1 > 239.1.1.1:1/udp')).toEqual(['xe-7/0/1.0', 'xe-7/0/2.0']);
    expect(out('192.0.2.1:1 > 239.1.1.1:1/udp')).toEqual(['xe-7/0/3.0']);
    expect(out('[2001:db8::1]:1 > [ff0e::7]:1/udp')).toEqual(['xe-7/0/4.0']);
    expect(out('10.1.1.1:1 > 224.0.0.5:1/udp')).toEqual([]);
    expect(out('10.1.1.1:1 > 10.1.1.2:1/udp')).toEqual([]);
  });

  it('R-fam-1: compileForwarding() forwards IPv6 by flows unless the configuration drops it', () => {
    expect(compileConfiguration().forwarding).toEqual({ inet6: 'flow-based' });
    expect(compileConfiguration({ forwarding: { inet6: 'drop' } }).forwarding).toEqual({ inet6: 'drop' });
  });
});
