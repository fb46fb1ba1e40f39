import { createFlowKey, flowKey, formatFlow, parseFlow, reverseFlow } from '@midplane/flow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileConfiguration } from '../configuration/compile-configuration.ts';
import { compileDestinationNat } from '../configuration/compile-destination-nat.ts';
import type { DestinationNatRuleConfiguration, DeviceConfiguration } from '../configuration/device-configuration.ts';
import { SourceNat } from './source-nat.ts';

const ZONES: DeviceConfiguration = { zones: { trust: [], untrust: [] } };
const RULES: DestinationNatRuleConfiguration[] = [
  { name: 'not-me', source: '198.51.100.9', translate: 'off' },
  {
    name: 'web',
    destination: '203.0.113.1',
    protocol: 'tcp',
    destinationPorts: 80,
    translate: { address: '10.0.0.9', port: 8080 },
  },
  { name: 'host', from: 'untrust', destination: '203.0.113.1', translate: { address: '10.0.0.7' } },
  { name: 'net', destination: '203.0.113.128/25', translate: { static: '10.0.1.0/25' } },
  { name: 'any-to-one', destination: ['203.0.113.2', '203.0.113.3'], translate: { address: '10.0.0.8', port: 9 } },
  { name: 'six', from: 'untrust', translate: { address: '2001:db8::9' } },
];

describe('rules', () => {
  it.each<[flow: string, from: number, forward: string, rule: string | undefined]>([
    ['198.51.100.2:5 > 203.0.113.1:80/tcp', 1, '198.51.100.2:5 > 10.0.0.9:8080/tcp', 'web'],
    ['198.51.100.2:5 > 203.0.113.1:80/udp', 1, '198.51.100.2:5 > 10.0.0.7:80/udp', 'host'],
    ['198.51.100.2:5 > 203.0.113.1:80/udp', 0, '198.51.100.2:5 > 203.0.113.1:80/udp', undefined],
    ['198.51.100.9:5 > 203.0.113.1:80/tcp', 1, '198.51.100.9:5 > 203.0.113.1:80/tcp', 'not-me'],
    ['198.51.100.2:5 > 203.0.113.200:80/tcp', -1, '198.51.100.2:5 > 10.0.1.72:80/tcp', 'net'],
    ['198.51.100.2 > 203.0.113.200/esp spi=0x9', -1, '198.51.100.2 > 10.0.1.72/esp spi=0x9', 'net'],
    ['198.51.100.2:5 > 203.0.113.3:7/sctp', -1, '198.51.100.2:5 > 10.0.0.8:9/sctp', 'any-to-one'],
    ['198.51.100.2 > 203.0.113.3/gre', -1, '198.51.100.2 > 10.0.0.8/gre', 'any-to-one'],
    ['[2001:db8:1::1]:5 > [2001:db8:2::2]:80/tcp', 1, '[2001:db8:1::1]:5 > [2001:db8::9]:80/tcp', 'six'],
    ['198.51.100.2:5 > 198.51.100.3:80/tcp', 1, '198.51.100.2:5 > 198.51.100.3:80/tcp', undefined],
  ])('translate() of %s from zone %i', (flow, from, forward, rule) => {
    const nat = compileDestinationNat({ ...ZONES, destinationNat: RULES });
    const key = parseFlow(flow);
    const out = new Int32Array(12);
    expect(nat.names[nat.translate(key, 0, from, out, 2)]).toBe(rule);
    expect(formatFlow(out, 2)).toBe(forward);
    expect(formatFlow(key)).toBe(flow);
    nat.translate(key, 0, from, key, 0);
    expect(formatFlow(key)).toBe(forward);
  });

  it('rules without a name are named by their place', () => {
    expect(compileDestinationNat({ destinationNat: [{ translate: 'off' }, { translate: 'off' }] }).names).toEqual([
      'rule-1',
      'rule-2',
    ]);
  });
});

describe('with policies and source NAT', () => {
  it('R-nat-1, R-nat-4: policies see the real destination and the untranslated source', () => {
    const { destinationNat, policies, sourceNat } = compileConfiguration({
      destinationNat: [
        { destination: '203.0.113.1', destinationPorts: 80, translate: { address: '10.0.0.9', port: 8080 } },
      ],
      policies: [
        { name: 'as-it-came', destination: '203.0.113.1', action: 'deny' },
        { name: 'as-it-leaves', source: '10.0.0.1', action: 'deny' },
        { name: 'between', source: '198.51.100.2', destination: '10.0.0.9', destinationPorts: 8080, action: 'permit' },
      ],
      defaultPolicy: 'deny',
      sourceNat: { pools: { in: { addresses: '10.0.0.1' } }, rules: [{ translate: { pool: 'in' } }] },
    });
    const [forward, out] = [createFlowKey(), createFlowKey()];
    destinationNat.translate(parseFlow('198.51.100.2:5000 > 203.0.113.1:80/tcp'), 0, -1, forward, 0);
    expect(policies.names[policies.find(forward, 0, -1, -1)]).toBe('between');
    new SourceNat(sourceNat).translate(forward, 0, -1, -1, -1, out, 0);
    expect(formatFlow(out)).toBe('10.0.0.9:8080 > 10.0.0.1:1024/tcp');
  });

  it('R-nat-1: static rules both ways undo each other: the reply of the reply is the in wing', () => {
    const { destinationNat, sourceNat } = compileConfiguration({
      destinationNat: [{ destination: '203.0.113.0/24', translate: { static: '10.1.2.0/24' } }],
      sourceNat: { rules: [{ source: '10.1.2.0/24', translate: { static: '203.0.113.0/24' } }] },
    });
    const nat = new SourceNat(sourceNat);
    const byte = fc.nat(255);
    fc.assert(
      fc.property(byte, byte, fc.constantFrom(6, 17, 1, 47), (host, remote, protocol) => {
        const key = flowKey({ source: `10.1.2.${host}`, destination: `198.51.100.${remote}`, protocol });
        const [out, back] = [createFlowKey(), createFlowKey()];
        nat.translate(key, 0, -1, -1, -1, out, 0);
        expect(formatFlow(out)).toContain(`> 203.0.113.${host}`);
        destinationNat.translate(out, 0, -1, back, 0);
        expect([...reverseFlow(back)]).toEqual([...key]);
      }),
      { numRuns: 200, seed: 46 },
    );
  });
});
