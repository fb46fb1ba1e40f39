import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { missing, office, start, type Target } from './_targets.ts';

/** A scenario with a capture that is the body, so long in JSON at least. */
function scenarioOf(length: number): string {
  const events = Array.from({ length: Math.ceil(length / 36) }, (_, i) => ({ atSeconds: i, clearSessions: {} }));
  return JSON.stringify({ schema: 'midplane-scenario/1', traffic: [{ capture: 'a' }], events });
}

describe.skipIf(missing('node') !== undefined)('a server on node', () => {
  let target: Target | undefined;
  afterAll(async () => await target?.close());

  it('reads a query as long as a scenario may be in it, and refuses a longer one', async () => {
    target = await start('node');
    const { url } = target;
    const ask = (scenario: string): Promise<Response> =>
      fetch(`${url}/v1/simulations?scenario=${encodeURIComponent(scenario)}`, {
        method: 'POST',
        body: new Uint8Array(readFileSync(office)),
      });
    expect((await ask(scenarioOf(60_000))).status).toBe(200);
    const refused = await ask(scenarioOf(70_000));
    expect([refused.status, (await refused.json()).code]).toEqual([400, 'request-bad-value']);
  });
});
