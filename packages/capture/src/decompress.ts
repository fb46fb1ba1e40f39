import { COMPRESSION_MAGIC_LENGTH, type CompressionFormat, sniffCompression } from './_magic.ts';
import { CaptureError } from './capture-error.ts';

/**
 * A stream of bytes: any `ReadableStream<Uint8Array>`, of the platform or of `node:stream/web`.
 */
export interface ByteStream {
  /** Locks the stream and gives a reader of its chunks. */
  getReader(): ByteStreamReader;
}

/** Reader of a {@link ByteStream}. */
export interface ByteStreamReader {
  /** Gives the next chunk, or says that there is none. */
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  /** Says that no more is wanted. */
  cancel(reason?: unknown): Promise<void>;
}

/** A pair of streams that decompresses: what is written to `writable` comes out of `readable`. */
export interface Decompressor {
  /** Takes compressed bytes: any `WritableStream`. */
  readonly writable: {
    getWriter(): {
      readonly ready: Promise<unknown>;
      write(chunk: Uint8Array): Promise<void>;
      close(): Promise<void>;
      abort(reason?: unknown): Promise<void>;
    };
  };
  /** Gives the bytes. */
  readonly readable: ByteStream;
}

/** Makers of decompressors by format; used instead of what the platform has. */
export interface Decompressors {
  /** Maker for gzip (RFC 1952). */
  readonly gzip?: () => Decompressor;
  /** Maker for zstd (RFC 8878). */
  readonly zstd?: () => Decompressor;
}

/**
 * Compressed bytes that are handed on at once. The streams of a platform may give everything that one chunk expands to
 * before they wait for the reader (gzip: 1,000 times its size).
 */
const PIECE_LENGTH = 16_384;

/**
 * Decompresses a stream if its first bytes say that it is gzip or zstd, and passes it on if not.
 *
 * Uses the caller's decompressor for the format if there is one, else `DecompressionStream` if the platform's has the
 * format: gzip everywhere, zstd where it is new. Platforms differ in files of several gzip members; `node:zlib` reads
 * them.
 *
 * @param stream Input; read from here on by the result only.
 * @param decompressors Makers that are preferred to the platform's, for instance of `node:zlib`.
 * @returns The plain bytes, pulled as they are read. Corrupt compressed data fails it with a {@link CaptureError} of code
 * `bad-compression`, whose offset is the number of plain bytes before it.
 * @throws {CaptureError} `unsupported-compression` if neither the caller nor the platform can decompress the format.
 * @example
 * ```ts
 * import { decompress } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const packed = new Blob(['plain']).stream().pipeThrough(new CompressionStream('gzip'));
 * assert.equal(await new Response(await decompress(packed)).text(), 'plain');
 * assert.equal(await new Response(await decompress(new Blob(['plain']).stream())).text(), 'plain');
 * ```
 */
export async function decompress(
  stream: ByteStream,
  decompressors: Decompressors = {},
): Promise<ReadableStream<Uint8Array>> {
  const reader = stream.getReader();
  // First chunks, until the magic is whole.
  const first: Uint8Array[] = [];
  const head = new Uint8Array(COMPRESSION_MAGIC_LENGTH);
  let filled = 0;
  while (filled < head.length) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    first.push(value);
    const part = value.subarray(0, head.length - filled);
    head.set(part, filled);
    filled += part.length;
  }
  const format = sniffCompression(head.subarray(0, filled));
  if (format === undefined) return replay(first, reader, Number.POSITIVE_INFINITY);
  let decompressor: Decompressor;
  try {
    decompressor = decompressors[format]?.() ?? platformDecompressor(format);
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
  return guard(replay(first, reader, PIECE_LENGTH), decompressor, format);
}

function platformDecompressor(format: CompressionFormat): Decompressor {
  try {
    return new DecompressionStream(format as 'gzip') as unknown as Decompressor;
  } catch (cause) {
    const rule = `compression must be one that this platform or the caller can decompress`;
    throw new CaptureError('unsupported-compression', 0, `Cannot read capture: ${rule}: got ${format}`, { cause });
  }
}

/** The chunks that were read already, then the rest, in pieces of at most `limit` bytes. */
function replay(first: Uint8Array[], reader: ByteStreamReader, limit: number): ReadableStream<Uint8Array> {
  let chunk: Uint8Array | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (chunk === undefined || chunk.length === 0) {
          chunk = first.shift();
          if (chunk !== undefined) continue;
          const { done, value } = await reader.read();
          if (done || value === undefined) return controller.close();
          chunk = value;
        }
        const piece: Uint8Array = chunk.length <= limit ? chunk : chunk.subarray(0, limit);
        chunk = chunk.length <= limit ? undefined : chunk.subarray(limit);
        controller.enqueue(piece);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Pipes through the decompressor; its failure becomes a capture error, a failure of the source stays what it is. */
function guard(
  packed: ReadableStream<Uint8Array>,
  decompressor: Decompressor,
  format: CompressionFormat,
): ReadableStream<Uint8Array> {
  const source = packed.getReader();
  const writer = decompressor.writable.getWriter();
  const plain = decompressor.readable.getReader();
  let sourceError: { error: unknown } | undefined;
  let cancelled = false;
  let offset = 0;

  async function feed(): Promise<void> {
    try {
      for (;;) {
        await writer.ready; // rejects once the data turns out to be corrupt
        const { done, value } = await source.read().catch((error: unknown) => {
          sourceError = { error };
          throw error;
        });
        if (cancelled) throw new Error('nobody reads');
        if (done) return await writer.close();
        writer.write(value).catch(() => {}); // the reading side tells
      }
    } catch (error) {
      await Promise.allSettled([writer.abort(error), source.cancel(error)]);
    }
  }

  void feed();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await plain.read();
          if (done || value === undefined) {
            // What is behind the compressed data is not read.
            cancelled = true;
            source.cancel().catch(() => {});
            return controller.close();
          }
          offset += value.length;
          controller.enqueue(value);
        } catch (cause) {
          if (sourceError) return controller.error(sourceError.error);
          const rule = `${format} data must be sound and complete`;
          const message = `Cannot read capture: ${rule}: got ${reasonOf(cause)} (after ${offset} bytes)`;
          controller.error(new CaptureError('bad-compression', offset, message, { cause }));
        }
      },
      async cancel(reason) {
        cancelled = true;
        await Promise.allSettled([plain.cancel(reason), source.cancel(reason)]);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Why data could not be decompressed, as the platform says it; never empty. */
function reasonOf(failure: unknown): string {
  // Node and Bun hand on what zlib says as the cause of an error without a message
  for (let error = failure; error !== undefined && error !== null; error = (error as { cause?: unknown }).cause) {
    const said = error instanceof Error ? error.message : String(error);
    const reason = said.trim().replace(/\.$/, '');
    if (reason !== '') return reason;
  }
  return 'data that is corrupt or cut off';
}
