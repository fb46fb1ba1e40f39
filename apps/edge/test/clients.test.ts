import { describe, expect, it } from 'vitest';
import { missing, type RuntimeName, start } from './_targets.ts';

const RUNTIMES = ['node', 'deno', 'bun', 'workerd'] as const satisfies readonly RuntimeName[];

/** Statuses of six requests that name other clients in a header. */
async function statusesOf(url: string, header: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) {
    const response = await fetch(`${url}/v1/spu-id?spu=5`, { headers: { [header]: `192.0.2.${i}` } });
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

describe.each(RUNTIMES)('a server on %s that lets a client ask three times a minute', (name) => {
  const believed = name === 'workerd' ? 'CF-Connecting-IP' : 'X-Forwarded-For';
  const other = name === 'workerd' ? 'X-Forwarded-For' : 'CF-Connecting-IP';

  it.skipIf(missing(name) !== undefined)(
    'believes no header that names another client, but for its proxy’s, if it is told that there is one',
    { timeout: 30_000 },
    async () => {
      for (const [trust, header, isOther] of [
        ['0', believed, false],
        ['0', other, false],
        ['1', other, false],
        ['1', believed, true],
      ] as const) {
        const target = await start(name, { MIDPLANE_MAX_REQUESTS_PER_MINUTE: '3', MIDPLANE_TRUST_PROXY: trust });
        try {
          const expected = isOther ? [200, 200, 200, 200, 200, 200] : [200, 200, 200, 429, 429, 429];
          expect([trust, header, await statusesOf(target.url, header)]).toEqual([trust, header, expected]);
        } finally {
          await target.close();
        }
      }
    },
  );
});
