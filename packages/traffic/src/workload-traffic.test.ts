import { createHash } from 'node:crypto';
import { decodePackets, FRAGMENT_FIRST, FRAGMENT_LATER, PacketBatch, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reassembler, type Whole } from './_reassemble.suite.ts';
import { checksums, flowOf, type Seen, see } from './_see.suite.ts';
import { tcpFault } from './_tcp-fault.suite.ts';
import { readWorkload, TrafficRecords, type WorkloadDescription, WorkloadTraffic } from './index.ts';

const SECOND = 1_000_000_000n;

/** Everything at once, small. */
const ALL: WorkloadDescription = {
  seed: 5,
  durationSeconds: 2,
  packets: 6_000,
  flows: { count: 300 },
  elephants: { count: 3, share: 0.3 },
  protocols: { tcp: 5, udp: 3, icmp: 2 },
  ipv6Share: 0.4,
  fragments: { share: 0.2, reversedShare: 0.3 },
  resetShare: 0.3,
  floods: [
    { kind: 'syn', perSecond: 400, fromSeconds: 0.5, untilSeconds: 1.5 },
    { kind: 'udp', perSecond: 300, target: '2001:db8:f::9' },
  ],
  interfaces: 2,
};

interface Packet extends Seen {
  whole: Whole;
}

/** All packets of a workload, fragments put together; `startNs` is the start. */
function seeAll(description: WorkloadDescription, batch = 1024): { packets: Packet[]; startNs: bigint } {
  const traffic = new WorkloadTraffic({ ...description, snaplen: 65_535 });
  const records = traffic.createRecords(batch);
  const reassembler = new Reassembler();
  while (traffic.nextInto(records) > 0) reassembler.add(records);
  expect(reassembler.waiting).toBe(0);
  const packets = reassembler.done.map((whole) => ({ ...see(recordsOf([whole]), 0), timeNs: whole.timeNs, whole }));
  return { packets, startNs: BigInt(traffic.plan.startSeconds) * SECOND };
}

function byFlow(packets: readonly Packet[]): Packet[][] {
  return [...Map.groupBy(packets, flowOf).values()];
}

/** All that a reader of the records can see. */
function digest(description: WorkloadDescription, capacities: readonly number[]): string {
  const traffic = new WorkloadTraffic(description);
  const hash = createHash('sha256');
  for (let i = 0; ; i++) {
    const records = traffic.createRecords(capacities[i % capacities.length]!);
    if (traffic.nextInto(records) === 0) return hash.digest('hex');
    for (let row = 0; row < records.count; row++) {
      const at = records.offset[row]!;
      const { length, seconds, nanoseconds, interfaceIndex, linkType } = records;
      const facts = [length[row], seconds[row], nanoseconds[row], interfaceIndex[row], linkType[row]].join();
      hash.update(facts).update(records.bytes.subarray(at, at + records.capturedLength[row]!));
    }
  }
}

describe('the same description', () => {
  // changes only with a deliberate change of the generator, and then the changelog says so
  it('WorkloadTraffic makes the pinned packets', () => {
    expect(digest(ALL, [1024])).toBe('004baedec80a550ebea1e17fdc470aaeb082b96bd38a89f65c65a7d99f87feb1');
  });

  it('nextInto() makes the same packets in batches of 1, 7, 256, 4096 and any mix of them', () => {
    const whole = digest(ALL, [65_536]);
    for (const capacity of [1, 7, 256, 4096]) expect(digest(ALL, [capacity]), `batches of ${capacity}`).toBe(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 9 }), (capacities) => {
        expect(digest(ALL, capacities)).toBe(whole);
      }),
      { numRuns: 10, seed: 12 },
    );
  });

  it('a plan is a description of the same workload, through JSON too', () => {
    const { plan } = new WorkloadTraffic(ALL);
    expect(digest(JSON.parse(JSON.stringify(plan)) as WorkloadDescription, [512])).toBe(digest(ALL, [512]));
  });

  it('a flood leaves all other packets as they are', () => {
    const { floods: _, ...calm } = ALL;
    const times = (description: WorkloadDescription) =>
      seeAll(description).packets.filter(({ source, destination }) => !isFlood(source, destination));
    expect(times(ALL).map(({ whole: { bytes }, timeNs }) => `${timeNs} ${bytes.join()}`)).toEqual(
      seeAll(calm).packets.map(({ whole: { bytes }, timeNs }) => `${timeNs} ${bytes.join()}`),
    );
  });
});

