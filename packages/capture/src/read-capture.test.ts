import { Duplex, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CaptureError, type Decompressors, decompress, readCapture, readCaptureSync } from './index.ts';
import { counting, formatRow, pcapSample, read, smallCaptures } from './samples.suite.ts';

const zlib: Decompressors = {
  gzip: () => Duplex.toWeb(createGunzip()),
  zstd: () => Duplex.toWeb(createZstdDecompress()),
};

function streamOf(bytes: Uint8Array, piece: number, onCancel?: () => void): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + piece));
      at += piece;
    },
    cancel: () => onCancel?.(),
  });
}

async function collect(source: Parameters<typeof readCapture>[0], decompressors?: Decompressors) {
  const lines: string[] = [];
  let error: unknown;
  try {
    const options = decompressors === undefined ? { batchSize: 50 } : { batchSize: 50, decompressors };
    for await (const batch of readCapture(source, options)) {
      if (batch.count === 0) throw new Error('a batch is empty');
      for (let row = 0; row < batch.count; row++) lines.push(formatRow(batch, row));
    }
  } catch (thrown) {
    error = thrown;
  }
  return { lines, error };
}

const big = pcapSample(
  Array.from({ length: 20_000 }, (_, i) => ({ second: i, fraction: i, data: counting(40 + (i % 50)) })),
);

