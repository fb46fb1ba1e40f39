/** Characters of a chunk, at least: one a piece would cost more than the pieces. */
const CHUNK_LENGTH = 1 << 16;

/**
 * Text piece by piece as a body, made as it is read.
 *
 * @param signal Ends it: the body breaks off.
 * @param onEnd Called when the last byte was taken, or the reader went away.
 */
export function piecesStream(
  pieces: Iterable<string>,
  signal: AbortSignal,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        try {
          signal.throwIfAborted();
          let text = '';
          while (text.length < CHUNK_LENGTH) {
            const { done, value } = iterator.next();
            if (done) {
              if (text !== '') controller.enqueue(encoder.encode(text));
              controller.close();
              return onEnd();
            }
            text += value;
          }
          controller.enqueue(encoder.encode(text));
        } catch (error) {
          onEnd();
          controller.error(error);
        }
      },
      cancel() {
        iterator.return?.();
        onEnd();
      },
    },
    { highWaterMark: 0 },
  );
}
