import { type Problem, type ProblemPlace, problemOf } from '@midplane/api/problem';
import type { CaptureError } from '@midplane/capture';
import type { ChassisError } from '@midplane/chassis';
import type { PartialReport } from '@midplane/pipeline';
import type { ScenarioError } from '@midplane/scenario';

/** A fault of what was sent, or a limit: one sentence with a stable code and its place in the request. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** Stable code. */
  readonly code: string;
  readonly place: ProblemPlace;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, place: ProblemPlace = {}, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.place = place;
    this.headers = headers;
  }
}

/** The stable code of a capture's corruption: as the command's. */
export function captureCode(error: CaptureError): string {
  return error.code === 'unsupported-link-type' ? error.code : `capture-${error.code}`;
}

/** JSON Pointer (RFC 6901) of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What clients are told of a worker that dies: its own words are those of the runtime, and name files of the server. */
const WORKER_DIED = 'Cannot go on: the workers that host the SPUs must live: got one that does not';

/**
 * The problem of an error; `undefined` for a fault of the program, of which nothing is told.
 *
 * Errors of our packages are known by their names: to load those packages for their classes would double the time to the first
 * answer.
 */
export function describeError(error: unknown): Problem | undefined {
  if (error instanceof RequestError) return problemOf(error.code, error.message, error.place);
  if (isNamed<ScenarioError>(error, 'ScenarioError')) {
    const { code, message, steps, line, column } = error;
    return problemOf(code, message, {
      pointer: pointerOf(steps),
      ...(line !== undefined && column !== undefined && { line, column }),
    });
  }
  if (isWorkerDied(error)) return problemOf(error.code, WORKER_DIED, { partial: error.partial });
  if (isNamed<CaptureError>(error, 'CaptureError'))
    return problemOf(captureCode(error), error.message, { offset: error.offset });
  if (isNamed<ChassisError>(error, 'ChassisError')) return problemOf(error.code, error.message);
  // every error of our packages begins so; one of the runtime does not
  if (error instanceof RangeError && error.message.startsWith('Cannot '))
    return problemOf('out-of-range', error.message);
  return undefined;
}

/** What the log keeps of an error that is no fault of the request; `undefined` for one that is. */
export function faultOf(error: unknown): string | undefined {
  if (isWorkerDied(error)) return error.message;
  if (describeError(error) !== undefined) return undefined;
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

function isNamed<E extends Error>(error: unknown, name: string): error is E {
  return error instanceof Error && error.name === name;
}

/** Whether a worker has ended a run; by its code, so that an app without workers need not know the class. */
function isWorkerDied(error: unknown): error is Error & { code: string; partial: PartialReport } {
  return error instanceof Error && (error as { code?: string }).code === 'worker-died' && 'partial' in error;
}
