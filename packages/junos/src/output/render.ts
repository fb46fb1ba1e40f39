import type { Sink } from './sink.ts';
import type { Group, Part } from './template.ts';

/** Output is handed on in pieces of about this many characters. */
const CHUNK_LENGTH = 16_384;

type Step = IteratorResult<unknown>;

/** Yields text, and a promise wherever an item has to be waited for; the caller sends back what it resolved to. */
type Walk = Generator<string | PromiseLike<Step>, void, Step>;

function* walk<T>(parts: readonly Part<T>[], item: T, sink: Sink): Walk {
  for (const part of parts) {
    switch (part.kind) {
      case 'words':
        sink.words(part.text(item));
        break;
      case 'leaf': {
        const shown = part.value(item);
        if (shown !== null) sink.leaf(part, String(shown));
        break;
      }
      case 'group':
        yield* walkGroup(part, item, sink);
    }
  }
}

function* walkGroup<T>({ tag, each, parts, options }: Group<T>, item: T, sink: Sink): Walk {
  const source = each(item);
  const iterator = Symbol.iterator in source ? source[Symbol.iterator]() : source[Symbol.asyncIterator]();
  let isFirst = true;
  let isDone = false;
  try {
    for (;;) {
      const next = iterator.next();
      const step: Step = 'then' in next ? yield next : next;
      if (step.done) {
        isDone = true;
        break;
      }
      if (isFirst) sink.openList(tag);
      sink.openItem(tag, options, isFirst);
      isFirst = false;
      yield* walk(parts, step.value, sink);
      sink.closeItem(tag);
      if (sink.buffer.length >= CHUNK_LENGTH) yield take(sink);
    }
  } finally {
    if (!isDone) iterator.return?.();
  }
  if (!isFirst) sink.closeList();
}

function take(sink: Sink): string {
  const text = sink.buffer;
  sink.buffer = '';
  return text;
}

function finish(sink: Sink): string {
  sink.end();
  return take(sink);
}

/** Renders parts whose items are all there. */
export function* renderParts<T>(parts: readonly Part<T>[], item: T, sink: Sink): Generator<string, void, undefined> {
  const steps = walk(parts, item, sink);
  const nothing: Step = { done: true, value: undefined };
  try {
    for (let step = steps.next(nothing); !step.done; step = steps.next(nothing)) {
      if (typeof step.value !== 'string') {
        throw new TypeError('Cannot render output: sessions must be iterable at once: got an async iterable');
      }
      yield step.value;
    }
  } finally {
    steps.return();
  }
  yield finish(sink);
}

/** Renders parts and waits for items that arrive one by one. */
export async function* renderPartsAsync<T>(
  parts: readonly Part<T>[],
  item: T,
  sink: Sink,
): AsyncGenerator<string, void, undefined> {
  const steps = walk(parts, item, sink);
  const nothing: Step = { done: true, value: undefined };
  try {
    for (let step = steps.next(nothing); !step.done; ) {
      if (typeof step.value === 'string') {
        yield step.value;
        step = steps.next(nothing);
        continue;
      }
      let arrived: Step;
      try {
        arrived = await step.value;
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(arrived);
    }
  } finally {
    steps.return();
  }
  yield finish(sink);
}
