import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN_TEXT, UNKNOWN_TEXT } from '../configuration/trees.suite.ts';
import { Configuration, parseConfiguration, toModel } from '../index.ts';
import { DEVICE_TEXT } from './device-text.suite.ts';

/** Model of lines, `set` left out. */
function modelOf(...lines: readonly string[]) {
  const { root, errors } = parseConfiguration(lines.map((line) => `set ${line}`).join('\n'));
  expect(errors).toEqual([]);
  return toModel(root);
}

const messages = (model: ReturnType<typeof modelOf>) => model.warnings.map(({ message }) => message);

const EDGE = [
  'interfaces xe-7/0/0 unit 0 family inet address 10.0.0.1/24',
  'interfaces xe-7/0/1 unit 0 family inet address 203.0.113.1/30',
  'interfaces xe-7/0/1 unit 0 family inet6 address 2001:db8:0:1::1/64',
  'security zones security-zone trust interfaces xe-7/0/0.0',
  'security zones security-zone untrust interfaces xe-7/0/1',
];

describe('modes and flow', () => {
  it('without a statement everything is as the device has it by default', () => {
    expect(modelOf('system host-name gw')).toEqual({
      hostName: 'gw',
      chassis: { npCache: [], cluster: null },
      orderingMode: 'hardware',
      distributionMode: null,
      forwarding: { inet6: 'drop', mpls: 'drop', iso: 'drop' },
      flow: {
        tcpInitialTimeoutS: null,
        tcpTimeWaitS: null,
        synCheck: true,
        aging: { earlyAgeoutS: null, highWatermarkPercent: null, lowWatermarkPercent: null },
        pendingQueue: null,
      },
      device: { forwarding: { inet6: 'drop' } },
      warnings: [
        {
          message: 'neither zones nor policies are configured: sessions are permitted, a device would deny them',
          path: [],
          line: 0,
        },
      ],
    });
  });

  it('every statement of them has its place', () => {
    const model = modelOf(
      'chassis fpc 7 np-cache',
      'chassis fpc 3 np-cache',
      'chassis cluster reth-count 2',
      'security forwarding-process application-services packet-ordering-mode software',
      'security forwarding-process application-services session-distribution-mode hash-based',
      'security forwarding-options family inet6 mode flow-based',
      'security flow tcp-session tcp-initial-timeout 40',
      'security flow tcp-session time-wait-state session-timeout 60',
      'security flow tcp-session no-syn-check',
      'security flow aging early-ageout 5 low-watermark 70 high-watermark 90',
      'security flow pending-sess-queue-length high',
    );
    expect(model).toMatchObject({
      chassis: { npCache: [3, 7], cluster: { rethCount: 2 } },
      orderingMode: 'software',
      distributionMode: 'hash-based',
      forwarding: { inet6: 'flow-based' },
      flow: {
        tcpInitialTimeoutS: 40,
        tcpTimeWaitS: 60,
        synCheck: false,
        aging: { earlyAgeoutS: 5, highWatermarkPercent: 90, lowWatermarkPercent: 70 },
        pendingQueue: 'high',
      },
      device: { forwarding: { inet6: 'flow-based' } },
    });
  });

  it('R-cfg-4: IPv6 is dropped unless the configuration says otherwise', () => {
    expect(modelOf(...EDGE).device.forwarding.inet6).toBe('drop');
  });

  it('what is active counts, not the candidate', () => {
    const configuration = new Configuration();
    configuration.set('system host-name a');
    expect(toModel(configuration).hostName).toBe(null);
    configuration.commit();
    expect(toModel(configuration).hostName).toBe('a');
    expect(() => toModel(configuration.active.children[0])).toThrow(TypeError);
  });

  it('groups are followed, those of a node for that node', () => {
    const text = `
      groups { node0 { system { host-name first; } } node1 { system { host-name second; } }
        all { interfaces { <xe-*> { unit 0 { family inet { mtu 1400; } } } } security { flow { aging { early-ageout 9; } } } } }
      apply-groups [ "\${node}" all ];
      security { flow { aging { early-ageout 8; } } }
      interfaces { xe-7/0/0 { unit 0 { family inet { address 10.0.0.1/24; } } } ge-7/0/0 { unit 0; } }`;
    const { root, errors } = parseConfiguration(text);
    expect(errors).toEqual([]);
    expect([toModel(root).hostName, toModel(root, { node: 1 }).hostName]).toEqual(['first', 'second']);
    expect(toModel(root).flow.aging.earlyAgeoutS).toBe(8);
    const effective = new Configuration({ active: root }).effective;
    const mtu = (name: string) =>
      effective.find('interfaces')?.find(name)?.find('unit', '0')?.find('family')?.find('inet')?.find('mtu');
    expect([mtu('xe-7/0/0')?.values, mtu('ge-7/0/0')]).toEqual([['1400'], undefined]);
  });
});

