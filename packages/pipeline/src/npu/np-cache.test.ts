import { fragmentPacket, packet } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createdIn, packetOf, play, REGIMES, SECOND, sumOf } from '../_play.suite.ts';
import { NpCache } from './np-cache.ts';

const PORTS = Array.from({ length: 16 }, (_, n) => 1000 + n);
const flowOf = (port: number): string => `192.0.2.1:${port} > 198.51.100.2:53/udp`;
const fragmentsOf = (port: number, id = port) =>
  fragmentPacket(
    packet()
      .ethernet()
      .ipv4({ source: '192.0.2.1', destination: '198.51.100.2' })
      .udp({ sourcePort: port, destinationPort: 53 })
      .payload(4000),
    1500,
    id,
  );

describe.each(REGIMES)('np-cache, %s', (_, chassis) => {
  const run = (npCache: readonly number[], intervalNs = 1_000_000) => {
    const packets = PORTS.flatMap((port) => [packetOf(flowOf(port)), ...fragmentsOf(port)]);
    const { report, sessions, heldRows } = play(packets, { chassis, configuration: { npCache }, intervalNs });
    expect([report.totals.delivered, createdIn(report), heldRows]).toEqual([4 * 16, 16, 0]);
    expect(sessions.map(({ in: wing }) => wing.packets)).toEqual(PORTS.map(() => 4));
    const paths = (name: 'npCache' | 'fragment' | 'fragmentHandedOver' | 'centralPoint') =>
      sumOf(report, (spu) => spu.paths[name]);
    return { cached: paths('npCache'), hashed: paths('fragment'), handedOver: sumOf(report, (spu) => spu.handedOver) };
  };

  it('R-frag-6: has the later fragments go straight to the owner of the session, and the first one by its hash', () => {
    const without = run([]);
    expect([without.cached, without.hashed]).toEqual([0, 48]);
    const learnt = run([7]);
    expect([learnt.cached, learnt.hashed]).toEqual([32, 16]);
    expect(learnt.handedOver).toBeLessThan(without.handedOver);
    expect(run([8])).toEqual(without); // another card's
  });

  it('R-npu-4, R-frag-6: a session that fragments have made is installed too, so that those of later packets go straight', () => {
    const packets = [1, 2].flatMap((round) => PORTS.flatMap((port) => fragmentsOf(port, port + 100 * round)));
    const { report, heldRows } = play(packets, { chassis, configuration: { npCache: [7] }, intervalNs: 1_000_000 });
    expect([report.totals.delivered, createdIn(report), heldRows]).toEqual([packets.length, 16, 0]);
    expect(report.npus.map(({ slot, installs }) => [slot, installs])).toEqual([
      [7, 16],
      [8, 0],
    ]);
    expect(sumOf(report, (spu) => spu.paths.npCache)).toBe(2 * 16); // of the second round
  });

  it('R-frag-6: later fragments that overtake the first one wait for it at the owner', () => {
    expect(run([7], 1_000_000).cached).toBe(32); // 10 us between SPUs
    const packets = [packetOf(flowOf(1000)), ...PORTS.flatMap(fragmentsOf)];
    for (const intervalNs of [1, 1000, 1_000_000]) {
      const { report, heldRows } = play(packets, { chassis, configuration: { npCache: [7] }, intervalNs });
      expect([report.totals.delivered, report.drops, heldRows]).toEqual([packets.length, [], 0]);
      expect(createdIn(report)).toBe(16);
    }
  });
});

describe('NpCache', () => {
  const key = (last: number) => Int32Array.of(1, 0, 0, 0, last, 0, 0, 0, 0, 0x411);

  it('remembers an owner for its time, by addresses, protocol and identification', () => {
    const cache = new NpCache(2);
    expect(cache.find(new Int32Array(10), 0, 0, 1)).toBe(-1);
    cache.learn(key(2), 0, 7, 10, 5);
    expect([cache.find(key(2), 0, 7, 12), cache.find(key(2), 0, 7, 13)]).toEqual([5, -1]);
    expect([cache.find(key(3), 0, 7, 10), cache.find(key(2), 0, 8, 10)]).toEqual([-1, -1]);
    const tcp = key(2);
    tcp[9] = 0x406;
    expect(cache.find(tcp, 0, 7, 10)).toBe(-1);
  });

  it('gives a place away to what comes later, and never a wrong owner', () => {
    const cache = new NpCache(2);
    for (let n = 0; n < 5000; n++) cache.learn(key(n), 0, n, 10, n % 50);
    const found = Array.from({ length: 5000 }, (_, n) => cache.find(key(n), 0, n, 10));
    expect(found.every((owner, n) => owner === -1 || owner === n % 50)).toBe(true);
    const known = found.filter((owner) => owner >= 0).length;
    expect(known).toBeGreaterThan(200);
    expect(known).toBeLessThanOrEqual(256);
  });

  it('is of no use after its time: the fragments then go by their hash', () => {
    const cached = (seconds: number) => {
      const [first, second] = fragmentsOf(1000);
      const { report } = play([packetOf(flowOf(1000)), first!, second!], {
        chassis: REGIMES[2]![1],
        configuration: { npCache: [7] },
        intervalNs: seconds * SECOND,
      });
      return sumOf(report, (spu) => spu.paths.npCache);
    };
    expect([cached(1), cached(4)]).toEqual([1, 0]);
  });
});
