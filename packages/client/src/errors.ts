import type { Problem } from '@midplane/api';

/**
 * An answer that is a problem (RFC 9457): what was asked is not accepted, or not now.
 *
 * @example
 * ```ts
 * import { createClient, ProblemError } from '@midplane/client';
 * import assert from 'node:assert/strict';
 *
 * const problem = { type: 'urn:midplane:problem:malformed-flow', title: 'Bad Request', status: 400, detail: '...', code: 'malformed-flow' };
 * const fetch = async () => Response.json(problem, { status: 400 });
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8787', fetch });
 * await assert.rejects(client.where({ flow: 'x' }), (error) => error instanceof ProblemError && error.code === 'malformed-flow');
 * ```
 */
export class ProblemError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Stable code, the same as the command's. */
  readonly code: string;
  /** All that the endpoint said. */
  readonly problem: Problem;
  /** Seconds after which to come back; undefined where nothing was said. */
  readonly retryAfterSeconds: number | undefined;

  /**
   * @param problem What the endpoint said.
   * @param retryAfterSeconds Seconds after which to come back.
   */
  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The error of events that end before what the run comes to: something between, or the endpoint, has broken them off. */
export function brokenOff(status: number, events: number): ProblemError {
  return new ProblemError({
    type: 'about:blank',
    title: 'Broken off',
    status,
    detail: `Cannot watch run: its events must end with its result or a problem: got ${events} events of progress and no more`,
    code: 'answer-broken-off',
  });
}

/** The error of an answer that is none of the expected ones. */
export async function errorOf(response: Response): Promise<ProblemError> {
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  const seconds = after >= 0 ? after : undefined;
  const text = await response.text().catch(() => '');
  const problem = problemIn(text) ?? {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `Cannot read answer: it must be of a midplane endpoint: got status ${response.status}`,
    code: 'foreign-answer',
  };
  return new ProblemError(problem, seconds);
}

function problemIn(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === 'string' && typeof value.detail === 'string' ? (value as Problem) : undefined;
  } catch {
    return undefined;
  }
}
