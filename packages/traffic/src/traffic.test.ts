import { createHash } from 'node:crypto';
import { decodePackets, KIND_IPV4, KIND_IPV6, PacketBatch } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksums, flowOf, type Seen, see } from './_see.suite.ts';
import { tcpFault } from './_tcp-fault.suite.ts';
import { createTraffic, IMIX, readTraffic, type TrafficOptions, TrafficRecords } from './index.ts';

function seeAll(options: TrafficOptions): Seen[] {
  const packets: Seen[] = [];
  for (const records of readTraffic(options)) {
    for (let row = 0; row < records.count; row++) packets.push(see(records, row));
  }
  return packets;
}

function byFlow(packets: readonly Seen[]): Map<string, Seen[]> {
  return Map.groupBy(packets, flowOf) as Map<string, Seen[]>;
}

/** All that a reader of the records can see, of the first packets. */
function digest(options: TrafficOptions, packets: number, capacities: readonly number[]): string {
  const traffic = createTraffic(options);
  const hash = createHash('sha256');
  let left = packets;
  for (let i = 0; left > 0; i++) {
    const records = traffic.createRecords(Math.min(left, capacities[i % capacities.length]!));
    if (traffic.nextInto(records) === 0) break;
    left -= records.count;
    for (let row = 0; row < records.count; row++) {
      const at = records.offset[row]!;
      const { length, seconds, nanoseconds, interfaceIndex, linkType } = records;
      const facts = [length[row], seconds[row], nanoseconds[row], interfaceIndex[row], linkType[row]].join();
      hash.update(facts).update(records.bytes.subarray(at, at + records.capturedLength[row]!));
    }
  }
  return hash.digest('hex');
}

const MIXED: TrafficOptions = {
  shape: 'small',
  packets: 6_000,
  flows: 400,
  ipv6Share: 0.4,
  udpShare: 0.25,
  icmpShare: 0.15,
};

describe('the same plan', () => {
  // first 10,000 packets; these change only with a deliberate change of the generator, and then the changelog says so
  it.each([
    ['small', '4fc1c1c590bd0568985bb9876ce806f8b84a7801cb9b71f80c59034c030b357c'],
    ['many', '06eac09c3ead86962e47621364e7ac270dbece121ac2769ca16179050512cb41'],
  ] as const)('createTraffic() makes the pinned packets of %s', (shape, expected) => {
    expect(digest({ shape, seed: 1 }, 10_000, [1024])).toBe(expected);
  });

  it('nextInto() makes the same packets whatever the batches', () => {
    const whole = digest(MIXED, 6_000, [6_000]);
    expect(digest(MIXED, 6_000, [1])).toBe(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 9 }), (capacities) => {
        expect(digest(MIXED, 6_000, capacities)).toBe(whole);
      }),
      { numRuns: 20, seed: 11 },
    );
  });

  it('nextInto() makes the same packets when bytes and not rows run out', () => {
    const traffic = createTraffic(MIXED);
    const records = new TrafficRecords(3, 200);
    const narrow = Object.create(records, { capacity: { value: 3 } }) as TrafficRecords;
    const packets: Seen[] = [];
    while (traffic.nextInto(narrow) > 0) for (let row = 0; row < narrow.count; row++) packets.push(see(narrow, row));
    expect(packets).toEqual(seeAll(MIXED));
  });

  it('createTraffic() makes other packets for another seed', () => {
    expect(digest({ ...MIXED, seed: 2 }, 100, [100])).not.toBe(digest({ ...MIXED, seed: 3 }, 100, [100]));
  });
});

