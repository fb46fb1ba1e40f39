import { COMPRESSION_MAGIC_LENGTH, sniffCompression } from './_magic.ts';
import { CaptureDecoder } from './capture-decoder.ts';
import { type ByteStream, type Decompressors, decompress } from './decompress.ts';
import { RecordBatch } from './record-batch.ts';

/** How to read a capture. */
export interface ReadCaptureOptions {
  /** Rows of a batch, 1 to 65,536; 256 if not given. */
  readonly batchSize?: number;
  /** Called with the decoder before the first byte: it tells format, interfaces and how far reading is. */
  readonly onDecoder?: (decoder: CaptureDecoder) => void;
}

/** How to read a capture that may be compressed. */
export interface ReadCaptureStreamOptions extends ReadCaptureOptions {
  /** Decompression where the platform has none, see {@link decompress}. */
  readonly decompressors?: Decompressors;
}

/**
 * Reads a capture in memory, batch by batch.
 *
 * Nothing is copied: the rows point into `bytes`.
 *
 * @param bytes A whole pcap, pcapng or snoop file, not compressed.
 * @param options Size of the batch.
 * @returns The packets in file order. Every turn yields the same batch, refilled; it is never empty.
 * @throws {CaptureError} Where the capture is corrupt, after the packets before that place.
 * @throws {RangeError} If `batchSize` is not an integer from 1 to 65,536.
 * @example Bytes of all packets
 * ```ts
 * import { PcapWriter, readCaptureSync } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapWriter();
 * writer.add(new Uint8Array(60), 0, 60, 60, 0, 0);
 * writer.add(new Uint8Array(96), 0, 96, 1500, 1, 0);
 *
 * let bytes = 0;
 * for (const batch of readCaptureSync(writer.take())) {
 *   for (let row = 0; row < batch.count; row++) bytes += batch.length[row]!;
 * }
 * assert.equal(bytes, 1560);
 * ```
 */
export function* readCaptureSync(
  bytes: Uint8Array,
  options: ReadCaptureOptions = {},
): Generator<RecordBatch, void, undefined> {
  const batch = new RecordBatch(options.batchSize);
  const decoder = CaptureDecoder.of(bytes);
  options.onDecoder?.(decoder);
  while (decoder.readInto(batch) > 0) yield batch;
  if (decoder.error) throw decoder.error;
}

/**
 * Reads a capture from a stream or from bytes, batch by batch, in constant memory; decompresses gzip and zstd.
 *
 * Packets are delivered as soon as their bytes are there. Stopping early cancels the stream.
 *
 * @param source The input: a `ReadableStream` of any chunks, or a whole file in memory.
 * @param options Size of the batch, decompression.
 * @returns The packets in file order. Every turn yields the same batch, refilled, valid until the next turn; it is never
 * empty.
 * @throws {CaptureError} Where the capture, or its compression, is corrupt, after the packets before that place.
 * @throws {RangeError} If `batchSize` is not an integer from 1 to 65,536.
 * @example A compressed capture from a stream
 * ```ts
 * import { PcapWriter, readCapture } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapWriter();
 * for (let i = 0; i < 300; i++) writer.add(new Uint8Array(60), 0, 60, 60, i, 0);
 * const stream = new Blob([new Uint8Array(writer.take())]).stream().pipeThrough(new CompressionStream('gzip'));
 *
 * let packets = 0;
 * for await (const batch of readCapture(stream)) packets += batch.count;
 * assert.equal(packets, 300);
 * ```
 */
export async function* readCapture(
  source: Uint8Array | ByteStream,
  options: ReadCaptureStreamOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  if (source instanceof Uint8Array) {
    if (sniffCompression(source.subarray(0, COMPRESSION_MAGIC_LENGTH)) === undefined) {
      yield* readCaptureSync(source, options);
      return;
    }
    source = streamOf(source);
  }
  const batch = new RecordBatch(options.batchSize);
  const decoder = new CaptureDecoder();
  options.onDecoder?.(decoder);
  const plain = await decompress(source, options.decompressors);
  const reader = plain.getReader();
  let open = true;
  try {
    while (!decoder.error) {
      const { done, value } = await reader.read();
      if (done) {
        open = false;
        break;
      }
      for (let taken = 0; taken < value.length; ) {
        taken += decoder.push(taken === 0 ? value : value.subarray(taken));
        while (decoder.readInto(batch) > 0) yield batch;
      }
    }
    decoder.end();
    while (decoder.readInto(batch) > 0) yield batch;
    if (decoder.error) throw decoder.error;
  } finally {
    if (open) await reader.cancel().catch(() => {});
  }
}

/** A stream of pieces of bytes in memory, as they are pulled. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + 65_536));
      else controller.close();
      at += 65_536;
    },
  });
}