describe('zones, interfaces and sides', () => {
  it('an aggregated interface is its first member; routes of IPv6 stand in a table of their own', () => {
    const { device, warnings } = modelOf(
      'interfaces xe-7/0/0 gigether-options 802.3ad ae0',
      'interfaces xe-8/0/0 gigether-options 802.3ad ae0',
      'interfaces ae0 unit 0 family inet6 address 2001:db8::1/64',
      'routing-options rib inet6.0 static route ::/0 next-hop 2001:db8::2',
      'security zones security-zone a interfaces ae0.0',
    );
    expect(device.sides).toEqual({ '2001:db8::/64': 'xe-7/0/0.0', '::/0': 'xe-7/0/0.0' });
    expect(device.zones).toEqual({ a: ['xe-7/0/0.0'] });
    expect(warnings.map(({ message }) => message)).toContain('ae0 is taken for xe-7/0/0, its member');
  });

  it('R-cfg-9: networks of interfaces lie behind them, routes behind the interface of their next hop', () => {
    const { device, warnings } = modelOf(
      ...EDGE,
      'routing-options static route 0.0.0.0/0 next-hop 203.0.113.2',
      'routing-options static route 172.16.0.0/12 next-hop 192.0.2.9',
    );
    expect(device.zones).toEqual({ trust: ['xe-7/0/0.0'], untrust: ['xe-7/0/1.0'] });
    expect(device.sides).toEqual({
      '10.0.0.0/24': 'xe-7/0/0.0',
      '203.0.113.0/30': 'xe-7/0/1.0',
      '2001:db8:0:1::/64': 'xe-7/0/1.0',
      '0.0.0.0/0': 'xe-7/0/1.0',
    });
    expect(device.interfaces).toEqual({
      'xe-7/0/0.0': { addresses: ['10.0.0.1'] },
      'xe-7/0/1.0': { addresses: ['203.0.113.1', '2001:db8:0:1::1'] },
    });
    expect(warnings.map(({ message, line }) => [line, message])).toEqual([
      [7, 'route 172.16.0.0/12 has a next hop on no interface of the model: it is left out'],
    ]);
  });

  it('a redundant interface is taken for its member on the node, others that are not on a card are left out', () => {
    const lines = [
      'interfaces xe-1/0/0 gigether-options redundant-parent reth0',
      'interfaces xe-13/0/0 gigether-options redundant-parent reth0',
      'interfaces reth0 unit 4 family inet address 10.0.0.1/24',
      'interfaces fxp0 unit 0 family inet address 192.168.0.1/24',
      'interfaces st0 unit 1 family inet address 10.9.0.1/24',
      'security zones security-zone trust interfaces reth0.4',
      'security zones security-zone vpn interfaces st0.1',
    ];
    const model = modelOf(...lines);
    const { root } = parseConfiguration(lines.map((line) => `set ${line}`).join('\n'));
    expect(toModel(root, { node: 1 }).device.zones).toEqual({ trust: ['xe-13/0/0.4'], vpn: [] });
    expect(model.device).toMatchObject({
      zones: { trust: ['xe-1/0/0.4'], vpn: [] },
      sides: { '10.0.0.0/24': 'xe-1/0/0.4' },
    });
    expect(messages(model)).toEqual([
      'reth0 is taken for xe-1/0/0, its member',
      'interface st0 is not on an I/O card: it is left out',
    ]);
  });

  it('an interface with several addresses has its primary one', () => {
    const { device, warnings } = modelOf(
      'interfaces xe-7/0/0 unit 0 family inet address 10.0.0.1/24',
      'interfaces xe-7/0/0 unit 0 family inet address 10.0.1.1/24 primary',
    );
    expect(device.interfaces).toEqual({ 'xe-7/0/0.0': { addresses: ['10.0.1.1'] } });
    expect(Object.keys(device.sides!)).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
    expect(warnings[0].message).toContain('2 addresses of one IP version');
  });

  it('what is disabled or inactive is not there', () => {
    const { root } = parseConfiguration(
      `${EDGE.map((line) => `set ${line}`).join('\n')}\nset interfaces xe-7/0/0 disable\ndeactivate interfaces xe-7/0/1`,
    );
    expect(toModel(root).device.sides).toBeUndefined();
  });
});

