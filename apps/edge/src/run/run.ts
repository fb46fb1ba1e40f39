import type { RunQuery } from '@midplane/api';
import type { CaptureError } from '@midplane/capture';
import type { Scenario, ScenarioTrafficOptions } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { captureCode } from '../request-error.ts';
import type { Budget } from './budget.ts';
import { KeptStream } from './kept-stream.ts';
import { type OpenCapture, openCapture } from './open-capture.ts';
import { takePlace } from './place.ts';
import { scenarioOf } from './scenario-of.ts';
import { lastCapture, readUpload } from './upload.ts';

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

/** How the capture of a run is read. */
export interface CaptureReading {
  /** Whether a link type that cannot be decoded is let through. */
  readonly anyLinkType?: boolean;
  /** Whether it is opened more than once: it is kept in memory then. */
  readonly isReread?: boolean;
}

/**
 * Begins a run: takes a place, reads the scenario, opens the capture.
 *
 * @throws {RequestError} If there is no place, or what was sent is refused; everything is given back then.
 */
export async function beginRun(
  c: Context<Env>,
  services: Services,
  query: RunQuery,
  { anyLinkType = false, isReread = false }: CaptureReading = {},
): Promise<Run> {
  const { limits, config } = services;
  const { body, budget, end } = takePlace(c, services);
  try {
    const upload = await readUpload(body, c.req.header('content-type'), limits);
    const scenario = scenarioOf(upload, query, limits);
    const { capture, fileName } = upload;
    const kept = isReread && capture !== undefined ? new KeptStream(capture, limits.keptBytes) : undefined;
    let open: OpenCapture | undefined;
    let failed: CaptureError | undefined;
    const traffic: ScenarioTrafficOptions = {
      openCapture: () => {
        const source = kept?.open() ?? capture!;
        open = openCapture(source, limits, config.decompressors, anyLinkType, [scenario.parameters?.maxGapNs]);
        return lastCapture(open.batches, upload.nextPart);
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
export function inputErrorHeader({ inputError }: Pick<Run, 'inputError'>): Record<string, string> {
  const error = inputError();
  return error === undefined ? {} : { 'Midplane-Input-Error': captureCode(error) };
}
