import { describe, expect, it } from 'vitest';
import {
  createdIn,
  dropsIn,
  MICROSECOND,
  MILLISECOND,
  packetOf,
  play,
  REGIMES,
  replyOf,
  sumOf,
} from '../_play.suite.ts';

const [[, CENTRIC], [, HASH_CENTRIC]] = REGIMES as [(typeof REGIMES)[number], (typeof REGIMES)[number]];
const FLOWS = Array.from({ length: 40 }, (_, n) => `192.0.2.1:${1000 + n} > 198.51.100.2:53/udp`);
const THERE = FLOWS.map((flow) => packetOf(flow));
const BACK = FLOWS.map((flow) => packetOf(replyOf(flow)));

describe('hash-centric', () => {
  it('R-cp-6: an SPU without the session asks the global table, and the packet goes to the owner', () => {
    // replies hash elsewhere, and come in by an NPU without entries
    const { report, sessions } = play([...THERE, ...BACK], {
      chassis: HASH_CENTRIC,
      symmetric: false,
      interfaces: [...THERE.map(() => 0), ...BACK.map(() => 1)],
    });
    const [asked, known] = [report.centralPoint!.lookups, report.centralPoint!.known];
    expect(asked - known).toBe(40); // the first packets
    expect(known).toBeGreaterThan(20);
    expect(sumOf(report, (spu) => spu.paths.centralPoint)).toBe(known);
    expect(sumOf(report, (spu) => spu.handedOver)).toBe(known);
    expect([createdIn(report), report.totals.delivered]).toEqual([40, 80]);
    expect(sessions.every(({ in: there, out }) => there.packets === 1 && out!.packets === 1)).toBe(true);
  });

  it('R-hash-11: with a symmetric hash nobody has to ask for a reply', () => {
    const { report } = play([...THERE, ...BACK], {
      chassis: HASH_CENTRIC,
      interfaces: [...THERE.map(() => 0), ...BACK.map(() => 1)],
    });
    expect(report.centralPoint).toMatchObject({ lookups: 40, known: 0 });
    expect(sumOf(report, (spu) => spu.handedOver)).toBe(0);
  });
});

describe('centric', () => {
  it('R-spu-2: an SPU that is told twice to create a session makes one', () => {
    const { report, sessions } = play([THERE[0]!, THERE[0]!, BACK[0]!], { chassis: CENTRIC, intervalNs: MICROSECOND });
    // all three came by way of the central point, bound to be created
    expect(sumOf(report, (spu) => spu.paths.centralPoint)).toBe(3);
    expect(sumOf(report, (spu) => spu.firstPath)).toBe(1);
    expect([createdIn(report), sessions[0]!.in.packets, sessions[0]!.out!.packets]).toEqual([1, 2, 1]);
  });

  it('R-own-9: a pending record stays with its SPU until that SPU releases it', () => {
    const spusOf = (intervalNs: number) => {
      const { report } = play(
        Array.from({ length: 3 }, () => THERE[0]!),
        { chassis: CENTRIC, intervalNs, configuration: { defaultPolicy: 'deny' } },
      );
      expect([dropsIn(report), report.centralPoint!.sessions]).toEqual([{ 'policy-deny': 3 }, 0]);
      return report.spus.filter(({ drops }) => drops.length > 0).length;
    };
    // the next one is chosen in turn, once the SPU has said that there is no session
    expect(spusOf(MILLISECOND)).toBe(3);
    expect(spusOf(MICROSECOND)).toBe(1);
  });

  it('R-own-9: whoever else is chosen meanwhile, packets of the pending session go to its SPU', () => {
    const packets = [0, 1, 2, 0, 3, 4, 0].map((n) => THERE[n]!);
    const { sessions } = play(packets, {
      chassis: CENTRIC,
      intervalNs: MICROSECOND,
      parameters: { spuToSpuDelayNs: MILLISECOND },
    });
    expect(sessions.map(({ in: there }) => there.packets).sort()).toEqual([1, 1, 1, 1, 3]);
    expect(new Set(sessions.map(({ spuId }) => spuId)).size).toBe(5);
  });
});

describe.each([
  ['centric', CENTRIC],
  ['hash-centric', HASH_CENTRIC],
])('a session that lingers, %s', (name, chassis) => {
  it('R-sid-5: has no record once the central point has released it, whoever has one of the same flow by then', () => {
    const { sessions } = play([THERE[0]!, THERE[1]!, THERE[0]!], { chassis, intervalNs: 33_000 * MILLISECOND });
    const ended = sessions.filter(({ state }) => state === 'invalidated');
    expect(ended).toHaveLength(name === 'centric' ? 1 : 0); // else the new one has its place
    expect(ended.every(({ in: wing }) => wing.cpSessionId === '0')).toBe(true);
    const live = sessions.filter(({ state }) => state === 'valid');
    expect(new Set(live.map(({ in: wing }) => wing.cpSessionId)).size).toBe(live.length);
    expect(live.every(({ in: wing, out }) => wing.cpSessionId !== '0' && out!.cpSessionId === wing.cpSessionId)).toBe(
      true,
    );
  });
});