describe('policies', () => {
  const between = 'security policies from-zone trust to-zone untrust policy';

  it('addresses and applications are looked up, sets taken apart', () => {
    const { device, warnings } = modelOf(
      ...EDGE,
      'security address-book global address net 10.1.0.5/16',
      'security address-book global address few range-address 192.0.2.1 to 192.0.2.6',
      'security address-book global address-set both address net',
      'security address-book global address-set both address few',
      'security zones security-zone trust address-book address own 10.2.0.0/16',
      'applications application app protocol tcp destination-port 8000-8010',
      'applications application two term a protocol udp destination-port domain',
      'applications application two term b protocol 47',
      'applications application-set all application app',
      'applications application-set all application junos-https',
      `${between} p match source-address [ both own ] destination-address any application [ all two ]`,
      `${between} p then permit`,
      `${between} q match source-address any-ipv6 destination-address any application any`,
      `${between} q then reject`,
      'security policies global policy g match source-address any destination-address any application any',
      'security policies global policy g then deny',
      'security policies default-policy permit-all',
    );
    expect(warnings).toEqual([]);
    expect(device.policies).toEqual([
      {
        name: 'p',
        from: 'trust',
        to: 'untrust',
        source: ['10.1.0.0/16', '192.0.2.1/32', '192.0.2.2/31', '192.0.2.4/31', '192.0.2.6/32', '10.2.0.0/16'],
        application: ['app', 'junos-https', 'two'],
        action: 'permit',
      },
      { name: 'q', from: 'trust', to: 'untrust', source: ['::/0'], action: 'reject' },
      { name: 'g', action: 'deny' },
    ]);
    expect(device.applications).toEqual({
      app: [{ protocol: 6, destinationPorts: '8000-8010' }],
      'junos-https': [{ protocol: 6, destinationPorts: '443' }],
      two: [{ protocol: 17, destinationPorts: '53' }, { protocol: 47 }],
    });
    expect(device.defaultPolicy).toBe('permit');
  });

  it('with zones and without a policy everything is denied', () => {
    expect(modelOf(...EDGE).device.defaultPolicy).toBe('deny');
  });

  it('R-cfg-7: without zones and policies sessions are permitted, and that is said', () => {
    const model = modelOf('system host-name a');
    expect(model.device.defaultPolicy).toBeUndefined();
    expect(messages(model)[0]).toContain('sessions are permitted');
  });

  it('a policy that cannot be followed is left out, and named with its line', () => {
    const { device, warnings } = modelOf(
      ...EDGE,
      `${between} a match source-address nobody destination-address any application any`,
      `${between} a then permit`,
      `${between} b match source-address any destination-address any application junos-nothing`,
      `${between} b then permit`,
      `${between} c match source-address any destination-address any application any`,
      `${between} d match source-address any destination-address any application any source-address-excluded`,
      `${between} d then deny`,
      'security policies from-zone trust to-zone junos-host policy e then permit',
    );
    expect(device.policies).toBeUndefined();
    expect(
      warnings.filter(({ message }) => message.startsWith('policy')).map(({ line, message }) => [line, message]),
    ).toEqual([
      [6, 'policy a is left out: the model knows none of its addresses'],
      [8, 'policy b is left out: the model knows none of its applications'],
      [10, 'policy c is left out: it has no action'],
      [11, 'policy d is left out: source-address-excluded is not part of the model'],
      [13, 'policy e is left out: traffic of the device itself is not part of the model'],
    ]);
  });

  it('a global policy may name several zones, and may have the name of another one', () => {
    const { device } = modelOf(
      ...EDGE,
      `${between} p then permit`,
      'security policies global policy p match from-zone trust to-zone [ trust untrust ]',
      'security policies global policy p then deny',
    );
    expect(device.policies?.map(({ name, from, to, action }) => [name, from, to, action])).toEqual([
      ['p', 'trust', 'untrust', 'permit'],
      ['p', 'trust', 'trust', 'deny'],
      ['p-global', 'trust', 'untrust', 'deny'],
    ]);
  });
});