describe('floodPackets', () => {
  it('counts what floods have made, and nothing else', () => {
    const traffic = new WorkloadTraffic(ALL);
    const records = traffic.createRecords(64);
    expect(traffic.floodPackets).toBe(0);
    let made = 0;
    while (traffic.nextInto(records) > 0) {
      made += Array.from({ length: records.count }, (_, row) => see(records, row)).filter(({ source, destination }) =>
        isFlood(source, destination),
      ).length;
      expect(traffic.floodPackets).toBe(made);
    }
    expect(made).toBe(400 + 600);
  });
});

/** Whether a packet comes from 10/8 or 2001:db8::/32, which only floods use. */
function isFlood(source: string, destination: string): boolean {
  return Number(source) >>> 24 === 10 || [source, destination].some((each) => each.startsWith(`${0x2001_0db8}.`));
}

describe('time', () => {
  it('time stamps never run backwards', () => {
    for (const description of [ALL, {}, { packets: 5_000, durationSeconds: 1e-6 }]) {
      let last = 0n;
      let backwards = 0;
      for (const records of readWorkload(description)) {
        for (let row = 0; row < records.count; row++) {
          const time = BigInt(records.seconds[row]!) * SECOND + BigInt(records.nanoseconds[row]!);
          if (time < last || records.nanoseconds[row]! >= 1e9) backwards++;
          last = time;
        }
      }
      expect(backwards).toBe(0);
    }
  });

  it('first packets of flows follow a ramp, at any time within one flow of the area under it', () => {
    const arrivals = [
      { atSeconds: 1, perSecond: 0 },
      { atSeconds: 3, perSecond: 900 },
      { atSeconds: 3, perSecond: 100 },
      { atSeconds: 6, perSecond: 100 },
      { atSeconds: 8, perSecond: 0 },
    ];
    const area = (t: number): number => {
      if (t < 1) return 0;
      if (t < 3) return (450 * (t - 1) ** 2) / 2;
      if (t < 6) return 900 + 100 * (t - 3);
      return 1200 + 100 * (t - 6) - 25 * (t - 6) ** 2;
    };
    const { packets, startNs } = seeAll({ arrivals, seed: 3 });
    const starts = byFlow(packets).map(([first]) => Number(first!.timeNs - startNs) / 1e9);
    starts.sort((a, b) => a - b);
    expect(starts.length).toBe(1300);
    const bad = starts.map((at, index) => area(at) - index).filter((ahead) => ahead < -1e-5 || ahead > 1 + 1e-5);
    expect(bad).toEqual([]);
  });

  it('flows live about as long as lifeSeconds says', () => {
    const { packets } = seeAll({ packets: 4_000, flows: { count: 100, popularity: 'uniform', lifeSeconds: 30 } });
    const lives = byFlow(packets).map((all) => Number(all.at(-1)!.timeNs - all[0]!.timeNs) / 1e9);
    for (const life of lives) expect(Math.abs(life - 30 * (39 / 40))).toBeLessThan(6);
  });

  it('flows end at most an eighth after the duration', () => {
    const arrivals = [0, 4].map((atSeconds) => ({ atSeconds, perSecond: 100 }));
    const { packets, startNs } = seeAll({ arrivals, packets: 40_000, flows: { zipfExponent: 1.2 } });
    expect(Number(packets.at(-1)!.timeNs - startNs) / 1e9).toBeLessThan(4.6);
  });

  it('a workload of two thousand million packets starts at once', () => {
    const start = performance.now();
    const traffic = new WorkloadTraffic({ packets: 2e9, flows: { count: 5e8, zipfExponent: 0.8 } });
    const records = traffic.createRecords(4096);
    expect(traffic.nextInto(records)).toBe(4096);
    expect(performance.now() - start).toBeLessThan(1000); // takes about 5
  });
});

