import { createFlowKey, flowKey, formatFlow, parseFlow, reverseFlow, selectorKind } from '@midplane/flow';
import { SessionTable } from '@midplane/session-table';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileInterfaces } from '../configuration/compile-interfaces.ts';
import { compileSourceNat } from '../configuration/compile-source-nat.ts';
import type { DeviceConfiguration, SourceNatConfiguration } from '../configuration/device-configuration.ts';
import { NAT_EXHAUSTED, NAT_NONE, SourceNat, type SourceNatShare } from './source-nat.ts';

function natOf(sourceNat: SourceNatConfiguration, share?: SourceNatShare, rest: DeviceConfiguration = {}): SourceNat {
  return new SourceNat(compileSourceNat({ ...rest, sourceNat }), share);
}

/** The `out` wing of a new session, `none` where its source stays, `exhausted` where it fails. */
function translate(nat: SourceNat, flow: string, from = -1, to = -1, egress = -1): string {
  const out = createFlowKey();
  const binding = nat.translate(parseFlow(flow), 0, from, to, egress, out, 0);
  if (binding === NAT_EXHAUSTED) return 'exhausted';
  if (binding === NAT_NONE) expect(formatFlow(out)).toBe(formatFlow(reverseFlow(parseFlow(flow))));
  return binding === NAT_NONE ? 'none' : formatFlow(out);
}

const POOL: SourceNatConfiguration = {
  pools: { small: { addresses: '203.0.113.8/31', ports: '2000-2001' } },
  rules: [{ source: '10.0.0.0/8', translate: { pool: 'small' } }],
};

