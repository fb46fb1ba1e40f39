import type { ByteStream, ByteStreamReader } from '@midplane/capture';
import { RequestError } from '../request-error.ts';

/** Bytes of a block: a client that sends byte by byte must not cost an object a byte. */
const BLOCK_BYTES = 1 << 20;

/** A stream that can be read again: the first time as it comes, then from memory, up to a bound. */
export class KeptStream {
  private readonly source: ByteStream;
  private readonly most: number;
  private readonly blocks: Uint8Array[] = [];
  private length = 0;
  private wasOpened = false;

  /** @param most Bytes that are kept. */
  constructor(source: ByteStream, most: number) {
    this.source = source;
    this.most = most;
  }

  /** Opens it; not before the last reader has come to its end. */
  open(): ByteStream {
    const reader = this.wasOpened ? this.again() : this.first(this.source.getReader());
    this.wasOpened = true;
    return { getReader: () => reader };
  }

  private first(source: ByteStreamReader): ByteStreamReader {
    return {
      read: async () => {
        const chunk = await source.read();
        if (!chunk.done && chunk.value !== undefined) this.keep(chunk.value);
        return chunk;
      },
      cancel: (reason) => source.cancel(reason),
    };
  }

  private again(): ByteStreamReader {
    let block = 0;
    return {
      read: async () => {
        const at = block++ * BLOCK_BYTES;
        if (at >= this.length) return { done: true };
        return { done: false, value: this.blocks[block - 1].subarray(0, this.length - at) };
      },
      cancel: async () => {},
    };
  }

  private keep(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.most) {
      const rule = `one that is read again must have at most ${this.most} bytes, as it is sent`;
      throw new RequestError('capture-too-large', `Cannot keep capture: ${rule}: got more`);
    }
    for (let at = 0; at < bytes.length; ) {
      const used = this.length % BLOCK_BYTES;
      if (used === 0) this.blocks.push(new Uint8Array(BLOCK_BYTES));
      const part = bytes.subarray(at, at + BLOCK_BYTES - used);
      this.blocks.at(-1)!.set(part, used);
      this.length += part.length;
      at += part.length;
    }
  }
}

/** Reads a stream to its end. */
export async function readThrough(stream: ByteStream): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return;
  }
}
