// Runs in a page: asks the app in the page itself, then an endpoint through the client, and tells as JSON what came of it.
import { createClient, ProblemError } from '@midplane/client';
import { createApp } from '../src/index.ts';

const references = (await (await fetch('/references.json')).json()) as { type: string; query: string }[];
const bodies = await Promise.all(references.map(async (_, n) => (await fetch(`/body-${n}`)).blob()));

const app = createApp({ runtime: 'page', limits: { requestsPerMinute: 0 } });
const digests: string[] = [];
for (const [n, { type, query }] of references.entries()) {
  const body = await bodies[n].arrayBuffer();
  const response = await app.request(`/v1/simulations${query}`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': type },
  });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
  digests.push([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
}

const capture = bodies[0];
const client = createClient({ baseUrl: location.origin });
const report = JSON.stringify(await client.simulate(capture));

const events: string[] = [];
let watched = '';
for await (const event of client.watch(capture)) {
  events.push(event.event);
  if (event.event === 'report') watched = JSON.stringify(event.report);
}

/** The name of the error that a promise rejects with, and its code if it has one. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error instanceof ProblemError ? [error.name, error.code] : (error as Error).name;
  }
}

const abort = new AbortController();
const long = { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1_000_000 }] } as const;
const aborted = errorOf(client.simulate(long, { signal: abort.signal }));
setTimeout(() => abort.abort(), 200);
await aborted;

for await (const event of client.watch(long)) {
  events.push(event.event);
  if (event.event === 'progress') break; // the run ends with it
}
let running = Number.NaN;
for (let tries = 0; running !== 0 && tries < 100; tries++) {
  const metrics = await (await fetch('/metrics')).text();
  running = Number(/^midplane_runs_running (\d+)$/m.exec(metrics)![1]);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

let bytes = 0;
const made = await client.traffic({ traffic: { shape: 'small', packets: 1000 } });
for (const reader = made.getReader(); ; ) {
  const { value, done } = await reader.read();
  if (done) break;
  bytes += value.length;
}

console.log(
  JSON.stringify({
    digests,
    runtime: (await client.version()).runtime,
    where: (await client.where({ flow: '192.0.2.1:1234 > 198.51.100.2:443/tcp' })).spuId,
    watched: watched === report ? 'same' : 'different',
    events: events.join(' '),
    refused: await errorOf(client.where({ flow: '?' })),
    aborted: await aborted,
    running,
    bytes,
  }),
);
