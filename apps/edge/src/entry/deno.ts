/**
 * The endpoint on Deno: `deno serve --allow-env deno.ts`; with `MIDPLANE_WORKERS` also `--allow-read`, for a
 * worker is a module that is read.
 *
 * @module
 */
import { createApp } from '../app.ts';
import type { Env } from '../context.ts';
import { createSpuHosts } from '../run/spu-hosts.ts';
import { readSettings } from '../settings.ts';

/** What Deno tells of a request. */
interface DenoInfo {
  readonly remoteAddr?: { readonly hostname?: string };
}

declare const Deno: { readonly env: { toObject(): Record<string, string> } };

const settings = readSettings(Deno.env.toObject());
const app = createApp({
  ...settings,
  runtime: 'deno',
  hosts: await createSpuHosts(settings.workers),
  clientOf: (c) => (c.env as unknown as DenoInfo).remoteAddr?.hostname,
  ...(settings.logs && { log: (record) => console.error(JSON.stringify(record)) }),
});

const server: { fetch(request: Request, info: DenoInfo): Response | Promise<Response> } = {
  fetch: (request, info) => app.fetch(request, info as unknown as Env),
};
export default server;