describe('static, interface and pool', () => {
  it('R-nat-3: a static rule takes addresses one for one and keeps ports, identifiers and SPIs', () => {
    const nat = natOf({
      rules: [
        { name: 'four', source: '10.1.2.0/24', translate: { static: '203.0.113.0/24' } },
        { source: '2001:db8:1::/48', translate: { static: '2001:db8:ff::/48' } },
      ],
    });
    expect([
      translate(nat, '10.1.2.77:1000 > 198.51.100.1:80/tcp'),
      translate(nat, '10.1.2.0 > 198.51.100.1/esp spi=0x7'),
      translate(nat, '[2001:db8:1:2::3]:5 > [2001:db8::1]:53/udp'),
      translate(nat, '10.1.3.1:1000 > 198.51.100.1:80/tcp'),
    ]).toEqual([
      '198.51.100.1:80 > 203.0.113.77:1000/tcp',
      '198.51.100.1 > 203.0.113.0/esp spi=0x7',
      '[2001:db8::1]:53 > [2001:db8:ff:2::3]:5/udp',
      'none',
    ]);
    const out = createFlowKey();
    const binding = nat.translate(parseFlow('10.1.2.1:1 > 192.0.2.1:2/udp'), 0, -1, -1, -1, out, 0);
    expect([nat.nameOf(binding), nat.release(binding, out, 0)]).toEqual(['four', true]);
  });

  it('R-nat-3: a rule with interface takes the address of the egress interface, with ports', () => {
    const configuration: DeviceConfiguration = {
      interfaces: {
        'xe-7/0/1': { addresses: ['203.0.113.1', '2001:db8:f::1'] },
        'xe-7/0/2': { addresses: '203.0.113.2' },
      },
    };
    const interfaces = compileInterfaces(configuration);
    const [one, two] = ['xe-7/0/1', 'xe-7/0/2'].map((name) => interfaces.indexOf(name));
    const nat = natOf({ rules: [{ translate: 'interface' }] }, undefined, configuration);
    expect([
      translate(nat, '10.0.0.1:5000 > 198.51.100.1:80/tcp', -1, -1, one),
      translate(nat, '10.0.0.2:5000 > 198.51.100.1:80/tcp', -1, -1, one),
      translate(nat, '10.0.0.2:5000 > 198.51.100.1:80/udp', -1, -1, two),
      translate(nat, '[2001:db8::1]:5 > [2001:db8::2]:53/udp', -1, -1, one),
      translate(nat, '[2001:db8::1]:5 > [2001:db8::2]:53/udp', -1, -1, two),
      translate(nat, '10.0.0.1:5000 > 198.51.100.1:80/tcp'),
    ]).toEqual([
      '198.51.100.1:80 > 203.0.113.1:1024/tcp',
      '198.51.100.1:80 > 203.0.113.1:1025/tcp',
      '198.51.100.1:80 > 203.0.113.2:1024/udp',
      '[2001:db8::2]:53 > [2001:db8:f::1]:1024/udp',
      'none',
      'none',
    ]);
    expect(nat.statistics().map(({ name, ports, inUse }) => [name, ports, inUse])).toEqual([
      ['interface xe-7/0/1.0 inet', 64_512, 2],
      ['interface xe-7/0/1.0 inet6', 64_512, 1],
      ['interface xe-7/0/2.0 inet', 64_512, 1],
    ]);
  });

  it('R-nat-3, R-nat-7: a pool gives address after address, and ports of each in their order', () => {
    const nat = natOf(POOL);
    const flows = ['1:5000', '1:5001', '2:5000', '3:9'].map((end) => `10.0.0.${end} > 198.51.100.1:80/tcp`);
    expect(flows.map((flow) => translate(nat, flow))).toEqual([
      '198.51.100.1:80 > 203.0.113.8:2000/tcp',
      '198.51.100.1:80 > 203.0.113.9:2000/tcp',
      '198.51.100.1:80 > 203.0.113.8:2001/tcp',
      '198.51.100.1:80 > 203.0.113.9:2001/tcp',
    ]);
  });

  it('R-nat-8: identifiers of ICMP are translated as ports, other protocols get an address only', () => {
    const nat = natOf(POOL);
    const icmp = parseFlow('10.0.0.1 > 198.51.100.1/icmp id=7');
    const out = createFlowKey();
    nat.translate(icmp, 0, -1, -1, -1, out, 0);
    expect(formatFlow(out)).toBe(formatFlow(parseFlow('198.51.100.1 > 203.0.113.8/icmp id=2000')));
    expect([
      translate(nat, '10.0.0.1 > 198.51.100.1/gre'),
      translate(nat, '10.0.0.2 > 198.51.100.1/gre'),
      translate(nat, '10.0.0.2 > 198.51.100.2/gre'),
      translate(nat, '10.0.0.3 > 198.51.100.1/gre'),
      translate(nat, '10.0.0.3 > 198.51.100.1/esp spi=0x1'),
      translate(nat, '10.0.0.3 > 198.51.100.1/esp spi=0x2'),
    ]).toEqual([
      '198.51.100.1 > 203.0.113.8/gre',
      '198.51.100.1 > 203.0.113.9/gre',
      '198.51.100.2 > 203.0.113.8/gre',
      'exhausted',
      '198.51.100.1 > 203.0.113.8/esp spi=0x1',
      '198.51.100.1 > 203.0.113.8/esp spi=0x2',
    ]);
  });

  it('translate() takes the first rule that matches by zones and prefixes; off keeps the source', () => {
    const nat = natOf(
      {
        pools: {
          a: { addresses: '203.0.113.8' },
          b: { addresses: '203.0.113.9' },
          six: { addresses: '2001:db8:f::/127' },
        },
        rules: [
          { source: '10.0.0.1', translate: 'off' },
          { from: 'trust', to: 'dmz', translate: { pool: 'a' } },
          { from: 'trust', destinationPorts: 53, translate: { pool: 'six' } },
          { from: 'trust', translate: { pool: 'b' } },
        ],
      },
      undefined,
      { zones: { trust: [], dmz: [] } },
    );
    const [trust, dmz] = [0, 1];
    expect([
      translate(nat, '10.0.0.1:1 > 192.0.2.1:1/tcp', trust, dmz),
      translate(nat, '10.0.0.2:1 > 192.0.2.1:1/tcp', trust, dmz),
      translate(nat, '10.0.0.2:1 > 192.0.2.1:53/tcp', trust),
      translate(nat, '[2001:db8::1]:1 > [2001:db8::2]:53/tcp', trust),
      translate(nat, '[2001:db8::1]:1 > [2001:db8::2]:54/tcp', trust),
      translate(nat, '10.0.0.2:1 > 192.0.2.1:1/tcp', dmz, trust),
    ]).toEqual([
      'none',
      '192.0.2.1:1 > 203.0.113.8:1024/tcp',
      '192.0.2.1:53 > 203.0.113.9:1024/tcp',
      '[2001:db8::2]:53 > [2001:db8:f::]:1024/tcp',
      'none',
      'none',
    ]);
  });

  it('R-nat-1, R-nat-2: the reply finds the session by its out wing', () => {
    const nat = natOf(POOL);
    const table = new SessionTable({ capacity: 10 });
    const key = parseFlow('10.0.0.1:5000 > 198.51.100.1:80/tcp');
    const out = createFlowKey();
    nat.translate(key, 0, -1, -1, -1, out, 0);
    const session = table.insert(key, 0, 0, 60);
    table.setOutWing(session, out, 0);
    expect(table.find(parseFlow('198.51.100.1:80 > 203.0.113.8:2000/tcp'), 0)).toBe((session << 1) | 1);
    expect(table.find(reverseFlow(key), 0)).toBe(-1);
  });
});