describe('readCapture()', () => {
  it.each(smallCaptures())('yields the packets of %s from bytes and from streams', async (_, bytes) => {
    const { lines } = read(bytes);
    expect(await collect(bytes)).toEqual({ lines, error: undefined });
    for (const piece of [1, 10, 1_000]) {
      expect(await collect(streamOf(bytes, piece))).toEqual({ lines, error: undefined });
    }
  });

  it('decompresses gzip with what the platform has', async () => {
    const { lines } = read(big);
    expect(await collect(gzipSync(big))).toEqual({ lines, error: undefined });
    expect(await collect(streamOf(gzipSync(big), 1_001))).toEqual({ lines, error: undefined });
    for (const [, small] of smallCaptures()) {
      expect(await collect(streamOf(gzipSync(small), 1))).toEqual({ lines: read(small).lines, error: undefined });
    }
  });

  it('decompresses gzip and zstd with what the caller gives', async () => {
    const { lines } = read(big);
    for (const packed of [gzipSync(big), zstdCompressSync(big)]) {
      expect(await collect(streamOf(packed, 5_000), zlib)).toEqual({ lines, error: undefined });
      expect(await collect(packed, zlib)).toEqual({ lines, error: undefined });
    }
  });

  it('decompresses a gzip file of several members with what the caller gives', async () => {
    const half = big.length >> 1;
    const packed = Buffer.concat([gzipSync(big.subarray(0, half)), gzipSync(big.subarray(half))]);
    expect(await collect(packed, zlib)).toEqual({ lines: read(big).lines, error: undefined });
  });

  it('yields what came before a corruption, then throws its error', async () => {
    const cut = big.subarray(0, big.length - 1);
    const expected = read(cut);
    for (const source of [cut, streamOf(cut, 5_000)]) {
      const { lines, error } = await collect(source);
      expect(lines).toEqual(expected.lines);
      expect(error).toBeInstanceOf(CaptureError);
      expect((error as CaptureError).message).toBe(expected.error!.message);
    }
  });

  it.each([undefined, zlib])(
    'yields what came before corrupt compression, then throws its error',
    async (decompressors) => {
      const packed = gzipSync(big);
      const cut = packed.subarray(0, packed.length - 100);
      const wrongSum = Uint8Array.from(packed).fill(0xff, packed.length - 8, packed.length - 4);
      for (const source of [cut, wrongSum]) {
        const { lines, error } = await collect(streamOf(source, 3_000), decompressors);
        expect(lines.length).toBeGreaterThan(1_000);
        expect(lines).toEqual(read(big).lines.slice(0, lines.length));
        expect(error).toBeInstanceOf(CaptureError);
        expect((error as CaptureError).code).toBe('bad-compression');
        expect((error as CaptureError).offset).toBeGreaterThan(60_000);
      }
    },
  );

  it.each([undefined, zlib])('says in which way compressed data is corrupt', async (decompressors) => {
    const packed = gzipSync(big);
    const wrongSum = Uint8Array.from(packed).fill(0xff, packed.length - 8, packed.length - 4);
    const says = async (bytes: Uint8Array) => ((await collect(bytes, decompressors)).error as CaptureError).message;
    const rule = 'Cannot read capture: gzip data must be sound and complete: got';
    for (const length of [6, 1000, packed.length - 4]) {
      expect(await says(packed.subarray(0, length))).toMatch(
        new RegExp(`^${rule} unexpected end of file \\(after \\d+ bytes\\)$`),
      );
    }
    expect(await says(wrongSum)).toMatch(new RegExp(`^${rule} incorrect data check \\(after \\d+ bytes\\)$`));
  });

  it('says that zstd data ends early', async () => {
    const cut = zstdCompressSync(big).subarray(0, -100);
    expect((await collect(cut, zlib)).error).toMatchObject({
      code: 'bad-compression',
      message: expect.stringMatching(
        /^Cannot read capture: zstd data must be sound and complete: got unexpected end of file \(after \d+ bytes\)$/,
      ),
    });
  });

  it.each<[string, unknown, string]>([
    ['no message but that of its cause', new TypeError('', { cause: new Error('inner') }), 'inner'],
    ['no message at all', new TypeError(''), 'data that is corrupt or cut off'],
    ['a full stop', new TypeError('Decompression failed.'), 'Decompression failed'],
    ['no error', 'a word', 'a word'],
    ['nothing', undefined, 'data that is corrupt or cut off'],
  ])('names a reason if the failure of the decompressor has %s', async (_, failure, reason) => {
    const failing = () => {
      const readable = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(failure) });
      return { readable, writable: new WritableStream<Uint8Array>() };
    };
    const { error } = await collect(gzipSync(big), { gzip: failing });
    const said = `Cannot read capture: gzip data must be sound and complete: got ${reason} (after 0 bytes)`;
    expect((error as CaptureError).message).toBe(said);
  });

  it('throws for a compression that the platform does not have', async () => {
    const packed = zstdCompressSync(big);
    let supported = true;
    try {
      new DecompressionStream('zstd' as 'gzip');
    } catch {
      supported = false;
    }
    const { lines, error } = await collect(packed);
    if (supported) expect(lines).toEqual(read(big).lines);
    else expect((error as CaptureError).code).toBe('unsupported-compression');
  });

  it('throws the error of the source', async () => {
    const failing = new Error('disk on fire');
    const make = (bytes: Uint8Array): ReadableStream<Uint8Array> => {
      let turn = 0;
      return new ReadableStream({
        pull(controller) {
          if (turn++ === 0) controller.enqueue(bytes.slice());
          else controller.error(failing);
        },
      });
    };
    expect(await collect(make(big))).toEqual({ lines: read(big).lines, error: failing });
    expect((await collect(make(gzipSync(big)))).error).toBe(failing);
    expect((await collect(make(gzipSync(big)), zlib)).error).toBe(failing);
  });

  it('cancels the source when it is left early, and when the capture is corrupt', async () => {
    // Random bytes: what cannot be made shorter is not read to its end before the first packet.
    let state = 1;
    const random = Array.from({ length: 1_000_000 }, () => {
      state = (Math.imul(state, 48_271) + 1) >>> 0;
      return state >>> 24;
    });
    const noise = pcapSample(
      Array.from({ length: 10 }, (_, i) => ({
        second: i,
        fraction: 0,
        data: random.slice(i * 100_000, (i + 1) * 100_000),
      })),
    );
    for (const bytes of [noise, gzipSync(noise)]) {
      let cancelled = 0;
      for await (const _ of readCapture(streamOf(bytes, 4_000, () => cancelled++))) break;
      expect(cancelled).toBe(1);
    }
    let cancelled = 0;
    const { error } = await collect(streamOf(new Uint8Array(1_000_000), 100, () => cancelled++));
    expect([(error as CaptureError).code, cancelled]).toEqual(['bad-magic', 1]);
  });

  it('accepts a stream of Node and empty chunks', async () => {
    const chunks = [new Uint8Array(), big.slice(0, 2), new Uint8Array(), big.slice(2)];
    const stream = Readable.toWeb(Readable.from(chunks));
    expect(await collect(stream)).toEqual({ lines: read(big).lines, error: undefined });
  });

  it('tells about an empty stream', async () => {
    expect(((await collect(streamOf(new Uint8Array(), 1))).error as CaptureError).code).toBe('empty');
    expect(((await collect(new Uint8Array())).error as CaptureError).code).toBe('empty');
  });

  it('shows its decoder', async () => {
    const seen: unknown[] = [];
    for await (const _ of readCapture(streamOf(big, 5_000), { onDecoder: (decoder) => seen.push(decoder) }));
    expect(seen).toMatchObject([{ format: 'pcap', packets: 20_000, bytesRead: big.length, finished: true }]);
  });

  it('holds no more than a window of what it reads', async () => {
    const block = big.subarray(24);
    let sent = 0;
    const long = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? big : block);
        if (++sent === 40) controller.close();
      },
    });
    let packets = 0;
    for await (const batch of readCapture(long)) {
      packets += batch.count;
      expect(batch.bytes.length).toBeLessThan(1_400_000);
    }
    expect(packets).toBe(40 * 20_000);
  });
});

describe('readCaptureSync()', () => {
  it('yields one batch, refilled', () => {
    const batches = new Set();
    let packets = 0;
    for (const batch of readCaptureSync(big, { batchSize: 1_000 })) {
      batches.add(batch);
      packets += batch.count;
    }
    expect([batches.size, packets]).toEqual([1, 20_000]);
  });

  it('throws for a batch size that is out of range', () => {
    expect(() => readCaptureSync(big, { batchSize: 0 }).next()).toThrow(RangeError);
  });

  it('throws for compressed bytes', () => {
    expect(() => readCaptureSync(gzipSync(big)).next()).toThrow(/must be decompressed first: got gzip data/);
  });
});

describe('decompress()', () => {
  it('passes short and plain input on', async () => {
    for (const text of ['', 'a', 'abc', 'plain text']) {
      const bytes = new TextEncoder().encode(text);
      expect(await new Response((await decompress(streamOf(bytes, 2))) as BodyInit).text()).toBe(text);
    }
  });
});
