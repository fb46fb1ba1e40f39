import { globSync } from 'node:fs';
import { join } from 'node:path';
import { PcapWriter } from '@midplane/capture';
import type { ReorderingMetricsFigures } from '@midplane/ordering';
import { type BuiltPacket, packet } from '@midplane/packet';
import type { CaptureOrder, CapturesOrder } from '@midplane/pipeline/capture-order';
import { describe, expect, it } from 'vitest';
import { midplane, office, temporaryFile } from './_midplane.ts';

/** A packet and its time, in microseconds since the first one. */
type Timed = readonly [us: number, built: BuiltPacket];

const SEGMENT = 100;

/** Writes a capture of Ethernet frames. */
function capture(packets: readonly Timed[], name = 'a.pcap'): string {
  const writer = new PcapWriter({ linkType: 1, resolution: 'ns' });
  for (const [us, { bytes }] of packets) {
    writer.add(bytes, 0, bytes.length, bytes.length, 1_700_000_000 + Math.floor(us / 1e6), (us % 1e6) * 1000);
  }
  return temporaryFile(name, writer.take());
}

interface SegmentOptions {
  readonly base?: number;
  readonly port?: number;
  readonly id?: number;
  readonly flags?: string;
  readonly length?: number;
}

/** Segment n of a flow, counted from 1, of 100 bytes. */
function segment(n: number, { base = 1000, port = 1234, id = 0, flags = 'A', length = SEGMENT }: SegmentOptions = {}) {
  return packet(`segment ${n}`)
    .ethernet()
    .ipv4({ source: '192.0.2.1', destination: '198.51.100.2', identification: id })
    .tcp({ sourcePort: port, destinationPort: 80, flags, sequence: (base + (n - 1) * SEGMENT) % 2 ** 32 })
    .payload(new Uint8Array(length).fill(n))
    .build();
}

/** A datagram with an IP ID. */
function datagram(id: number, destination = '198.51.100.2') {
  return packet(`datagram ${id}`)
    .ethernet()
    .ipv4({ source: '192.0.2.1', destination, identification: id & 0xffff })
    .udp({ sourcePort: 5000, destinationPort: 5001 })
    .payload(Uint8Array.of(id >> 8, id))
    .build();
}

