import { PROBLEM_STATUS, type Problem } from '@midplane/api/problem';
import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { Env, LogRecord, Services } from './context.ts';
import { problemFor } from './problem-answer.ts';
import { faultOf } from './request-error.ts';

/** What the log says of an answer. */
interface Answered {
  /** The route as it is declared. */
  readonly route: string;
  /** Status that was sent. */
  readonly status: number;
  readonly ms: number;
  readonly code: string | undefined;
  readonly error: unknown;
}

/** The line of the log for an answer. */
export function recordOf(c: Context<Env>, { route, status, ms, code, error }: Answered): LogRecord {
  const fault = error === undefined ? undefined : faultOf(error);
  const worst = code === undefined ? status : Math.max(status, PROBLEM_STATUS[code] ?? 0);
  return {
    time: new Date().toISOString(),
    level: worst >= 500 ? 'error' : 'info',
    requestId: c.get('requestId'),
    method: c.req.method,
    route,
    status,
    ms: Math.round(ms * 1000) / 1000,
    ...(code !== undefined && { code }),
    ...(fault !== undefined && { fault }),
  };
}

/**
 * Counts and logs what ends an answer whose status is sent already: nothing else would tell who operates the endpoint.
 *
 * @param startMs When the run began, by `Date.now()`.
 * @returns The problem, for a body that can still say it.
 */
export function noteBroken(c: Context<Env>, { config, metrics }: Services, error: unknown, startMs: number): Problem {
  const problem = problemFor(c, error);
  const { code } = problem;
  metrics.refused(code);
  config.log?.(recordOf(c, { route: routePath(c), status: 200, ms: Date.now() - startMs, code, error }));
  return problem;
}
