/** Characters of a chunk, at least: one a piece would cost more than the pieces. */
const CHUNK_LENGTH = 1 << 16;

/** Makes the next bytes of a body; undefined after the last. */
export type NextBytes = () => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/**
 * A body that is made as it is read.
 *
 * @param next Makes bytes.
 * @param signal Ends it, also where nobody reads any more: the body breaks off.
 * @param onEnd Called once, when the last byte was taken, the reader went away or the signal came.
 */
export function madeStream(next: NextBytes, signal: AbortSignal, onEnd: () => void): ReadableStream<Uint8Array> {
  let isOver = false;
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    onEnd();
    return true;
  };
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const onAbort = (): void => {
    if (end()) controller.error(signal.reason);
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
          if (end()) controller.error(error);
        }
      },
      cancel: () => void end(),
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
