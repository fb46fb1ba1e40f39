import { fragmentPacket, packet } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createdIn, dropsIn, MICROSECOND, packetOf, play, REGIMES, replyOf, SECOND, sumOf } from '../_play.suite.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import type { PipelineSession } from '../sessions/session.ts';

const CLIENT = '192.0.2.1';
const SERVER = '198.51.100.2';
const WEB = `${CLIENT}:1000 > ${SERVER}:80/tcp`;
const DNS = `${CLIENT}:1000 > ${SERVER}:53/udp`;

describe.each(REGIMES)('first path, %s', (_, chassis) => {
  const through = (packets: Parameters<typeof play>[0], configuration: DeviceConfiguration, intervalNs?: number) =>
    play(packets, { chassis, configuration, ...(intervalNs && { intervalNs }) });

  it('R-pol-3: deny drops every packet, answers none and makes no session', () => {
    const { report, sessions } = through([packetOf(WEB, 'S'), packetOf(DNS), packetOf(WEB, 'S')], {
      policies: [{ name: 'no-web', destinationPorts: 80, protocol: 'tcp', action: 'deny' }],
    });
    expect(dropsIn(report)).toEqual({ 'policy-deny': 2 });
    expect(report.totals).toMatchObject({ delivered: 1, generated: 0 });
    expect([createdIn(report), sessions.map(({ flow }) => flow)]).toEqual([1, [DNS]]);
    if (report.centralPoint) expect(report.centralPoint.sessions).toBe(1); // what was pending is gone
  });

  it('R-pol-4: reject drops and answers, but no reset, no multicast and no later fragment', () => {
    const rejected = (packets: Parameters<typeof play>[0]) => {
      const { report } = through(packets, { defaultPolicy: 'reject' });
      expect([createdIn(report), dropsIn(report)]).toEqual([0, { 'policy-reject': packets.length }]);
      expect(report.totals.delivered).toBe(report.totals.generated);
      return report.totals.generated;
    };
    expect(rejected([packetOf(WEB, 'S')])).toBe(1);
    expect(rejected([packetOf(DNS)])).toBe(1);
    expect(rejected([packetOf(WEB, 'R')])).toBe(0);
    expect(rejected([packetOf(`${CLIENT}:1 > 239.1.1.1:2/udp`)])).toBe(0);
    const whole = packet().ethernet().ipv4({ source: CLIENT, destination: SERVER }).udp().payload(4000);
    expect(rejected(fragmentPacket(whole, 1500))).toBe(1);
  });

  it('R-pol-6: the first packet of a session is checked, replies and later ones are not', () => {
    const configuration: DeviceConfiguration = { policies: [{ name: 'out', source: SERVER, action: 'deny' }] };
    const reply = packetOf(replyOf(DNS));
    expect(dropsIn(through([reply], configuration).report)).toEqual({ 'policy-deny': 1 });
    const { report } = through([packetOf(DNS), reply, reply], configuration);
    expect([report.totals.delivered, report.drops]).toEqual([3, []]);
    // once the session is over, the reply is a first packet again
    expect(dropsIn(through([packetOf(DNS), reply], configuration, 80 * SECOND).report)).toEqual({ 'policy-deny': 1 });
  });

  it('R-pol-7: a session names its policy with its number, 2 for the default one', () => {
    const { sessions } = through([packetOf(DNS), packetOf(WEB, 'S'), packetOf(replyOf(DNS))], {
      policies: [
        { name: 'mail', destinationPorts: 25, action: 'permit' },
        { name: 'web', destinationPorts: 80, action: 'permit' },
      ],
    });
    expect(Object.fromEntries(sessions.map(({ flow, policy }) => [flow, policy]))).toEqual({
      [WEB]: { name: 'web', index: 5 },
      [DNS]: { name: 'default-permit', index: 2 },
    });
  });

  it('R-spu-11: with the SYN check only a SYN makes a TCP session', () => {
    const flags = ['A', 'SA', 'R', 'FA', 'S', 'A'];
    const packets = [...flags.map((flag) => packetOf(WEB, flag)), packetOf(DNS)];
    const { report } = through(packets, { flow: { synCheck: true } });
    expect([dropsIn(report), createdIn(report)]).toEqual([{ 'tcp-without-syn': 4 }, 2]);
    expect(createdIn(through(packets.slice(0, 1), {}).report)).toBe(1);
  });
});