describe('flows', () => {
  it.each<[string, WorkloadDescription, number, number]>([
    ['all', { ...ALL, floods: [] }, 6_000, 303],
    ['one packet each', { packets: 2_000, flows: { count: 2_000 } }, 2_000, 2_000],
    ['one flow', { packets: 500, flows: { count: 1 } }, 500, 1],
    ['elephants only', { packets: 500, flows: { count: 0 }, elephants: { count: 7, share: 1 } }, 500, 7],
    [
      'one client, one server',
      { packets: 4_000, flows: { count: 4_000 }, clients: { count: 1 }, servers: { count: 1 } },
      4_000,
      4_000,
    ],
    ['slow', { packets: 900, flows: { count: 90 }, durationSeconds: 1e6 }, 900, 90],
  ])('WorkloadTraffic makes exactly the packets and distinct flows: %s', (_, description, packets, flows) => {
    const seen = seeAll(description).packets;
    expect([seen.length, byFlow(seen).length]).toEqual([packets, flows]);
  });

  it.each([0, 0.7, 1, 1.4])('zipf gives packets by rank to the power of -%d, within 1', (zipfExponent) => {
    const { packets } = seeAll({ packets: 30_000, flows: { count: 600, zipfExponent } });
    const sizes = byFlow(packets).map((all) => all.length);
    sizes.sort((a, b) => b - a);
    const weights = sizes.map((_, index) => (index + 1) ** -zipfExponent);
    const sum = weights.reduce((a, b) => a + b);
    const bad = sizes.filter((size, index) => Math.abs(size - 1 - (weights[index]! / sum) * 29_400) > 1);
    expect(bad).toEqual([]);
  });

  it('uniform gives all flows the same, within 1', () => {
    const { packets } = seeAll({ packets: 9_999, flows: { count: 400, popularity: 'uniform' } });
    const sizes = new Set(byFlow(packets).map((all) => all.length));
    expect([...sizes].sort()).toEqual([24, 25, 26].filter((size) => sizes.has(size)));
  });

  it('elephants have their share, equally, and live from start to end', () => {
    const { packets, startNs } = seeAll({
      packets: 20_000,
      flows: { count: 800, popularity: 'uniform' },
      elephants: { count: 4, share: 0.5 },
    });
    const big = byFlow(packets).filter((all) => all.length > 100);
    expect(big.map((all) => all.length)).toEqual([2500, 2500, 2500, 2500]);
    for (const all of big) {
      expect(Number(all[0]!.timeNs - startNs) / 1e9).toBeLessThan(0.3);
      expect(Number(all.at(-1)!.timeNs - startNs) / 1e9).toBeGreaterThan(9);
    }
  });

  it('protocols and IPv6 have their shares of the flows, within 1.5 %', () => {
    const { packets } = seeAll({
      packets: 8_000,
      flows: { count: 8_000 },
      protocols: { tcp: 2, udp: 1, icmp: 1 },
      ipv6Share: 0.3,
    });
    const flows = byFlow(packets).map((all) => all[0]!);
    const share = (test: (packet: Seen) => boolean) => flows.filter(test).length / flows.length;
    expect(Math.abs(share((p) => p.ipv6) - 0.3)).toBeLessThan(0.015);
    expect(Math.abs(share((p) => p.protocol === 17) - 0.25)).toBeLessThan(0.015);
    expect(Math.abs(share((p) => p.protocol === 1 || p.protocol === 58) - 0.25)).toBeLessThan(0.015);
  });

  it('hosts lie in the given prefixes, as many as given', () => {
    const { packets } = seeAll({
      packets: 3_000,
      flows: { count: 300 },
      ipv6Share: 0.5,
      clients: { ipv4: '192.0.2.64/26', ipv6: '2001:db8:a::/64', count: 62 },
      servers: { ipv4: '203.0.113.5/32', ipv6: '2001:db8:b::7/128' },
    });
    const sources = (ipv6: boolean) =>
      new Set(
        byFlow(packets)
          .map(([p]) => p!)
          .filter((p) => p.ipv6 === ipv6)
          .map((p) => p.source),
      );
    const targets = (ipv6: boolean) =>
      new Set(
        byFlow(packets)
          .map(([p]) => p!)
          .filter((p) => p.ipv6 === ipv6)
          .map((p) => p.destination),
      );
    for (const source of sources(false)) expect(Number(source) - 0xc0000240).toBeGreaterThan(0);
    for (const source of sources(false)) expect(Number(source) - 0xc0000240).toBeLessThan(63);
    expect(sources(false).size).toBeGreaterThan(50);
    for (const source of sources(true)) expect(source).toMatch(`${0x20010db8}.${0xa0000}.0.`);
    expect([...targets(false)]).toEqual([String(0xcb007105)]);
    expect([...targets(true)]).toEqual([`${0x20010db8}.${0xb0000}.0.7`]);
  });
});

