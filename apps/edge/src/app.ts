import { ROUTES, type RouteName } from '@midplane/api/openapi';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { AppConfig, Env, Services } from './context.ts';
import { createServices } from './context.ts';
import { framed, type Handler } from './frame.ts';
import { guardsOf } from './guard.ts';
import { answerProblem } from './problem-answer.ts';
import { RequestError } from './request-error.ts';
import { compareRoute } from './routes/compare.ts';
import { documents } from './routes/documents.ts';
import { explainRoute } from './routes/explain.ts';
import { inspectRoute } from './routes/inspect.ts';
import { orderingRoute } from './routes/ordering.ts';
import { planRoute } from './routes/plan.ts';
import { questionRoutes } from './routes/questions.ts';
import { serviceRoutes } from './routes/service.ts';
import { sessionsRoute } from './routes/sessions.ts';
import { simulationRoute } from './routes/simulations.ts';
import { trafficRoute } from './routes/traffic.ts';

/** Routes that take an upload: `curl -T` sends it with PUT. */
const UPLOADS: ReadonlySet<RouteName> = new Set([
  'simulations',
  'inspect',
  'sessions',
  'explain',
  'compare',
  'plan',
  'ordering',
]);

/**
 * Makes the endpoint. It knows no runtime: `fetch` of what is returned is all that a server needs.
 *
 * @param config Limits and settings; everything has a default. `readSettings` reads them from the environment.
 * @returns A Hono app.
 * @example
 * ```ts
 * import { createApp } from '@midplane/edge';
 * import assert from 'node:assert/strict';
 *
 * const app = createApp();
 * const response = await app.request('/v1/spu-id?spu=fpc1.pic1');
 * assert.equal((await response.json()).spuId, 5);
 * ```
 */
export function createApp(config: AppConfig = {}): Hono<Env> {
  const services = createServices(config);
  const guards = guardsOf(services);
  const frame = (path: string, handle: Handler): Handler => framed(services, path, guards(path, handle));
  const app = new Hono<Env>();
  if (config.telemetry) app.use(spans());
  if (config.corsOrigins !== undefined && config.corsOrigins.length > 0) app.use(corsOf(config.corsOrigins, services));
  const handlers: Readonly<Record<RouteName, Handler>> = {
    ...questionRoutes(services),
    ...serviceRoutes(services),
    simulations: simulationRoute(services),
    inspect: inspectRoute(services),
    sessions: sessionsRoute(services),
    explain: explainRoute(services),
    compare: compareRoute(services),
    plan: planRoute(services),
    ordering: orderingRoute(services),
    traffic: trafficRoute(services),
  };
  for (const [name, handle] of Object.entries(handlers) as [RouteName, Handler][]) {
    const { method, path } = ROUTES[name];
    const methods = UPLOADS.has(name) ? ['POST', 'PUT'] : method === 'get' ? ['GET', 'HEAD'] : ['POST'];
    const place = path.replaceAll(/\{(\w+)\}/g, ':$1');
    // one handler for all methods: Hono answers at once where one matches
    app.all(place, frame(place, byMethod(methods, handle)));
  }
  for (const [path, handle] of documents(services)) app.all(path, frame(path, byMethod(['GET', 'HEAD'], handle)));
  const missing = guards('/v1/', noRoute);
  app.notFound(framed(services, 'none', (c) => (c.req.path.startsWith('/v1/') ? missing(c) : noRoute())));
  app.onError((error, c) => answerProblem(c, error));
  return app;
}

/** A handler that refuses other methods. */
function byMethod(methods: readonly string[], handle: Handler): Handler {
  return (c) => {
    if (methods.includes(c.req.method)) return handle(c);
    const rule = `the method must be ${methods.join(' or ')}`;
    const headers = { Allow: methods.join(', ') };
    throw new RequestError('method-not-allowed', `Cannot answer: ${rule}: got another`, {}, headers);
  };
}

function noRoute(): never {
  throw new RequestError('no-such-route', 'Cannot answer: the path must be one of /docs: got another');
}

/** OpenTelemetry spans; what makes them is loaded with the first request. */
function spans(): MiddlewareHandler<Env> {
  let make: MiddlewareHandler | undefined;
  return async (c, next) => {
    make ??= (await import('@hono/otel')).httpInstrumentationMiddleware({ captureActiveRequests: false });
    return make(c, next);
  };
}

/** Answers to pages of other origins. What a browser asks beforehand is answered here, and counts as any request. */
function corsOf(origins: readonly string[], services: Services): MiddlewareHandler<Env> {
  const allow = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'POST', 'PUT'],
    allowHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    exposeHeaders: ['X-Request-Id', 'Retry-After', 'Midplane-Input-Error'],
    maxAge: 600,
  });
  const preflight = framed(services, 'none', async (c) => (await allow(c, async () => {})) as Response);
  return async (c, next) => (c.req.method === 'OPTIONS' ? preflight(c) : allow(c, next));
}