describe('a pool that is used up', () => {
  it('R-nat-5: translate() fails with nothing taken until a session ends', () => {
    const nat = natOf(POOL);
    const out = createFlowKey();
    const key = parseFlow('10.0.0.1:5000 > 198.51.100.1:80/tcp');
    const bindings = [1, 2, 3, 4].map(() => nat.translate(key, 0, -1, -1, -1, out, 0));
    expect(translate(nat, '10.0.0.9:1 > 192.0.2.1:1/udp')).toBe('exhausted');
    expect(nat.statistics()).toEqual([
      { name: 'small', addresses: 2, ports: 4, inUse: 4, peak: 4, allocations: 4, failures: 1 },
    ]);
    expect([nat.release(bindings[2]!, out, 0), nat.release(bindings[2]!, out, 0)]).toEqual([true, false]);
    expect(translate(nat, '10.0.0.9:1 > 192.0.2.1:1/udp')).toBe('192.0.2.1:1 > 203.0.113.8:2001/udp');
    expect(translate(nat, '10.0.0.9:1 > 192.0.2.1:1/udp')).toBe('exhausted');
  });

  it('release() of what translated nothing is no error', () => {
    const nat = natOf(POOL);
    const out = createFlowKey();
    expect([NAT_NONE, NAT_EXHAUSTED].map((each) => [nat.release(each, out, 0), nat.nameOf(each)])).toEqual([
      [false, null],
      [false, null],
    ]);
    expect(nat.release(0, out, 0)).toBe(false);
    expect(nat.release(2000, out, 0)).toBe(false);
  });
});

describe('shares', () => {
  it('SourceNat of every share together give each port once', () => {
    const shares = Array.from({ length: 3 }, (_, share) =>
      natOf({ ...POOL, pools: { small: { addresses: '203.0.113.8/31', ports: '2000-2007' } } }, { share, of: 3 }),
    );
    const all = shares.flatMap((nat) => {
      const outs: string[] = [];
      for (let out = ''; out !== 'exhausted'; outs.push(out)) out = translate(nat, '10.0.0.1:1 > 192.0.2.1:1/tcp');
      return outs.slice(0, -1);
    });
    expect(shares.map((nat) => nat.statistics()[0]!.ports)).toEqual([4, 6, 6]);
    expect([all.length, new Set(all).size]).toEqual([16, 16]);
  });

  it('a share without ports gives none', () => {
    expect(translate(natOf(POOL, { share: 0, of: 9 }), '10.0.0.1:1 > 192.0.2.1:1/tcp')).toBe('exhausted');
  });

  it.each([
    [{ share: 0, of: 0 }, 'share.of must be an integer from 1 to 1024: got 0'],
    [{ share: 0, of: 1.5 }, 'share.of must be an integer from 1 to 1024: got 1.5'],
    [{ share: 3, of: 3 }, 'share.share must be an integer from 0 to 2: got 3'],
    [{ share: -1, of: 3 }, 'share.share must be an integer from 0 to 2: got -1'],
  ])('SourceNat refuses the share %o', (share, message) => {
    expect(() => natOf(POOL, share)).toThrow(new RangeError(`Cannot create source NAT: ${message}`));
  });
});

