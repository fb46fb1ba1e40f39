import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Duplex, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CaptureDecoder, type Decompressors, RecordBatch, readCapture } from '@midplane/capture';
import { CommandError } from './command-error.ts';

/** Rows of a batch. */
const BATCH_ROWS = 1024;
/** First bytes of gzip and zstd: such input goes through the stream reader. */
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

const DECOMPRESSORS: Decompressors = {
  gzip: () => Duplex.toWeb(createGunzip()) as never,
  zstd: () => Duplex.toWeb(createZstdDecompress()) as never,
};

/** An input that is being read. */
export interface Input {
  /** Name for messages. */
  readonly name: string;
  /** Bytes of the file; undefined for standard input. */
  readonly size: number | undefined;
  /** Bytes read so far, of the uncompressed stream. */
  readonly bytesRead: () => number;
  /** The packets; throws a CaptureError where the capture is corrupt, after the packets before that place. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/**
 * Opens a capture: a path, or `-` for standard input.
 *
 * @throws {CommandError} If there is no such file, it is a directory, or may not be read.
 */
export async function openInput(path: string): Promise<Input> {
  if (path === '-') {
    const stream = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
    return streamInput('standard input', undefined, stream);
  }
  const size = await fileSize(path);
  const file = await open(path);
  const magic = new Uint8Array(4);
  await file.read(magic, 0, 4, 0);
  if (startsWith(magic, GZIP) || startsWith(magic, ZSTD)) {
    await file.close();
    return streamInput(path, size, Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
  }
  const decoder = new CaptureDecoder();
  return { name: path, size, bytesRead: () => decoder.bytesRead, batches: readFile(file, decoder) };
}

/** Reads straight into the decoder's window: no chunk is copied. */
async function* readFile(
  file: Awaited<ReturnType<typeof open>>,
  decoder: CaptureDecoder,
): AsyncGenerator<RecordBatch, void, undefined> {
  const batch = new RecordBatch(BATCH_ROWS);
  try {
    for (;;) {
      const free = decoder.reserve();
      const { bytesRead } = await file.read(free, 0, free.length, null);
      if (bytesRead === 0) break;
      decoder.commit(bytesRead);
      while (decoder.readInto(batch) > 0) yield batch;
      if (decoder.finished) break;
    }
    decoder.end();
    while (decoder.readInto(batch) > 0) yield batch;
    if (decoder.error) throw decoder.error;
  } finally {
    await file.close();
  }
}

function streamInput(name: string, size: number | undefined, stream: ReadableStream<Uint8Array>): Input {
  let decoder: CaptureDecoder | undefined;
  const batches = readCapture(stream, {
    batchSize: BATCH_ROWS,
    decompressors: DECOMPRESSORS,
    onDecoder: (made) => {
      decoder = made;
    },
  });
  return { name, size, bytesRead: () => decoder?.bytesRead ?? 0, batches };
}

async function fileSize(path: string): Promise<number> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      if (status.isDirectory()) {
        throw new CommandError('not-a-file', `Cannot read capture: path must be a file: got the directory "${path}"`);
      }
      return status.size;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new CommandError('no-such-file', `Cannot read capture: the file must exist: got "${path}"`);
    }
    if (code === 'EACCES') {
      throw new CommandError('not-readable', `Cannot read capture: the file must be readable: got "${path}"`);
    }
    if (code === 'EISDIR') {
      throw new CommandError('not-a-file', `Cannot read capture: path must be a file: got the directory "${path}"`);
    }
    throw error;
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
