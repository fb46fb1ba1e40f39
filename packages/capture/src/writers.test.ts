import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureDecoder, type PcapngInterfaceOptions, PcapngWriter, PcapWriter, RecordBatch } from './index.ts';
import { counting, read } from './samples.suite.ts';

interface Packet {
  readonly captured: number;
  readonly more: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

const packet: fc.Arbitrary<Packet> = fc.record({
  captured: fc.oneof(fc.nat(70), fc.nat(400), fc.constant(9_000)),
  more: fc.oneof(fc.constant(0), fc.nat(0xffff_0000)),
  seconds: fc.oneof(fc.nat(0xffff_ffff), fc.constant(1_700_000_000)),
  nanoseconds: fc.nat(999_999_999),
});

const pool = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** Columns of all rows, each packet with its bytes. */
function rowsOf(file: Uint8Array): unknown[] {
  const batch = new RecordBatch();
  const decoder = CaptureDecoder.of(file);
  const rows: unknown[] = [];
  while (decoder.readInto(batch) > 0) {
    for (let row = 0; row < batch.count; row++) {
      const from = batch.offset[row]!;
      const bytes = batch.bytes.subarray(from, from + batch.capturedLength[row]!);
      rows.push([batch.seconds[row], batch.nanoseconds[row], batch.length[row], batch.interfaceIndex[row], [...bytes]]);
    }
  }
  expect(decoder.error).toBeUndefined();
  return rows;
}

function row({ captured, more, seconds, nanoseconds }: Packet, unit: number, interfaceIndex = 0): unknown {
  return [
    seconds,
    nanoseconds - (nanoseconds % unit),
    captured + more,
    interfaceIndex,
    [...pool.subarray(5, 5 + captured)],
  ];
}

describe('PcapWriter', () => {
  it.each(['us', 'ns'] as const)('add() writes what a reader reads, in %s and both byte orders', (resolution) => {
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 4_000 }),
        (packets, littleEndian, chunkLength) => {
          const writer = new PcapWriter({ resolution, littleEndian, chunkLength, linkType: 113 });
          for (const one of packets) {
            writer.add(pool, 5, one.captured, one.captured + one.more, one.seconds, one.nanoseconds);
          }
          const file = writer.take();
          expect(rowsOf(file)).toEqual(packets.map((one) => row(one, resolution === 'us' ? 1_000 : 1)));
        },
      ),
      { seed: 6 },
    );
  });

  it('take() gives the file in pieces', () => {
    const writer = new PcapWriter({ chunkLength: 100 });
    const file: number[] = [];
    for (let i = 0; i < 50; i++) {
      if (writer.add(pool, i, i, i, i, 0) > 64) file.push(...writer.take());
    }
    file.push(...writer.take());
    expect(writer.pending).toBe(0);
    expect(writer.take()).toHaveLength(0);
    expect(read(Uint8Array.from(file)).lines).toHaveLength(50);
  });

  it('add() writes time 0 for a packet without time stamp', () => {
    const writer = new PcapWriter();
    writer.add(pool, 0, 4, 4, 77, -1);
    expect(rowsOf(writer.take())).toEqual([[0, 0, 4, 0, [...pool.subarray(0, 4)]]]);
  });

  it('add() takes the bytes as they are now, after the array was changed', () => {
    const writer = new PcapWriter();
    const bytes = Uint8Array.of(1, 2, 3);
    writer.add(bytes, 0, 3, 3, 0, 0);
    bytes[0] = 9;
    writer.add(bytes, 0, 3, 3, 0, 0);
    expect(rowsOf(writer.take()).map((one) => (one as unknown[])[4])).toEqual([
      [1, 2, 3],
      [9, 2, 3],
    ]);
  });

  it.each([
    [{ linkType: 65_536 }],
    [{ linkType: -1 }],
    [{ snaplen: 2 ** 32 }],
    [{ chunkLength: -1 }],
    [{ chunkLength: 0.5 }],
  ])('throws for %o', (options) => {
    expect(() => new PcapWriter(options)).toThrow(RangeError);
  });
});

