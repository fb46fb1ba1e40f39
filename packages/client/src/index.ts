/**
 * Typed client of the endpoint: questions, runs with progress, uploads of any size. It needs `fetch` and nothing else: Node,
 * Deno, Bun, browsers.
 *
 * @example Progress while a capture is uploaded
 * ```ts
 * import { createClient } from '@midplane/client';
 * import assert from 'node:assert/strict';
 *
 * const lines = ['{"event":"progress","packets":1024,"bytes":90000,"spus":[]}', '{"event":"report","report":{"spus":[]}}'];
 * const fetch = async () => new Response(lines.join('\n'));
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8787', fetch });
 * const seen: string[] = [];
 * for await (const event of client.watch(new Uint8Array(24))) seen.push(event.event);
 * assert.deepEqual(seen, ['progress', 'report']);
 * ```
 *
 * @module
 */
export { type Client, createClient } from './client.ts';
export { ProblemError } from './errors.ts';
export type { Capture, OrderingSource, RunSource } from './source.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
