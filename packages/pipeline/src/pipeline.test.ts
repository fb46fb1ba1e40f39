import { resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, fragmentPacket, packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from './create-pipeline.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import type { Report } from './report/report.ts';

const A = '192.0.2.1';
const B = '198.51.100.2';

function tcp(flags: string, reply = false, port = 40_000): BuiltPacket {
  const ends = reply ? { source: B, destination: A } : { source: A, destination: B };
  const ports = reply ? { sourcePort: 443, destinationPort: port } : { sourcePort: port, destinationPort: 443 };
  return packet(`${flags} ${reply ? 'reply' : ''}`)
    .ethernet()
    .ipv4(ends)
    .tcp({ ...ports, flags })
    .build();
}

function udp(port: number, reply = false): BuiltPacket {
  const ends = reply ? { source: B, destination: A } : { source: A, destination: B };
  const ports = reply ? { sourcePort: 53, destinationPort: port } : { sourcePort: port, destinationPort: 53 };
  return packet(`udp ${port}`).ethernet().ipv4(ends).udp(ports).build();
}

const MILLISECOND = 1_000_000;

/** Plays packets `intervalNs` apart through the default chassis: by default each finds what the one before has sent. */
function play(
  packets: readonly BuiltPacket[],
  intervalNs = MILLISECOND,
  options: Partial<PipelineOptions> = {},
): Report {
  const pipeline = createPipeline({ chassis: resolveChassis(), ...options });
  pipeline.offer(recordsOf(packets, { intervalNs }));
  return pipeline.finish();
}

const gre = packet('gre').ethernet().ipv4({ source: A, destination: B }).gre().payload(20).build();
const telnet = packet('telnet')
  .ethernet()
  .ipv4({ source: A, destination: B })
  .tcp({ sourcePort: 1, destinationPort: 23, flags: 'A' })
  .build();
const unreachable = packet('unreachable')
  .ethernet()
  .ipv4({ source: B, destination: A })
  .icmp({ type: 3, code: 3 })
  .embed(packet().ipv4({ source: A, destination: B }).udp({ sourcePort: 1, destinationPort: 53 }))
  .build();

function ping(type: number): BuiltPacket {
  const ends = type === 0 ? { source: B, destination: A } : { source: A, destination: B };
  return packet('ping').ethernet().ipv4(ends).icmp({ type, identifier: 7 }).build();
}

function sctp(port: number): BuiltPacket {
  const ends = { source: A, destination: B };
  return packet('sctp').ethernet().ipv4(ends).sctp({ sourcePort: port, destinationPort: 80 }).build();
}

/** Sum of a figure over all SPUs. */
function sum(report: Report, figure: (spu: Report['spus'][number]) => number): number {
  return report.spus.reduce((total, spu) => total + figure(spu), 0);
}

const created = (report: Report) => sum(report, (spu) => spu.sessions.created);
const SECOND = 1_000_000_000;

describe('a session', () => {
  it('R-npu-2, R-spu-3: takes both directions to one SPU, the first packet by the first path and later ones by the NPU', () => {
    const report = play([tcp('S'), tcp('SA', true), tcp('A'), tcp('A', true)]);
    const owner = report.spus.filter((spu) => spu.packets > 0);
    expect(owner).toHaveLength(1);
    expect(owner[0].sessions.created).toBe(1);
    expect(owner[0].paths).toMatchObject({ npuHit: 3, hash: 1 });
    expect([owner[0].firstPath, owner[0].fastPath]).toEqual([1, 3]);
    expect(report.npus[0]).toMatchObject({ lookups: 4, hits: 3, installs: 1, wings: 2 });
    expect(owner[0].top[0]).toMatchObject({ flow: `${A}:40000 > ${B}:443/tcp`, packets: 4 });
  });

  it('R-sid-3: has an ID of SPU ID x 10,000,000 + index', () => {
    const [spu] = play([tcp('S')]).spus.filter((each) => each.packets > 0);
    expect(spu.top[0].sessionId).toBe(String(spu.spuId * 10_000_000));
  });

  it.each([
    ['R-age-6: UDP after 60 s', [udp(1), udp(1)], 62, 2],
    ['R-age-6: UDP not before 60 s', [udp(1), udp(1)], 59, 1],
    ['R-age-9: telnet not before 28,800 s', [telnet, telnet], 28_799, 1],
    ['R-age-9: telnet after 28,800 s', [telnet, telnet], 28_802, 2],
    ['R-age-8: GRE not before 60 s', [gre, gre], 59, 1],
    ['R-age-8: GRE after 60 s', [gre, gre], 62, 2],
    ['R-age-7: ICMP not before 60 s', [ping(8), ping(8)], 59, 1],
    ['R-age-7: ICMP after 60 s', [ping(8), ping(8)], 62, 2],
    ['R-spu-12: ICMP reply', [ping(8), ping(0)], 1, 1],
    ['R-age-7: ICMP, answered, not before 4 s', [ping(8), ping(0), ping(8)], 3.5, 1],
    ['R-age-7: ICMP, answered, after 4 s', [ping(8), ping(0), ping(8)], 6, 2],
    ['R-age-5: TCP reset not before 2 s', [tcp('S'), tcp('R', true), tcp('A')], 1.5, 1],
    ['R-spu-7, R-age-5: TCP reset after 2 s', [tcp('S'), tcp('R', true), tcp('A')], 4, 2],
    ['R-age-4: TCP closed not before 150 s', [tcp('A'), tcp('FA'), tcp('FA', true), tcp('A')], 149, 1],
    ['R-spu-7, R-age-4: TCP closed after 150 s', [tcp('A'), tcp('FA'), tcp('FA', true), tcp('A')], 152, 2],
    ['R-spu-8: UDP that an ICMP error ends', [udp(1), unreachable, udp(1)], 2, 2],
    ['R-spu-16: SCTP by its ports', [sctp(1), sctp(2), sctp(1)], 1, 2],
    ['R-age-3: TCP handshake after 20 s', [tcp('S'), tcp('S')], 22, 2],
    ['R-age-2: TCP established not before 1800 s', [tcp('A'), tcp('A')], 1799, 1],
    ['R-age-2: TCP established after 1800 s', [tcp('A'), tcp('A')], 1802, 2],
  ])('ages out: %s', (_, packets, seconds, sessions) => {
    expect(created(play(packets, seconds * SECOND))).toBe(sessions);
  });

  it('R-spu-10, R-npu-9: that was reset gives way to a new SYN', () => {
    const report = play([tcp('S'), tcp('R', true), tcp('S')]);
    expect(created(report)).toBe(2);
    expect(sum(report, (spu) => spu.sessions.replaced)).toBe(1);
    // the entry names the same key and owner: it stays
    expect(report.npus[0]).toMatchObject({ installs: 1, withdrawals: 0, wings: 2 });
  });

  it('R-own-3: misses at the NPU until the message with its entry has arrived', () => {
    const packets = Array.from({ length: 30 }, () => udp(1));
    const spuSpeeds = { SPC2: { firstPathNs: 1, setUpNs: 1, fastPathNs: 1 } };
    const report = play(packets, 1000, { spuSpeeds });
    expect(report.npus[0]).toMatchObject({ lookups: 30, hits: 9, installs: 1 }); // 10 us there, 10 us back
    expect(report.totals.delivered).toBe(30);
    // the first path takes its time, too
    expect(play(packets, 10_000).npus[0]).toMatchObject({ hits: 30 - 22, installs: 1 });
    const slow = play(packets, 1000, { spuSpeeds, parameters: { npuToSpuDelayNs: 5000, spuToNpuDelayNs: 20_500 } });
    expect(slow.npus[0]).toMatchObject({ hits: 4, installs: 1 });
  });

  it('R-spu-6: is invalidated when it ages out, lingers in the table, and then is removed', () => {
    const after = (seconds: number) => {
      const { sessions } = play([udp(1), udp(2)], seconds * SECOND).spus.find((spu) => spu.sessions.created > 0)!;
      return [sessions.agedOut, sessions.invalidated, sessions.current];
    };
    expect(after(60)).toEqual([0, 0, 1]);
    expect(after(62)).toEqual([1, 1, 1]);
    expect(after(70)).toEqual([1, 1, 1]);
    expect(after(72)).toEqual([1, 0, 0]);
  });

  it('is another one when a packet comes after it was invalidated', () => {
    const report = play([udp(1), udp(1)], 65 * SECOND);
    expect(created(report)).toBe(2);
    expect(sum(report, (spu) => spu.sessions.current)).toBe(1);
    expect(sum(report, (spu) => spu.sessions.invalidated)).toBe(0);
  });

  it('R-npu-10: is forgotten by an NPU that sees no packet of it, and comes back with the next one', () => {
    const report = play([tcp('A'), tcp('A'), tcp('A')], 100 * SECOND, { parameters: { npuIdleTimeoutS: 60 } });
    expect(created(report)).toBe(1);
    expect(report.npus[0]).toMatchObject({ hits: 0, agedOut: 2, installs: 3, wings: 2 });
  });

  it('R-npu-9: is withdrawn from the NPU when it ages out', () => {
    const report = play([udp(1), udp(2)], 100 * SECOND);
    expect(report.npus[0]).toMatchObject({ installs: 2, withdrawals: 1, wings: 2 });
    expect(sum(report, (spu) => spu.sessions.agedOut)).toBe(1);
  });

  it('R-spu-4: fails when its SPU is full, and the others go on', () => {
    const chassis = resolveChassis({ sessionsPerSpu: { SPC2: 1 } });
    const packets = Array.from({ length: 50 }, (_, i) => udp(1000 + i));
    const report = play(packets, 1000, { chassis });
    expect(created(report)).toBe(7);
    expect(sum(report, (spu) => spu.sessions.failed)).toBe(43);
    expect(report.drops).toEqual([{ reason: 'session-table-full', packets: 43, bytes: 43 * 42 }]);
  });

  it('R-npu-8, R-own-11: works without an NPU entry when the NPU table is full', () => {
    const chassis = resolveChassis({ npuTableWings: 2 });
    const report = play([udp(1), udp(2), udp(2, true), udp(1, true)], MILLISECOND, { chassis });
    expect(created(report)).toBe(2);
    expect(report.npus[0]).toMatchObject({ installs: 1, refusals: 2, hits: 1, wings: 2 });
    expect(report.totals.delivered).toBe(4);
  });
});

describe('a packet that is no plain packet of a session', () => {
  it('R-fam-2, R-fam-3: ARP goes to the Routing Engine, other frames are dropped by an SPU', () => {
    const arp = packet().ethernet().arp().build();
    const bpdu = packet().ethernet({ destination: '01:80:c2:00:00:00' }).llc().payload(35).build();
    const report = play([arp, bpdu]);
    expect(report.totals).toMatchObject({ offered: 2, delivered: 0, toRe: 1, dropped: 1, remaining: 0 });
    expect(report.drops.map((drop) => drop.reason)).toEqual(['family-drop']);
    expect(sum(report, (spu) => spu.packets)).toBe(1);
  });

  it('R-npu-1, R-run-6: is dropped before any SPU when its header is broken or its ports were not captured', () => {
    const pipeline = createPipeline({ chassis: resolveChassis() });
    pipeline.offer(recordsOf([udp(1)], { snaplen: 20 }));
    pipeline.offer(recordsOf([udp(1)], { snaplen: 35 }));
    const report = pipeline.finish();
    expect(report.drops.map((drop) => drop.reason)).toEqual(['malformed', 'headers-cut-off']);
    expect(sum(report, (spu) => spu.packets)).toBe(0);
  });

  it('R-npu-6: is not looked up in the NPU when it is a fragment, an ICMP error or no IP packet', () => {
    const fragments = fragmentPacket(
      packet().ethernet().ipv4({ source: A, destination: B }).udp().payload(2000),
      1500,
      1,
    );
    const report = play([...fragments, unreachable, packet().ethernet().payload(20).build()]);
    expect(report.npus[0]).toMatchObject({ packets: 4, lookups: 0 });
  });

  it('a fragment goes by its addresses and is handed to the owner of the session', () => {
    const whole = packet().ethernet().ipv4({ source: A, destination: B }).udp({ sourcePort: 5, destinationPort: 53 });
    const fragments = fragmentPacket(whole.payload(4000), 1500, 77);
    const report = play([udp(5), ...fragments]);
    const owner = report.spus.find((spu) => spu.sessions.created > 0)!;
    expect(created(report)).toBe(1);
    expect(owner.top[0].packets).toBe(1 + fragments.length);
    expect(sum(report, (spu) => spu.paths.fragment)).toBe(fragments.length);
    expect(report.totals.delivered).toBe(1 + fragments.length);
  });

  it('R-frag-4: a later fragment without its first one is dropped', () => {
    const whole = packet().ethernet().ipv6().udp().payload(4000);
    const report = play(fragmentPacket(whole, 1500).slice(1));
    expect(report.drops.map(({ reason, packets }) => [reason, packets])).toEqual([['fragment-without-first', 2]]);
  });

  it('R-spu-13, R-spu-14: an ICMP error belongs to the session of the packet inside it', () => {
    const query = packet().ethernet().ipv4({ source: A, destination: B }).udp({ sourcePort: 5, destinationPort: 53 });
    const error = packet()
      .ethernet()
      .ipv4({ source: B, destination: A })
      .icmp({ type: 3, code: 3 })
      .embed(query)
      .build();
    const report = play([query.build(), error]);
    expect(created(report)).toBe(1);
    expect(report.spus.find((spu) => spu.sessions.created > 0)!.top[0].packets).toBe(2);
    expect(sum(report, (spu) => spu.paths.icmpError)).toBe(1);
    expect(play([error]).drops.map((drop) => drop.reason)).toEqual(['icmp-error-without-session']);
  });

  it('counts one way for each packet, of ICMP errors too: by hash where the owner is their SPU, else handed over', () => {
    const packets = Array.from({ length: 40 }, (_, port) => {
      const query = packet()
        .ethernet()
        .ipv4({ source: A, destination: B })
        .udp({ sourcePort: port, destinationPort: 53 });
      const error = packet().ethernet().ipv4({ source: B, destination: A }).icmp({ type: 3, code: 3 }).embed(query);
      return [query.build(), error.build()];
    }).flat();
    const { spus } = play(packets);
    for (const { packets, paths } of spus) {
      expect(packets).toBe(Object.values(paths).reduce((all, each) => all + each, 0));
    }
    expect(spus.filter(({ paths }) => paths.icmpError > 0).length).toBeGreaterThan(3);
  });

  it('R-spu-15: ESP has a session for each direction', () => {
    const there = packet().ethernet().ipv4({ source: A, destination: B }).esp({ spi: 1 }).build();
    const back = packet().ethernet().ipv4({ source: B, destination: A }).esp({ spi: 2 }).build();
    const report = play([there, back, there, back]);
    expect(created(report)).toBe(2);
    expect(report.npus[0]).toMatchObject({ hits: 2, wings: 2 });
  });
});

describe('time', () => {
  it('R-run-1, R-run-3: stands still while time stamps run backwards, and a long pause is cut', () => {
    const pipeline = createPipeline({ chassis: resolveChassis() });
    pipeline.offer(recordsOf([udp(1)], { seconds: 1000 }));
    pipeline.offer(recordsOf([udp(2)], { seconds: 10 }));
    pipeline.offer(recordsOf([udp(3)], { seconds: 1001 }));
    pipeline.offer(recordsOf([udp(4)], { seconds: 3_000_000_000 }));
    const { input } = pipeline.finish();
    expect(input.timeBackwards).toBe(1);
    expect(input.gaps).toEqual({ count: 1, listed: [{ packet: 4, atNs: SECOND, seconds: 2_999_998_999 }] });
    expect(input.durationNs).toBe(86_401 * SECOND);
  });
});

describe('several NPUs', () => {
  it('R-npu-3: each learns a session from the packets that it receives', () => {
    const chassis = resolveChassis({ cards: '1=SPC2,7=IOC2,8=IOC2' });
    const records = recordsOf([udp(1), udp(1, true), udp(1), udp(1, true)], { intervalNs: MILLISECOND });
    records.interfaceIndex.set([0, 1, 0, 1]);
    const pipeline = createPipeline({ chassis });
    pipeline.offer(records);
    const report = pipeline.finish();
    expect(created(report)).toBe(1);
    expect(report.npus.map(({ slot, hits, installs }) => [slot, hits, installs])).toEqual([
      [7, 1, 1],
      [8, 1, 1],
    ]);
  });
});

describe('createPipeline()', () => {
  it('refuses an unknown hash and a wrong parameter', () => {
    const chassis = resolveChassis();
    expect(() => createPipeline({ chassis, hash: 'crc16' })).toThrow(/must be one of crc32c/);
    expect(() => createPipeline({ chassis, parameters: { udpTimeoutS: 0 } })).toThrow(/udpTimeoutS: value must be/);
    expect(() => createPipeline({ chassis, parameters: { udpTimeout: 1 } as never })).toThrow(/name must be one of/);
  });

  it('takes no packets after finish()', () => {
    const pipeline = createPipeline({ chassis: resolveChassis() });
    pipeline.finish();
    expect(() => pipeline.offer(recordsOf([udp(1)]))).toThrow(/must not be finished/);
  });
});