describe('any life of sessions', () => {
  const PLAN: SourceNatConfiguration = {
    pools: {
      four: { addresses: ['203.0.113.8/31', '203.0.113.20'], ports: '1024-1026' },
      six: { addresses: '2001:db8:f::8/127', ports: '65534-65535' },
    },
    rules: [
      { source: '10.0.0.0/29', translate: { static: '203.0.113.64/29' } },
      { source: '10.0.0.8/29', translate: { pool: 'four' } },
      { source: '2001:db8::/64', translate: { pool: 'six' } },
    ],
  };
  const ADDRESSES = { four: ['203.0.113.8', '203.0.113.9', '203.0.113.20'], six: ['2001:db8:f::8', '2001:db8:f::9'] };
  const SPANS = { four: 3, six: 2 };

  const start = fc
    .record({
      host: fc.nat(19),
      six: fc.boolean(),
      remote: fc.nat(1),
      protocol: fc.constantFrom(6, 17, 1, 47, 50),
      low: fc.nat(1),
      high: fc.nat(1),
    })
    .map(({ host, six, remote, protocol, low, high }) => {
      const kind = selectorKind(protocol);
      return flowKey({
        source: six ? `2001:db8::${host.toString(16)}` : `10.0.0.${host}`,
        destination: six ? `2001:db8:1::${remote}` : `198.51.100.${remote}`,
        protocol: six && protocol === 1 ? 58 : protocol,
        ...(kind === 'ports' ? { sourcePort: low, destinationPort: high } : {}),
        ...(kind === 'spi' ? { spi: low } : {}),
        ...(kind === 'identifier' ? { identifier: low } : {}),
      });
    });
  const steps = fc.array(fc.oneof({ arbitrary: start, weight: 3 }, { arbitrary: fc.nat(1000), weight: 2 }), {
    maxLength: 120,
    size: 'max',
  });

  interface Live {
    readonly key: Int32Array;
    readonly out: Int32Array;
    readonly binding: number;
    /** `pool address port`, or `pool` and the out wing. */
    readonly taken: string;
  }

  it('R-nat-1, R-nat-2, R-nat-5, R-nat-6, R-nat-7, R-nat-8: no two live sessions share an end, nothing fails while something is free', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const nat = natOf(PLAN);
        const live = new Map<string, Live>();
        const inWings = new Set<string>();
        for (const step of all) {
          if (typeof step === 'number') {
            const [wing, session] = [...live][step % Math.max(1, live.size)] ?? [];
            if (!session) continue;
            expect(nat.nameOf(session.binding) === null).toBe(session.binding === NAT_NONE);
            expect(nat.release(session.binding, session.out, 0)).toBe(session.binding !== NAT_NONE);
            live.delete(wing!);
            inWings.delete(formatFlow(session.key));
            continue;
          }
          if (inWings.has(formatFlow(step))) continue; // a packet of a live session
          const before = step.slice();
          const out = new Int32Array(14);
          const binding = nat.translate(step, 0, -1, -1, -1, out, 4);
          const wing = out.slice(4);
          expect(step).toEqual(before);
          expect([...out.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
          check(nat, step, wing, binding, live);
          if (binding === NAT_EXHAUSTED) continue;
          inWings.add(formatFlow(step));
          live.set(formatFlow(wing), { key: step, out: wing, binding, taken: endOf(step, wing) });
        }
      }),
      { numRuns: 400, seed: 45 },
    );
  });

  /** What a session takes: an address with a port, or an address for its protocol and remote end. */
  function endOf(key: Int32Array, out: Int32Array): string {
    const kind = selectorKind(key[9]! & 255);
    const address = out.subarray(4, 8).join('.');
    return kind === 'ports' || kind === 'identifier' ? `${address}:${out[8]! & 0xffff}` : formatFlow(out);
  }

  function check(nat: SourceNat, key: Int32Array, out: Int32Array, binding: number, live: ReadonlyMap<string, Live>) {
    const source = formatFlow(key).replace(/^\[?([^\]]*?)\]?(:\d+)? > .*/, '$1');
    const pool = source.startsWith('2001')
      ? 'six'
      : Number(source.split('.')[3]) >= 8 && Number(source.split('.')[3]) < 16
        ? 'four'
        : null;
    const kind = selectorKind(key[9]! & 255);
    const hasPort = kind === 'ports' || kind === 'identifier';
    if (binding === NAT_EXHAUSTED) {
      expect(pool).not.toBeNull();
      const ofPool = [...live.values()].filter((each) => nat.nameOf(each.binding) === pool);
      const same = ofPool.filter(
        (each) =>
          hasPort
            ? !each.taken.includes('/')
            : each.taken.includes('/') && [...each.key.subarray(4)].join() === [...key.subarray(4)].join(), // destination, SPI, protocol
      );
      expect(same.length).toBe(ADDRESSES[pool!].length * (hasPort ? SPANS[pool!] : 1));
      return;
    }
    // the reverse of the reverse is the in wing, but for what was translated
    const back = reverseFlow(out);
    expect([...back.subarray(4, 8), back[9]]).toEqual([...key.subarray(4, 8), key[9]]);
    if (kind === 'ports') expect(back[8]! & 0xffff).toBe(key[8]! & 0xffff);
    else if (kind === 'identifier') expect(out[8]! >>> 16).toBe(out[8]! & 0xffff);
    else expect(back[8]).toBe(key[8]);
    if (pool === null || !hasPort) {
      if (binding === NAT_NONE || pool === null) expect(back[8]).toBe(key[8]);
      if (binding === NAT_NONE) expect([...back]).toEqual([...key]);
    } else {
      expect(nat.nameOf(binding)).toBe(pool);
      const low = pool === 'four' ? 1024 : 65_534;
      expect((back[8]! >>> 16) - low).toBeGreaterThanOrEqual(0);
      expect((back[8]! >>> 16) - low).toBeLessThan(SPANS[pool]);
      expect([...live.values()].map(({ taken }) => taken)).not.toContain(endOf(key, out));
    }
    expect(live.has(formatFlow(out))).toBe(false);
  }
});
