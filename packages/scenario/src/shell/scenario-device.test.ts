import { CommandSession, toModel } from '@midplane/junos';
import { describe, expect, it } from 'vitest';
import { applyConfiguration } from '../junos/apply-configuration.ts';
import type { Scenario } from '../scenario.ts';
import { openScenarioDevice } from './open-scenario-device.ts';

const scenario: Scenario = {
  schema: 'midplane-scenario/1',
  chassis: { model: 'srx5600', cards: '0=SPC2,1=SPC2,5=IOC2' },
  traffic: [{ shape: 'many', packets: 4000, flows: 900, seed: 5 }],
};

async function open(changes: Partial<Scenario> = {}, configuration?: string) {
  const device = await openScenarioDevice(
    { ...scenario, ...changes },
    configuration === undefined ? {} : { configuration },
  );
  const commands = new CommandSession(device);
  const say = async (line: string, answer?: string): Promise<string> => {
    let done = await commands.run(line);
    if (done.question !== null && answer !== undefined) done = await done.question.answer(answer);
    return [...done.output].join('') + (done.error?.message ?? '');
  };
  return { device, say };
}

describe('a device at the end of a run', () => {
  it('shows the sessions, their load and their rate (R-cli-4)', async () => {
    const { device, say } = await open();
    const { spus, sessionsPerSecond } = device.view();
    const inUse = spus.reduce((sum, { flow }) => sum + flow.valid + flow.invalidated + flow.pending, 0);
    expect(inUse).toBeGreaterThan(500);
    expect(await say('show security monitoring | match Total')).toMatch(new RegExp(`^Total Sessions: +${inUse} `));
    expect(spus.reduce((sum, { sessionRateHistory }) => sum + sessionRateHistory.reduce((a, b) => a + b, 0), 0)).toBe(
      spus.reduce((sum, { flow }) => sum + flow.ipv4 + flow.ipv6, 0),
    );
    expect(sessionsPerSecond.ipv4 + sessionsPerSecond.ipv6).toBe(sessionsPerSecond.total);
    expect(await say('show security flow statistics | match "Packets forwarded" | last 1')).toBe(
      '    Packets forwarded: 4000\n',
    );
  });

  it('a traffic of both families is shown as such, an idle device as the guide has it (R-cfg-4)', async () => {
    const running = await open();
    expect(await running.say('show security flow status | match Inet6')).toContain('flow based');
    const idle = await open({ traffic: [] });
    expect(await idle.say('show security flow status | match Inet6')).toContain('drop');
    expect(await idle.say('show security monitoring | match Total')).toMatch(/^Total Sessions: +0 /);
  });

  it('lists what each central point holds, pointers too, as many as its summary counts (R-cli-5)', async () => {
    const { say } = await open({ symmetric: false });
    const totals = async (line: string) =>
      [...(await say(line)).matchAll(/Total sessions: (\d+)/g)].map(([, count]) => Number(count));
    const listed = await totals('show security flow cp-session');
    expect(listed).toEqual(await totals('show security flow cp-session summary'));
    const owned = (await totals('show security flow session')).reduce((sum, count) => sum + count, 0);
    expect(listed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1.5 * owned);
  });

  it('clears sessions: they count as invalidated from then on', async () => {
    const { device, say } = await open();
    const before = device.view();
    const tcp = Number((await say('show security flow session protocol tcp | match ", Valid" | count')).slice(7, -7));
    expect(await say('clear security flow session protocol tcp')).toBe(`${tcp} active sessions cleared\n`);
    expect(await say('clear security flow session protocol tcp')).toBe('0 active sessions cleared\n');
    const after = device.view();
    for (const [i, { flow }] of after.spus.entries()) {
      const was = before.spus[i].flow;
      expect(flow.valid + flow.invalidated + flow.pending).toBe(was.valid + was.invalidated + was.pending);
      expect(flow.unicast + flow.multicast).toBe(flow.valid);
    }
    expect(await say('show security flow session protocol tcp | match ", Valid"')).toBe('');
  });
});

