import { describe } from 'vitest';
import { createApp } from '../src/index.ts';
import { runSuite } from './endpoint.suite.ts';

describe('the app in this process', () => {
  runSuite(async () => {
    const app = createApp({ runtime: 'here', limits: { requestsPerMinute: 0 } });
    const fetch = async (path: string, init?: RequestInit): Promise<Response> => app.request(path, init);
    return { runtime: 'here', fetch };
  });
});
