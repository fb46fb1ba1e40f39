import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Env, Services } from './context.ts';
import { RequestError } from './request-error.ts';
import { RateLimit } from './service/rate-limit.ts';

/** Lets clients ask so often. */
export function rateGuard({ config, limits }: Services): MiddlewareHandler<Env> {
  const rate = new RateLimit(limits.requestsPerMinute);
  return createMiddleware<Env>(async (c, next) => {
    const waitSeconds = rate.take(clientOf(c, config), Date.now());
    if (waitSeconds > 0) {
      const rule = `a client must ask at most ${limits.requestsPerMinute} times a minute`;
      const headers = { 'Retry-After': String(waitSeconds) };
      throw new RequestError('too-many-requests', `Cannot answer: ${rule}: got one more`, {}, headers);
    }
    await next();
  });
}

/** Lets in who has a token. Tokens are compared in constant time. */
export function tokenGuard({ config }: Services): MiddlewareHandler<Env> {
  const tokens = config.tokens ?? [];
  return createMiddleware<Env>(async (c, next) => {
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
    await next();
  });
}

function clientOf(c: Context<Env>, config: Services['config']): string {
  if (config.trustProxy) {
    const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    if (forwarded !== undefined && forwarded !== '') return forwarded.slice(0, 64);
  }
  return config.clientOf?.(c) ?? 'unknown';
}
