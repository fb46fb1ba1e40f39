import { resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { hashKey } from '@midplane/hash';
import { type BuiltPacket, packet, recordsOf } from '@midplane/packet';
import { hashIndexOf } from '@midplane/weights';
import { describe, expect, it } from 'vitest';
import {
  createdIn,
  MICROSECOND,
  MILLISECOND,
  type Played,
  packetOf,
  play,
  REGIMES,
  replyOf,
  SECOND,
  sumOf,
} from '../_play.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineWing } from '../sessions/session.ts';

const [, , [, DISTRIBUTED]] = REGIMES as [unknown, unknown, (typeof REGIMES)[number]];
const FLOWS = Array.from({ length: 60 }, (_, n) => `192.0.2.1:${1000 + n} > 198.51.100.2:53/udp`);
const THERE = FLOWS.map((flow) => packetOf(flow));
const BACK = FLOWS.map((flow) => packetOf(replyOf(flow)));
const POOL: DeviceConfiguration = {
  sourceNat: {
    pools: { out: { addresses: '203.0.113.1', ports: '2000-2999' } },
    rules: [{ source: '192.0.2.0/24', translate: { pool: 'out' } }],
  },
};

const flowOf = ({ source, sourcePort, destination, destinationPort, protocol }: PipelineWing): string =>
  `${source}:${sourcePort} > ${destination}:${destinationPort}/${protocol}`;
const spuOfRecord = (id: string): number => Math.floor(Number(id) / 10_000_000);
/** The SPU of the hash index of a flow, which is its central point. */
const homeOf = ({ pipeline }: Played, flow: string, symmetric: boolean): number => {
  const hash = hashKey(parseFlow(flow), 0, { hash: pipeline.hash, symmetric });
  return pipeline.distributionTable[hashIndexOf(hash, pipeline.distributionTable.length)]!;
};
const redirected = ({ report }: Played): number => sumOf(report, (spu) => spu.paths.redirected);

const ARP = packet().ethernet().arp().build();

/** Plays packets at times of their own. */
function playTimes(packets: readonly (readonly [BuiltPacket, number])[], options: Parameters<typeof play>[1] = {}) {
  const { chassis = {}, ...rest } = options;
  const pipeline = createPipeline({ chassis: resolveChassis({ tableLength: 256, ...chassis }), ...rest });
  for (const [built, atNs] of packets) {
    pipeline.offer(recordsOf([built], { seconds: Math.floor(atNs / SECOND), nanoseconds: atNs % SECOND }));
  }
  return { pipeline, report: pipeline.finish() };
}

const WORLDS: [string, { symmetric: boolean; configuration?: DeviceConfiguration }][] = [
  ['a hash that is not symmetric', { symmetric: false }],
  ['source NAT', { symmetric: true, configuration: POOL }],
  ['both', { symmetric: false, configuration: POOL }],
];

describe.each(WORLDS)('pointer records, %s', (_, world) => {
  const run = (packets: typeof THERE, options: Parameters<typeof play>[1] = {}) =>
    play(packets, { chassis: DISTRIBUTED, ...world, ...options });

  it('R-cp-10, R-cp-11: each wing is registered with the SPU that it hashes to, by a pointer if that is not the owner', () => {
    const played = run(THERE);
    const { sessions, report } = played;
    expect([sessions.length, createdIn(report)]).toEqual([60, 60]);
    let pointers = 0;
    for (const { spuId, sessionId, in: there, out } of sessions) {
      // the first packet came to the SPU of its hash: that is the owner, and needs no record
      expect([spuId, there.cpSessionId]).toEqual([homeOf(played, flowOf(there), world.symmetric), sessionId]);
      const home = homeOf(played, flowOf(out!), world.symmetric);
      expect(spuOfRecord(out!.cpSessionId)).toBe(home);
      if (home === spuId) expect(out!.cpSessionId).toBe(sessionId);
      else pointers++;
    }
    expect(pointers).toBeGreaterThan(30);
    expect(sumOf(report, (spu) => spu.pointers)).toBe(pointers);
    expect(report.centralPoint).toBeNull();
  });

  it('R-cp-9, R-hash-11: a reply goes to the SPU of its own hash, which sends it on to the owner', () => {
    const { sessions } = run(THERE);
    const replies = sessions.map(({ out }) => packetOf(flowOf(out!)));
    const abroad = sessions.filter(({ spuId, out }) => spuOfRecord(out!.cpSessionId) !== spuId).length;
    // replies come in by another NPU, which has no entry
    const interfaces = [...THERE.map(() => 0), ...replies.map(() => 1)];
    const played = run([...THERE, ...replies], { interfaces });
    expect([createdIn(played.report), played.report.totals.delivered]).toEqual([60, 120]);
    expect(played.sessions.map(({ in: there, out }) => [there.packets, out!.packets])).toEqual(
      Array.from({ length: 60 }, () => [1, 1]),
    );
    expect([redirected(played), sumOf(played.report, (spu) => spu.handedOver)]).toEqual([abroad, abroad]);
    // then that NPU knows the owner
    const again = run([...THERE, ...replies, ...replies], { interfaces: [...interfaces, ...replies.map(() => 1)] });
    expect([redirected(again), again.report.npus[1]!.hits]).toEqual([abroad, 60]);
  });

  it('R-cp-13: where no NPU has room for an entry every reply is redirected, and no session is made twice', () => {
    const { sessions } = run(THERE);
    const replies = sessions.map(({ out }) => packetOf(flowOf(out!)));
    const abroad = sessions.filter(({ spuId, out }) => spuOfRecord(out!.cpSessionId) !== spuId).length;
    const full = run([...THERE, ...replies, ...replies], { chassis: { ...DISTRIBUTED, npuTableWings: 1 } });
    expect([createdIn(full.report), full.report.totals.delivered, redirected(full)]).toEqual([60, 180, 2 * abroad]);
  });

  it('leave when their session is over, which still lingers then', () => {
    const after = (seconds: number) =>
      run([THERE[0]!, packetOf('[2001:db8::1]:1 > [2001:db8::2]:2/tcp')], { intervalNs: seconds * SECOND });
    const flows = ({ sessions }: Played) => sessions.map(({ flow }) => flow);
    const pointers = ({ report }: Played) => sumOf(report, (spu) => spu.pointers);
    const ipv6 = pointers(run([packetOf('[2001:db8::1]:1 > [2001:db8::2]:2/tcp')]));
    const first = play([THERE[0]!], { chassis: DISTRIBUTED, ...world });
    expect([flows(after(59)).length, pointers(after(59))]).toEqual([2, ipv6 + pointers(first)]);
    expect([flows(after(65)).length, pointers(after(65))]).toEqual([2, ipv6]);
    expect([flows(after(72)).length, pointers(after(72))]).toEqual([1, ipv6]);
  });
});

describe('two SPUs that make a session of one conversation', () => {
  const race = (n: number, intervalNs: number, parameters = {}) =>
    play([THERE[n]!, BACK[n]!, THERE[n]!, BACK[n]!], {
      chassis: DISTRIBUTED,
      symmetric: false,
      interfaces: [0, 1],
      intervalNs,
      parameters,
    });

  it('R-own-8: the lower SPU ID wins, the other one keeps a pointer and hands its packets over', () => {
    let yielded = 0;
    for (const n of FLOWS.keys()) {
      const played = race(n, 1000);
      const homes = [FLOWS[n]!, replyOf(FLOWS[n]!)].map((flow) => homeOf(played, flow, false));
      const [session, ...others] = played.sessions;
      expect([others, createdIn(played.report), played.report.totals.delivered]).toEqual([[], 1, 4]);
      expect(session!.spuId).toBe(Math.min(...homes));
      expect(session!.in.packets + session!.out!.packets).toBe(4);
      expect(played.heldRows).toBe(0);
      if (homes[0] === homes[1]) continue;
      expect(sumOf(played.report, ({ sessions }) => sessions.yielded)).toBe(1);
      const other = played.report.spus.find(({ spuId }) => spuId === Math.max(...homes))!;
      expect([other.pointers, other.sessions.current, other.handedOver]).toEqual([1, 0, 2]);
      yielded++;
    }
    expect(yielded).toBeGreaterThan(30);
  });

  it('R-own-8: whoever is confirmed before the other one begins keeps it, whatever its ID', () => {
    for (const n of FLOWS.keys()) {
      const played = race(n, MILLISECOND);
      const home = homeOf(played, FLOWS[n]!, false);
      expect(played.sessions.map(({ spuId, flow }) => [spuId, flow])).toEqual([[home, FLOWS[n]]]);
      expect(sumOf(played.report, ({ sessions }) => sessions.yielded)).toBe(0);
    }
  });

  it('R-own-8: later packets find the owner by the pointer, which goes with the session', () => {
    for (const n of FLOWS.keys()) {
      const [there, back] = [THERE[n]!, BACK[n]!];
      const options = { chassis: { ...DISTRIBUTED, npuTableWings: 1 }, symmetric: false };
      const { pipeline, report } = playTimes(
        [
          [there, 0],
          [back, 1000],
          [back, MILLISECOND],
          [there, 2 * MILLISECOND],
        ],
        options,
      );
      expect([createdIn(report), report.totals.delivered]).toEqual([1, 4]);
      expect([...pipeline.sessions()].length).toBe(1);
      const over = playTimes(
        [
          [there, 0],
          [back, 1000],
          [ARP, 100 * SECOND],
        ],
        options,
      ).report;
      expect(sumOf(over, ({ pointers }) => pointers)).toBe(0);
    }
  });

  it('R-own-5, R-own-8: a refusal that comes twice does not end the session that has the number by then', () => {
    const others = FLOWS.map((flow) => flow.replace(':53/', ':54/'));
    // two that meet, then two of another conversation each, while messages about the first two are still repeated
    const packets = FLOWS.flatMap((_, n) => [THERE[n]!, BACK[n]!, packetOf(others[n]!), packetOf(others[n]!)]);
    for (let seed = 1; seed <= 10; seed++) {
      const played = play(packets, {
        chassis: DISTRIBUTED,
        symmetric: false,
        intervalNs: 7 * MICROSECOND,
        parameters: { resendNs: 9 * MICROSECOND },
        faults: { seed, loss: 0.6, duplication: 0.5 },
      });
      expect([played.sessions.length, played.report.totals.delivered]).toEqual([120, 240]);
      const alone = played.sessions.filter(({ flow }) => others.includes(flow));
      expect(alone.map(({ spuId }) => spuId)).toEqual(alone.map(({ flow }) => homeOf(played, flow, false)));
      expect(alone.every(({ in: there }) => there.packets === 2)).toBe(true);
      const met = played.sessions.filter(({ flow }) => !others.includes(flow));
      expect(met.every(({ in: there, out }) => there.packets === 1 && out!.packets === 1)).toBe(true);
    }
  });

  it('R-own-8, R-own-9: it holds with messages of any speed', () => {
    for (const spuToSpuDelayNs of [1, 500, 1500, 5 * MICROSECOND, MILLISECOND]) {
      for (const n of FLOWS.keys()) {
        const { sessions, report } = race(n, 1000, { spuToSpuDelayNs });
        expect(sessions.length).toBe(1);
        expect([createdIn(report), report.totals.delivered]).toEqual([1, 4]);
        expect(sessions[0]!.in.packets + sessions[0]!.out!.packets).toBe(4);
      }
    }
  });
});

describe('symmetric hashing off', () => {
  it('R-hash-10, R-hash-11: costs a redirection for the replies that hash elsewhere, and no packet', () => {
    const cost = (symmetric: boolean, npuTableWings: number) => {
      const played = play([...THERE, ...BACK, ...THERE, ...BACK], {
        chassis: { ...DISTRIBUTED, npuTableWings },
        symmetric,
        interfaces: [...THERE.map(() => 0), ...BACK.map(() => 1), ...THERE.map(() => 0), ...BACK.map(() => 1)],
      });
      expect([createdIn(played.report), played.report.totals.delivered, played.heldRows]).toEqual([60, 240, 0]);
      return { redirected: redirected(played), pointers: sumOf(played.report, (spu) => spu.pointers) };
    };
    expect(cost(true, 1000)).toEqual({ redirected: 0, pointers: 0 });
    expect(cost(true, 1)).toEqual({ redirected: 0, pointers: 0 });
    const off = cost(false, 1000);
    expect(off).toEqual({ redirected: off.pointers, pointers: off.pointers });
    // 7 SPUs: about 6 of 7 replies hash elsewhere
    expect(off.pointers).toBeGreaterThan(40);
    expect(cost(false, 1)).toEqual({ redirected: 2 * off.pointers, pointers: off.pointers });
  });
});
