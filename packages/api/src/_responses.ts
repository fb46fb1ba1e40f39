import { type Content, type RouteHeader, type RouteResponse, ref, TEXT } from './_route.ts';
import type { AnswerName } from './answer-schemas.ts';
import { PROBLEM_TYPE, type ProblemPlace, problemOf } from './problem.ts';

type Headers = Readonly<Record<string, RouteHeader>>;
type Responses = Readonly<Record<string, RouteResponse>>;

/** When to come back. */
export const RETRY_AFTER: Headers = {
  'Retry-After': {
    description: 'Seconds after which to come back',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
};
/** What is wrong with a capture of which the beginning could be read. */
const INPUT_ERROR: Headers = {
  'Midplane-Input-Error': {
    description: 'Code of what is wrong with the capture: the answer is about what came before that place',
    schema: { type: 'string' },
    example: 'capture-truncated-record',
  },
};

/** Where a run took place. */
export const RUN_INFO: Headers = {
  'Midplane-Run-Info': {
    description:
      'Where SPUs were simulated, as JSON, of a scenario that says `spus: workers` or `auto`; of events it is the first event',
    schema: { type: 'string', contentMediaType: 'application/json' },
    example: '{"spus":{"workers":2,"why":"some 5,000,000 packets"}}',
  },
};

/** A response that is a problem, with an example of one. */
export function problem(
  description: string,
  code: string,
  detail: string,
  place: ProblemPlace = {},
  headers?: Headers,
): RouteResponse {
  const example = problemOf(code, detail, place);
  return { description, ...(headers && { headers }), content: { [PROBLEM_TYPE]: { schema: ref('Problem'), example } } };
}

/** A status that is a problem of several routes. */
type ProblemStatus = 400 | 401 | 405 | 406 | 408 | 413 | 415 | 429 | 500 | 503;

/** Problems by their status. */
const PROBLEMS: Readonly<Record<ProblemStatus, RouteResponse>> = {
  400: problem(
    'What was sent is not accepted: `code` says why, `pointer` or `parameter` where',
    'unknown-hash',
    'Cannot find hash function: hash must be one of crc32c, toeplitz, toeplitz-symmetric, xxhash32, murmur3, fnv1a: got "md5"',
    { parameter: 'hash' },
  ),
  401: problem(
    'A bearer token is needed',
    'unauthorized',
    'Cannot answer: Authorization must be "Bearer" and a token: got none',
    {},
    { 'WWW-Authenticate': { description: 'How to say who asks', schema: { type: 'string' }, example: 'Bearer' } },
  ),
  405: problem(
    'Another method',
    'method-not-allowed',
    'Cannot answer: the method must be GET or HEAD: got DELETE',
    {},
    { Allow: { description: 'Methods that there are', schema: { type: 'string' }, example: 'GET, HEAD' } },
  ),
  406: problem(
    '`Accept` names no type that this route has',
    'not-acceptable',
    'Cannot answer: Accept must name one of application/json, text/plain: got "image/png"',
  ),
  408: problem(
    'Nothing came of the body for too long',
    'upload-stalled',
    'Cannot read body: bytes must come at least every 15 s: got none',
  ),
  413: problem(
    'A limit of the endpoint; the detail names it',
    'request-too-large',
    'Cannot read body: it must have at most 1048576 bytes: got 2000000',
  ),
  415: problem(
    'The body has a type, or an encoding, that is not read here',
    'unsupported-media-type',
    'Cannot read body: Content-Type must be application/json: got "image/png"',
  ),
  429: problem(
    'Too many requests, or too many runs at a time',
    'too-busy',
    'Cannot begin run: at most 4 runs may go on at a time: got one more',
    {},
    RETRY_AFTER,
  ),
  500: problem(
    'A fault of the endpoint',
    'fault',
    'Cannot answer: this is a fault of the endpoint, not of the request',
  ),
  503: problem(
    'It took longer than a run may take, or a worker of the endpoint is gone: `partial` has what was known then',
    'took-too-long',
    'Cannot go on: a run must be over 120 s after it began: got one that is not',
  ),
};

/** Problems of every route; of those below `/v1`; of those with a query; of those with a body. */
export const ALWAYS: readonly ProblemStatus[] = [405, 500];
export const OF_MODEL: readonly ProblemStatus[] = [401, 429, ...ALWAYS];
export const OF_QUERY: readonly ProblemStatus[] = [400, ...OF_MODEL];
export const OF_BODY: readonly ProblemStatus[] = [408, 413, 415, ...OF_QUERY];

/** Responses that are problems. */
export function problems(statuses: readonly ProblemStatus[]): Responses {
  return Object.fromEntries(statuses.map((status) => [status, PROBLEMS[status]]));
}

/** Responses of a route: its answer in every type, and the problems. */
export function answers(
  description: string,
  name: AnswerName | undefined,
  statuses: readonly ProblemStatus[],
  more: Content = {},
): Responses {
  const json: Content = name === undefined ? {} : { 'application/json': { schema: ref(name) } };
  return { 200: { description, content: { ...json, ...more } }, ...problems(statuses) };
}

/** Responses of a run: it chooses among types, takes time, and its capture may be corrupt in the middle. */
export function runs(description: string, name: AnswerName, more: Content, headers: Headers = {}): Responses {
  const { 200: ok, ...rest } = answers(description, name, [406, 503, ...OF_BODY], more);
  return { 200: { ...ok, headers: { ...INPUT_ERROR, ...headers } }, ...rest };
}

/** Types of an answer that tells how far a run is. */
export function events(name: AnswerName): Content {
  return { 'text/event-stream': { schema: ref(name) }, 'application/x-ndjson': { schema: ref(name) } };
}

/** A table as text. */
export const PLAIN: Content = { 'text/plain': TEXT };