describe('PcapngWriter', () => {
  const interfaces: [PcapngInterfaceOptions, number][] = [
    [{}, 1],
    [{ timeExponent: 6, name: 'ge-0/0/0', snaplen: 0 }, 1_000],
    [{ timeExponent: 3, linkType: 101 }, 1_000_000],
    [{ timeExponent: 9, timeOffsetSeconds: -5, name: 'é' }, 1],
  ];

  it('add() writes what a reader reads, in both byte orders', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(packet, fc.nat(3)), { maxLength: 12 }), fc.boolean(), (packets, littleEndian) => {
        const writer = new PcapngWriter({ littleEndian, chunkLength: 100 });
        for (const [options] of interfaces) writer.addInterface(options);
        for (const [one, id] of packets) {
          writer.add(pool, 5, one.captured, one.captured + one.more, one.seconds, one.nanoseconds, id);
        }
        expect(rowsOf(writer.take())).toEqual(packets.map(([one, id]) => row(one, interfaces[id]![1], id)));
      }),
      { seed: 7 },
    );
  });

  it('addInterface() writes what a reader reads', () => {
    const writer = new PcapngWriter();
    for (const [options] of interfaces) writer.addInterface(options);
    writer.addInterface({ timeBase: 2, timeExponent: 20, timeOffsetSeconds: 7, snaplen: 96 });
    const { decoder } = read(writer.take());
    expect(
      decoder.interfaces.map((one) => [
        one.linkType,
        one.snaplen,
        one.name,
        one.timeBase,
        one.timeExponent,
        one.timeOffsetSeconds,
      ]),
    ).toEqual([
      [1, 0, undefined, 10, 9, 0n],
      [1, 0, 'ge-0/0/0', 10, 6, 0n],
      [101, 0, undefined, 10, 3, 0n],
      [1, 0, 'é', 10, 9, -5n],
      [1, 96, undefined, 2, 20, 7n],
    ]);
  });

  it('add() writes a packet without time stamp as a Simple Packet Block where that can say the same', () => {
    const writer = new PcapngWriter();
    writer.addInterface({ snaplen: 10 });
    writer.addInterface();
    for (const [captured, length, id] of [
      [10, 99, 0],
      [3, 3, 0],
      [0, 0, 0],
      [4, 99, 0],
      [3, 3, 1],
    ] as const) {
      writer.add(pool, 0, captured, length, 5, -1, id);
    }
    const got = rowsOf(writer.take()).map((one) => (one as unknown[]).slice(0, 4));
    expect(got).toEqual([
      [0, -1, 99, 0],
      [0, -1, 3, 0],
      [0, -1, 0, 0],
      [0, 0, 99, 0],
      [0, 0, 3, 1],
    ]);
  });

  it.each([
    [{ linkType: 65_536 }],
    [{ snaplen: -1 }],
    [{ timeExponent: 16 }],
    [{ timeBase: 2 as const, timeExponent: 24 }],
    [{ timeOffsetSeconds: 0.5 }],
    [{ name: 'x'.repeat(65_536) }],
  ])('addInterface() throws for %j', (options) => {
    expect(() => new PcapngWriter().addInterface(options)).toThrow(RangeError);
  });
});

describe('add() throws and writes nothing', () => {
  const make = {
    pcap: () => new PcapWriter(),
    pcapng: () => {
      const writer = new PcapngWriter();
      writer.addInterface();
      return writer;
    },
  };
  it.each<[string, [number, number, number, number, number]]>([
    ['more bytes than given', [0, 10_001, 0, 0, 0]],
    ['a negative offset', [-1, 1, 0, 0, 0]],
    ['an offset behind the end', [10_000, 1, 0, 0, 0]],
    ['more bytes than a reader takes', [0, 262_145, 0, 0, 0]],
    ['a fraction of a byte', [0, 0.5, 0, 0, 0]],
    ['a length of 2^32', [0, 1, 2 ** 32, 0, 0]],
    ['a negative length', [0, 1, -1, 0, 0]],
    ['negative seconds', [0, 1, 1, -1, 0]],
    ['seconds that do not fit', [0, 1, 1, 2 ** 60, 0]],
    ['no seconds', [0, 1, 1, Number.NaN, 0]],
    ['a whole second of nanoseconds', [0, 1, 1, 0, 1_000_000_000]],
  ])('for %s', (_, [offset, captured, length, seconds, nanoseconds]) => {
    for (const writer of [make.pcap(), make.pcapng()]) {
      const before = writer.pending;
      expect(() => writer.add(pool, offset, captured, length, seconds, nanoseconds)).toThrow(RangeError);
      expect(writer.pending).toBe(before);
    }
  });

  it('for an interface that was not added', () => {
    for (const id of [1, -1, 0.5]) expect(() => make.pcapng().add(pool, 0, 1, 1, 0, 0, id)).toThrow(RangeError);
  });
});

