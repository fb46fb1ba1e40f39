/**
 * The endpoint on workerd: `wrangler dev`, `wrangler deploy`.
 *
 * @module
 */
import { createApp } from '../app.ts';
import type { Env } from '../context.ts';
import { readSettings } from '../settings.ts';

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

function create(variables: Variables): App {
  const settings = readSettings(variables);
  return createApp({
    ...settings,
    runtime: 'workerd',
    hasRequestTimers: true,
    clientOf: (c) => c.req.header('cf-connecting-ip'),
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