async function measured(...args: string[]): Promise<CaptureOrder> {
  const { code, out, err } = await midplane('ordering', ...args, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as CaptureOrder;
}

const late = [1, 2, 3, 5, 6, 7, 8, 4, 9, 10];
const lateFigures = {
  received: 10,
  reordered: 1,
  ratio: 1 / 10,
  duplicates: 0,
  resent: 0,
  tooLate: 0,
  discontinuities: 1,
  extent: { mean: 4, p50: 4, p99: 4, max: 4 },
  lateNs: { mean: 40_000, p50: 40_000, p99: 40_000, max: 40_000 },
  nReordered: [1, 1, 1, 1],
  gaps: { count: 0, mean: 0, meanNs: 0 },
  runs: { count: 1, mean: 7, longest: 7, squares: 49 },
  rd: {
    threshold: 16,
    packets: 10,
    discarded: 0,
    density: [
      { displacement: -1, share: 0.4 },
      { displacement: 0, share: 0.5 },
      { displacement: 4, share: 0.1 },
    ],
    meanDisplacement: 0.8,
  },
  rbd: { threshold: 16, packets: 10, discarded: 0, density: [0.6, 0.1, 0.1, 0.1, 0.1] },
};

describe('by TCP sequence number', () => {
  it.each([
    ['from an ordinary number', 1000],
    ['around the end of the numbers', 2 ** 32 - 450],
  ])('gives the figures of the RFCs for packet 4 after 8, %s', async (_, base) => {
    const file = capture(late.map((n, i) => [i * 10, segment(n, { base })]));
    const { tcp } = await measured(file);
    expect(tcp).toMatchObject({ packets: 10, withoutData: 0, unreadable: 0, figures: lateFigures });
    expect(tcp.figures.rd.entropy).toBeCloseTo(0.943348392, 8);
    expect(tcp.top).toEqual([
      {
        flow: '192.0.2.1:1234 > 198.51.100.2:80/tcp',
        received: 10,
        reordered: 1,
        duplicates: 0,
        resent: 0,
        tooLate: 0,
        maxExtent: 4,
        run: 2,
      },
    ]);
  });

  it('measures IPv6, and each direction and connection on its own', async () => {
    const six = (n: number) =>
      packet()
        .ethernet()
        .ipv6({ source: '2001:db8::1', destination: '2001:db8::2' })
        .tcp({ sequence: n * SEGMENT })
        .payload(new Uint8Array(SEGMENT))
        .build();
    const others = [1, 2, 3, 4, 5].map((n): Timed => [n * 10 + 5, segment(n, { port: 4321 })]);
    const packets = [...late.map((n, i): Timed => [i * 10, six(n)]), ...others].sort((a, b) => a[0] - b[0]);
    const { tcp } = await measured(capture(packets));
    expect(tcp.flows).toEqual({ measured: 2, forgotten: 0 });
    expect(tcp.figures).toMatchObject({ received: 15, reordered: 1, ratio: 1 / 15, extent: { max: 4 } });
    expect(tcp.top.map((each) => each.flow)).toEqual(['[2001:db8::1]:49152 > [2001:db8::2]:80/tcp']);
  });

  it('takes what fills a gap within 3 ms for reordered, and later for sent again', async () => {
    const packets: Timed[] = [
      [0, segment(1)],
      [10, segment(3)],
      [3010, segment(2)], // 3 ms late
      [4000, segment(5)],
      [7001, segment(4)], // 3.001 ms late
      [8000, segment(4)], // twice
    ];
    const file = capture(packets);
    expect((await measured(file)).tcp.figures).toMatchObject({ received: 4, reordered: 1, resent: 1, duplicates: 1 });
    expect((await measured(file, '--lost-after', '2')).tcp.figures).toMatchObject({ reordered: 0, resent: 2 });
    expect((await measured(file, '--lost-after', '1e3')).tcp.figures).toMatchObject({ reordered: 2, resent: 0 });
  });

  it('believes IP IDs that increase, whatever the time', async () => {
    const before = [1, 2, 3, 4, 5, 6].map((n, i): Timed => [i * 10, segment(n, { id: 100 + n })]);
    const packets: Timed[] = [
      ...before,
      [100, segment(8, { id: 108 })],
      [900_000, segment(7, { id: 107 })], // 0.9 s late, but sent before 8
      [900_010, segment(10, { id: 110 })],
      [900_020, segment(9, { id: 111 })], // 10 us late, but sent after 10
    ];
    expect((await measured(capture(packets))).tcp.figures).toMatchObject({ received: 9, reordered: 1, resent: 1 });
  });

  it('counts no packet without data, and begins anew with a SYN of another number', async () => {
    const packets: Timed[] = [
      [0, segment(1, { base: 9900, flags: 'S', length: 0 })],
      [1, segment(1, { base: 9901 })],
      [2, segment(2, { base: 9901, length: 0 })],
      [3, segment(1, { base: 9900, flags: 'S', length: 0 })], // again: a duplicate
      [4, segment(1, { base: 500, flags: 'S', length: 0 })],
      [5, segment(2, { base: 501 })],
      [6, segment(1, { base: 501 })],
      [7, segment(3, { base: 501, flags: 'FA', length: 0 })],
    ];
    const { tcp } = await measured(capture(packets));
    expect(tcp).toMatchObject({ packets: 7, withoutData: 1 });
    expect(tcp.figures).toMatchObject({ received: 6, reordered: 1, duplicates: 1, resent: 0, extent: { max: 1 } });
  });

  it('remembers as many flows as --flows says, and tells how many it forgot', async () => {
    const packets = [1, 2, 3].flatMap((n): Timed[] => [
      [n * 10, segment(n)],
      [n * 10 + 1, segment(n, { port: 99 })],
    ]);
    const file = capture(packets);
    expect((await measured(file, '--flows', '2')).tcp.flows).toEqual({ measured: 2, forgotten: 0 });
    const { tcp } = await measured(file, '--flows', '1');
    expect(tcp.flows).toEqual({ measured: 6, forgotten: 5 });
    expect(tcp.figures.received).toBe(6);
  });
});

describe('by IP ID', () => {
  it('gives the figures of the RFCs for packet 4 after 8, around the end of the IDs', async () => {
    const { ipId, tcp } = await measured(capture(late.map((n, i) => [i * 10, datagram(65_530 + n)])));
    expect(ipId).toMatchObject({ packets: 10, unmeasured: 0, jumps: 0, figures: lateFigures });
    expect(ipId.top[0].flow).toBe('192.0.2.1 > 198.51.100.2/udp');
    expect(tcp.packets).toBe(0);
  });

  it('leaves out flows whose IDs are constant, random or too few', async () => {
    const random = [7, 40_000, 9_000, 61_000, 3, 22_222, 50_001, 30_000];
    const packets = [
      ...random.map((id, i): Timed => [i, datagram(id, '198.51.100.3')]),
      ...random.map((_, i): Timed => [i, datagram(5, '198.51.100.4')]),
      ...[1, 3, 2].map((id, i): Timed => [i, datagram(id, '198.51.100.5')]),
    ];
    const { ipId } = await measured(capture(packets));
    expect(ipId).toMatchObject({ packets: 19, unmeasured: 19, figures: { received: 0 }, top: [] });
  });

  it('measures anew after a jump', async () => {
    const ids = [1, 2, 3, 4, 30_001, 30_003, 30_002, 30_004];
    const { ipId } = await measured(capture(ids.map((id, i) => [i, datagram(id)])));
    expect(ipId).toMatchObject({ unmeasured: 0, jumps: 1, figures: { received: 8, reordered: 1 } });
  });
});

describe('from one capture to another', () => {
  const changed = (n: number, source = '192.0.2.1', port = 1234) =>
    packet()
      .ethernet({ source: '02:00:00:00:00:99' })
      .vlan(7)
      .ipv4({ source, destination: '198.51.100.2', identification: n, ttl: 3 })
      .tcp({ sourcePort: port, destinationPort: 80, sequence: 1000 + (n - 1) * SEGMENT })
      .payload(new Uint8Array(SEGMENT).fill(n))
      .build();
  const ingress = () =>
    capture(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n, i) => [i * 10, segment(n, { id: n })]),
      'in.pcap',
    );
  const path = async (...args: string[]): Promise<CapturesOrder> => {
    const { code, out, err } = await midplane('ordering', ...args, '--json');
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out) as CapturesOrder;
  };

  it('finds packets again behind another link layer, VLAN and TTL, and gives the figures of the RFCs', async () => {
    const egress = capture(
      late.map((n, i) => [5e6 + i * 10, changed(n)]),
      'out.pcap',
    );
    const { path: result, packets } = await path(ingress(), egress);
    expect(packets).toEqual([10, 10]);
    expect(result).toMatchObject({ ingress: 10, egress: 10, matched: 10, onlyIngress: 0, onlyEgress: 0 });
    expect(result.figures).toMatchObject(lateFigures);
    expect(result.acrossFlows).toMatchObject(lateFigures);
  });

  it('tells what was lost and what came from elsewhere', async () => {
    const arrivals = [1, 2, 5, 4, 6]; // 3 is lost, 7 to 10 too
    const egress = capture([...arrivals.map((n, i): Timed => [i * 10, changed(n)]), [60, changed(77)]], 'out.pcap');
    const { path: result } = await path(ingress(), egress);
    expect(result).toMatchObject({ matched: 5, onlyIngress: 5, onlyEgress: 1, flowForgotten: 0 });
    expect(result.figures).toMatchObject({ received: 5, reordered: 1, discontinuities: 1, extent: { max: 1 } });
    expect(result.figures.rd.density).toEqual([
      { displacement: -1, share: 0.2 },
      { displacement: 0, share: 0.6 },
      { displacement: 1, share: 0.2 },
    ]);
  });

  it('looks through translated addresses and ports with --translated only', async () => {
    const egress = capture(
      late.map((n, i) => [i * 10, changed(n, '203.0.113.9', 40_001)]),
      'out.pcap',
    );
    expect((await path(ingress(), egress)).path.matched).toBe(0);
    const { path: result } = await path(ingress(), egress, '--translated');
    expect(result.matched).toBe(10);
    expect(result.figures).toMatchObject(lateFigures);
  });

  it('takes equal packets in the order in which they came', async () => {
    const same = Array.from({ length: 5 }, (_, i): Timed => [i * 10, segment(1)]);
    const { path: result } = await path(capture(same, 'in.pcap'), capture(same, 'out.pcap'));
    expect(result).toMatchObject({ matched: 5, figures: { received: 5, reordered: 0 } });
  });

  it('finds no reordering between a capture and itself', async () => {
    const { path: result } = await path(office, office);
    expect(result.matched).toBe(result.ingress);
    expect([result.figures.reordered, result.acrossFlows.reordered]).toEqual([0, 0]);
  });
});