describe('reboot and cards', () => {
  it('a reboot loses all sessions and takes the time of the boot (R-chassis-3)', async () => {
    const { device, say } = await open();
    const { nowNs } = device;
    expect(await say('request system reboot', 'yes')).toMatch(/^Shutdown NOW!\n\(midplane: \d+ s of simulated time/);
    expect(device.nowNs).toBeGreaterThan(nowNs + 180e9);
    expect(await say('show security flow session | match "Session ID"')).toBe('');
    expect(await say('show chassis fpc pic-status | except Online')).toBe('');
    expect(await say('show system uptime | match booted')).toMatch(/\(00:0\d:\d\d ago\)/);
  });

  it('a card that is taken offline resets the data plane, and comes back after a reboot (R-boot-1)', async () => {
    const { say } = await open();
    expect(await say('request chassis fpc slot 1 offline')).toMatch(
      /^Offline initiated, use "show chassis fpc" to verify\n/,
    );
    expect(await say('show chassis fpc pic-status')).toBe(
      'Slot 0   Online       SRX5k SPC II\n  PIC 0  Online       SPU Cp\n  PIC 1  Online       SPU Flow\n' +
        '  PIC 2  Online       SPU Flow\n  PIC 3  Online       SPU Flow\n' +
        'Slot 1   Offline      SRX5k SPC II\nSlot 5   Online       SRX5k IOC II\n  PIC 0  Online       10x 10GE SFP+\n',
    );
    expect(await say('show security monitoring | match "^  [01] " | count')).toBe('Count: 4 lines\n');
    expect(await say('show security flow session | match "Session ID"')).toBe('');
    expect(await say('request chassis fpc slot 1 offline')).toMatch(/^error: Cannot /);
    expect(await say('request chassis fpc slot 4 restart')).toMatch(/^error: Cannot /);
  });
});

describe('the times of a device', () => {
  it('are those of the last reboot and commit among the events', async () => {
    const traffic = [{ workload: { seed: 3, packets: 600, durationSeconds: 1000, flows: { count: 20 } } }] as const;
    const { say } = await open({
      traffic,
      events: [
        { atSeconds: 100, reboot: {} },
        { atSeconds: 200, set: 'set system host-name edge' },
      ],
    });
    const uptime = await say('show system uptime');
    expect(uptime).toContain('System booted: 2026-01-01 00:01:40 UTC');
    expect(uptime).toContain('Last configured: 2026-01-01 00:03:20 UTC');
  });
});

describe('the ordering mode', () => {
  const line = 'show security flow status | match "Ordering mode"';

  it('is that of the scenario, and of its events (R-cfg-3)', async () => {
    expect(await (await open({ ordering: { mode: 'software' } })).say(line)).toBe('    Ordering mode: Software\n');
    expect(await (await open({ ordering: { mode: 'none' } })).say(line)).toBe('    Ordering mode: Hardware\n');
    const changed = await open({ events: [{ afterPackets: 9, setOrdering: 'software' }] });
    expect(await changed.say(line)).toBe('    Ordering mode: Hardware (reboot needed to change to Software)\n');
    await changed.say('request system reboot', 'yes');
    expect(await changed.say(line)).toBe('    Ordering mode: Software\n');
  });

  it('of a Junos configuration counts for the traffic', async () => {
    const { device, say } = await open(
      {},
      'set security forwarding-process application-services packet-ordering-mode software',
    );
    expect(await say(line)).toBe('    Ordering mode: Software\n');
    expect(applyConfiguration(scenario, toModel(device.configuration)).ordering).toEqual({ mode: 'software' });
  });
});

describe('the distribution mode', () => {
  const old = { model: 'srx5800', cards: '1=SPC1,2=IOC1', release: '12.1X44-D10' };

  it('is RR-based on an old chassis that is configured so, Hash-based on the default one', async () => {
    const line = 'show security flow status | match "Distribution mode"';
    expect(await (await open()).say(line)).toBe('    Distribution mode: Hash-based\n');
    const chosen = await open({ chassis: { ...old, distributionMode: 'rr-based' } });
    expect(await chosen.say(line)).toBe('    Distribution mode: RR-based\n');
    const set = 'set security forwarding-process application-services session-distribution-mode normal';
    const configured = await open({ chassis: old }, set);
    expect(await configured.say(line)).toBe('    Distribution mode: RR-based\n');
  });

  it('waits for the reboot; one that the cards refuse is refused then (R-mode-4)', async () => {
    const { say } = await open({ chassis: old });
    const line = 'show security flow status | match "Distribution mode"';
    const before = await say(line);
    await say('configure');
    await say('set security forwarding-process application-services session-distribution-mode normal');
    expect(await say('commit and-quit')).toContain('reboot is required');
    expect(await say(line)).toBe(before.replace('\n', ' (reboot needed to change to RR-based)\n'));
    await say('request system reboot', 'yes');
    expect(await say(line)).toBe('    Distribution mode: RR-based\n');

    const newer = await open();
    await newer.say('configure');
    await newer.say('set security forwarding-process application-services session-distribution-mode normal');
    await newer.say('commit and-quit');
    expect(await newer.say('request system reboot', 'yes')).toMatch(
      /\nwarning: .*: the distribution mode is that of release and cards\n/,
    );
    expect(await newer.say(line)).toBe('    Distribution mode: Hash-based\n');
  });
});

describe('a simulation that is played', () => {
  it('goes on as time passes, and ends as the run does (R-cli-4)', async () => {
    const { device, say } = await open();
    const end = await say('show security flow session summary');
    expect(await say('request simulation status')).toMatch(/^Simulation: stopped\n/);
    expect(await say('request simulation start speed 10')).toBe('simulation started at speed 10\n');
    const total = async () => Number(/: +(\d+)/.exec(await say('show security monitoring | match Total'))![1]);
    const seen: number[] = [];
    for (let tenth = 1; tenth <= 4; tenth++) {
      await device.advance(tenth * 80_000);
      seen.push(await total());
      expect(device.nowNs).toBe(tenth * 800_000);
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[3]).toBeGreaterThan(seen[0]);
    expect(await say('request simulation status')).toMatch(
      /^Simulation: running\n {2}Speed: 10\n.*\n {2}Packets: [\d,]+\n$/,
    );
    await device.advance(1000e9);
    expect(await say('show security flow session summary')).toBe(end);
    expect(await say('request simulation stop')).toMatch(
      /^error: Cannot stop simulation: one must be running: got none$/,
    );
  });

  it('shows the load of each second, and stops where it is', async () => {
    const workload = {
      packets: 0,
      flows: { count: 0 },
      floods: [{ kind: 'syn', perSecond: 2000, untilSeconds: 30 }],
    } as const;
    const { device, say } = await open({ traffic: [{ workload }] });
    expect(await say('request simulation start')).toBe('simulation started at speed 1\n');
    for (let second = 1; second <= 5; second++) await device.advance(second * 1e9);
    const created = device.view().spus.reduce((sum, { sessionRateHistory }) => sum + (sessionRateHistory[0] ?? 0), 0);
    expect(created).toBeGreaterThan(1990);
    expect(created).toBeLessThanOrEqual(2010);
    expect(await say('request simulation stop')).toBe('simulation stopped\n');
    expect(device.nowNs).toBeGreaterThanOrEqual(5e9);
    expect(await say('clear security flow session all')).toMatch(/^\d{4,5} active sessions cleared\n$/);
  });

  it('has the configuration that is committed, and needs traffic', async () => {
    const { device, say } = await open();
    await say('configure');
    for (const line of [
      'set security zones security-zone a interfaces xe-5/0/0.0',
      'set security flow tcp-session tcp-initial-timeout 4',
      'set security policies default-policy deny-all',
    ]) {
      await say(line);
    }
    expect(await say('commit and-quit')).toContain('commit complete');
    await say('request simulation start');
    await device.advance(1000e9);
    expect(await say('show security flow session | match "Session ID"')).toBe('');
    const idle = await open({ traffic: [] });
    expect(await idle.say('request simulation start')).toMatch(
      /^error: Cannot start simulation: a capture must be given/,
    );
    expect(await idle.say('request simulation start capture x.pcap')).toMatch(
      /^error: Cannot run scenario: openCapture/,
    );
  });
});

describe('a simulation that is played obeys', () => {
  /** Traffic of new sessions, so many a second. */
  const flood = (perSecond: number, untilSeconds: number): Partial<Scenario> => {
    const parts = { sources: '10.0.0.0/8', target: '192.0.2.1', port: 53 };
    const floods = [{ kind: 'udp', perSecond, untilSeconds, ...parts }] as const;
    return { traffic: [{ workload: { packets: 0, flows: { count: 0 }, floods } }] };
  };
  const figures = ({ device }: Awaited<ReturnType<typeof open>>) =>
    device.view().spus.reduce(
      (sum, { flow, packets, cpuPercent }) => ({
        valid: sum.valid + flow.valid,
        invalidated: sum.invalidated + flow.invalidated,
        forwarded: sum.forwarded + packets.forwarded,
        dropped: sum.dropped + packets.dropped,
        cpu: Math.max(sum.cpu, cpuPercent),
      }),
      { valid: 0, invalidated: 0, forwarded: 0, dropped: 0, cpu: 0 },
    );

  async function playing(changes: Partial<Scenario>) {
    const live = await open(changes);
    expect(await live.say('request simulation start speed 1')).toBe('simulation started at speed 1\n');
    return live;
  }

  it('clears of sessions, all or by a filter (R-spu-17)', async () => {
    const live = await playing(flood(200, 9));
    await live.device.advance(5e9);
    expect(figures(live).valid).toBeGreaterThan(900);
    expect(await live.say('clear security flow session source-prefix 10.0.0.0/8')).toMatch(
      /^(9|10)\d\d active sessions cleared\n$/,
    );
    expect(figures(live)).toMatchObject({ valid: 0 });
    expect(await live.say('clear security flow session all')).toBe('0 active sessions cleared\n');
    await live.device.advance(7e9);
    expect(figures(live).valid).toBeGreaterThan(300);
    expect(figures(live).valid).toBeLessThan(500);
  });

  it('commits: what needs no reboot counts for the next packet (R-cfg-12)', async () => {
    const live = await playing(flood(200, 80));
    await live.device.advance(2e9);
    const before = figures(live);
    expect(before.dropped).toBe(0);
    await live.say('configure');
    await live.say('set security policies default-policy deny-all');
    await live.say('set security zones security-zone a interfaces xe-5/0/0.0');
    await live.say('set security forwarding-process application-services packet-ordering-mode software');
    expect(await live.say('commit confirmed 1')).toContain('automatically rolled back in 1 minutes');
    expect(figures(live)).toMatchObject({ valid: 0 });
    await live.device.advance(4e9);
    const after = figures(live);
    expect(after.forwarded).toBe(before.forwarded);
    expect(after.dropped).toBeGreaterThan(300);
    // nobody confirms: the policies of before count again
    await live.device.advance(70e9);
    expect(figures(live).forwarded).toBeGreaterThan(before.forwarded + 1000);
    expect(await live.say('run show security flow status | match "Ordering mode"')).toBe(
      '    Ordering mode: Hardware\n',
    );
  });

  it('a reboot: traffic stops, sessions are lost, what waited counts, time goes on as it is played (R-boot-2)', async () => {
    const live = await playing(flood(20, 700));
    await live.device.advance(2e9);
    await live.say('configure');
    await live.say('set security forwarding-process application-services packet-ordering-mode software');
    await live.say('commit and-quit');
    expect(await live.say('request system reboot', 'yes')).toBe('Shutdown NOW!\n');
    const { forwarded } = figures(live);
    expect(figures(live)).toMatchObject({ valid: 0 });
    await live.device.advance(200e9);
    expect(await live.say('show chassis fpc pic-status | match "^Slot 0"')).toBe(
      'Slot 0   Present      SRX5k SPC II\n',
    );
    expect(figures(live).forwarded).toBe(forwarded);
    expect(await live.say('show system uptime | match booted')).toMatch(/\(00:03:18 ago\)/);
    await live.device.advance(600e9);
    expect(figures(live).forwarded).toBeGreaterThan(forwarded + 1000);
    expect(await live.say('show security flow status | match "Ordering mode"')).toBe('    Ordering mode: Software\n');
  });

  it('cards that are taken offline: the data plane is reset over those that are left (R-boot-10)', async () => {
    const live = await playing(flood(20, 500));
    await live.device.advance(2e9);
    expect(await live.say('request chassis fpc slot 1 offline')).toBe(
      'Offline initiated, use "show chassis fpc" to verify\n',
    );
    expect(await live.say('request chassis fpc slot 1 offline')).toMatch(/^error: Cannot take card offline: /);
    expect(figures(live).valid).toBe(0);
    await live.device.advance(400e9);
    expect(figures(live).valid).toBeGreaterThan(1000);
    expect(await live.say('show security monitoring | match "^  1 " | count')).toBe('Count: 0 lines\n');
    expect(await live.say('show security flow session summary | match "FPC1" | count')).toBe('Count: 0 lines\n');
    await live.say('request simulation stop');
    expect(await live.say('show chassis fpc pic-status | match "^Slot 1"')).toBe(
      'Slot 1   Offline      SRX5k SPC II\n',
    );
  });

  it('a distribution mode that the release does not have: told at the reboot, and the default one stays (R-mode-10)', async () => {
    const live = await playing(flood(20, 500));
    await live.device.advance(1e9);
    await live.say('configure');
    await live.say('set security forwarding-process application-services session-distribution-mode normal');
    expect(await live.say('commit and-quit')).toContain('reboot is required');
    expect(await live.say('request system reboot', 'yes')).toMatch(/^Shutdown NOW!\nwarning: mode must be hash-based/);
    await live.device.advance(490e9);
    expect(figures(live).valid).toBeGreaterThan(500);
    expect(await live.say('show security flow status | match "Distribution mode"')).toBe(
      '    Distribution mode: Hash-based\n',
    );
    await live.say('request simulation stop');
    expect(await live.say('request simulation start')).toBe('simulation started at speed 1\n');
  });

  it('a boot that traffic does not outlive is over when the simulation stops', async () => {
    const live = await playing(flood(20, 9));
    await live.device.advance(2e9);
    await live.say('request chassis fpc slot 5 restart');
    await live.say('request simulation stop');
    expect(await live.say('show chassis fpc pic-status | except Online')).toBe('');
  });

  it('CPU is what the engine says, with the work of a first path (R-load-1)', async () => {
    const spuSpeeds = { SPC2: { threads: 1, firstPathNs: 5_000_000, setUpNs: 5_000_000, queueNs: 1e9 } } as const;
    const live = await playing({ ...flood(200, 9), spuSpeeds, chassis: { model: 'srx5600', cards: '0=SPC2,5=IOC2' } });
    for (let second = 1; second <= 4; second++) await live.device.advance(second * 1e9);
    // 200 sessions a second over 3 SPUs, 10 ms each
    expect(figures(live).cpu).toBeGreaterThan(60);
    const shown = live.device.view().spus.map(({ cpuHistory }) => cpuHistory.slice(0, 3));
    await live.say('request simulation stop');
    const ended = live.device.view().spus.map(({ cpuHistory }) => cpuHistory.slice(1, 4));
    expect(shown).toEqual(ended);
  });
});

describe('a device of a scenario with a Junos configuration', () => {
  it('shows it, plays it, and has what its events have committed', async () => {
    const junos = 'system { host-name edge; }\nsnmp { community public; }\n';
    const { device, say } = await open({
      configuration: { junos, forwarding: { inet6: 'flow-based' } },
      parameters: { earlyAgeoutS: 9 },
      events: [{ afterPackets: 10, set: 'security flow tcp-session tcp-initial-timeout 44' }],
    });
    expect(device.hostName).toBe('edge');
    expect(await say('show configuration | display set | except "^#"')).toBe(
      'set system host-name edge\nset snmp community public\nset security flow aging early-ageout 9\nset security flow tcp-session tcp-initial-timeout 44\n' +
        'set security forwarding-options family inet6 mode flow-based\n',
    );
    expect(device.configuration.history).toHaveLength(2);
    expect(await say('request simulation start')).toBe('simulation started at speed 1\n');
  });
});

describe('a chassis that is configured as a cluster', () => {
  it('is node 0: prompt, text and XML say so (R-cluster-4)', async () => {
    const { device, say } = await open({}, 'set system host-name edge\nset chassis cluster reth-count 2');
    expect(new CommandSession(device).prompt).toBe('{primary:node0}\nuser@edge> ');
    expect(await say('show security monitoring')).toMatch(/^node0:\n-{74}\n/);
    expect(await say('show security flow session summary | display xml')).toContain('<re-name>node0</re-name>');
    expect(await say('show security flow status node 1')).toMatch(/node must be one of the device \(node0\): got 1$/);
    const alone = await open();
    expect(alone.device.node).toBeUndefined();
    expect(await alone.say('show security monitoring')).not.toContain('node0');
  });
});