describe('NAT', () => {
  it('source NAT has pools and rules, for every zone and application', () => {
    const { device, warnings } = modelOf(
      ...EDGE,
      'security nat source pool out address 198.51.100.0/30',
      'security nat source pool out address 198.51.100.8/32 to 198.51.100.11/32',
      'security nat source pool out port range 2000 to 2999',
      'security nat source rule-set rs from zone trust',
      'security nat source rule-set rs to zone untrust',
      'security nat source rule-set rs rule none match destination-address 10.0.0.0/8',
      'security nat source rule-set rs rule none then source-nat off',
      'security nat source rule-set rs rule some match source-address 10.0.0.0/24 protocol tcp',
      'security nat source rule-set rs rule some match destination-port 80 to 90',
      'security nat source rule-set rs rule some then source-nat pool out',
      'security nat source rule-set rs rule rest match source-address 0.0.0.0/0',
      'security nat source rule-set rs rule rest then source-nat interface',
    );
    expect(warnings).toEqual([]);
    const sides = { from: 'trust', to: 'untrust' };
    expect(device.sourceNat).toEqual({
      pools: { out: { addresses: ['198.51.100.0/30', '198.51.100.8/30'], ports: '2000-2999' } },
      rules: [
        { name: 'none', ...sides, destination: ['10.0.0.0/8'], translate: 'off' },
        {
          name: 'some',
          ...sides,
          source: ['10.0.0.0/24'],
          protocol: 6,
          destinationPorts: ['80-90'],
          translate: { pool: 'out' },
        },
        { name: 'rest', ...sides, source: ['0.0.0.0/0'], translate: 'interface' },
      ],
    });
  });

  it('destination NAT has an address and perhaps a port, static NAT both directions', () => {
    const { device, warnings } = modelOf(
      ...EDGE,
      'security nat destination pool web address 10.0.0.80/32 port 8080',
      'security nat destination rule-set rs from zone untrust',
      'security nat destination rule-set rs rule r match destination-address 203.0.113.1/32',
      'security nat destination rule-set rs rule r match destination-port 80',
      'security nat destination rule-set rs rule r then destination-nat pool web',
      'security nat static rule-set ss from zone untrust',
      'security nat static rule-set ss rule s match destination-address 192.0.2.0/28',
      'security nat static rule-set ss rule s then static-nat prefix 10.0.0.16/28',
    );
    expect(warnings).toEqual([]);
    expect(device.destinationNat).toEqual([
      { name: 's', from: 'untrust', destination: ['192.0.2.0/28'], translate: { static: '10.0.0.16/28' } },
      {
        name: 'r',
        from: 'untrust',
        destination: ['203.0.113.1/32'],
        destinationPorts: ['80'],
        translate: { address: '10.0.0.80', port: 8080 },
      },
    ]);
    expect(device.sourceNat).toEqual({
      pools: {},
      rules: [{ name: 's', to: 'untrust', source: ['10.0.0.16/28'], translate: { static: '192.0.2.0/28' } }],
    });
  });

  it('rules that contradict another are left out, and named', () => {
    const model = modelOf(
      ...EDGE,
      'security nat source pool a address 198.51.100.0/30',
      'security nat source pool b address 198.51.100.1/32',
      'security nat source pool c address 10.0.0.0/8',
      'security nat source pool d address 192.0.2.1/32',
      'security nat source pool d address 2001:db8::1/128',
      ...['a', 'b', 'c', 'd', 'e'].flatMap((pool) => [
        `security nat source rule-set rs rule ${pool} match source-address 10.0.0.0/8`,
        `security nat source rule-set rs rule ${pool} then source-nat pool ${pool}`,
      ]),
      'security nat source rule-set rs from zone trust',
      'security nat source rule-set other from zone nowhere',
      'security nat source rule-set other rule x then source-nat off',
    );
    expect(model.device.sourceNat?.rules.map(({ name }) => name)).toEqual(['a']);
    expect(messages(model)).toEqual([
      'pool b is left out: one of its addresses is given elsewhere',
      'pool c is left out: it has more than 4096 addresses',
      'pool d is left out: its addresses are of both IP versions',
      ...['b', 'c', 'd', 'e'].map((pool) => `source NAT rule ${pool} is left out: the model has no pool ${pool}`),
      'rule-set other is left out: zone nowhere is not configured',
    ]);
  });
});

