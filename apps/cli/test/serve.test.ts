import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { finished, midplane, start } from './_midplane.ts';

it('serve answers over HTTP with what run prints, and ends with 0 when it is interrupted', async () => {
  const child = start('serve', '--port', '0');
  const said = finished(child);
  const [first] = (await once(child.stdout!, 'data')) as [Buffer];
  const url = /^midplane listens on (http:\/\/127\.0\.0\.1:\d+), documentation at \1\/docs\n$/.exec(String(first))![1];
  const where = ['where', '192.0.2.1:1234 > 198.51.100.2:443/tcp'];
  const response = await fetch(`${url}/v1/where`, {
    method: 'POST',
    body: JSON.stringify({ flow: where[1] }),
    headers: { Accept: 'text/plain' },
  });
  expect(await response.text()).toBe((await midplane(...where)).out);
  child.kill('SIGINT');
  const { code, err } = await said;
  expect(code).toBe(0);
  expect(JSON.parse(err)).toMatchObject({ method: 'POST', route: '/v1/where', status: 200 });
});

it('serve refuses a port that is taken with exit code 2', async () => {
  const taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  const { port } = taken.address() as { port: number };
  const { code, err } = await midplane('serve', '--port', String(port));
  taken.close();
  expect(code).toBe(2);
  expect(err).toBe(
    `midplane: Cannot serve: the port must be free: got 127.0.0.1:${port} (EADDRINUSE) [cannot-listen]\n`,
  );
});