describe('flows', () => {
  it.each<[string, TrafficOptions]>([
    ['mixed', MIXED],
    ['one packet each', { shape: 'many', packets: 5_000, flows: 5_000 }],
    ['few clients, so that many ports each', { shape: 'many', packets: 40_000, flows: 40_000, clients: 1, servers: 1 }],
    ['one flow', { packets: 500, flows: 1 }],
    ['one packet', { packets: 1, flows: 1 }],
    ['equal popularity', { packets: 3_000, flows: 300, zipfExponent: 0 }],
    ['slow', { packets: 3_000, flows: 300, packetsPerSecond: 2 }],
    ['fast', { packets: 3_000, flows: 300, packetsPerSecond: 1e9 }],
    ['icmp only', { packets: 3_000, flows: 300, icmpShare: 1, udpShare: 0 }],
  ])('createTraffic() makes exactly the packets and the distinct flows of the plan: %s', (_, options) => {
    const packets = seeAll(options);
    expect(packets.length).toBe(options.packets);
    expect(byFlow(packets).size).toBe(options.flows);
  });

  it('createTraffic() has its shares of versions and protocols, within 1.5 %', () => {
    const packets = seeAll({ ...MIXED, packets: 24_000, flows: 8_000 });
    const flows = [...byFlow(packets).values()].map((all) => all[0]!);
    const share = (test: (packet: Seen) => boolean) => flows.filter(test).length / flows.length;
    expect(Math.abs(share((p) => p.ipv6) - 0.4)).toBeLessThan(0.015);
    expect(Math.abs(share((p) => p.protocol === 17) - 0.25)).toBeLessThan(0.015);
    expect(Math.abs(share((p) => p.protocol === 1 || p.protocol === 58) - 0.15)).toBeLessThan(0.015);
  });

  it.each([0, 0.5, 1, 1.3])('createTraffic() has popularity by rank to the power of -%d', (zipfExponent) => {
    const flows = byFlow(seeAll({ packets: 30_000, flows: 200, zipfExponent }));
    const sizes = [...flows.values()].map((all) => all.length).sort((a, b) => b - a);
    const weights = sizes.map((_, index) => (index + 1) ** -zipfExponent);
    const sum = weights.reduce((a, b) => a + b);
    for (const [index, size] of sizes.entries()) {
      const expected = 1 + (weights[index]! / sum) * 29_800;
      expect(Math.abs(size - expected), `rank ${index + 1}`).toBeLessThanOrEqual(1);
    }
  });

  it('createTraffic() spreads the packets of a long flow over the whole and ends mice early', () => {
    const packets = seeAll({ packets: 40_000, flows: 2_000, zipfExponent: 1 });
    const flows = [...byFlow(packets.map((packet, index) => ({ ...packet, length: index }))).values()];
    const spans = flows.map((all) => ({ size: all.length, span: all.at(-1)!.length - all[0]!.length }));
    spans.sort((a, b) => b.size - a.size);
    expect(spans[0]!.span).toBeGreaterThan(30_000);
    const mice = spans.slice(-1000).map(({ span }) => span);
    expect(mice.reduce((a, b) => a + b) / mice.length).toBeLessThan(8_000);
  });

  it('liveFlows stays far below the flows of the plan', () => {
    const traffic = createTraffic({ shape: 'many', packets: 200_000 });
    const records = traffic.createRecords(1024);
    let most = 0;
    while (traffic.nextInto(records) > 0) most = Math.max(most, traffic.liveFlows);
    expect(traffic.plan.flows).toBe(50_000);
    expect(most).toBeLessThan(10_000);
    expect(traffic.liveFlows).toBe(0);
  });
});