describe('packets', () => {
  it('TCP flows walk a legal life from SYN to FIN or reset, fragments and all', () => {
    for (const seed of [1, 2]) {
      const flows = byFlow(seeAll({ ...ALL, floods: [], seed }).packets);
      const tcp = flows.filter(([first]) => first!.protocol === 6);
      expect(tcp.length).toBeGreaterThan(120);
      expect(tcp.map((packets) => tcpFault(packets, true)).filter((fault) => fault !== '')).toEqual([]);
      const long = tcp.filter((packets) => packets.length >= 6);
      const resets = long.filter((packets) => (packets.at(-1)!.flags & 4) !== 0).length;
      expect(Math.abs(resets / long.length - 0.3)).toBeLessThan(0.12);
      const sides = long.map(
        (packets) => new Set(packets.filter(({ payload }) => payload > 0).map((p) => p.source)).size,
      );
      expect(sides.filter((count) => count === 2).length).toBeGreaterThan(long.length / 2);
    }
  });

  it('UDP flows answer, ICMP flows alternate request and reply of one sequence number', () => {
    const flows = byFlow(seeAll({ ...ALL, floods: [], protocols: { udp: 1, icmp: 1 } }).packets);
    for (const packets of flows) {
      if (packets[0]!.protocol === 17) {
        if (packets.length > 1) expect(packets[1]!.source).toBe(packets[0]!.destination);
        continue;
      }
      const [request, reply] = packets[0]!.ipv6 ? [128, 129] : [8, 0];
      const expected = packets.map((_, index) => [index % 2 === 0 ? request : reply, index >> 1]);
      expect(packets.map(({ icmpType, sequence }) => [icmpType, sequence])).toEqual(expected);
    }
  });

  it('all checksums are valid by an own sum, also of what was cut and put together', () => {
    const bad = seeAll(ALL).packets.filter(({ whole }) => checksums(recordsOf([whole]), 0).some((sum) => sum !== 0));
    expect(bad).toEqual([]);
  });

  it('IPv4 headers of fragments have valid checksums', () => {
    let fragments = 0;
    for (const records of readWorkload({ ...ALL, ipv6Share: 0, floods: [] })) {
      for (let row = 0; row < records.count; row++) {
        if ((records.view.getUint16(records.offset[row]! + 20) & 0x3fff) === 0) continue;
        fragments++;
        let sum = 0;
        for (let i = 14; i < 34; i += 2) sum += records.view.getUint16(records.offset[row]! + i);
        expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
      }
    }
    expect(fragments).toBeGreaterThan(1000);
  });

  it.each<[string, WorkloadDescription['sizes'], [number, number][]]>([
    [
      'imix',
      'imix',
      [
        [60, 7 / 12],
        [590, 4 / 12],
        [1514, 1 / 12],
      ],
    ],
    [
      'list',
      [
        { bytes: 1000, weight: 1 },
        { bytes: 200, weight: 3 },
      ],
      [
        [214, 3 / 4],
        [1014, 1 / 4],
      ],
    ],
    ['fixed', 800, [[814, 1]]],
  ])('sizes of UDP have the shares of the mix: %s', (_, sizes, expected) => {
    const { packets } = seeAll({ packets: 12_000, flows: { count: 100 }, protocols: { udp: 1 }, ipv6Share: 0, sizes });
    for (const [bytes, share] of expected) {
      expect(Math.abs(packets.filter(({ length }) => length === bytes).length - share * 12_000)).toBeLessThanOrEqual(1);
    }
  });

  it('a fixed size is that of every TCP packet with data, and both sides send', () => {
    const { packets } = seeAll({ packets: 3_000, flows: { count: 50 }, protocols: { tcp: 1 }, sizes: 1000 });
    const data = packets.filter(({ payload }) => payload > 0);
    expect(new Set(data.map(({ length }) => length))).toEqual(new Set([1014]));
    expect(data.length).toBeGreaterThan(2_500);
  });

  it('interfaces are two by the side, floods come from the clients', () => {
    const bad: number[] = [];
    for (const records of readWorkload(ALL)) {
      for (let row = 0; row < records.count; row++) {
        const server = records.bytes[records.offset[row]! + 10] === 2 ? 1 : 0;
        if (records.interfaceIndex[row] !== server) bad.push(row);
      }
    }
    expect(bad).toEqual([]);
  });
});

