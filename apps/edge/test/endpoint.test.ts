import { afterAll, describe } from 'vitest';
import { createApp } from '../src/index.ts';
import { missing, type RuntimeName, start, type Target } from './_targets.ts';
import { runSuite } from './endpoint.suite.ts';

describe('the app in this process', () => {
  runSuite(async () => {
    const app = createApp({ runtime: 'here', limits: { requestsPerMinute: 0 } });
    const fetch = async (path: string, init?: RequestInit): Promise<Response> => app.request(path, init);
    return { runtime: 'here', fetch };
  });
});

for (const name of ['node', 'deno', 'bun', 'workerd'] as const satisfies readonly RuntimeName[]) {
  describe.skipIf(missing(name) !== undefined)(`a server on ${name}`, () => {
    let target: Target | undefined;
    afterAll(async () => await target?.close());
    runSuite(async () => {
      target = await start(name);
      const { url } = target;
      return { runtime: name, fetch: (path, init) => fetch(url + path, init) };
    });
  });
}
