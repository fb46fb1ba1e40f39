import { clientGone } from '../run/budget.ts';

/** Characters of a chunk, at least: one a piece would cost more than the pieces. */
const CHUNK_LENGTH = 1 << 16;

/** Makes the next bytes of a body; undefined after the last. */
export type NextBytes = () => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/**
 * A body that is made as it is read.
 *
 * @param next Makes bytes.
 * @param signal Ends it, also where nobody reads any more: the body breaks off.
 * @param onEnd Called once: when the last byte was taken, or with what broke it off, be it the reader that went away.
 */
export function madeStream(
  next: NextBytes,
  signal: AbortSignal,
  onEnd: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
  let isOver = false;
  const end = (error?: unknown): boolean => {
    if (isOver) return false;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    onEnd(error);
    return true;
  };
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const onAbort = (): void => {
    if (end(signal.reason)) controller.error(signal.reason);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(made) {
        controller = made;
        signal.addEventListener('abort', onAbort);
      },
      async pull() {
        try {
          signal.throwIfAborted();
          const bytes = await next();
          if (isOver) return;
          if (bytes !== undefined) controller.enqueue(bytes);
          else if (end()) controller.close();
        } catch (error) {
          if (end(error)) controller.error(error);
        }
      },
      cancel: () => void end(clientGone()),
    },
    { highWaterMark: 0 },
  );
}

/** Text piece by piece, as bytes. */
export function encodePieces(pieces: Iterable<string>): NextBytes {
  const iterator = pieces[Symbol.iterator]();
  const encoder = new TextEncoder();
  return () => {
    let text = '';
    while (text.length < CHUNK_LENGTH) {
      const { done, value } = iterator.next();
      if (done) break;
      text += value;
    }
    return text === '' ? undefined : encoder.encode(text);
  };
}