describe('other tools read what was written', () => {
  const missing = ['capinfos', 'tshark'].filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing.length > 0) {
    if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1') throw new Error(`${missing.join(' and ')} must be installed`);
    console.warn(`SKIPPED: written captures against other tools (${missing.join(' and ')} not found)`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const ethernet = Uint8Array.from([...counting(12), 0x88, 0xb5, ...counting(100)]);
  const times: [number, number, number][] = [
    [1_700_000_000, 123_456_789, 60],
    [1_700_000_000, 999_999_999, 61],
    [1_700_000_005, 0, 114],
    [4_000_000_000, 1, 14],
  ];
  const pcapng = (littleEndian: boolean): PcapngWriter => {
    const writer = new PcapngWriter({ littleEndian });
    writer.addInterface({ name: 'xe-1/0/0' });
    writer.addInterface({ timeBase: 2, timeExponent: 20, timeOffsetSeconds: 1_000_000 });
    return writer;
  };

  it.skipIf(missing.length > 0).each<[string, () => PcapWriter | PcapngWriter, string, number]>([
    ['pcap us', () => new PcapWriter(), 'pcap', 1_000],
    ['pcap us big-endian', () => new PcapWriter({ littleEndian: false }), 'pcap', 1_000],
    ['pcap ns', () => new PcapWriter({ resolution: 'ns' }), 'nsecpcap', 1],
    ['pcap ns big-endian', () => new PcapWriter({ resolution: 'ns', littleEndian: false }), 'nsecpcap', 1],
    ['pcapng', () => pcapng(true), 'pcapng', 1],
    ['pcapng big-endian', () => pcapng(false), 'pcapng', 1],
  ])('%s', (name, make, type, unit) => {
    const writer = make();
    for (const [seconds, nanoseconds, captured] of times) {
      writer.add(ethernet, 0, captured, captured + 7, seconds, nanoseconds);
    }
    if (writer instanceof PcapngWriter) writer.add(ethernet, 0, 20, 20, 1_700_000_000, 500_000_000, 1);
    const path = join(folder, `${name.replaceAll(' ', '-')}.cap`);
    writeFileSync(path, writer.take());

    const capinfos = spawnSync('capinfos', ['-M', '-t', '-c', '-E', '-T', '-m', path], { encoding: 'utf8' });
    const packets = times.length + (writer instanceof PcapngWriter ? 1 : 0);
    const [header, values] = capinfos.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(capinfos.status, capinfos.stderr).toBe(0);
    const column = (title: string): string => values![header!.indexOf(title)]!;
    expect([column('File type'), column('File encapsulation'), column('Number of packets')]).toEqual([
      type,
      'ether',
      `${packets}`,
    ]);

    const fields = ['frame.time_epoch', 'frame.cap_len', 'frame.len'].flatMap((field) => ['-e', field]);
    const tshark = spawnSync('tshark', ['-r', path, '-T', 'fields', ...fields], { encoding: 'utf8' });
    const expected = times.map(([seconds, nanoseconds, captured]) => {
      const fraction = `${nanoseconds - (nanoseconds % unit)}`.padStart(9, '0');
      return `${seconds}.${fraction}\t${captured}\t${captured + 7}`;
    });
    if (writer instanceof PcapngWriter) expected.push('1700000000.500000000\t20\t20');
    expect(tshark.stdout.trimEnd().split('\n')).toEqual(expected);
  });
});
