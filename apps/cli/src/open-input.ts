import { createReadStream, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Duplex, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { CaptureDecoder, CaptureError, type Decompressors, RecordBatch, readCapture } from '@midplane/capture';
import { checkCapturePath, readError } from './check-capture-path.ts';
import { CommandError } from './command-error.ts';
import { oneStandardInput } from './standard-input.ts';

/** Rows of a batch. */
const BATCH_ROWS = 1024;
/** Bytes of one read: what is read and decoded stays in the cache of a core. */
const READ_BYTES = 128 * 1024;
/** First bytes of gzip and zstd: such input goes through the stream reader. */
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

const DECOMPRESSORS: Decompressors = {
  gzip: () => Duplex.toWeb(zlib.createGunzip()) as never,
  // from Node 22.15 on; without it such a capture is refused
  ...(zlib.createZstdDecompress && { zstd: () => Duplex.toWeb(zlib.createZstdDecompress()) as never }),
};

/** Whether standard input was opened: what was read of it is gone. */
let isStandardInputOpened = false;

/** An input that is being read. */
export interface Input {
  /** Bytes of the file; undefined where it is not known: standard input, pipes, compressed files. */
  readonly size: number | undefined;
  /** Bytes read so far, of the uncompressed stream. */
  readonly bytesRead: () => number;
  /** The packets; throws a CaptureError where the capture is corrupt, after the packets before that place. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/**
 * Opens a capture: a path, or `-` for standard input.
 *
 * @throws {CommandError} If there is no such file, it is a directory or may not be read, or standard input is a terminal
 * or was opened before.
 */
export async function openInput(path: string): Promise<Input> {
  if (path === '-') {
    if (process.stdin.isTTY) {
      const rule = 'standard input must be a capture, as in "midplane inspect - < capture.pcap"';
      throw new CommandError('input-is-terminal', `Cannot read capture: ${rule}: got a terminal`);
    }
    if (isStandardInputOpened) {
      throw oneStandardInput('Cannot read capture: it must be a file where it is read again: got standard input');
    }
    isStandardInputOpened = true;
    return streamInput('standard input', process.stdin);
  }
  const status = await checkCapturePath(path);
  if (!status.isFile()) return streamInput(path, createReadStream(path)); // a pipe, as in `midplane run <(zcat x)`
  const file = await open(path);
  const magic = new Uint8Array(4);
  try {
    await file.read(magic, 0, 4, 0);
  } catch (error) {
    await file.close();
    throw readError(path, error);
  }
  if (startsWith(magic, GZIP) || startsWith(magic, ZSTD)) {
    await file.close();
    return streamInput(path, createReadStream(path));
  }
  const decoder = new CaptureDecoder();
  return { size: status.size, bytesRead: () => decoder.bytesRead, batches: readFile(path, file, decoder) };
}

/** The error of a capture, with the name of the capture in it. */
export function namingCapture(path: string, error: CaptureError): string {
  return error.message.replace('Cannot read capture', `Cannot read capture ${nameOfInput(path)}`);
}

/** How a sentence calls an input: `"small.pcap"`, `from standard input`. */
export function nameOfInput(path: string): string {
  return path === '-' ? 'from standard input' : JSON.stringify(path);
}

/**
 * Reads straight into the decoder's window: no chunk is copied.
 *
 * Reads block. There is nothing else to do meanwhile, and to hand each read to another thread and wait for it costs 5 % of
 * CPU and 15 % of time.
 */
async function* readFile(
  path: string,
  file: Awaited<ReturnType<typeof open>>,
  decoder: CaptureDecoder,
): AsyncGenerator<RecordBatch, void, undefined> {
  const batch = new RecordBatch(BATCH_ROWS);
  try {
    for (;;) {
      const free = decoder.reserve();
      const bytesRead = readInto(path, file.fd, free.subarray(0, READ_BYTES));
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

function readInto(path: string, descriptor: number, bytes: Uint8Array): number {
  try {
    return readSync(descriptor, bytes);
  } catch (error) {
    throw readError(path, error);
  }
}

function streamInput(name: string, source: Readable): Input {
  let decoder: CaptureDecoder | undefined;
  const options = {
    batchSize: BATCH_ROWS,
    decompressors: DECOMPRESSORS,
    onDecoder: (made: CaptureDecoder) => {
      decoder = made;
    },
  };
  async function* read(): AsyncGenerator<RecordBatch, void, undefined> {
    try {
      yield* readCapture(Readable.toWeb(source) as ReadableStream<Uint8Array>, options);
    } catch (error) {
      throw error instanceof CaptureError ? error : readError(name, error);
    }
  }
  return { size: undefined, bytesRead: () => decoder?.bytesRead ?? 0, batches: read() };
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
