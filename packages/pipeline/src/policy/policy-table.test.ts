import { type FlowFields, flowKey, parseFlow, selectorKind } from '@midplane/flow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../configuration/compile-policies.ts';
import type { DeviceConfiguration, PolicyConfiguration } from '../configuration/device-configuration.ts';
import { POLICY_ACTIONS, POLICY_DENY, POLICY_PERMIT, POLICY_REJECT } from './policy-table.ts';

const ZONES: Pick<DeviceConfiguration, 'zones'> = { zones: { trust: ['xe-7/0/0'], untrust: ['xe-7/0/1'] } };
const [NONE, TRUST, UNTRUST] = [-1, 0, 1];

/** `name/number action` of the policy that decides a flow. */
function decide(configuration: DeviceConfiguration, flow: string, from: number = NONE, to: number = NONE): string {
  const table = compilePolicies(configuration);
  const policy = table.find(parseFlow(flow), 0, from, to);
  return `${table.names[policy]}/${table.numbers[policy]} ${table.actionOf(policy)}`;
}

describe('order and default', () => {
  const WEB = '10.0.0.1:5000 > 198.51.100.2:443/tcp';
  const two: PolicyConfiguration[] = [
    { name: 'one', destination: '198.51.100.0/24', action: 'deny' },
    { name: 'all', action: 'permit' },
  ];

  it('R-pol-1: find() returns the first policy that matches', () => {
    expect(decide({ policies: two }, WEB)).toBe('one/4 deny');
    expect(decide({ policies: two.toReversed() }, WEB)).toBe('all/4 permit');
  });

  it('R-pol-5: find() permits by default-permit/2 what no policy matches', () => {
    expect(decide({}, WEB)).toBe('default-permit/2 permit');
    expect(decide({ policies: [two[0]!] }, '10.0.0.1:1 > 192.0.2.1:1/udp')).toBe('default-permit/2 permit');
    expect(decide({ defaultPolicy: 'deny' }, WEB)).toBe('default-deny/2 deny');
    expect(decide({ defaultPolicy: 'reject' }, WEB)).toBe('default-reject/2 reject');
  });

  it('R-pol-7, R-pol-8: names and numbers are those that session output prints', () => {
    const table = compilePolicies({ policies: two });
    expect(Array.from(table.numbers, (number, i) => `${table.names[i]}/${number}`)).toEqual([
      'one/4',
      'all/5',
      'default-permit/2',
    ]);
    expect(table.defaultPolicy).toBe(2);
  });

  it('actions tell permit, deny and reject apart by number', () => {
    const policies = POLICY_ACTIONS.map((action) => ({ name: action, action }));
    expect([...compilePolicies({ policies }).actions]).toEqual([
      POLICY_PERMIT,
      POLICY_DENY,
      POLICY_REJECT,
      POLICY_PERMIT,
    ]);
  });
});