describe('what has no effect', () => {
  it('R-cfg-6: is named once for each kind, with path and line', () => {
    const { warnings } = modelOf(
      ...EDGE,
      'security flow tcp-mss all-tcp mss 1350',
      'security ike policy a mode main',
      'security ike policy b mode main',
      'protocols bgp group g type internal',
      'applications application a inactivity-timeout 60',
      'applications application b inactivity-timeout 60',
    );
    expect(warnings.map(({ line, path, message }) => [line, path.join(' '), message])).toEqual([
      [6, 'security flow tcp-mss all-tcp mss', 'security flow tcp-mss all-tcp mss has no effect in the model'],
      [7, 'security ike policy a mode main', 'security ike policy is not part of the model: it has no effect'],
      [9, 'protocols bgp group g type internal', 'protocols bgp is not part of the model: it has no effect'],
      [
        10,
        'applications application a inactivity-timeout',
        'applications application inactivity-timeout has no effect in the model',
      ],
    ]);
  });
});

describe('names that the model cannot have', () => {
  it('an interface without a number for its unit, and an address without all octets, are left out', () => {
    const { root } = parseConfiguration(
      'security { zones { security-zone trust { interfaces { xe-7/0/0.; } } } }\ninterfaces { xe-7/0/0 { unit 0 { family inet { address 10/8; } } } }',
    );
    expect(toModel(root).device).toMatchObject({ zones: { trust: [] } });
    expect(toModel(root).device.interfaces).toBeUndefined();
  });
});

describe('any configuration', () => {
  it('toModel() gives plain JSON in which every name is defined', () => {
    fc.assert(
      fc.property(fc.oneof(DEVICE_TEXT, KNOWN_TEXT, UNKNOWN_TEXT), (text) => {
        const model = toModel(parseConfiguration(text).root);
        expect(JSON.parse(JSON.stringify(model))).toEqual(model);
        const {
          zones = {},
          policies = [],
          applications = {},
          sourceNat,
          destinationNat = [],
          sides = {},
        } = model.device;
        for (const { from, to } of [...policies, ...(sourceNat?.rules ?? []), ...destinationNat] as {
          from?: string;
          to?: string;
        }[]) {
          for (const zone of [from, to]) if (zone !== undefined) expect(Object.keys(zones)).toContain(zone);
        }
        for (const { application = [] } of policies)
          for (const name of application) expect(Object.keys(applications)).toContain(name);
        for (const { translate } of sourceNat?.rules ?? []) {
          if (typeof translate === 'object' && 'pool' in translate)
            expect(Object.keys(sourceNat!.pools)).toContain(translate.pool);
        }
        const names = Object.values(zones).flat();
        expect(new Set(names).size).toBe(names.length);
        for (const name of [...names, ...Object.values(sides)]) expect(name).toMatch(/^[a-z]{2,4}-\d+\/\d+\/\d+\.\d+$/);
        for (const { message } of model.warnings) expect(message).not.toMatch(/undefined|NaN|\n/);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});