describe.each(REGIMES)('first path with NAT, %s', (_, chassis) => {
  const pool = (ports: string): DeviceConfiguration => ({
    sourceNat: {
      pools: { out: { addresses: '203.0.113.1', ports } },
      rules: [{ source: '192.0.2.0/24', translate: { pool: 'out' } }],
    },
  });
  const outOf = (wing: { source: string; sourcePort: number; destination: string; destinationPort: number }) =>
    `${wing.source}:${wing.sourcePort} > ${wing.destination}:${wing.destinationPort}/udp`;

  it('R-nat-1, R-nat-2, R-nat-6: the out wing is translated, its replies belong to the session, and it stays so', () => {
    const first = play([packetOf(DNS)], { chassis, configuration: pool('2000-2099') });
    const out = first.sessions[0]!.out!;
    expect(outOf(first.sessions[0]!.in)).toBe(DNS);
    expect(out).toMatchObject({ source: SERVER, sourcePort: 53, destination: '203.0.113.1' });
    expect(out.destinationPort).toBeGreaterThanOrEqual(2000);
    expect(out.destinationPort).toBeLessThan(2100);

    const other = packetOf(`192.0.2.9:9 > ${SERVER}:53/udp`);
    const packets = [packetOf(DNS), packetOf(outOf(out)), other, packetOf(DNS), packetOf(outOf(out))];
    const { report, sessions } = play(packets, { chassis, configuration: pool('2000-2099') });
    const session = sessions.find(({ flow }) => flow === DNS)!;
    expect([createdIn(report), report.totals.delivered]).toEqual([2, 5]);
    expect([session.in.packets, session.out!.packets]).toEqual([2, 2]);
    expect(outOf(session.out!)).toBe(outOf(out));
    expect(report.natPools).toMatchObject([{ inUse: 2, allocations: 2, failures: 0 }]);
  });

  it('R-nat-2, R-nat-9: a reply to the address that was translated is none of it, and cannot be a session of its own', () => {
    const { report, sessions } = play([packetOf(DNS), packetOf(replyOf(DNS))], {
      chassis,
      configuration: pool('2000-2099'),
    });
    expect([dropsIn(report), createdIn(report)]).toEqual([{ 'wing-conflict': 1 }, 1]);
    expect(sessions[0]!.out!.packets).toBe(0);
  });

  it('R-nat-4: destination NAT comes before the policy, source NAT after it', () => {
    const configuration = (policy: { source?: string; destination?: string }): DeviceConfiguration => ({
      ...pool('2000-2099'),
      destinationNat: [{ destination: '203.0.113.80', translate: { address: SERVER, port: 8080 } }],
      policies: [{ name: 'in', ...policy, action: 'permit' }],
      defaultPolicy: 'deny',
    });
    const delivered = (policy: { source?: string; destination?: string }) =>
      play([packetOf(`${CLIENT}:1000 > 203.0.113.80:80/udp`)], { chassis, configuration: configuration(policy) });
    expect(delivered({ destination: '203.0.113.80' }).report.totals.delivered).toBe(0);
    expect(delivered({ source: '203.0.113.1' }).report.totals.delivered).toBe(0);
    const { sessions } = delivered({ source: CLIENT, destination: SERVER });
    expect(sessions[0]!.in).toMatchObject({ destination: '203.0.113.80', destinationPort: 80 });
    expect(sessions[0]!.out).toMatchObject({ source: SERVER, sourcePort: 8080, destination: '203.0.113.1' });
  });

  it('R-nat-5: a session that finds the pool used up fails, and its port is free again when it is removed', () => {
    const flows = Array.from({ length: 100 }, (__, n) => packetOf(`${CLIENT}:${n + 1} > ${SERVER}:53/udp`));
    const { report } = play(flows, { chassis, configuration: pool('2000-2015') });
    const [used] = report.natPools;
    const failed = dropsIn(report)['nat-pool-exhausted']!;
    expect(used).toMatchObject({ ports: 16, inUse: createdIn(report), failures: failed });
    expect(createdIn(report) + failed).toBe(100);
    expect(failed).toBeGreaterThanOrEqual(84);
    expect(sumOf(report, ({ sessions }) => sessions.failed)).toBe(failed);

    const later = play([...flows.slice(0, 4), packetOf(DNS)], {
      chassis,
      configuration: pool('2000-2015'),
      intervalNs: 100 * SECOND,
    });
    expect(later.report.natPools).toMatchObject([{ inUse: 1, allocations: 5, failures: 0 }]);
  });

  it('R-nat-9: a session whose translated wing belongs to another one fails, whichever comes first', () => {
    const configuration: DeviceConfiguration = {
      destinationNat: [{ destination: '203.0.113.80', translate: { address: SERVER } }],
    };
    const [direct, translated] = [packetOf(DNS), packetOf(`${CLIENT}:1000 > 203.0.113.80:53/udp`)];
    for (const packets of [
      [direct, translated, direct],
      [translated, direct, translated],
    ]) {
      const { report, sessions } = play(packets, { chassis, configuration });
      expect([dropsIn(report), sessions.length, sessions[0]!.in.packets]).toEqual([{ 'wing-conflict': 1 }, 1, 2]);
    }
  });

  it('R-nat-2, R-own-2: a reply that is faster than the central point waits for the session', () => {
    const oneSpu = { ...chassis, cards: String(chassis.cards).replace('1=SPC2,2=SPC2', '1=SPC1') };
    const options = { chassis: oneSpu, configuration: pool('2000-2099') };
    const [{ out }] = play([packetOf(DNS)], options).sessions as [PipelineSession];
    const reply = packetOf(outOf(out!));
    for (const intervalNs of [1, MICROSECOND, 5 * MICROSECOND, 15 * MICROSECOND, 25 * MICROSECOND]) {
      const { report, sessions } = play([packetOf(DNS), reply, reply], { ...options, intervalNs });
      expect([createdIn(report), report.totals.delivered]).toEqual([1, 3]);
      if (report.centralPoint) expect(report.centralPoint.sessions).toBe(sessions.length);
    }
  });
});
