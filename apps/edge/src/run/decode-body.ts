import { type ByteStreamReader, type Decompressors, decompress } from '@midplane/capture';
import { RequestError } from '../request-error.ts';
import type { Body } from './body.ts';

/** How gzip begins (RFC 1952, section 2.3.1). */
const MAGIC = [0x1f, 0x8b];

/**
 * A body without its coding, as `Content-Encoding: gzip` says that it has one. Nothing is read before the first bytes are
 * wanted.
 *
 * @param packed The body as it comes.
 * @returns Plain bytes. Reading them fails with `malformed-encoding` if the body is no gzip, with a `CaptureError` if it is corrupt.
 */
export function decodeGzip(packed: Body, decompressors: Decompressors | undefined): ReadableStream<Uint8Array> {
  let reader: ByteStreamReader | undefined;
  const open = async (): Promise<ByteStreamReader> => {
    const first = await packed.peek(MAGIC.length);
    if (MAGIC.some((byte, at) => first[at] !== byte)) {
      const rule = 'it must be gzip, as Content-Encoding says';
      const got = first.length === 0 ? 'nothing' : 'other bytes';
      throw new RequestError('malformed-encoding', `Cannot read body: ${rule}: got ${got}`);
    }
    return (await decompress(packed, decompressors)).getReader();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= await open();
        const { done, value } = await reader.read();
        if (done || value === undefined) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
