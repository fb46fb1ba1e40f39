import { serve } from '@hono/node-server';
import { resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { crc32c } from '@midplane/hash';
import { prepareWhere } from '@midplane/pipeline';
import { Hono } from 'hono';

const answer = JSON.stringify({ answer: 'x'.repeat(2183 - 13) });
const small = JSON.stringify({ answer: 'x'.repeat(126 - 13) });
const headers = { 'Content-Type': 'application/json; charset=UTF-8' };
const more = {
  ...headers,
  'X-Request-Id': 'abc',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Strict-Transport-Security': 'max-age=15552000',
};
const ask = prepareWhere({ chassis: resolveChassis(), hash: crc32c });
const fixed = ask(parseFlow('10.0.0.1:1 > 10.0.0.2:2/tcp'));
const app = new Hono();
app.post('/bare', async (c) => {
  await c.req.text();
  return c.body(answer, 200, headers);
});

import { whereRequestSchema } from '@midplane/api';
import { Metrics } from '../src/service/metrics.ts';

const metrics = new Metrics();
app.get('*', (c) => c.body(small, 200, headers));
app.post('/uuid', async (c) => {
  await c.req.text();
  crypto.randomUUID();
  performance.now();
  performance.now();
  return c.body(answer, 200, headers);
});
app.post('/head', async (c) => {
  await c.req.text();
  return new Response(answer, { status: 200, headers: more });
});
app.post('/metr', async (c) => {
  await c.req.text();
  metrics.answered('/v1/where', 200, 0.0003);
  return c.body(answer, 200, headers);
});
app.post('/timer', async (c) => {
  await new Promise((resolve) => {
    const t = setTimeout(() => {}, 15000);
    c.req.text().then((x) => {
      clearTimeout(t);
      resolve(x);
    });
  });
  return c.body(answer, 200, headers);
});
app.post('/zod', async (c) => {
  whereRequestSchema.safeParse(JSON.parse(await c.req.text()));
  return c.body(answer, 200, headers);
});
app.post('/jparse', async (c) => {
  JSON.parse(await c.req.text());
  return c.body(answer, 200, headers);
});
app.post('/parse', async (c) => {
  const { flow } = JSON.parse(await c.req.text());
  parseFlow(flow);
  return c.body(answer, 200, headers);
});
app.post('/ask', async (c) => {
  const { flow } = JSON.parse(await c.req.text());
  ask(parseFlow(flow));
  return c.body(answer, 200, headers);
});
app.post('/json', async (c) => {
  await c.req.text();
  return c.body(`${JSON.stringify(fixed, null, 2)}\n`, 200, headers);
});
app.post('/all', async (c) => {
  const { flow } = JSON.parse(await c.req.text());
  return c.body(`${JSON.stringify(ask(parseFlow(flow)), null, 2)}\n`, 200, headers);
});
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
process.on('SIGINT', () => process.exit(0));
