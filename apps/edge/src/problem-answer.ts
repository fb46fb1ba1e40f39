import { PROBLEM_TYPE, type Problem, problemOf } from '@midplane/api/problem';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Env } from './context.ts';
import { describeError, RequestError } from './request-error.ts';
import { answer, jsonText } from './routes/answer.ts';

const FAULT = 'Cannot answer: this is a fault of the endpoint, not of the request';

/** The problem of an error, with the request's ID. Of a fault of the program nothing is told but that it is one. */
export function problemFor(c: Context<Env>, error: unknown): Problem {
  const problem = describeError(error) ?? problemOf('fault', FAULT);
  const requestId = c.get('requestId');
  return requestId === undefined ? problem : { ...problem, requestId };
}

/** Answers an error. */
export function answerProblem(c: Context<Env>, error: unknown): Response {
  if (error instanceof HTTPException) return error.getResponse();
  const problem = problemFor(c, error);
  c.set('code', problem.code);
  const headers = error instanceof RequestError ? error.headers : {};
  return answer(c, problem.status, jsonText(problem), { 'Content-Type': PROBLEM_TYPE, ...headers });
}
