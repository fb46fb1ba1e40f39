import { serve } from '@hono/node-server';
import { resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { crc32c } from '@midplane/hash';
import { prepareWhere } from '@midplane/pipeline';
import { Hono } from 'hono';

// What a handler costs that does nothing: it reads the body and answers with so many bytes of JSON. At `/asks` it does what
// must be done to answer `where`, and nothing else.
const answer = JSON.stringify({ answer: 'x'.repeat(Math.max(0, Number(process.argv[2]) - 13)) });
const headers = { 'Content-Type': 'application/json; charset=UTF-8' };
const ask = prepareWhere({ chassis: resolveChassis(), hash: crc32c });
const app = new Hono();
app.post('/asks', async (c) => {
  const { flow } = JSON.parse(await c.req.text()) as { flow: string };
  return c.body(`${JSON.stringify(ask(parseFlow(flow)), null, 2)}\n`, 200, headers);
});
app.post('*', async (c) => {
  await c.req.text();
  return c.body(answer, 200, headers);
});
app.get('*', (c) => c.body(answer, 200, headers));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
