import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import { Body } from './body.ts';
import { Budget } from './budget.ts';

/** A place among the runs, with its limits and the body that is run. */
export interface Place {
  readonly budget: Budget;
  readonly body: Body;
  /** Gives everything back: the place, the timer, the body. */
  end(): Promise<void>;
}

/**
 * Takes a place for a run.
 *
 * @throws {RequestError} If there is none, or the headers say that the body is refused.
 */
export function takePlace(c: Context<Env>, { limits, gate, metrics }: Services): Place {
  checkHeaders(c, limits.bodyBytes);
  const leave = gate.enter();
  const budget = new Budget(limits, c.req.raw.signal);
  const body = new Body(c.req.raw.body, limits, budget.signal);
  const end = async (): Promise<void> => {
    budget.end();
    leave();
    metrics.packets += budget.allPackets;
    metrics.uploadedBytes += body.bytes;
    await body.drain();
  };
  return { budget, body, end };
}

function checkHeaders(c: Context<Env>, most: number): void {
  const length = Number(c.req.header('content-length') ?? 0);
  if (length > most) {
    throw new RequestError('request-too-large', `Cannot read body: it must have at most ${most} bytes: got ${length}`);
  }
  const encoding = c.req.header('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    const got = JSON.stringify(encoding.slice(0, 60));
    throw new RequestError(
      'unsupported-encoding',
      `Cannot read body: Content-Encoding must be identity or gzip: got ${got}`,
    );
  }
}
