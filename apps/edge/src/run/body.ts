import type { ByteStream, ByteStreamReader } from '@midplane/capture';
import { describeError, RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';

/** What of a body is read although nobody wants it, and how long. */
const DRAIN_BYTES = 33_554_432;
const DRAIN_MS = 2000;

type Chunk = { done: boolean; value?: Uint8Array | undefined };

/** The body of a request as a stream that is watched: its size, its pauses, and whether the run is still on. */
export class Body implements ByteStream, ByteStreamReader {
  /** Bytes that came. */
  bytes = 0;
  private readonly source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private readonly limits: Limits;
  private readonly signal: AbortSignal;
  private readonly most: number;
  private ahead: Uint8Array | undefined;
  private isOver = false;

  /** @param most Bytes that may come; default the limit of a body. */
  constructor(
    stream: ReadableStream<Uint8Array> | null,
    limits: Limits,
    signal: AbortSignal,
    most: number = limits.bodyBytes,
  ) {
    this.source = stream?.getReader();
    this.limits = limits;
    this.signal = signal;
    this.most = most;
  }

  /** The body is its own reader. */
  getReader(): ByteStreamReader {
    return this;
  }

  /** Returns the next bytes. */
  async read(): Promise<Chunk> {
    if (this.ahead !== undefined) {
      const value = this.ahead;
      this.ahead = undefined;
      return { done: false, value };
    }
    if (this.source === undefined || this.isOver) {
      this.isOver = true;
      return { done: true };
    }
    const chunk = await this.next(this.source);
    if (chunk.done || chunk.value === undefined) {
      this.isOver = true;
      return { done: true };
    }
    this.bytes += chunk.value.length;
    if (this.bytes > this.most) throw tooLarge(this.most, `${this.bytes} or more`);
    return chunk;
  }

  /**
   * Reads on and forgets, up to a bound, so that the client reads the answer: a server that stops in the middle of a body
   * closes the connection, on some runtimes with the answer in it.
   */
  async drain(): Promise<void> {
    const { source, signal } = this;
    if (source === undefined) return;
    const most = this.bytes + DRAIN_BYTES;
    const untilMs = Date.now() + DRAIN_MS;
    try {
      while (!this.isOver && this.bytes < most && Date.now() < untilMs && !signal.aborted) {
        const { value } = await this.next(source);
        if (value === undefined) this.isOver = true;
        else this.bytes += value.length;
      }
    } catch {
      // it is over, one way or the other
    }
    if (!this.isOver) await source.cancel().catch(() => {});
  }

  /** Takes note that a reader wants no more; the rest is drained when the run ends. */
  async cancel(): Promise<void> {}

  /** Returns the first bytes, as many as asked for unless the body is shorter; they are read again afterwards. */
  async peek(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count) {
      const { done, value } = await this.read();
      if (done || value === undefined) break;
      parts.push(value);
      length += value.length;
    }
    this.ahead = length === 0 ? undefined : joined(parts, length);
    return this.ahead ?? new Uint8Array();
  }

  /** Returns the rest as text. */
  text(most: number): Promise<string> {
    return readAsText(this, most, '');
  }

  /** The next chunk of the source, unless it stalls or the run ends. */
  private next(source: ReadableStreamDefaultReader<Uint8Array>): Promise<Chunk> {
    const { signal, limits } = this;
    return new Promise<Chunk>((resolve, reject) => {
      const stop = (error: unknown): void => {
        settle();
        this.isOver = true;
        reject(error as Error);
        source.cancel().catch(() => {});
      };
      const onAbort = (): void => stop(signal.reason);
      const timer = setTimeout(() => stop(stalled(limits)), limits.idleSeconds * 1000);
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort);
      source.read().then(
        (chunk) => {
          settle();
          resolve(chunk);
        },
        (error: unknown) => {
          settle();
          this.isOver = true;
          // behind a coding, what is wrong is known
          if (describeError(error) !== undefined) return reject(error as Error);
          const rule = 'the body must come to its end';
          reject(new RequestError('upload-aborted', `Cannot read body: ${rule}: got ${this.bytes} bytes of it`));
        },
      );
    });
  }
}

/** The error of a body that is too large. */
export function tooLarge(most: number, got: string): RequestError {
  return new RequestError('request-too-large', `Cannot read body: it must have at most ${most} bytes: got ${got}`);
}

/**
 * Reads all that comes as text.
 *
 * @param where Where it is, for the error of one that is too long: ` in a part`.
 */
export async function readAsText(source: Pick<ByteStreamReader, 'read'>, most: number, where: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await source.read();
    if (done || value === undefined) break;
    length += value.length;
    if (length > most) throw tooLarge(most, `${length} or more${where}`);
    parts.push(value);
  }
  return decodeText(joined(parts, length));
}

/**
 * Decodes UTF-8.
 *
 * @throws {RequestError} `malformed-text` if it is something else.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RequestError('malformed-text', 'Cannot read body: text must be UTF-8: got other bytes');
  }
}

/** The error of a body of which nothing comes. */
export function stalled({ idleSeconds }: Limits): RequestError {
  return tooSlow(`bytes must come at least every ${idleSeconds} s`, 'none');
}

/** The error of a text that does not come in time. */
export function late({ idleSeconds }: Limits): RequestError {
  return tooSlow(`a text must come within ${idleSeconds} s`, 'a part of it');
}

/** Whoever has not sent a whole body by now cannot ask anything else on that connection. */
function tooSlow(rule: string, got: string): RequestError {
  return new RequestError('upload-stalled', `Cannot read body: ${rule}: got ${got}`, {}, { Connection: 'close' });
}

/** Parts as one. */
function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
