import { packet } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTraffic } from '../_any-traffic.suite.ts';
import { createdIn, dropsIn, packetOf, play, REGIMES, replyOf, SECOND, sumOf } from '../_play.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';

const WEB = '192.0.2.1:1000 > 198.51.100.2:80/tcp';
const DNS = '192.0.2.1:1000 > 198.51.100.2:53/udp';
const DNS_6 = '[2001:db8::1]:1000 > [2001:db8:1::2]:53/udp';
const SIDES: DeviceConfiguration = {
  sides: { '192.0.2.0/24': 'xe-7/0/0', '198.51.100.0/24': 'xe-8/0/0', '2001:db8::/48': 'xe-7/0/0', '::/0': 'xe-8/0/0' },
};

describe.each(REGIMES)('entries of NPUs, %s', (_, chassis) => {
  it('R-npu-4: both wings are installed on the NPU of the ingress and on that of the egress interface', () => {
    const { report } = play([packetOf(WEB, 'S')], { chassis, configuration: SIDES });
    expect(report.npus.map(({ slot, installs, wings }) => [slot, installs, wings])).toEqual([
      [7, 1, 2],
      [8, 1, 2],
    ]);
    // so the first reply is known where it comes in
    const both = play([packetOf(WEB, 'S'), packetOf(replyOf(WEB), 'SA')], { chassis, configuration: SIDES }).report;
    expect(both.npus.map(({ packets, hits }) => [packets, hits])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    // without sides nobody knows where replies come in
    const { npus } = play([packetOf(WEB, 'S')], { chassis }).report;
    expect(npus.map(({ wings }) => wings)).toEqual([2, 0]);
  });

  it('R-npu-4: a session within one card is installed there once', () => {
    const configuration = { sides: { '192.0.2.0/24': 'xe-8/0/0', '198.51.100.0/24': 'xe-8/0/1' } };
    const { npus } = play([packetOf(WEB, 'S')], { chassis, configuration }).report;
    expect(npus.map(({ installs, wings }) => [installs, wings])).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });

  it('R-npu-11: look-ups, insertions, deletions and entries aged out are counted, IPv6 among them', () => {
    const packets = [DNS, DNS, DNS_6, DNS_6, DNS_6].map((flow) => packetOf(flow));
    const { npus } = play(packets, { chassis }).report;
    expect(npus[0]).toMatchObject({ packets: 5, lookups: 5, hits: 3, installs: 2, withdrawals: 0, wings: 4 });
    expect(npus[0]!.ipv6).toEqual({ lookups: 3, hits: 2, installs: 1, withdrawals: 0, agedOut: 0, wings: 2 });

    const ended = play([...packets, packetOf(WEB, 'S')], { chassis, intervalNs: 70 * SECOND }).report.npus[0]!;
    expect(ended).toMatchObject({ lookups: 6, hits: 0, installs: 6, withdrawals: 5, agedOut: 0, wings: 2 });
    expect(ended.ipv6).toEqual({ lookups: 3, hits: 0, installs: 3, withdrawals: 3, agedOut: 0, wings: 0 });

    const idle = play([packetOf(DNS), packetOf(DNS_6), packet().ethernet().arp().build()], {
      chassis,
      intervalNs: 40 * SECOND,
      parameters: { npuIdleTimeoutS: 30 },
    }).report.npus[0]!;
    // the first session ended before its entry was found idle
    expect(idle).toMatchObject({ installs: 2, withdrawals: 1, wings: 0 });
    expect(idle.ipv6).toMatchObject({ lookups: 1, withdrawals: 0, agedOut: idle.agedOut, wings: 0 });
    expect(idle.agedOut).toBeGreaterThan(0);
  });

  it('R-npu-12: every NPU sends a packet to the same SPU', () => {
    fc.assert(
      fc.property(anyTraffic, (packets) => {
        // each packet is unknown to the NPU that gets it
        const [by7, by8] = [0, 1].map((side) => {
          const { report } = play(packets, { chassis, interfaces: [side] });
          return report.spus.map(({ spuId, weight, rows, packets: count }) => [spuId, weight, rows, count]);
        });
        expect(by8).toEqual(by7);
      }),
      { numRuns: 20 },
    );
  });

  it('R-npu-13: a packet comes in by the interface of its capture, or by that of the prefix behind which it was sent', () => {
    const packets = [packetOf(DNS), packetOf(DNS), packetOf(replyOf(DNS)), packetOf('203.0.113.1:1 > 192.0.2.1:2/udp')];
    const received = (options: Parameters<typeof play>[1]) =>
      play(packets, { chassis, ...options }).report.npus.map(({ packets: count }) => count);
    expect(received({ interfaces: [0, 1, 1, 1] })).toEqual([1, 3]);
    expect(received({ interfaces: [0, 1, 2, 3] })).toEqual([2, 2]);
    // the last one is behind none of the prefixes
    expect(received({ interfaces: [1, 1, 0, 0], configuration: SIDES })).toEqual([3, 1]);
    expect(received({ interfaces: [1, 1, 0, 1], configuration: SIDES })).toEqual([2, 2]);
    expect(() => received({ configuration: { sides: { '192.0.2.0/24': 'xe-9/0/0' } } })).toThrow(/slots 7, 8/);
  });
});

// Regimes in which NPUs have tables of their own, and addresses are translated.
const POOL: DeviceConfiguration = {
  sourceNat: {
    pools: { out: { addresses: '203.0.113.1', ports: '2000-2999' } },
    rules: [{ source: '192.0.2.0/24', translate: { pool: 'out' } }],
  },
};

describe.each(REGIMES)('an entry that is wrong, %s', (_, chassis) => {
  const options = { chassis, configuration: POOL };
  const outOf = (packets: Parameters<typeof play>[0]) => {
    const { out } = play(packets, options).sessions[0]!;
    return `198.51.100.2:80 > 203.0.113.1:${out!.destinationPort}/tcp`;
  };
  const [syn, reset] = [packetOf(WEB, 'S'), packetOf(WEB, 'R')];
  // the session is replaced by one of the same key with another port: the NPU still has the old out wing
  const old = outOf([syn]);
  const replaced = [syn, reset, syn];
  expect(outOf(replaced)).not.toBe(old);

  it('R-own-10, R-spu-1: counts as unknown at the SPU, which looks for itself, and is withdrawn', () => {
    const before = play(replaced, options).report;
    const { report, sessions } = play([...replaced, packetOf(old, 'A')], options);
    expect([sumOf(before, (spu) => spu.staleHits), sumOf(report, (spu) => spu.staleHits)]).toEqual([0, 1]);
    expect([before.npus[0]!.wings, report.npus[0]!.wings]).toEqual([3, 4]); // no wing is entered that is none
    // the session that has its number by now gets nothing
    expect(sessions.find(({ flow }) => flow === WEB)!.out!.packets).toBe(0);
    expect(sessions.find(({ flow }) => flow === old)!.in.packets).toBe(1);
    expect(createdIn(report)).toBe(3);
  });

  it('R-own-10: is wrong once', () => {
    const again = packetOf(old, 'A');
    const { report } = play([...replaced, again, again, again], options);
    expect([sumOf(report, (spu) => spu.staleHits), report.npus[0]!.hits]).toEqual([1, 5]);
    expect(report.totals.delivered).toBe(6);
  });

  it('R-own-10: is withdrawn even if the packet that came by it makes no session', () => {
    const configuration: DeviceConfiguration = {
      ...POOL,
      policies: [{ name: 'in', source: '198.51.100.2', action: 'deny' }],
    };
    const again = packetOf(old, 'A');
    const { report } = play([...replaced, again, again, again], { chassis, configuration });
    expect([sumOf(report, (spu) => spu.staleHits), dropsIn(report)]).toEqual([1, { 'policy-deny': 3 }]);
    expect(report.npus[0]).toMatchObject({ hits: 3, withdrawals: 1, wings: 2 });
  });

  it('R-cp-13: a packet that it sent to the wrong SPU is brought to the right one', () => {
    // the old out wing is a session of its own by now, where it hashes to or where the central point put it
    let stale = 0;
    for (let port = 1000; port < 1008; port++) {
      const flow = `192.0.2.1:${port} > 198.51.100.2:80/tcp`;
      const gone = outOf([packetOf(flow, 'S')]);
      const packets = [packetOf(flow, 'S'), packetOf(flow, 'R'), packetOf(flow, 'S'), packetOf(gone), packetOf(gone)];
      const { report, sessions } = play(packets, { ...options, interfaces: [0, 0, 0, 1, 0] });
      expect([report.totals.delivered, report.drops]).toEqual([5, []]);
      expect(sessions.find((session) => session.flow === gone)!.in.packets).toBe(2);
      stale += sumOf(report, (spu) => spu.staleHits);
    }
    expect(stale).toBeGreaterThan(3); // of 8; the others are on the SPU that the entry names
  });
});
