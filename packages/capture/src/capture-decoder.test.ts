import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureDecoder, RecordBatch } from './index.ts';
import { counting, pcapSample, read, SectionSample, smallCaptures, snoopSample } from './samples.suite.ts';

/** Lines without the fingerprint of the bytes. */
function brief(bytes: Uint8Array): string[] {
  const { lines, error } = read(bytes);
  expect(error).toBeUndefined();
  return lines.map((line) => line.replace(/ #.*/, ''));
}

describe('pcap', () => {
  const record = { second: 4_000_000_000, fraction: 123_456, data: counting(9) };

  it.each([
    ['microseconds', 0xa1b2c3d4, '4000000000.123456000'],
    ['nanoseconds', 0xa1b23c4d, '4000000000.000123456'],
    ['Kuznetzov', 0xa1b2cd34, '4000000000.123456000'],
  ])('readInto() reads %s in both byte orders', (_, magic, time) => {
    for (const littleEndian of [true, false]) {
      expect(brief(pcapSample([record, record], { magic, littleEndian }))).toEqual(
        Array(2).fill(`${time} 9/9 link 1 if 0`),
      );
    }
  });

  it('readInto() takes the link type from the lower 16 bits, FCS information is above', () => {
    expect(brief(pcapSample([record], { linkType: 0xf400_0065 }))).toEqual(['4000000000.123456000 9/9 link 101 if 0']);
  });

  it('readInto() carries a fraction of a second or more', () => {
    const us = [
      { second: 1, fraction: 2_500_000, data: [] },
      { second: 1, fraction: 0xffff_ffff, data: [] },
    ];
    expect(brief(pcapSample(us))).toEqual(['3.500000000 0/0 link 1 if 0', '4295.967295000 0/0 link 1 if 0']);
    expect(brief(pcapSample(us, { magic: 0xa1b23c4d }))).toEqual([
      '1.002500000 0/0 link 1 if 0',
      '5.294967295 0/0 link 1 if 0',
    ]);
  });

  it('readInto() accepts more bytes than the snaplen, and any length on the wire', () => {
    const long = { ...record, data: counting(100), wire: 0xffff_ffff };
    expect(brief(pcapSample([long], { snaplen: 10 }))).toEqual(['4000000000.123456000 100/4294967295 link 1 if 0']);
    const longest = { ...record, data: counting(262_144) };
    expect(brief(pcapSample([longest]))).toEqual(['4000000000.123456000 262144/262144 link 1 if 0']);
  });

  it('readInto() puts lengths in order that versions before 2.4 wrote the other way round', () => {
    const cut = { ...record, wire: 60 };
    expect(brief(pcapSample([cut], { minor: 2 }))).toEqual(['4000000000.123456000 9/60 link 1 if 0']);
    expect(brief(pcapSample([cut], { minor: 3 }))).toEqual(['4000000000.123456000 9/60 link 1 if 0']);
    const swapped = { ...record, captured: 60, wire: 9 };
    expect(brief(pcapSample([swapped], { minor: 3 }))).toEqual(['4000000000.123456000 9/60 link 1 if 0']);
  });
});

describe('pcapng', () => {
  it('readInto() numbers interfaces over sections of different byte order', () => {
    const first = new SectionSample(true)
      .idb(1)
      .idb(101, 96, [[2, [0x65, 0x30]]])
      .epb(1, 1_000_001n, counting(4)).bytes;
    const second = new SectionSample(false).idb(113).epb(0, 2_000_002n, counting(5)).bytes;
    const { lines, decoder } = read(Uint8Array.from([...first, ...second]));
    expect(lines.map((line) => line.replace(/ #.*/, ''))).toEqual([
      '1.000001000 4/4 link 101 if 1',
      '2.000002000 5/5 link 113 if 2',
    ]);
    expect(decoder.format).toBe('pcapng');
    expect(
      decoder.interfaces.map(({ section, linkType, snaplen, name }) => [section, linkType, snaplen, name]),
    ).toEqual([
      [0, 1, 0, undefined],
      [0, 101, 96, 'e0'],
      [1, 113, 0, undefined],
    ]);
  });

  it('readInto() adds the offset of the interface', () => {
    const offset: [number, number[]] = [14, [0x10, 0x27, 0, 0, 0, 0, 0, 0]];
    expect(brief(new SectionSample().idb(1, 0, [offset]).epb(0, 7n, []).bytes)).toEqual([
      '10000.000007000 0/0 link 1 if 0',
    ]);
  });

  it('readInto() gives a Simple Packet Block no time stamp and cuts it by the snaplen of the first interface', () => {
    const file = new SectionSample().idb(1, 8).idb(101).spb(100, counting(8)).spb(6, counting(6)).bytes;
    expect(brief(file)).toEqual(['- 8/100 link 1 if 0', '- 6/6 link 1 if 0']);
  });

  it('readInto() reads the obsolete Packet Block', () => {
    expect(brief(new SectionSample().idb().idb(101).pb(1, 3n, counting(6)).bytes)).toEqual([
      '0.000003000 6/6 link 101 if 1',
    ]);
  });

  it('readInto() skips unknown blocks longer than the window, and options of packets', () => {
    const huge = new Uint8Array(1_700_000);
    const file = new SectionSample()
      .idb()
      .block(0x0bad, (body) => body.raw(huge))
      .epb(0, 1n, counting(6), { extra: 1_200_000 })
      .epb(0, 2n, counting(6)).bytes;
    const expected = ['0.000001000 6/6 link 1 if 0', '0.000002000 6/6 link 1 if 0'];
    expect(brief(file)).toEqual(expected);
    const { lines, error } = read(file, [100_001]);
    expect(error).toBeUndefined();
    expect(lines).toEqual(read(file).lines);
  });

  it('readInto() changes between interfaces with their own units', () => {
    const section = new SectionSample()
      .idb(1, 0, [[9, [9]]])
      .idb(1, 0, [[9, [0x80 | 10]]])
      .idb(1, 0, [[9, [12]]]);
    for (let i = 0n; i < 3n; i++)
      section
        .epb(0, 5_000_000_001n + i, [])
        .epb(1, 1536n + i, [])
        .epb(2, 2_000_000_000_999n, []);
    expect(brief(section.bytes).map((line) => line.split(' ')[0])).toEqual([
      '5.000000001', '1.500000000', '2.000000000',
      '5.000000002', '1.500976562', '2.000000000',
      '5.000000003', '1.501953125', '2.000000000',
    ]); // biome-ignore format: three interfaces side by side
  });
});

describe('snoop', () => {
  it('readInto() reads records and passes their padding', () => {
    const records = [0, 7, 1_500_000].map((padding) => ({
      second: 5,
      fraction: 1_000_001,
      data: counting(3),
      wire: 70,
      padding,
    }));
    const file = snoopSample(records);
    expect(brief(file)).toEqual(Array(3).fill('6.000001000 3/70 link 1 if 0'));
    expect(read(file, [65_537]).lines).toEqual(read(file).lines);
  });

  it.each([
    [0, 1],
    [2, 6],
    [4, 1],
    [8, 10],
    [16, 122],
    [18, 123],
    [25, 1],
    [0x8000_0005, 226],
  ])('readInto() maps datalink type %i to LINKTYPE %i', (datalink, linkType) => {
    expect(read(snoopSample([], { datalink })).decoder.interfaces[0]!.linkType).toBe(linkType);
  });
});

describe('corruption', () => {
  const text = new TextEncoder();
  const sound = { second: 1, fraction: 1, data: counting(4) };
  const section = (): SectionSample => new SectionSample().idb().epb(0, 1n, counting(4));
  const patched = (bytes: Uint8Array, at: number, ...values: number[]): Uint8Array => {
    bytes.set(values, at);
    return bytes;
  };

  it.each<[string, Uint8Array, string, number, number]>([
    ['nothing', new Uint8Array(), 'empty', 0, 0],
    ['one byte', new Uint8Array(1), 'bad-magic', 0, 0],
    ['text', text.encode('hello, this is a text file'), 'bad-magic', 0, 0],
    ['zeros', new Uint8Array(4096), 'bad-magic', 0, 0],
    ['snoopy', text.encode('snoopy and woodstock'), 'bad-magic', 0, 0],
    ['gzip data', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), 'compressed', 0, 0],
    ['zstd data', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0), 'compressed', 0, 0],
    ['a cut pcap header', pcapSample([]).subarray(0, 23), 'truncated-header', 0, 0],
    ['a cut snoop header', snoopSample([]).subarray(0, 15), 'truncated-header', 0, 0],
    ['a cut pcapng header', section().bytes.subarray(0, 11), 'truncated-header', 0, 0],
    ['a pcapng header cut later', section().bytes.subarray(0, 27), 'truncated-record', 0, 0],
    ['pcap version 1', pcapSample([sound], { major: 1 }), 'unsupported-version', 0, 0],
    ['snoop version 3', snoopSample([sound], { version: 3 }), 'unsupported-version', 0, 0],
    ['pcapng version 2', patched(section().bytes, 12, 2), 'unsupported-version', 0, 0],
    ['snoop of HDLC', snoopSample([sound], { datalink: 5 }), 'unsupported-link-type', 0, 0],
    ['a cut record header', pcapSample([sound, sound]).subarray(0, 24 + 20 + 15), 'truncated-record', 44, 1],
    ['a cut record', pcapSample([sound, sound]).subarray(0, 24 + 39), 'truncated-record', 44, 1],
    ['a long record', pcapSample([sound, { ...sound, captured: 262_145 }]), 'record-too-long', 44, 1],
    ['a huge record', pcapSample([sound, { ...sound, captured: 0xffff_fff0 }]), 'record-too-long', 44, 1],
    ['a short snoop record', snoopSample([sound, { ...sound, recordLength: 27 }]), 'bad-record-length', 44, 1],
    ['a long snoop record', snoopSample([sound, { ...sound, captured: 1 << 30 }]), 'record-too-long', 44, 1],
    ['cut snoop padding', snoopSample([{ ...sound, padding: 5 }]).subarray(0, 48), 'truncated-record', 48, 1],
    ['a block of 8 bytes', patched(section().idb().bytes, 28 + 20 + 36 + 4, 8), 'bad-block-length', 84, 1],
    ['an odd block', patched(section().idb().bytes, 28 + 20 + 36 + 4, 21), 'bad-block-length', 84, 1],
    ['an odd section', patched(section().bytes, 4, 29), 'bad-block-length', 0, 0],
    ['a wrong trailer', patched(section().epb(0, 1n, []).bytes, 84 + 28, 36), 'block-length-mismatch', 84, 1],
    [
      'a wrong trailer of an unknown block',
      patched(section().block(99, () => {}).bytes, 92, 16),
      'block-length-mismatch',
      84,
      1,
    ],
    ['a long section', patched(section().bytes, 7, 0x10), 'block-too-long', 0, 0],
    ['an unknown byte order', patched(section().bytes, 8, 1), 'bad-byte-order', 0, 0],
    [
      'more captured than the block',
      section().epb(0, 1n, counting(4), { captured: 5 }).bytes,
      'bad-captured-length',
      84,
      1,
    ],
    ['a long packet', section().epb(0, 1n, [], { captured: 262_145 }).bytes, 'record-too-long', 84, 1],
    ['more of a simple packet', section().spb(9, counting(8)).bytes, 'bad-captured-length', 84, 1],
    ['an unknown interface', section().epb(1, 1n, counting(4)).bytes, 'unknown-interface', 84, 1],
    ['no interface', new SectionSample().spb(4, counting(4)).bytes, 'unknown-interface', 28, 0],
    ['a huge interface', section().epb(0xffff_ffff, 1n, counting(4)).bytes, 'unknown-interface', 84, 1],
    ['a long if_tsresol', new SectionSample().idb(1, 0, [[9, [6, 6]]]).bytes, 'bad-option', 28, 0],
    ['a short if_tsoffset', new SectionSample().idb(1, 0, [[14, [6]]]).bytes, 'bad-option', 28, 0],
    ['a long option of a section', patched(new SectionSample(true, [[4, [1]]]).bytes, 26, 99), 'bad-option', 0, 0],
  ])('readInto() stops at %s', (_, bytes, code, offset, packets) => {
    for (const pieces of [[], [1], [1000]]) {
      const { lines, error, decoder } = read(bytes, pieces);
      expect([error?.code, error?.offset, lines.length]).toEqual([code, offset, packets]);
      expect(error?.message).toMatch(/^Cannot read capture: .* must .*: got /);
      expect(decoder.finished).toBe(true);
      expect(decoder.packets).toBe(packets);
    }
  });

  it('readInto() stops at more interfaces than 65,536', () => {
    const idb = new SectionSample().idb().bytes.subarray(28);
    const file = new Uint8Array(28 + idb.length * 65_537);
    file.set(new SectionSample().bytes);
    for (let i = 0; i <= 65_536; i++) file.set(idb, 28 + i * idb.length);
    expect(read(file).error?.code).toBe('too-many-interfaces');
  });

  it('readInto() holds no more than its window of a block that claims 4 GB', () => {
    const file = patched(
      section().block(99, (body) => body.raw(new Uint8Array(2_500_000))).bytes,
      88,
      0xfc,
      0xff,
      0xff,
      0xff,
    );
    const decoder = new CaptureDecoder();
    const batch = new RecordBatch();
    for (let at = 0; at < file.length; ) {
      at += decoder.push(file.subarray(at, at + 500_000));
      while (decoder.readInto(batch) > 0);
      expect(decoder.reserve().length).toBeLessThan(1_400_000);
    }
    decoder.end();
    expect(decoder.readInto(batch)).toBe(0);
    expect([decoder.error?.code, decoder.error?.offset]).toEqual(['truncated-record', 84]);
  });
});

describe('input in pieces', () => {
  it.each(smallCaptures())('readInto() gives the same rows of %s whatever the pieces', (_, bytes) => {
    const whole = read(bytes);
    expect(whole.error).toBeUndefined();
    expect(whole.lines.length).toBeGreaterThan(3);
    expect(read(bytes, [1]).lines).toEqual(whole.lines);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        (pieces, rows) => {
          expect(read(bytes, pieces, rows).lines).toEqual(whole.lines);
        },
      ),
      { seed: 1 },
    );
  });

  it('readInto() gives the same rows of a capture of several windows', () => {
    const data = counting(9_000);
    const file = pcapSample(
      Array.from({ length: 600 }, (_, i) => ({ second: i, fraction: i, data: data.slice(0, (i * 131) % 9_000) })),
    );
    const whole = read(file, [], 256);
    expect(whole.lines.length).toBe(600);
    for (const piece of [4_096, 65_536, 1_000_003, file.length])
      expect(read(file, [piece], 256).lines).toEqual(whole.lines);
  });

  it.each(smallCaptures())('readInto() gives the packets before the cut of %s, at every byte', (_, bytes) => {
    const { lines } = read(bytes);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const inPlace = read(cut);
      const inPieces = read(cut, [7]);
      expect(inPlace.lines).toEqual(lines.slice(0, inPlace.lines.length));
      expect(inPlace.error === undefined || /^(truncated|empty|bad-magic)/.test(inPlace.error.code)).toBe(true);
      expect([inPieces.lines, inPieces.error?.message]).toEqual([inPlace.lines, inPlace.error?.message]);
    }
  });

  it.each(smallCaptures())('readInto() only ever stops with an error on damaged %s', (_, bytes) => {
    const damage = fc.array(
      fc.tuple(fc.nat(bytes.length - 1), fc.oneof(fc.constantFrom(0, 0xff, 0x7f, 0x80), fc.nat(255))),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(damage, fc.integer({ min: 1, max: 50 }), (changes, piece) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const inPlace = read(damaged);
        const inPieces = read(damaged, [piece]);
        expect([inPieces.lines, inPieces.error?.message]).toEqual([inPlace.lines, inPlace.error?.message]);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('readInto() only ever stops with an error on arbitrary bytes behind a magic', () => {
    const magic = fc.constantFrom(
      [0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4],
      [0x0a, 0x0d, 0x0d, 0x0a],
      [...smallCaptures()[5]![1].subarray(0, 16)],
    );
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 300 }), (head, tail) => {
        const file = Uint8Array.from([...head, ...tail]);
        expect(read(file, [13]).error?.message).toBe(read(file).error?.message);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('reserve() and commit() read the same as push()', () => {
    for (const [, bytes] of smallCaptures()) {
      const decoder = new CaptureDecoder();
      const batch = new RecordBatch();
      let packets = 0;
      for (let at = 0; at < bytes.length; at += 11) {
        const part = bytes.subarray(at, at + 11);
        decoder.reserve().set(part);
        decoder.commit(part.length);
        while (decoder.readInto(batch) > 0) packets += batch.count;
      }
      decoder.end();
      while (decoder.readInto(batch) > 0) packets += batch.count;
      expect(packets).toBe(read(bytes).lines.length);
      expect(decoder.bytesRead).toBe(bytes.length);
    }
  });
});

describe('use', () => {
  it('push() takes what fits, and readInto() makes room', () => {
    const file = pcapSample([{ second: 0, fraction: 0, data: counting(100) }]);
    const big = new Uint8Array(3_000_000);
    big.set(file);
    const decoder = new CaptureDecoder();
    const taken = decoder.push(big);
    expect(taken).toBeLessThan(big.length);
    expect(decoder.push(big)).toBe(0);
    while (decoder.readInto(new RecordBatch()) > 0);
    expect(decoder.push(big.subarray(taken))).toBeGreaterThan(0);
  });

  it('push() and commit() take and ignore input after an error', () => {
    const decoder = new CaptureDecoder();
    decoder.push(new Uint8Array(100));
    expect(decoder.readInto(new RecordBatch())).toBe(0);
    expect(decoder.error?.code).toBe('bad-magic');
    expect(decoder.push(new Uint8Array(5_000_000))).toBe(5_000_000);
    expect(decoder.reserve().length).toBeGreaterThan(0);
    decoder.commit(17);
    expect(decoder.readInto(new RecordBatch())).toBe(0);
  });

  it('push(), reserve() and commit() throw when the input has ended or is in place', () => {
    const ended = new CaptureDecoder();
    ended.end();
    for (const decoder of [ended, CaptureDecoder.of(pcapSample([]))]) {
      expect(() => decoder.push(new Uint8Array(1))).toThrow(TypeError);
      expect(() => decoder.reserve()).toThrow(TypeError);
      expect(() => decoder.commit(1)).toThrow(TypeError);
    }
  });

  it('commit() throws for more than was free', () => {
    const decoder = new CaptureDecoder();
    const free = decoder.reserve().length;
    for (const bad of [-1, 0.5, free + 1, Number.NaN]) expect(() => decoder.commit(bad)).toThrow(RangeError);
  });

  it('one batch serves several decoders in turn', () => {
    const batch = new RecordBatch();
    const records = [{ second: 1, fraction: 0, data: counting(3) }];
    const decoders = [1, 101, 113].map((linkType) =>
      CaptureDecoder.of(pcapSample([...records, ...records], { linkType })),
    );
    const small = new RecordBatch(1);
    for (let turn = 0; turn < 2; turn++) {
      for (const [i, linkType] of [1, 101, 113].entries()) {
        expect(decoders[i]!.readInto(small)).toBe(1);
        expect(small.linkType[0]).toBe(linkType);
      }
    }
    expect(CaptureDecoder.of(smallCaptures()[4]![1]).readInto(batch)).toBe(5);
    expect(CaptureDecoder.of(pcapSample(records)).readInto(batch)).toBe(1);
    expect([batch.linkType[0], batch.interfaceIndex[0]]).toEqual([1, 0]);
  });

  it.each([0, -1, 1.5, 65_537, Number.NaN])('RecordBatch throws for capacity %d', (capacity) => {
    expect(() => new RecordBatch(capacity)).toThrow(RangeError);
  });
});
