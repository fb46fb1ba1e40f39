import { ChassisState, resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { fragmentPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyChassis, anyEvents } from '../control/_any-events.suite.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { Explainer } from './explain.ts';

const SECOND = 1e9;

function udp(sourcePort: number) {
  return packet().ethernet().ipv4().udp({ sourcePort, destinationPort: 53 }).build();
}

/** The first packet of a flow, explained: they come a second apart. */
function tell(packets: number, asked: number, options: Omit<PipelineOptions, 'stages'>) {
  const explainer = new Explainer({ ...options, packet: asked });
  explainer.offer(
    recordsOf(
      Array.from({ length: packets }, (_, n) => udp(1000 + n)),
      { intervalNs: SECOND },
    ),
  );
  const [told] = explainer.finish().packets;
  return { outcome: told!.outcome, spuId: told!.spuId, rules: told!.steps.at(-1)!.rules.map(({ id }) => id) };
}

describe('a chassis in time', () => {
  const options = { cards: '1=SPC2,2=SPC2,7=IOC2' };
  const chassis = resolveChassis(options);

  it('R-boot-2, R-boot-3: a packet that comes while cards boot is told with what the chassis waits for', () => {
    const events = [{ atNs: 5 * SECOND, chassis: { command: 'failSpu', spu: 'fpc2.pic3' } }] as const;
    const at = (asked: number) => tell(300, asked, { chassis, chassisState: new ChassisState(options), events });
    expect(at(5)).toMatchObject({ outcome: 'delivered' });
    expect(at(8)).toEqual({
      outcome: 'central-point-boots',
      spuId: undefined,
      rules: ['R-boot-3', 'R-boot-2', 'R-run-4'],
    });
    expect(at(188)).toMatchObject({ outcome: 'spus-boot' });
    expect(at(300)).toMatchObject({ outcome: 'delivered' });
  });

  it('R-npu-9: a packet of a session that has aged out and lingers misses, as its entry was withdrawn', () => {
    const explainer = new Explainer({ chassis, packet: 2 });
    explainer.offer(recordsOf([udp(1000), udp(1000)], { intervalNs: 65 * SECOND }));
    const { steps } = explainer.finish().packets[0]!;
    const npu = steps.find(({ stage }) => stage === 'npu')!;
    expect(npu.text).toMatch(/^NPU in slot 7: miss, session \d+ is over and has no entry any more$/);
    expect(npu.rules.map(({ id }) => id)).toEqual(['R-npu-9', 'R-npu-3']);
  });

  it('R-boot-4: names the SPUs of a card that was inserted, and those behind it, as they are', () => {
    const events = [
      { atNs: SECOND, chassis: { command: 'insertCard', slot: 0, card: 'SPC2' } },
      { atNs: 2 * SECOND, chassis: { command: 'reboot' } },
    ] as const;
    const spuIds = new Set<number | undefined>();
    for (let asked = 900; asked > 800; asked--) {
      spuIds.add(tell(900, asked, { chassis, chassisState: new ChassisState(options), events }).spuId);
    }
    expect([...spuIds].sort((a, b) => a! - b!)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('tells every packet of a flow, whatever happens to the chassis', () => {
    fc.assert(
      fc.property(anyChassis, anyEvents, (chassisOptions, events) => {
        const explainer = new Explainer({
          chassis: resolveChassis(chassisOptions),
          chassisState: new ChassisState(chassisOptions),
          events,
          flow: parseFlow('192.0.2.1:1000 > 198.51.100.2:53/udp'),
        });
        const frames = Array.from({ length: 900 }, (_, n) => udp(1000 + (n % 3)));
        explainer.offer(recordsOf(frames, { intervalNs: SECOND }));
        const { packets, matched } = explainer.finish();
        expect([matched, packets.length]).toEqual([300, 300]);
        expect(packets.map((told) => told.packet)).toEqual(Array.from({ length: 300 }, (_, n) => 3 * n + 1));
        for (const { steps } of packets) {
          for (const { text, rules } of steps) {
            expect(text).not.toMatch(/undefined|NaN| {2}/);
            expect(rules.length).toBeGreaterThan(0);
          }
        }
      }),
      { seed: 20261121, numRuns: 40 },
    );
  });
});

describe('a commit', () => {
  it('R-cfg-10: a packet that leaves after it is told with the interface and the policy that it had', () => {
    const allow = { sides: { '0.0.0.0/0': 'xe-7/0/0' }, zones: { a: ['xe-7/0/0'] }, defaultPolicy: 'permit' } as const;
    const explainer = new Explainer({
      chassis: resolveChassis({ cards: '1=SPC2,7=IOC2' }),
      configuration: allow,
      egress: { gigabitsPerSecond: 0.001 },
      events: [{ afterPackets: 3, commit: { name: 'commit', configuration: { defaultPolicy: 'deny' } } }],
      packet: 2,
    });
    explainer.offer(recordsOf([udp(1), udp(2), udp(3), udp(4)], { intervalNs: 50_000 }));
    const [told] = explainer.finish().packets;
    const text = told!.steps.map((step) => step.text).join('\n');
    expect(told!.outcome).toBe('delivered');
    expect(text).toMatch(/comes in on xe-7\/0\/0\.0/);
    expect(text).toMatch(/policy default-permit, number \d, permits it from zone a to zone a/);
  });
});

describe('an SPU that has too much to do', () => {
  it('R-load-2, R-load-1: a packet that its queue does not take is told so', () => {
    const explainer = new Explainer({
      chassis: resolveChassis({ cards: '1=SPC2,7=IOC2' }),
      spuSpeeds: { SPC2: { firstPathNs: 1e9, queueNs: 1 } },
      packet: 400,
    });
    const frames = Array.from({ length: 400 }, (_, n) => udp(1000 + n));
    explainer.offer(recordsOf(frames, { intervalNs: 1000 }));
    const [told] = explainer.finish().packets;
    expect(told).toMatchObject({ outcome: 'spu-queue-full', pass: undefined, session: undefined });
    expect(told!.steps.find(({ stage }) => stage === 'spu')!.text).toMatch(/: all flow threads are busy/);
  });
});

describe('packets that an SPU holds', () => {
  it('R-frag-2: are told with their own flow, whatever comes while they wait', () => {
    const ends = { source: '192.0.2.1', destination: '198.51.100.2' };
    const fragments = fragmentPacket(
      packet().ethernet().ipv4(ends).udp({ sourcePort: 1000, destinationPort: 53 }).payload(3000),
      1500,
    );
    const frames = [...fragments, packet().ethernet().ipv4().tcp({ sourcePort: 7, destinationPort: 80 }).build()];
    const told = [1, 4].map((size) => {
      const explainer = new Explainer({
        chassis: resolveChassis({ cards: '1=SPC2,2=SPC2,7=IOC2' }),
        flow: parseFlow('192.0.2.1:1000 > 198.51.100.2:53/udp'),
      });
      for (let from = 0; from < frames.length; from += size) {
        explainer.offer(recordsOf(frames.slice(from, from + size), { intervalNs: 0 }));
      }
      return explainer.finish();
    });
    expect(told[0]).toEqual(told[1]);
    expect(told[0]!.matched).toBe(fragments.length);
  });
});

describe('a central point that cannot place a session', () => {
  const centric = { release: '12.3X48-D10', cards: '1=SPC2,7=IOC1' } as const;

  it('R-w-14: has no SPU to choose', () => {
    const chassis = resolveChassis({
      ...centric,
      distributionMode: 'adaptive',
      sessionsPerSpu: { SPC1: 2, SPC2: 2 },
      cards: '1=SPC1,2=SPC2,7=IOC1',
    });
    const explainer = new Explainer({ chassis, packet: 41 });
    explainer.offer(
      recordsOf(
        Array.from({ length: 41 }, (_, n) => udp(1000 + n)),
        { intervalNs: SECOND / 10 },
      ),
    );
    const [told] = explainer.finish().packets;
    expect(told!.outcome).toBe('no-spu-left');
    expect(told!.steps.find(({ stage }) => stage === 'spu')!.text).toMatch(/knows no owner and has no SPU to choose/);
  });

  it('R-cp-16: has no room', () => {
    const centralPointSessions = { SPC2: 3 };
    const chassis = resolveChassis({ ...centric, distributionMode: 'rr-based', centralPointSessions });
    const explainer = new Explainer({ chassis, packet: 4 });
    explainer.offer(recordsOf([udp(1), udp(2), udp(3), udp(4)], { intervalNs: 1e6 }));
    const [told] = explainer.finish().packets;
    expect(told!.outcome).toBe('central-point-full');
    expect(told!.steps.find(({ stage }) => stage === 'spu')!.text).toMatch(/knows no owner and has no room/);
  });
});
