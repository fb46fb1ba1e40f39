import type { PartialReport } from '@midplane/pipeline';

/** Media type of a problem (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** What went wrong with a request (RFC 9457). Plain data. */
export interface Problem {
  /** `urn:midplane:problem:` and the code. */
  readonly type: string;
  /** What the status says. */
  readonly title: string;
  /** HTTP status. */
  readonly status: number;
  /** One sentence: what must hold, what was given. */
  readonly detail: string;
  /** Stable, for programs; the same as the command's. */
  readonly code: string;
  /**
   * JSON Pointer (RFC 6901) into the body; into the scenario that stands in the query where `parameter` is given, too, and into
   * that of a form, whatever part it is.
   */
  readonly pointer?: string;
  /** Name of the query parameter. */
  readonly parameter?: string;
  /** Line and column in a text, from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Byte offset in the uncompressed capture. */
  readonly offset?: number;
  /** The request, as in the header `X-Request-Id`. */
  readonly requestId?: string;
  /** What was known of a run that cannot be finished. */
  readonly partial?: PartialReport;
}

/**
 * Statuses of the codes that are not 400. Every other code is a fault of what was sent: 400.
 *
 * | code | means |
 * | --- | --- |
 * | `request-too-large`, `capture-too-large`, `too-many-flows`, `too-many-packets`, `too-many-sessions`, `too-long-simulated` | a limit of the endpoint; the detail names it |
 * | `too-busy`, `too-many-requests` | come back after `Retry-After` seconds |
 * | `worker-died` | a worker of the endpoint is gone, `partial` has what was known: ask again |
 * | `upload-stalled`, `took-too-long` | nothing came, or the run was not over, in the time that a request has |
 */
export const PROBLEM_STATUS: Readonly<Record<string, number>> = {
  unauthorized: 401,
  'no-such-route': 404,
  'no-such-schema': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'upload-stalled': 408,
  'request-too-large': 413,
  'capture-too-large': 413,
  'scenario-too-large': 413,
  'too-many-flows': 413,
  'too-many-packets': 413,
  'too-many-sessions': 413,
  'too-long-simulated': 413,
  'unsupported-media-type': 415,
  'unsupported-encoding': 415,
  'too-busy': 429,
  'too-many-requests': 429,
  fault: 500,
  'took-too-long': 503,
  'worker-died': 503,
};

/** Titles of statuses. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** What a problem may say besides its sentence. */
export type ProblemPlace = Pick<
  Problem,
  'pointer' | 'parameter' | 'line' | 'column' | 'offset' | 'requestId' | 'partial'
>;

/**
 * Makes the problem of a code.
 *
 * @param code Stable code.
 * @param detail One sentence.
 * @param place Where in the request.
 * @returns The problem; its status is that of the code.
 * @example
 * ```ts
 * import { problemOf } from '@midplane/api';
 * import assert from 'node:assert/strict';
 *
 * const problem = problemOf('unknown-model', 'Cannot ...', { pointer: '/chassis/model' });
 * assert.equal(problem.status, 400);
 * assert.equal(problem.type, 'urn:midplane:problem:unknown-model');
 * ```
 */
export function problemOf(code: string, detail: string, place: ProblemPlace = {}): Problem {
  const status = PROBLEM_STATUS[code] ?? 400;
  return { type: `urn:midplane:problem:${code}`, title: TITLES[status], status, detail, code, ...place };
}
