import { ROUTES, type RouteName } from '@midplane/api/openapi';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { AppConfig, Env } from './context.ts';
import { createServices } from './context.ts';
import { frame } from './frame.ts';
import { rateGuard, tokenGuard } from './guard.ts';
import { answerProblem } from './problem-answer.ts';
import { RequestError } from './request-error.ts';
import { compareRoute } from './routes/compare.ts';
import { addDocuments } from './routes/documents.ts';
import { explainRoute } from './routes/explain.ts';
import { inspectRoute } from './routes/inspect.ts';
import { orderingRoute } from './routes/ordering.ts';
import { planRoute } from './routes/plan.ts';
import { questionRoutes } from './routes/questions.ts';
import { serviceRoutes } from './routes/service.ts';
import { sessionsRoute } from './routes/sessions.ts';
import { simulationRoute } from './routes/simulations.ts';
import { trafficRoute } from './routes/traffic.ts';

type Handler = (c: Context<Env>) => Response | Promise<Response>;

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
  const app = new Hono<Env>();
  app.onError((error, c) => answerProblem(c, error));
  app.notFound((c) =>
    answerProblem(c, new RequestError('no-such-route', 'Cannot answer: the path must be one of /docs: got another')),
  );
  if (config.telemetry) app.use(spans());
  app.use(frame(services));
  if (config.corsOrigins !== undefined && config.corsOrigins.length > 0) app.use(corsOf(config.corsOrigins));
  if (services.limits.requestsPerMinute > 0) app.use('/v1/*', rateGuard(services));
  if (config.tokens !== undefined && config.tokens.length > 0) {
    for (const path of ['/v1/*', '/metrics']) app.use(path, tokenGuard(services));
  }
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
    const route = ROUTES[name];
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const handler: Handler = (c) => {
      c.set('route', path);
      return handle(c);
    };
    app.on(route.method, path, handler);
    if (UPLOADS.has(name)) app.put(path, handler);
    app.all(path, () => {
      const methods = UPLOADS.has(name) ? 'POST, PUT' : route.method === 'get' ? 'GET, HEAD' : 'POST';
      const rule = `the method must be ${methods.replace(', ', ' or ')}`;
      throw new RequestError('method-not-allowed', `Cannot answer: ${rule}: got another`, {}, { Allow: methods });
    });
  }
  addDocuments(app, services);
  return app;
}

/** OpenTelemetry spans; what makes them is loaded with the first request. */
function spans(): MiddlewareHandler<Env> {
  let make: MiddlewareHandler | undefined;
  return async (c, next) => {
    make ??= (await import('@hono/otel')).httpInstrumentationMiddleware({ captureActiveRequests: false });
    return make(c, next);
  };
}

function corsOf(origins: readonly string[]) {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'POST', 'PUT'],
    allowHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    exposeHeaders: ['X-Request-Id', 'Retry-After', 'Midplane-Input-Error'],
    maxAge: 600,
  });
}
