/**
 * The endpoint: a hosted simulation as one Hono app that knows no runtime.
 *
 * @example Where a flow lands, asked over HTTP
 * ```ts
 * import { createApp } from '@midplane/edge';
 * import assert from 'node:assert/strict';
 *
 * const app = createApp();
 * const body = JSON.stringify({ flow: '192.0.2.1:1234 > 198.51.100.2:443/tcp' });
 * const response = await app.request('/v1/where', { method: 'POST', body });
 * assert.equal((await response.json()).spuId, 6);
 * ```
 *
 * @module
 */
export { createApp } from './app.ts';
export type { AppConfig, Env, LogRecord } from './context.ts';
export { type EnvironmentSettings, LIMITS, type LimitName, type Limits, readSettings, SETTINGS } from './settings.ts';
