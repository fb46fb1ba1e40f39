import type { RunQuery } from '@midplane/api';
import type { CaptureError } from '@midplane/capture';
import type { Scenario, ScenarioTrafficOptions } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { captureCode, RequestError } from '../request-error.ts';
import { Body } from './body.ts';
import { Budget } from './budget.ts';
import { type OpenCapture, openCapture } from './open-capture.ts';
import { scenarioOf } from './scenario-of.ts';
import { readUpload } from './upload.ts';

/** A run of an uploaded capture or scenario, with its limits. */
export interface Run {
  readonly scenario: Scenario;
  readonly budget: Budget;
  /** Name of the capture's file, if the client said it. */
  readonly fileName: string | undefined;
  /** For `runScenario` and `readScenarioTraffic`. */
  readonly traffic: ScenarioTrafficOptions;
  /** Bytes of the capture that were read, uncompressed. */
  readonly bytesRead: () => number;
  /** Where the capture turned out to be corrupt. */
  readonly inputError: () => CaptureError | undefined;
  /** Gives everything back: the place, the timer, the body. */
  end(): Promise<void>;
}

/**
 * Begins a run: takes a place, reads the scenario, opens the capture.
 *
 * @param anyLinkType Whether a link type that cannot be decoded is let through.
 * @throws {RequestError} If there is no place, or what was sent is refused; everything is given back then.
 */
export async function beginRun(
  c: Context<Env>,
  services: Services,
  query: RunQuery,
  anyLinkType = false,
): Promise<Run> {
  const { limits, gate, metrics, config } = services;
  checkHeaders(c, limits.bodyBytes);
  const leave = gate.enter();
  const budget = new Budget(limits, c.req.raw.signal);
  const body = new Body(c.req.raw.body, limits, budget.signal);
  const end = async (): Promise<void> => {
    budget.end();
    leave();
    metrics.packets += budget.packets;
    metrics.uploadedBytes += body.bytes;
    await body.drain();
  };
  try {
    const upload = await readUpload(body, c.req.header('content-type'), limits);
    const scenario = scenarioOf(upload, query, limits);
    const { capture, fileName } = upload;
    let open: OpenCapture | undefined;
    let failed: CaptureError | undefined;
    const traffic: ScenarioTrafficOptions = {
      openCapture: () => {
        open = openCapture(capture!, limits, config.decompressors, anyLinkType);
        return open.batches;
      },
      onInputError: (error) => {
        failed = error;
      },
    };
    const bytesRead = (): number => open?.bytesRead() ?? 0;
    return { scenario, budget, fileName, traffic, bytesRead, inputError: () => failed, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The header that says that a capture was corrupt in the middle. */
export function inputErrorHeader(run: Run): Record<string, string> {
  const error = run.inputError();
  return error === undefined ? {} : { 'Midplane-Input-Error': captureCode(error) };
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
