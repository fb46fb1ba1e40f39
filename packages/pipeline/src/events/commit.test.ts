import { ChassisState, resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { PipelineCommit } from './commit.ts';

const SECOND = 1e9;
const SIDES = { '10.0.0.0/8': 'xe-7/0/0', '0.0.0.0/0': 'xe-7/0/1' };
const ZONES = { trust: ['xe-7/0/0'], untrust: ['xe-7/0/1'] };
const OPEN: DeviceConfiguration = { sides: SIDES, zones: ZONES };
const NO_DNS: DeviceConfiguration = {
  ...OPEN,
  policies: [{ name: 'no-dns', from: 'trust', to: 'untrust', protocol: 'udp', destinationPorts: 53, action: 'deny' }],
};
const translatedTo = (addresses: string): DeviceConfiguration => ({
  ...OPEN,
  sourceNat: {
    pools: { [addresses]: { addresses } },
    rules: [{ from: 'trust', to: 'untrust', translate: { pool: addresses } }],
  },
});

const ask = (destinationPort: number) =>
  packet().ethernet().ipv4({ source: '10.0.0.1', destination: '192.0.2.9' }).udp({ sourcePort: 99, destinationPort });
const dns = ask(53).build();
const ntp = ask(123).build();
const dns6 = packet().ethernet().ipv6().udp({ sourcePort: 99, destinationPort: 53 }).build();

/** A packet of each frame in every second, and commits at a half. */
function play(
  commits: readonly (readonly [seconds: number, commit: Omit<PipelineCommit, 'name'>])[],
  options: Partial<PipelineOptions> = {},
  frames = [dns, ntp],
  seconds = 4,
) {
  const pipeline = createPipeline({
    chassis: resolveChassis(),
    ...options,
    events: [
      ...commits.map(([at, commit]) => ({ atNs: at * SECOND, commit: { name: 'commit', ...commit } })),
      ...(options.events ?? []),
    ],
  });
  for (let second = 0; second < seconds; second++) {
    pipeline.offer(recordsOf(frames, { intervalNs: 1000, seconds: second, nanoseconds: 0 }));
  }
  return pipeline;
}

const namesOf = (pipeline: ReturnType<typeof play>) =>
  [...pipeline.sessions()].filter(({ state }) => state === 'valid').map(({ policy }) => policy.name);

describe('a commit of policies', () => {
  it('R-cfg-10: ends the sessions that are denied now, and lets the others go on under the policy of now', () => {
    const pipeline = play([[1.5, { configuration: NO_DNS }]], { configuration: OPEN });
    expect(namesOf(pipeline)).toEqual(['default-permit']);
    const report = pipeline.finish();
    expect(report.events).toEqual([{ atNs: 1.5 * SECOND, event: 'commit', result: 'done', sessionsEnded: 1 }]);
    expect(report.drops).toEqual([{ reason: 'policy-deny', packets: 2, bytes: expect.any(Number) }]);
    expect(report.totals.delivered).toBe(6);
  });

  it('works where nothing was configured before, and in every cut of the input', () => {
    const commits = [[1.5, { configuration: NO_DNS }]] as const;
    const { drops, spus } = play(commits).finish();
    expect(drops).toMatchObject([{ reason: 'policy-deny', packets: 2 }]);
    const whole = createPipeline({
      chassis: resolveChassis(),
      events: [{ atNs: 1.5 * SECOND, commit: { name: 'commit', configuration: NO_DNS } }],
    });
    whole.offer(recordsOf([dns, ntp, dns, ntp, dns, ntp, dns, ntp], { intervalNs: SECOND / 2, seconds: 0 }));
    expect(spus.length).toBe(8);
    expect(whole.finish().drops).toMatchObject([{ reason: 'policy-deny', packets: 2 }]);
  });
});

describe('an event after a number of packets', () => {
  it('R-run-5: comes between packets of one time, in every cut of the input', () => {
    const lost = [1, 4].map((size) => {
      const pipeline = createPipeline({
        chassis: resolveChassis(),
        events: [{ afterPackets: 2, commit: { name: 'commit', configuration: NO_DNS } }],
      });
      for (let from = 0; from < 4; from += size) {
        pipeline.offer(recordsOf([dns, dns, dns, dns].slice(from, from + size), { intervalNs: 0 }));
      }
      return pipeline.finish();
    });
    expect(lost[1]).toEqual(lost[0]);
    expect(lost[0]!.drops).toMatchObject([{ reason: 'policy-deny', packets: 2 }]);
  });
});

describe('a session that waits for its central point', () => {
  const syn = packet().ethernet().ipv4({ source: '10.0.0.1', destination: '192.0.2.1' }).tcp({ flags: 'S' }).build();

  it.each([
    ['a commit that denies it', { commit: { name: 'commit', configuration: { defaultPolicy: 'deny' as const } } }],
    ['a clear', { clearSessions: {} }],
  ])('R-spu-17, R-cfg-10: ends with its answer, after %s', (_, event) => {
    const pipeline = createPipeline({
      chassis: resolveChassis({ release: '15.1X49-D10' }),
      configuration: {},
      events: [{ afterPackets: 2, ...event }],
    });
    pipeline.offer(recordsOf([syn, syn, syn], { intervalNs: 1000 }));
    pipeline.advance(SECOND);
    expect([...pipeline.sessions()].map(({ state }) => state)).toEqual(['invalidated']);
    pipeline.offer(recordsOf([syn], { seconds: 1, nanoseconds: 0, intervalNs: 1 }));
    const { totals, spus, events } = pipeline.finish();
    expect(spus.reduce((sum, { sessions }) => sum + sessions.cleared, 0)).toBe(1);
    expect(events[0]!.sessionsEnded).toBe(0); // it ended later
    expect(totals.delivered).toBe('commit' in event ? 3 : 4);
  });
});

describe('a commit of multicast routes', () => {
  const group = packet()
    .ethernet()
    .ipv4({ source: '10.0.0.1', destination: '239.1.1.1' })
    .udp({ sourcePort: 99, destinationPort: 99 })
    .build();
  const route = (...interfaces: string[]): DeviceConfiguration => ({
    multicast: [{ group: '239.0.0.0/8', interfaces }],
  });
  const before = route('xe-7/0/0', 'xe-7/0/1', 'xe-7/0/2');
  const after: [string, DeviceConfiguration, ended: number, replicated: number][] = [
    ['none', {}, 1, 4],
    ['fewer', route('xe-7/0/1'), 1, 4],
    ['of other groups', { multicast: [{ group: '224.0.0.0/24', interfaces: ['xe-7/0/1'] }] }, 1, 4],
    ['the same', { ...before, defaultPolicy: 'permit' }, 0, 8],
  ];

  it.each(after)(
    'R-mc-5: sessions of a group end where its interfaces are others: %s',
    (_, configuration, ended, replicated) => {
      for (const release of ['17.4R1', '15.1X49-D10']) {
        for (const egress of [undefined, {}]) {
          const options = { chassis: resolveChassis({ release }), configuration: before, ...(egress && { egress }) };
          const report = play([[1.5, { configuration }]], options, [group]).finish();
          expect([report.events[0]!.sessionsEnded, report.totals.replicated]).toEqual([ended, replicated]);
        }
      }
    },
  );

  it('a group whose session waits for its central point then goes on', () => {
    for (const egress of [undefined, {}]) {
      const pipeline = createPipeline({
        chassis: resolveChassis({ release: '15.1X49-D10' }),
        configuration: before,
        ...(egress && { egress }),
        events: [{ afterPackets: 2, commit: { name: 'commit', configuration: {} } }],
      });
      pipeline.offer(recordsOf([group, group, group, group], { intervalNs: 1000 }));
      expect(pipeline.finish().totals).toMatchObject({ delivered: 12, replicated: 8 });
    }
  });
});

describe('a commit of NAT', () => {
  it('R-cfg-11: ends what was translated, and gives from the new pool; what the old one gave stays counted', () => {
    const report = play(
      [
        [0.5, { configuration: translatedTo('203.0.113.1') }],
        [2.5, { configuration: translatedTo('203.0.113.2') }],
      ],
      { configuration: OPEN },
    ).finish();
    // sessions of before the first one were not translated: they go on as they are
    expect(report.events.map(({ sessionsEnded }) => sessionsEnded)).toEqual([0, 0]);
    const anew = play(
      [
        [0, { configuration: translatedTo('203.0.113.1') }],
        [2.5, { configuration: translatedTo('203.0.113.2') }],
      ],
      { configuration: OPEN },
    );
    anew.advance(4 * SECOND); // central points have answered
    expect([...anew.sessions()].filter(({ state }) => state === 'valid').map(({ out }) => out?.destination)).toEqual([
      '203.0.113.2',
      '203.0.113.2',
    ]);
    const { events, natPools } = anew.finish();
    expect(events.map(({ sessionsEnded }) => sessionsEnded)).toEqual([0, 2]);
    expect(natPools.map(({ name, inUse, allocations }) => [name, inUse, allocations])).toEqual([
      ['203.0.113.2', 2, 2],
      ['203.0.113.1', 0, 2],
    ]);
  });
});

describe('what waits for the reboot', () => {
  const OLD = { release: '12.1X44-D10', cards: '0=SPC1,1=SPC1,7=IOC1' };

  it('R-cfg-12: says so, and counts after it', () => {
    const chassisState = new ChassisState(OLD);
    const pipeline = play(
      [
        [
          0.5,
          {
            configuration: { ...OPEN, forwarding: { inet6: 'drop' } },
            ordering: 'software',
            distributionMode: 'rr-based',
            parameters: { udpTimeoutS: 7 },
          },
        ],
      ],
      {
        chassis: resolveChassis(OLD),
        chassisState,
        events: [{ atNs: 1.5 * SECOND, chassis: { command: 'reboot' } }],
      },
      [dns, dns6],
      900,
    );
    expect([...pipeline.sessions()].map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7]);
    const report = pipeline.finish();
    expect(report.events[0].result).toBe('reboot needed to change to software, rr-based, inet6 drop');
    expect(report.chassis).toMatchObject({ ordering: 'software', orderingConfigured: 'software' });
    expect(chassisState.inForce?.distributionMode).toBe('rr-based');
    const [{ fromNs, untilNs }] = report.device!.outages;
    expect(fromNs).toBe(1.5 * SECOND);
    expect(report.drops.find(({ reason }) => reason === 'family-drop')?.packets).toBe(
      900 - Math.ceil(untilNs! / SECOND),
    );
  });

  it('R-cfg-12: is told apart from a mode that the release never takes', () => {
    const options = { release: '17.4R1', cards: '0=SPC2,7=IOC2' };
    const commit = { distributionMode: 'rr-based', ordering: 'software' } as const;
    const pipeline = play([[0.5, commit]], {
      chassis: resolveChassis(options),
      chassisState: new ChassisState(options),
    });
    const { result } = pipeline.finish().events[0];
    expect(result).toMatch(/^refused: .*hash-based.*; all else: reboot needed to change to software$/);
  });
});

