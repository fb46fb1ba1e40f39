import type { Decompressors } from '@midplane/capture';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import { Body } from './body.ts';
import { Budget } from './budget.ts';
import { decodeGzip } from './decode-body.ts';

/** A place among the runs, with its limits and the body that is run. */
export interface Place {
  readonly budget: Budget;
  /** The body without its coding. */
  readonly body: Body;
  /** Whether it had one: its length is then not the one that was declared. */
  readonly isDecoded: boolean;
  /** Gives everything back: the place, the timer, the body. */
  end(): Promise<void>;
}

/**
 * Takes a place for a run.
 *
 * @throws {RequestError} If there is none, or the headers say that the body is refused.
 */
export function takePlace(c: Context<Env>, { limits, gate, metrics, config }: Services): Place {
  const isDecoded = checkHeaders(c, limits.bodyBytes);
  const leave = gate.enter();
  const budget = new Budget(limits, c.req.raw.signal);
  const sent = new Body(c.req.raw.body, limits, budget.signal);
  const body = isDecoded ? decodedBody(sent, limits, budget, config.decompressors) : sent;
  const end = async (): Promise<void> => {
    budget.end();
    leave();
    metrics.packets += budget.allPackets;
    metrics.uploadedBytes += sent.bytes;
    await sent.drain();
  };
  return { budget, body, isDecoded, end };
}

/** The limits hold behind the coding, too: those of two captures and two scenarios, which a form may have, are the widest. */
function decodedBody(sent: Body, limits: Limits, budget: Budget, decompressors: Decompressors | undefined): Body {
  const most = 2 * (limits.captureBytes + limits.textBytes);
  return new Body(decodeGzip(sent, decompressors), limits, budget.signal, most);
}

/** Says whether the body has a coding. */
function checkHeaders(c: Context<Env>, most: number): boolean {
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
  return encoding === 'gzip';
}
