import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { Env, LogRecord, Services } from './context.ts';
import { describeError } from './request-error.ts';

/** IDs of requests that are taken from the client. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** Round every request: its ID, headers, counts and line of the log. */
export function frame({ config, metrics, headerOf }: Services): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const start = performance.now();
    const given = headerOf(c, 'x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : crypto.randomUUID();
    c.set('requestId', requestId);
    await next();
    const code = c.get('code');
    if (code !== undefined) metrics.refused(code);
    const route = c.get('route') ?? routeOf(c);
    const { status } = c.res;
    const seconds = (performance.now() - start) / 1000;
    metrics.answered(route, status, seconds);
    if (config.log === undefined) return;
    const fault = c.error !== undefined && describeError(c.error) === undefined ? c.error : undefined;
    const record: LogRecord = {
      time: new Date().toISOString(),
      level: status >= 500 ? 'error' : 'info',
      requestId,
      method: c.req.method,
      route,
      status,
      ms: Math.round(seconds * 1e6) / 1000,
      ...(code !== undefined && { code }),
      ...(fault !== undefined && { fault: fault.stack ?? String(fault) }),
    };
    config.log(record);
  });
}

/** The route as it is declared: what a client wrote is never a label. */
function routeOf(c: Parameters<typeof matchedRoutes>[0]): string {
  const route = matchedRoutes(c).findLast(({ path }) => !path.includes('*'));
  return route?.path ?? 'none';
}
