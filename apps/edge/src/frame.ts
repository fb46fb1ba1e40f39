import type { Context } from 'hono';
import type { Env, Services } from './context.ts';
import { recordOf } from './log-record.ts';
import { answerProblem } from './problem-answer.ts';

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
    config.log?.(recordOf(c, { route, status, ms, code, error }));
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
