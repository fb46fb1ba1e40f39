import type { Context } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Env, Services } from './context.ts';
import type { Handler } from './frame.ts';
import { RequestError } from './request-error.ts';
import { RateLimit } from './service/rate-limit.ts';

/** Lets a request through, or throws; a promise where that takes time. */
type Guard = (c: Context<Env>) => void | Promise<void>;

/** What stands before the handler of a path. */
export function guardsOf(services: Services): (path: string, handle: Handler) => Handler {
  const { limits, config } = services;
  const rate = limits.requestsPerMinute > 0 ? rateGuard(services) : undefined;
  const token = config.tokens !== undefined && config.tokens.length > 0 ? tokenGuard(services) : undefined;
  return (path, handle) => {
    const isModel = path.startsWith('/v1/');
    const hasToken = token !== undefined && (isModel || path === '/metrics');
    const byToken = hasToken ? guarded(token, handle) : handle;
    // where there is a token, nobody may try many
    return rate !== undefined && (isModel || hasToken) ? guarded(rate, byToken) : byToken;
  };
}

function guarded(guard: Guard, handle: Handler): Handler {
  return (c) => {
    const waiting = guard(c);
    return waiting === undefined ? handle(c) : waiting.then(() => handle(c));
  };
}

/** Lets clients ask so often. */
function rateGuard({ config, limits }: Services): Guard {
  const rate = new RateLimit(limits.requestsPerMinute);
  return (c) => {
    const waitSeconds = rate.take(clientOf(c, config), Date.now());
    if (waitSeconds > 0) {
      const rule = `a client must ask at most ${limits.requestsPerMinute} times a minute`;
      const headers = { 'Retry-After': String(waitSeconds) };
      throw new RequestError('too-many-requests', `Cannot answer: ${rule}: got one more`, {}, headers);
    }
  };
}

/** Lets in who has a token. Tokens are compared in constant time. */
function tokenGuard({ config }: Services): Guard {
  const tokens = config.tokens ?? [];
  return async (c) => {
    const given = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(c.req.header('authorization') ?? '')?.[1];
    let isKnown = false;
    // every token is compared: how long it takes does not tell which one was near
    for (const token of tokens) if (await timingSafeEqual(given ?? '', token)) isKnown = true;
    if (given === undefined || !isKnown) {
      const rule = 'Authorization must be "Bearer" and a token';
      const got = given === undefined ? 'none' : 'one that is not known';
      throw new RequestError(
        'unauthorized',
        `Cannot answer: ${rule}: got ${got}`,
        {},
        { 'WWW-Authenticate': 'Bearer' },
      );
    }
  };
}

function clientOf(c: Context<Env>, config: Services['config']): string {
  if (config.trustProxy) {
    const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    if (forwarded !== undefined && forwarded !== '') return forwarded.slice(0, 64);
  }
  return config.clientOf?.(c) ?? 'unknown';
}
