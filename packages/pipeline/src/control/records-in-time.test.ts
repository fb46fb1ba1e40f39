import { type ChassisCommand, type ChassisOptions, ChassisState, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createdIn, packetOf, REGIMES, replyOf, SECOND } from '../_play.suite.ts';
import { createPipeline } from '../create-pipeline.ts';

const FLOWS = Array.from({ length: 40 }, (_, n) => `192.0.2.1:${1000 + n} > 198.51.100.2:53/udp`);
const THERE = FLOWS.map((flow) => packetOf(flow));
const BACK = FLOWS.map((flow) => packetOf(replyOf(flow)));

/** Plays lists of packets, each at its second, over a chassis to which something is done. */
function play(
  options: ChassisOptions,
  lists: readonly (readonly [number, readonly BuiltPacket[]])[],
  at: number,
  command: ChassisCommand,
) {
  const built = { tableLength: 256, npuTableWings: 1, ...options };
  const pipeline = createPipeline({
    chassis: resolveChassis(built),
    chassisState: new ChassisState(built),
    symmetric: false,
    events: [{ atNs: at * SECOND, chassis: command }],
  });
  for (const [seconds, packets] of lists) pipeline.offer(recordsOf(packets, { seconds, intervalNs: 1_000_000 }));
  return { pipeline, report: pipeline.finish() };
}

describe.each(REGIMES)('records of sessions while the chassis changes, %s', (_, chassis) => {
  it('R-boot-12, R-own-2: stay when an I/O card goes and comes, and replies find their sessions', () => {
    for (const command of [
      { command: 'removeCard', slot: 8 },
      { command: 'offline', slot: 8 },
    ] as ChassisCommand[]) {
      const { report } = play(
        chassis,
        [
          [0, THERE],
          [20, BACK],
          [40, THERE],
        ],
        10,
        command,
      );
      expect(report.events[0]!.result).not.toMatch(/refused/);
      expect([createdIn(report), report.drops]).toEqual([40, []]);
    }
  });

  it('R-boot-12: interfaces of a card that is gone carry packets, which is warned of until it is back', () => {
    const warningsAfter = (...commands: readonly ChassisCommand[]) => {
      const pipeline = createPipeline({
        chassis: resolveChassis(chassis),
        chassisState: new ChassisState(chassis),
        configuration: { sides: { '192.0.2.0/24': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/0/0' } },
        events: commands.map((command, n) => ({ atNs: (10 + n) * SECOND, chassis: command })),
      });
      pipeline.offer(recordsOf(BACK, { seconds: 0, intervalNs: 10 * SECOND }));
      const { warnings, drops } = pipeline.finish();
      expect(drops).toEqual([]);
      return warnings.filter(({ code }) => code === 'io-card-out-of-service').map(({ message }) => message);
    };
    expect(warningsAfter({ command: 'failCard', slot: 8 })).toEqual([
      expect.stringMatching(
        /^The I\/O card in slot 8 is out of service .*: packets of xe-8\/0\/0\.0 pass all the same$/,
      ),
    ]);
    expect(warningsAfter({ command: 'offline', slot: 8 }, { command: 'online', slot: 8 })).toEqual([]);
  });

  it('R-boot-2: are gone with the sessions in a reset, at once', () => {
    const { report } = play(
      chassis,
      [
        [0, THERE],
        [20, BACK],
      ],
      10,
      { command: 'failSpu', spu: 'fpc2.pic1' },
    );
    expect(report.centralPoint?.sessions ?? 0).toBe(0);
    expect(report.spus.every(({ pointers, sessions }) => pointers === 0 && sessions.current === 0)).toBe(true);
  });

  it('R-boot-9, R-own-2: stay while further SPUs join and traffic passes', () => {
    const lists = Array.from({ length: 400 }, (_, n) => [2 + n, n % 2 === 0 ? THERE : BACK] as const);
    const { pipeline, report } = play(chassis, lists, 1, { command: 'reboot' });
    expect(report.totals.delivered).toBeGreaterThan(1000);
    const ends = [...pipeline.sessions()].map(({ in: wing }) =>
      [wing.sourcePort, wing.destinationPort].sort().join(' '),
    );
    expect([ends.length, new Set(ends).size]).toEqual([40, 40]);
    expect(report.spus.reduce((sum, { sessions }) => sum + sessions.created - sessions.lost, 0)).toBe(40);
  });
});
