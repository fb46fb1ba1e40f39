import { resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createdIn, dropsIn, packetOf, play, REGIMES, SECOND, sumOf } from '../_play.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline } from '../create-pipeline.ts';

const TV = '192.0.2.1:5000 > 239.1.2.3:5004/udp';
const CONFIGURATION: DeviceConfiguration = {
  multicast: [
    { group: '239.1.0.0/16', interfaces: ['xe-7/0/1', 'xe-7/0/2', 'xe-8/0/0'] },
    { group: 'ff0e::/16', interfaces: ['xe-8/0/1'] },
  ],
};

describe.each(REGIMES)('multicast, %s', (_, chassis) => {
  const watch = (packets: number, options = {}) =>
    play(
      Array.from({ length: packets }, () => packetOf(TV)),
      { chassis, configuration: CONFIGURATION, ...options },
    );

  it('R-mc-1, R-mc-2: a group has one template session, and a leaf for every interface out on the same SPU', () => {
    const { report, sessions } = watch(4);
    expect([createdIn(report), sumOf(report, (spu) => spu.sessions.leaves)]).toEqual([1, 3]);
    expect(sessions.map(({ flow, leaf, in: wing }) => [flow, leaf, wing.packets])).toEqual([
      [TV, undefined, 4],
      [TV, 'xe-7/0/1.0', 4],
      [TV, 'xe-7/0/2.0', 4],
      [TV, 'xe-8/0/0.0', 4],
    ]);
    expect(new Set(sessions.map(({ spuId }) => spuId)).size).toBe(1);
    expect(sessions.map(({ out }) => out !== undefined)).toEqual([true, false, false, false]);
  });

  it('R-mc-3: copies count as replicated, the packet itself is one of them', () => {
    const { report } = watch(4);
    expect(report.totals).toMatchObject({ offered: 4, replicated: 8, delivered: 12, dropped: 0 });
    expect(sumOf(report, (spu) => spu.replicated)).toBe(8);
    const alone = play([packetOf('[2001:db8::1]:1 > [ff0e::1]:2/udp')], { chassis, configuration: CONFIGURATION });
    expect(alone.report.totals).toMatchObject({ replicated: 0, delivered: 1 });
  });

  it('R-mc-4: it ages out after 300 s, and its leaves go with it', () => {
    const after = (seconds: number) => {
      const other = packetOf('192.0.2.1:1 > 198.51.100.2:2/udp');
      const { sessions } = play([packetOf(TV), other], {
        chassis,
        configuration: CONFIGURATION,
        intervalNs: seconds * SECOND,
      });
      return sessions.filter(({ flow }) => flow === TV).map(({ state }) => state);
    };
    expect(after(299)).toEqual(['valid', 'valid', 'valid', 'valid']);
    expect(after(302)).toEqual(['invalidated']);
    expect(after(315)).toEqual([]);
    expect(watch(3, { intervalNs: 299 * SECOND }).sessions.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([
      300, 300, 300, 300,
    ]);
  });

  it('R-mc-4: leaves go with their template however the second in which they end comes about', () => {
    const other = packetOf('192.0.2.1:1000 > 192.0.2.1:80/tcp', 'S');
    for (let packets = 1; packets < 12; packets++) {
      for (const pause of [290, 310, 340, 5000, 90_000]) {
        const pipeline = createPipeline({
          chassis: resolveChassis({ tableLength: 256, ...chassis }),
          configuration: CONFIGURATION,
        });
        const built = Array.from({ length: packets }, (__, n) => (n % 2 === 0 ? packetOf(TV) : other));
        pipeline.offer(recordsOf(built, { intervalNs: 0.7 * SECOND }));
        pipeline.offer(recordsOf([packet().ethernet().arp().build()], { seconds: packets + pause }));
        const { totals, spus } = pipeline.finish();
        expect(totals.dropped).toBe(0);
        expect(spus.reduce((sum, { sessions }) => sum + sessions.leaves, 0)).toBe(pause === 290 ? 3 : 0);
      }
    }
  });

  it('without a route is dropped, where there are routes', () => {
    const { report } = play([packetOf('192.0.2.1:1 > 239.2.0.1:2/udp')], { chassis, configuration: CONFIGURATION });
    expect([dropsIn(report), createdIn(report)]).toEqual([{ 'multicast-without-route': 1 }, 0]);
  });

  it('has as many leaves as fit; without any it is dropped', () => {
    const sizes = { SPC1: 1, SPC2: 1 };
    const none = watch(3, { chassis: { ...chassis, sessionsPerSpu: sizes } });
    expect([dropsIn(none.report), none.sessions.length]).toEqual([{ 'session-table-full': 3 }, 1]);
    const some = watch(3, { chassis: { ...chassis, sessionsPerSpu: { SPC1: 3, SPC2: 3 } } });
    expect(some.report.totals).toMatchObject({ replicated: 3, delivered: 6, dropped: 0 });
    expect(sumOf(some.report, (spu) => spu.sessions.failed)).toBe(1);
  });
});