describe('perform()', () => {
  const live = () => {
    const pipeline = createPipeline({ chassis: resolveChassis(), isLive: true });
    pipeline.offer(recordsOf([dns, ntp], { intervalNs: 1000 }));
    return pipeline;
  };

  it('ends sessions of some IDs, and says how many', () => {
    const pipeline = live();
    const [{ sessionId }] = pipeline.sessions();
    const clear = { clearSessions: { sessionIds: [sessionId] } };
    expect(pipeline.perform(clear, SECOND)).toEqual({
      atNs: SECOND,
      event: 'clear 1 session',
      result: 'done',
      sessionsEnded: 1,
    });
    expect(pipeline.perform(clear, SECOND).sessionsEnded).toBe(0);
    expect(pipeline.finish().events).toHaveLength(2);
  });

  it('commits a configuration at once, NAT too', () => {
    const pipeline = live();
    expect(pipeline.perform({ commit: { name: 'set', configuration: NO_DNS } }, SECOND).sessionsEnded).toBe(1);
    pipeline.perform({ commit: { name: 'set', configuration: translatedTo('203.0.113.1') } }, 2 * SECOND);
    pipeline.offer(recordsOf([dns, ntp], { intervalNs: 1000, seconds: 3 }));
    expect(pipeline.finish().natPools).toMatchObject([{ name: '203.0.113.1', allocations: 1 }]);
  });

  it('lets time pass before: what an SPU did in the last second is told, then nothing', () => {
    const pipeline = createPipeline({
      chassis: resolveChassis(),
      spuSpeeds: { SPC2: { threads: 1, firstPathNs: 5e8, setUpNs: 1 } },
    });
    pipeline.offer(recordsOf([dns], { intervalNs: 1000 }));
    const busiest = () => Math.max(...pipeline.spuActivity().map(({ cpuPercent }) => cpuPercent));
    expect(busiest()).toBe(0);
    pipeline.advance(SECOND);
    expect(busiest()).toBe(50);
    pipeline.advance(3 * SECOND);
    expect(busiest()).toBe(0);
    expect(pipeline.spuActivity().reduce((sum, { delivered }) => sum + delivered, 0)).toBe(1);
  });

  it('refuses what cannot be, and a path that has ended', () => {
    const pipeline = live();
    expect(() => pipeline.perform({}, 0)).toThrow(
      'clearSessions, chassis, ordering, set or commit must be given, one of them: got 0',
    );
    const far = { ...OPEN, sides: { '10.0.0.0/8': 'xe-3/0/0' } };
    expect(() => pipeline.perform({ commit: { name: 'set', configuration: far } }, 0)).toThrow(/slots 7 have/);
    const other = createPipeline({ chassis: resolveChassis() });
    expect(() => other.perform({ commit: { name: 'set', configuration: OPEN } }, 0)).toThrow('isLive must be set');
    pipeline.offer(recordsOf([dns, dns], { intervalNs: SECOND, seconds: 5 }));
    expect(() => pipeline.perform({ clearSessions: {} }, SECOND - 1)).toThrow(
      /time must not lie before that of the last packet, \d+ ns: got 999999999$/,
    );
    pipeline.finish();
    expect(() => pipeline.perform({ clearSessions: {} }, 0)).toThrow('must not be finished');
  });
});
