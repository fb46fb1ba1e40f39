/**
 * The endpoint on workerd: `wrangler dev`, `wrangler deploy`.
 *
 * @module
 */
import { createApp } from '../app.ts';
import type { Env } from '../context.ts';
import { readSettings } from '../settings.ts';

/** A body of a length that it declares: workerd breaks off the connection where less of it comes. */
declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>;

type App = ReturnType<typeof createApp>;

/** Variables of the worker: text. */
type Variables = Readonly<Record<string, string | undefined>>;

/** What workerd knows of the rest of a request. */
interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
  readonly props: unknown;
}

// made with the first request: nothing may be random or wait before it, and the variables come with it
let app: App | undefined;

/** Declares the length of a body: workerd ends one of unknown length properly even where it has failed. */
function withLength(body: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(length);
  body.pipeTo(writable).catch(() => {}); // the body tells what ends it
  return readable;
}

function create(variables: Variables): App {
  const settings = readSettings(variables);
  return createApp({
    ...settings,
    runtime: 'workerd',
    hasRequestTimers: true,
    withLength,
    // workerd knows no address: Cloudflare says it in a header, which without Cloudflare a client could write itself
    trustProxy: false,
    clientOf: (c) => (settings.trustProxy ? c.req.header('cf-connecting-ip') : undefined),
    ...(settings.logs && { log: (record) => console.log(JSON.stringify(record)) }),
  });
}

const worker: {
  fetch(request: Request, variables: Variables, context: ExecutionContext): Response | Promise<Response>;
} = {
  fetch(request, variables, context) {
    app ??= create(variables);
    return app.fetch(request, variables as unknown as Env, context);
  },
};
export default worker;
