import type { ScenarioRequest } from '@midplane/api';

/** A capture: a file or `Blob` (in Node `await openAsBlob(path)`), bytes, or a stream of bytes. */
export type Capture = Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What is run: a scenario, a capture, or a scenario whose capture is sent with it. */
export type RunSource = ScenarioRequest | Capture | { readonly scenario: ScenarioRequest; readonly capture: Capture };

/** What is measured: a capture, two that can be read again, or sequence numbers in the order of arrival. */
export type OrderingSource = Capture | { readonly ingress: Blob; readonly egress: Blob } | readonly number[];

/** A body to send, and what of the source stands in the query. */
export interface Upload {
  readonly body: BodyInit;
  /** Of a form nothing: it says its boundary itself. */
  readonly type?: string;
  readonly scenario: string | undefined;
  /** Whether the body can be sent again. */
  readonly isRepeatable: boolean;
  /** Whether the body is made while it is sent. */
  readonly isStream: boolean;
}

/** Makes the body of a source. */
export function uploadOf(source: RunSource): Upload {
  if (isCapture(source)) return captureUpload(source, undefined);
  if ('capture' in source) return captureUpload(source.capture, JSON.stringify(source.scenario));
  const body = JSON.stringify(source);
  return { body, type: 'application/json', scenario: undefined, isRepeatable: true, isStream: false };
}

/** Makes the body of captures or numbers. */
export function orderingUploadOf(source: OrderingSource): Upload {
  if (Array.isArray(source)) {
    const body = JSON.stringify(source);
    return { body, type: 'application/json', scenario: undefined, isRepeatable: true, isStream: false };
  }
  if (isCapture(source as Capture)) return captureUpload(source as Capture, undefined);
  const { ingress, egress } = source as { readonly ingress: Blob; readonly egress: Blob };
  const body = new FormData();
  body.set('ingress', ingress);
  body.set('egress', egress);
  return { body, scenario: undefined, isRepeatable: true, isStream: false };
}

function captureUpload(capture: Capture, scenario: string | undefined): Upload {
  const isRepeatable = capture instanceof Blob || capture instanceof Uint8Array;
  const body = isRepeatable || capture instanceof ReadableStream ? capture : streamOf(capture);
  const isStream = !isRepeatable;
  return { body: body as BodyInit, type: 'application/octet-stream', scenario, isRepeatable, isStream };
}

function isCapture(source: RunSource | OrderingSource): source is Capture {
  return (
    source instanceof Blob ||
    source instanceof Uint8Array ||
    source instanceof ReadableStream ||
    Symbol.asyncIterator in source
  );
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
