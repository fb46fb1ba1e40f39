/**
 * The endpoint on Bun: `bun bun.ts`; `MIDPLANE_HOST` and `MIDPLANE_PORT` say where it listens.
 *
 * @module
 */
import { createApp } from '../app.ts';
import type { Env } from '../context.ts';
import { createSpuHosts } from '../run/spu-hosts.ts';
import { readSettings } from '../settings.ts';

/** What Bun gives a request. */
interface BunServer {
  requestIP(request: Request): { readonly address: string } | null;
}

declare const Bun: { readonly env: Record<string, string | undefined> };

const settings = readSettings(Bun.env);
const app = createApp({
  ...settings,
  runtime: 'bun',
  hosts: await createSpuHosts(settings.workers),
  clientOf: (c) => (c.env as unknown as BunServer).requestIP(c.req.raw)?.address,
  ...(settings.logs && { log: (record) => console.error(JSON.stringify(record)) }),
});

const server: {
  hostname: string;
  port: number;
  idleTimeout: number;
  maxRequestBodySize: number;
  fetch(request: Request, server: BunServer): Response | Promise<Response>;
} = {
  hostname: Bun.env['MIDPLANE_HOST'] ?? '127.0.0.1',
  port: Number(Bun.env['MIDPLANE_PORT'] ?? 8787),
  idleTimeout: 120,
  maxRequestBodySize: 2 ** 53 - 1, // the app has a limit of its own, and says so as a problem
  fetch: (request, bun) => app.fetch(request, bun as unknown as Env),
};
export default server;