describe('text and errors', () => {
  it('says in words what was measured', async () => {
    const { code, out } = await midplane('ordering', capture(late.map((n, i) => [i * 10, segment(n)])));
    expect(code).toBe(0);
    expect(out).toContain('reordered    1 of 10, 10.0 %');
    expect(out).toContain('extent       mean 4, median 4, 99 % within 4, most 4 packets');
    expect(out).toContain('late         mean 40 us');
    expect(out).toContain('10.0 % look lost to TCP (n = 3)');
    expect(out).toMatch(/^ +1 +10 +10\.0 % +4 {2}192\.0\.2\.1:1234 > 198\.51\.100\.2:80\/tcp$/m);
  });

  it('gives what came before the place where a capture is corrupt', async () => {
    const writer = new PcapWriter();
    for (const [i, n] of late.entries()) {
      const { bytes } = segment(n);
      writer.add(bytes, 0, bytes.length, bytes.length, i, 0);
    }
    const file = temporaryFile('cut.pcap', writer.take().subarray(0, -10));
    const { code, out, err } = await midplane('ordering', file, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(err).error.code).toBe('capture-truncated-record');
    expect(JSON.parse(out)).toMatchObject({ status: 'error', packets: 9, tcp: { packets: 9 } });
    const both = await midplane('ordering', file, file, '--json');
    expect([both.code, JSON.parse(both.out).path.matched]).toEqual([2, 9]);
  });

  it.each([
    [['-', '-'], 'one-standard-input'],
    [[office, '--translated'], 'two-captures'],
    [[office, '--lost-after', '-1'], 'out-of-range'],
    [[office, '--flows', '0'], 'usage-invalid-value'],
    [[office, '--threshold', '2000'], 'usage-invalid-value'],
    [['no-such.pcap'], 'no-such-file'],
    [[office, 'no-such.pcap'], 'no-such-file'],
    [[office, office, office], 'usage-excess-arguments'],
  ])('refuses %j with the code %s', async (args, expected) => {
    const { code, out, err } = await midplane('ordering', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`[${expected}]`);
  });
});

