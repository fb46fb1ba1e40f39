/** Lines of a body, as they come; stopping early cancels it. */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    isOver = true;
    rest += decoder.decode();
    if (rest !== '') yield rest;
  } finally {
    if (!isOver) await reader.cancel().catch(() => {});
  }
}
