import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { noteBroken } from '../log-record.ts';
import type { Budget } from '../run/budget.ts';
import { yieldTurn } from '../run/yield.ts';
import { answer } from './answer.ts';
import { madeStream, type NextBytes } from './made-stream.ts';

/** Chunks that are measured before others have their turn. */
const SLICE_CHUNKS = 16;

/** A body that is made as it is read. */
interface MadeBody {
  /** Begins to make it, from its first byte. */
  readonly make: () => NextBytes;
  readonly budget: Budget;
  /** Gives everything back, whether the body came to its end or not. */
  readonly end: () => void;
}

/**
 * Answers with a body that is made as it is read.
 *
 * Where the runtime would end one that breaks off as if it were whole, its length is declared: half a list of sessions, or
 * half a capture, must not pass as all of it.
 *
 * @throws {RequestError} If the time is over before the length is known; nothing is given back then.
 */
export async function answerMade(
  c: Context<Env>,
  services: Services,
  headers: Readonly<Record<string, string>>,
  { make, budget, end }: MadeBody,
): Promise<Response> {
  const { withLength } = services.config;
  const length = withLength === undefined ? 0 : await lengthOf(make(), budget);
  budget.readAgain();
  const body = madeStream(make(), budget.signal, (error) => {
    if (error !== undefined) noteBroken(c, services, error, budget.startMs);
    end();
  });
  return answer(c, 200, withLength?.(body, length) ?? body, headers);
}

/** Bytes of a body that is made for nothing else. */
async function lengthOf(next: NextBytes, { signal }: Budget): Promise<number> {
  let length = 0;
  for (let chunks = 1; ; chunks++) {
    const bytes = await next();
    if (bytes === undefined) return length;
    length += bytes.length;
    if (chunks % SLICE_CHUNKS === 0) await yieldTurn();
    signal.throwIfAborted();
  }
}