// Captures that others made.
const directory = process.env['MIDPLANE_CAPTURES'] || undefined;
if (directory === undefined) {
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1')
    throw new Error('MIDPLANE_CAPTURES must name the folder of captures');
  console.warn('SKIPPED: ordering on reference captures (set MIDPLANE_CAPTURES to their folder)');
}
const captures =
  directory === undefined
    ? []
    : globSync(['*.{pcap,pcapng,snoop,cap}', 'hostile/*.{pcap,pcapng,snoop,cap}'], { cwd: directory }).sort();

describe.skipIf(directory === undefined)('captures of others', () => {
  it('are there', () => {
    expect(captures.length).toBeGreaterThan(50);
  });

  it.each(captures)('%s keeps the bounds of the definitions', async (name) => {
    const file = join(directory!, name);
    const inspected = await midplane('inspect', '--json', file);
    const { code, out } = await midplane('ordering', '--json', file);
    expect(code).toBe(inspected.code);
    const { packets, tcp, ipId } = JSON.parse(out) as CaptureOrder;
    expect(packets).toBe(JSON.parse(inspected.out).counts.packets_total);
    expectBounds(tcp.figures);
    expectBounds(ipId.figures);
    expect(arrivalsOf(tcp.figures)).toBe(tcp.packets);
    expect(arrivalsOf(ipId.figures)).toBe(ipId.packets - ipId.unmeasured);
    for (const flow of [...tcp.top, ...ipId.top]) {
      expect(flow.reordered).toBeGreaterThanOrEqual(1);
      expect(flow.reordered).toBeLessThan(flow.received);
    }

    const both = await midplane('ordering', '--json', file, file);
    const { path } = JSON.parse(both.out) as CapturesOrder;
    expect([path.matched, path.onlyIngress, path.onlyEgress]).toEqual([path.ingress, 0, 0]);
    expect([path.figures.reordered, path.acrossFlows.reordered]).toEqual([0, 0]);
    expect(arrivalsOf(path.acrossFlows)).toBe(path.matched);
  });
});