describe('what a policy matches', () => {
  it.each<[what: string, policy: Partial<PolicyConfiguration>, flow: string, from: number, to: number, hit: boolean]>([
    ['from zone', { from: 'trust' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', TRUST, UNTRUST, true],
    ['other from zone', { from: 'trust' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', UNTRUST, TRUST, false],
    ['no from zone', { from: 'trust' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, TRUST, false],
    ['any zone, none', { from: 'any', to: 'any' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, NONE, true],
    ['to zone', { to: 'untrust' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, UNTRUST, true],
    ['other to zone', { to: 'untrust' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', TRUST, TRUST, false],
    ['source', { source: '10.0.0.0/31' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, NONE, true],
    ['other source', { source: '10.0.0.0/32' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, NONE, false],
    ['source list', { source: ['192.0.2.0/24', '10.0.0.1'] }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, NONE, true],
    ['version', { source: '0.0.0.0/0' }, '[::1]:1 > [::2]:2/tcp', NONE, NONE, false],
    ['IPv6', { destination: '2001:db8::/33' }, '[::1]:1 > [2001:db8:7fff::]:2/tcp', NONE, NONE, true],
    ['other IPv6', { destination: '2001:db8::/33' }, '[::1]:1 > [2001:db8:8000::]:2/tcp', NONE, NONE, false],
    ['protocol', { protocol: ['esp', 47] }, '10.0.0.1 > 10.0.0.2/gre', NONE, NONE, true],
    ['other protocol', { protocol: 'udp' }, '10.0.0.1:1 > 10.0.0.2:2/tcp', NONE, NONE, false],
    ['destination port', { destinationPorts: '2-3' }, '10.0.0.1:1 > 10.0.0.2:3/udp', NONE, NONE, true],
    ['other destination port', { destinationPorts: '2-3' }, '10.0.0.1:3 > 10.0.0.2:4/udp', NONE, NONE, false],
    ['source port', { sourcePorts: 65_535 }, '10.0.0.1:65535 > 10.0.0.2:3/sctp', NONE, NONE, true],
    ['port of TCP only', { protocol: 'tcp', sourcePorts: 1 }, '10.0.0.1:1 > 10.0.0.2:3/udp', NONE, NONE, false],
    ['ports of none', { destinationPorts: '0-65535' }, '10.0.0.1 > 10.0.0.2/gre', NONE, NONE, false],
    ['application', { application: 'junos-https' }, '10.0.0.1:1 > 10.0.0.2:443/tcp', NONE, NONE, true],
    ['other application', { application: 'junos-https' }, '10.0.0.1:1 > 10.0.0.2:443/udp', NONE, NONE, false],
    ['application of two', { application: 'junos-sip' }, '10.0.0.1:1 > 10.0.0.2:5060/tcp', NONE, NONE, true],
    ['own application', { application: ['junos-ssh', 'app'] }, '10.0.0.1:1 > 10.0.0.2:9001/udp', NONE, NONE, true],
  ])('R-pol-2: %s', (_, policy, flow, from, to, hit) => {
    const applications = { app: { protocol: 'udp', destinationPorts: '9000-9009' } };
    const policies = [{ name: 'p', action: 'deny' as const, ...policy }];
    expect(decide({ ...ZONES, applications, policies }, flow, from, to)).toBe(
      hit ? 'p/4 deny' : 'default-permit/2 permit',
    );
  });
});

describe('against the plain way', () => {
  const prefix = fc.constantFrom(
    '10.0.0.0/8',
    '10.0.0.0/31',
    '10.0.0.1',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/127',
    '2001:db8::1',
  );
  const ports = fc.constantFrom<number | string>(1, '1-2', '2-3', 3, '0-65535');
  const some = <T>(each: fc.Arbitrary<T>) => fc.oneof(each, fc.array(each, { minLength: 1, maxLength: 3 }));
  const match = fc.record(
    {
      from: fc.constantFrom('trust', 'untrust', 'any'),
      to: fc.constantFrom('trust', 'untrust', 'any'),
      source: some(prefix),
      destination: some(prefix),
      protocol: some(fc.constantFrom('tcp', 'udp')),
      sourcePorts: some(ports),
      destinationPorts: some(ports),
    },
    { requiredKeys: [] },
  );
  const flow = fc
    .record({
      ends: fc.constantFrom(['10.0.0.1', '10.0.0.2'], ['10.0.0.2', '11.0.0.1'], ['2001:db8::1', '2001:db8::2']),
      protocol: fc.constantFrom(6, 17, 1, 47),
      sourcePort: fc.nat(4),
      destinationPort: fc.nat(4),
    })
    .map(({ ends: [source, destination], protocol, ...given }): FlowFields => {
      return {
        source: source!,
        destination: destination!,
        protocol,
        ...(selectorKind(protocol) === 'ports' ? given : {}),
      };
    });

  it('R-pol-1, R-pol-2: find() is the first policy whose every condition holds', () => {
    fc.assert(
      fc.property(
        fc.array(match, { maxLength: 6 }),
        flow,
        fc.integer({ min: -1, max: 1 }),
        fc.integer({ min: -1, max: 1 }),
        (matches, fields, from, to) => {
          const policies = matches.map((each, i) => ({ name: `p${i}`, action: 'deny' as const, ...each }));
          const table = compilePolicies({ ...ZONES, policies });
          const key = new Int32Array(13);
          key.set(flowKey(fields), 3);
          const expected = policies.findIndex((policy) =>
            holdsFor(policy, fields, ['trust', 'untrust'][from], ['trust', 'untrust'][to]),
          );
          expect(table.find(key, 3, from, to)).toBe(expected < 0 ? policies.length : expected);
        },
      ),
      { numRuns: 2000, seed: 42 },
    );
  });
});

const list = <T>(value: T | readonly T[] | undefined): readonly T[] | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** Whether a policy matches, by the texts of both. */
function holdsFor(policy: PolicyConfiguration, fields: FlowFields, from?: string, to?: string): boolean {
  const inPorts = (given: typeof policy.sourcePorts, port: number | undefined) =>
    list(given)?.some((each) => {
      const [low, high] = String(each).split('-').map(Number);
      return port !== undefined && port >= low! && port <= (high ?? low!);
    }) ?? true;
  const protocols = list(policy.protocol);
  return (
    (policy.from === undefined || policy.from === 'any' || policy.from === from) &&
    (policy.to === undefined || policy.to === 'any' || policy.to === to) &&
    (list(policy.source)?.some((prefix) => isIn(fields.source as string, prefix)) ?? true) &&
    (list(policy.destination)?.some((prefix) => isIn(fields.destination as string, prefix)) ?? true) &&
    (protocols?.some((name) => (name === 'tcp' ? 6 : 17) === fields.protocol) ?? true) &&
    inPorts(policy.sourcePorts, fields.sourcePort) &&
    inPorts(policy.destinationPorts, fields.destinationPort)
  );
}

function isIn(address: string, prefix: string): boolean {
  const [network, length] = prefix.split('/');
  const [a, b] = [bitsOf(address), bitsOf(network!)];
  return a.length === b.length && a.startsWith(b.slice(0, length === undefined ? b.length : Number(length)));
}

/** Bits as text; of IPv6 only `x:y::z` and `::`, as above. */
function bitsOf(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((n) => Number(n).toString(2).padStart(8, '0'))
      .join('');
  const [head, tail] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...head!, ...new Array<string>(8 - head!.length - tail!.length).fill('0'), ...tail!];
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
