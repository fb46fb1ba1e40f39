import { ROUTES, type RouteName } from '@midplane/api/routes';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { AppConfig, Env, Services } from './context.ts';
import { createServices } from './context.ts';
import { framed, type Handler } from './frame.ts';
import { guardsOf } from './guard.ts';
import { answerProblem } from './problem-answer.ts';
import { RequestError } from './request-error.ts';
import { documents } from './routes/documents.ts';
import type { modelRoutes } from './routes/model.ts';
import { serviceRoutes } from './routes/service.ts';
import { spuIdRoute } from './routes/spu-id.ts';

/** Routes that need the engine and its schemas. */
const MODEL_ROUTES = [
  'catalogue',
  'chassisResolve',
  'hash',
  'where',
  'weights',
  'schemas',
  'simulations',
  'inspect',
  'sessions',
  'explain',
  'compare',
  'plan',
  'ordering',
  'traffic',
] as const satisfies readonly RouteName[];

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
  const handlers = handlersOf(services);
  for (const [name, handle] of Object.entries(handlers) as [RouteName, Handler][]) {
    const { method, path, takesPut } = ROUTES[name];
    const methods = takesPut ? ['POST', 'PUT'] : method === 'get' ? ['GET', 'HEAD'] : ['POST'];
    const place = path.replaceAll(/\{(\w+)\}/g, ':$1');
    // one handler for all methods: Hono answers at once where one matches
    app.all(place, frame(place, byMethod(methods, handle)));
  }
  for (const [path, handle] of documents(services, askExample(config)))
    app.all(path, frame(path, byMethod(['GET', 'HEAD'], handle)));
  const missing = guards('/v1/', noRoute);
  app.notFound(framed(services, 'none', (c) => (c.req.path.startsWith('/v1/') ? missing(c) : noRoute(c))));
  app.onError((error, c) => answerProblem(c, error));
  return app;
}

/** Asks an endpoint that is not this one for examples: they are limited by nothing, and counted nowhere. */
function askExample({ runtime, hasRequestTimers }: AppConfig): (path: string, init: RequestInit) => Promise<Response> {
  const own: AppConfig = { limits: { requestsPerMinute: 0 }, progressMs: 0 };
  let app: Hono<Env> | undefined;
  return async (path, init) => {
    app ??= createApp({ ...own, ...(runtime && { runtime }), ...(hasRequestTimers && { hasRequestTimers }) });
    return app.request(path, init);
  };
}

/** Handlers of all routes. But for the lightest, they are loaded when one of them is asked for the first time. */
function handlersOf(services: Services): Readonly<Record<RouteName, Handler>> {
  let loaded: Promise<ReturnType<typeof modelRoutes>> | undefined;
  const load = (): NonNullable<typeof loaded> =>
    (loaded ??= import('./routes/model.ts').then((module) => module.modelRoutes(services)));
  const lazy = (name: keyof ReturnType<typeof modelRoutes>): Handler => {
    let made: Handler | undefined;
    return (c) => {
      if (made !== undefined) return made(c);
      return load().then((routes) => {
        made = routes[name];
        return made(c);
      });
    };
  };
  const model = MODEL_ROUTES.map((name) => [name, lazy(name)] as const);
  return {
    ...(Object.fromEntries(model) as ReturnType<typeof modelRoutes>),
    spuId: spuIdRoute(),
    ...serviceRoutes(services),
  };
}

/** A handler that refuses other methods. */
function byMethod(methods: readonly string[], handle: Handler): Handler {
  return (c) => {
    if (methods.includes(c.req.method)) return handle(c);
    const rule = `the method must be ${methods.join(' or ')}`;
    const headers = { Allow: methods.join(', ') };
    throw new RequestError('method-not-allowed', `Cannot answer: ${rule}: got ${c.req.method}`, {}, headers);
  };
}

const noRoute: Handler = (c) => {
  const got = JSON.stringify(c.req.path.slice(0, 100));
  throw new RequestError('no-such-route', `Cannot answer: the path must be one of those that /docs lists: got ${got}`);
};

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
    exposeHeaders: ['X-Request-Id', 'Retry-After', 'Midplane-Input-Error', 'Midplane-Run-Info'],
    maxAge: 600,
  });
  const preflight = framed(services, 'none', async (c) => (await allow(c, async () => {})) as Response);
  return async (c, next) => (c.req.method === 'OPTIONS' ? preflight(c) : allow(c, next));
}