function arrivalsOf({ received, duplicates, resent, tooLate }: ReorderingMetricsFigures): number {
  return received + duplicates + resent + tooLate;
}

/** What the definitions of RFC 4737 and RFC 5236 say about any figures. */
function expectBounds(figures: ReorderingMetricsFigures): void {
  const { received, reordered, ratio, extent, lateNs, nReordered, runs, gaps, rd, rbd } = figures;
  expect(ratio).toBe(received === 0 ? 0 : reordered / received);
  expect(reordered).toBeLessThanOrEqual(Math.max(0, received - 1)); // the first is never reordered
  expect([extent.max >= 1, extent.p50 >= 1, extent.mean >= 1]).toEqual(Array(3).fill(reordered > 0));
  expect(extent.max).toBeLessThan(Math.max(1, received));
  expect(lateNs.max).toBeGreaterThanOrEqual(lateNs.mean);
  for (const [i, count] of nReordered.entries()) {
    expect(count).toBeLessThanOrEqual(i === 0 ? reordered : nReordered[i - 1]); // n-reordered is (n-1)-reordered, too
  }
  expect(nReordered.length).toBeLessThanOrEqual(extent.max); // n is at most the extent
  expect(runs.count).toBe(reordered);
  expect(runs.longest).toBeLessThanOrEqual(received - reordered);
  expect(gaps.count).toBeLessThan(Math.max(1, reordered));
  for (const { packets, discarded } of [rd, rbd]) expect(packets + discarded).toBe(received);
  for (const { share } of rd.density) expect(share).toBeGreaterThan(0);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  expect(sum(rd.density.map((each) => each.share))).toBeCloseTo(rd.packets > 0 ? 1 : 0, 9);
  expect(sum(rbd.density)).toBeCloseTo(rbd.packets > 0 ? 1 : 0, 9);
  expect(rd.meanDisplacement).toBeLessThanOrEqual(rd.threshold);
  expect(rbd.meanOccupancy).toBeLessThanOrEqual(rbd.threshold);
}