describe('packets', () => {
  it('TCP flows open with SYN, advance without gap, and end with FIN or RST', () => {
    for (const seed of [1, 2]) {
      const flows = byFlow(seeAll({ ...MIXED, seed })).values();
      const tcp = [...flows].filter((packets) => packets[0]!.protocol === 6);
      expect(tcp.length).toBeGreaterThan(150);
      expect(tcp.map((packets) => tcpFault(packets)).filter((fault) => fault !== '')).toEqual([]);
      expect(tcp.some((packets) => packets.length > 100)).toBe(true);
    }
  });

  it('UDP flows answer, ICMP flows alternate request and reply of one sequence number', () => {
    const flows = [...byFlow(seeAll(MIXED)).values()];
    const udp = flows.filter(([first, second]) => first!.protocol === 17 && second !== undefined);
    for (const [first, second] of udp) expect(second!.source).toBe(first!.destination);
    const echo = flows.filter(([first]) => first!.icmpType >= 0);
    expect(echo.length).toBeGreaterThan(30);
    for (const packets of echo) {
      for (const [index, packet] of packets.entries()) {
        const [request, reply] = packet.ipv6 ? [128, 129] : [8, 0];
        expect([packet.icmpType, packet.sequence]).toEqual([index % 2 === 0 ? request : reply, index >> 1]);
      }
    }
  });

  it('all checksums are valid by an own sum, TTLs are plausible', () => {
    const bad: unknown[] = [];
    for (const records of readTraffic({ ...MIXED, packets: 3_000 })) {
      for (let row = 0; row < records.count; row++) {
        const sums = checksums(records, row);
        const { ttl } = see(records, row);
        if (sums[0] !== 0 || sums[1] !== 0 || ttl < 40 || ttl > 127) bad.push({ row, sums, ttl });
      }
    }
    expect(bad).toEqual([]);
  });

  it('time never runs backwards, starts where it shall, keeps the rate', () => {
    const packets = seeAll({ ...MIXED, startSeconds: 1_800_000_000, packetsPerSecond: 700 });
    const start = 1_800_000_000_000_000_000n;
    let last = start;
    const bad = packets.filter(({ timeNs }, index) => {
      const backwards = timeNs < last;
      last = timeNs;
      return backwards || Math.abs(Number(timeNs - start) - (index * 1e9) / 700) > 1e9 / 700 + 1;
    });
    expect(bad).toEqual([]);
  });

  it('frames follow the mix 7:4:1 and the snaplen', () => {
    const packets = seeAll({ shape: 'small', packets: 24_000, ipv6Share: 0 });
    const counts = IMIX.map(({ bytes }) => packets.filter(({ length }) => length === bytes).length);
    expect(counts.reduce((a, b) => a + b)).toBe(24_000);
    for (const [index, share] of [7, 4, 1].entries()) {
      expect(Math.abs(counts[index]! - share * 2000)).toBeLessThan(100); // the last packets are small
    }
    expect(packets.filter(({ length, captured }) => captured !== Math.min(length, 90))).toEqual([]);
  });

  it('interfaces are one, or two by the side', () => {
    const bad: unknown[] = [];
    for (const interfaces of [1, 2] as const) {
      for (const records of readTraffic({ ...MIXED, interfaces })) {
        for (let row = 0; row < records.count; row++) {
          const client = records.bytes[records.offset[row]! + 10] === 1;
          if (records.interfaceIndex[row] !== (interfaces === 2 && !client ? 1 : 0)) bad.push({ interfaces, row });
        }
      }
    }
    expect(bad).toEqual([]);
  });

  it('decodePackets() of packet reads what was meant', () => {
    const batch = new PacketBatch(1024);
    const bad: unknown[] = [];
    for (const records of readTraffic(MIXED, 1024)) {
      decodePackets(records, batch);
      for (let row = 0; row < records.count; row++) {
        const packet = see(records, row);
        const { kind, protocol, tcpFlags, key, fragment } = batch;
        const read = [kind[row], protocol[row], tcpFlags[row], key[row * 10 + 8]! >>> 0, fragment[row]];
        const selector = packet.sourcePort * 65_536 + packet.destinationPort;
        const meant = [packet.ipv6 ? KIND_IPV6 : KIND_IPV4, packet.protocol, packet.flags, selector, 0];
        if (read.join() !== meant.join()) bad.push({ row, read, meant });
      }
    }
    expect(bad).toEqual([]);
  });
});

describe('sizes of the shapes', () => {
  it.each([
    ['small', 1_000_000, 89],
    ['many', 4_000_000, 306],
  ] as const)('%s as pcap comes to about its size', (shape, packets, megabytes) => {
    const traffic = createTraffic({ shape, packets: 40_000 });
    const records = traffic.createRecords(4096);
    let bytes = 0;
    while (traffic.nextInto(records) > 0) {
      for (let row = 0; row < records.count; row++) bytes += 16 + records.capturedLength[row]!;
    }
    expect(Math.abs((bytes / 40_000) * packets - megabytes * 1e6)).toBeLessThan(megabytes * 1e4);
  });
});

describe('errors', () => {
  it('nextInto() throws when the records cannot hold one packet', () => {
    const traffic = createTraffic({ ...MIXED, snaplen: 1514 });
    expect(() => traffic.nextInto(new TrafficRecords(2, 80))).toThrow(
      'Cannot make traffic: records must hold 1514 bytes: got 160 bytes',
    );
  });

  it.each([
    [0, 96, 'Cannot create traffic records: capacity must be an integer from 1 to 65536: got 0'],
    [65_537, 96, 'Cannot create traffic records: capacity must be an integer from 1 to 65536: got 65537'],
    [4, 79, 'Cannot create traffic records: bytesPerRow must be an integer from 80 to 65535: got 79'],
  ])('TrafficRecords throws for %d rows of %d bytes', (capacity, bytesPerRow, message) => {
    expect(() => new TrafficRecords(capacity, bytesPerRow)).toThrow(new RangeError(message));
  });
});
