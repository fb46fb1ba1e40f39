import type { Context } from 'hono';
import type { Env, LogRecord, Services } from './context.ts';
import { answerProblem } from './problem-answer.ts';
import { describeError } from './request-error.ts';

/** IDs of requests that are taken from the client. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** Answers a request, at once where it can: a promise costs a small answer a tenth of its time on Node. */
export type Handler = (c: Context<Env>) => Response | Promise<Response>;

/**
 * Puts round a handler what every request has: its ID, its problem where it fails, counts and a line of the log.
 *
 * Not a middleware of Hono: with one, every answer is a promise that is waited for several times.
 *
 * @param route The route as it is declared: what a client wrote is never a label.
 */
export function framed({ config, metrics, ids, headerOf }: Services, route: string, handle: Handler): Handler {
  const counts = metrics.route(route);
  const answered = (c: Context<Env>, startMs: number, response: Response, error?: unknown): Response => {
    const code = c.get('code');
    if (code !== undefined) metrics.refused(code);
    const ms = performance.now() - startMs;
    const { status } = response;
    counts.answered(status, ms / 1000);
    config.log?.(recordOf(c, route, status, ms, error));
    return response;
  };
  return (c) => {
    const startMs = performance.now();
    const given = headerOf(c, 'x-request-id');
    c.set('requestId', given !== undefined && REQUEST_ID.test(given) ? given : ids.next());
    try {
      const response = handle(c);
      if (response instanceof Promise) {
        return response.then(
          (made) => answered(c, startMs, made),
          (error) => answered(c, startMs, answerProblem(c, error), error),
        );
      }
      return answered(c, startMs, response);
    } catch (error) {
      return answered(c, startMs, answerProblem(c, error), error);
    }
  };
}

function recordOf(c: Context<Env>, route: string, status: number, ms: number, error: unknown): LogRecord {
  const code = c.get('code');
  const fault = error !== undefined && describeError(error) === undefined ? (error as Error) : undefined;
  return {
    time: new Date().toISOString(),
    level: status >= 500 ? 'error' : 'info',
    requestId: c.get('requestId'),
    method: c.req.method,
    route,
    status,
    ms: Math.round(ms * 1000) / 1000,
    ...(code !== undefined && { code }),
    ...(fault !== undefined && { fault: fault.stack ?? String(fault) }),
  };
}