describe('fragments', () => {
  it('all packets that carry data are cut where the share is 1, each into two or more', () => {
    const { packets } = seeAll({ ...ALL, floods: [], fragments: { share: 1 } });
    expect(packets.filter(({ payload, whole }) => payload > 0 !== whole.pieces > 1)).toEqual([]);
    expect(Math.max(...packets.map(({ whole }) => whole.pieces))).toBe(3);
    expect(packets.filter(({ whole }) => whole.reversed)).toEqual([]);
  });

  it('share and reversed share hold within 2 %', () => {
    const { packets } = seeAll({
      packets: 20_000,
      protocols: { udp: 1 },
      fragments: { share: 0.25, reversedShare: 0.4 },
    });
    const cut = packets.filter(({ whole }) => whole.pieces > 1);
    expect(Math.abs(cut.length / 20_000 - 0.25)).toBeLessThan(0.02);
    expect(Math.abs(cut.filter(({ whole }) => whole.reversed).length / cut.length - 0.4)).toBeLessThan(0.02);
  });

  it('no fragment is above mtuBytes, whatever it is', () => {
    for (const mtuBytes of [128, 133, 1280, 9000]) {
      const { packets } = seeAll({
        packets: 60,
        sizes: 9000,
        protocols: { udp: 1 },
        fragments: { share: 1, mtuBytes },
      });
      expect(packets.every(({ whole }) => whole.bytes.length === 9014)).toBe(true);
      for (const records of readWorkload({
        packets: 60,
        sizes: 9000,
        protocols: { udp: 1 },
        fragments: { share: 1, mtuBytes },
      })) {
        expect(Math.max(...records.length.subarray(0, records.count)) - 14).toBeLessThanOrEqual(mtuBytes);
      }
    }
  });

  it('decodePackets() of packet reads first and later fragments, the first with ports', () => {
    const batch = new PacketBatch(1024);
    const counts = [0, 0, 0, 0];
    for (const records of readWorkload({ ...ALL, floods: [], fragments: { share: 1, reversedShare: 0.5 } })) {
      decodePackets(records, batch);
      for (let row = 0; row < records.count; row++) {
        counts[batch.fragment[row]!]!++;
        expect(batch.kind[row]).toBeGreaterThanOrEqual(2);
        if (batch.fragment[row] === FRAGMENT_FIRST) expect(batch.l4Offset[row]).toBeGreaterThan(0);
        if (batch.fragment[row] === FRAGMENT_LATER) expect(batch.fragmentOffset[row]).toBeGreaterThan(0);
      }
    }
    expect(counts[FRAGMENT_FIRST]).toBeGreaterThan(2_000);
    expect(counts[FRAGMENT_LATER]).toBeGreaterThanOrEqual(counts[FRAGMENT_FIRST]!);
    expect(counts[3]).toBe(0);
  });
});

describe('floods', () => {
  it('a SYN flood has its rate, times, target and random sources', () => {
    const floods = [
      {
        kind: 'syn',
        perSecond: 1000,
        fromSeconds: 2,
        untilSeconds: 5,
        target: '203.0.113.9',
        port: 80,
        sources: '100.64.0.0/10',
      },
    ] as const;
    const { packets, startNs } = seeAll({ flows: { count: 0 }, floods });
    expect(packets.length).toBe(3000);
    const bad = packets.filter(({ protocol, flags, payload, destination, destinationPort, source, timeNs }, index) => {
      const at = Number(timeNs - startNs) / 1e9 - 2 - index / 1000;
      const inside = Number(source) >= 0x64400000 && Number(source) <= 0x647fffff;
      const right = protocol === 6 && flags === 2 && payload === 0 && destinationPort === 80 && inside;
      return !right || Number(destination) !== 0xcb007109 || at < -1e-8 || at > 0.001;
    });
    expect(bad).toEqual([]);
    expect(new Set(packets.map(({ source }) => source)).size).toBeGreaterThan(2990);
    expect(new Set(packets.map(({ sourcePort }) => sourcePort)).size).toBeGreaterThan(2500);
  });

  it('a UDP flood reaches an IPv6 target from a prefix', () => {
    const floods = [{ kind: 'udp', perSecond: 500, target: '2001:db8::53', sources: '2001:db8:4::/46' }] as const;
    const { packets } = seeAll({ flows: { count: 0 }, durationSeconds: 1, floods });
    expect(packets.length).toBe(500);
    for (const packet of packets) {
      expect([packet.ipv6, packet.protocol, packet.destinationPort]).toEqual([true, 17, 53]);
      const [high, next] = packet.source.split('.').map(Number);
      expect([high, next! >>> 18]).toEqual([0x20010db8, 1]);
    }
    expect(new Set(packets.map(({ source }) => source)).size).toBe(500);
  });

  it('a flood without a target meets the first server', () => {
    const { packets } = seeAll({ flows: { count: 0 }, durationSeconds: 1, floods: [{ kind: 'udp', perSecond: 9 }] });
    expect(packets.map(({ destination }) => Number(destination))).toEqual(new Array(9).fill(0xc6130001));
  });
});

describe('errors', () => {
  it('nextInto() throws when the records cannot hold one packet', () => {
    const traffic = new WorkloadTraffic({ snaplen: 1514 });
    expect(() => traffic.nextInto(new TrafficRecords(2, 80))).toThrow(
      'Cannot make traffic: records must hold 1514 bytes: got 160 bytes',
    );
  });
});
