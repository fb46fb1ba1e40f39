import { type CompareQuery, type ComparisonEvent, compareQuerySchema } from '@midplane/api';
import type { ByteStream, CaptureError } from '@midplane/capture';
import { type Comparison, compareScenarios, renderComparison } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import { openCapture } from '../run/open-capture.ts';
import { type Place, takePlace } from '../run/place.ts';
import { inputErrorHeader, type Run } from '../run/run.ts';
import { capturesOf, sidesOf } from '../run/sides.ts';
import { lastCapture, readUpload, type Upload } from '../run/upload.ts';
import { watchPlays } from '../run/watch-plays.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { EVENT_TYPES } from './event-stream.ts';
import { readQuery } from './read-request.ts';
import { isEventType, streamRun, type Tell, tellReading } from './stream-run.ts';

/** `POST /v1/compare`: two chassis with the same traffic, or two scenarios, as `midplane compare` sets them side by side. */
export function compareRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain', ...EVENT_TYPES]);
    const query = readQuery(c, compareQuerySchema);
    const run = await beginComparison(c, services, query);
    if (isEventType(type)) {
      return streamRun<ComparisonEvent>(c, services, type, run, async (tell) => {
        return { event: 'comparison', comparison: await run.play(tell) };
      });
    }
    try {
      const comparison = await run.play();
      const headers = inputErrorHeader(run);
      if (type === 'text/plain') return answerText(c, renderComparison(comparison), type, headers);
      return answerJson(c, comparison, headers);
    } finally {
      await run.end();
    }
  };
}

/** A comparison that is about to run. */
interface ComparisonRun extends Place, Pick<Run, 'inputError'> {
  play(tell?: Tell<ComparisonEvent>): Promise<Comparison>;
}

async function beginComparison(c: Context<Env>, services: Services, query: CompareQuery): Promise<ComparisonRun> {
  const { limits, config } = services;
  const place = takePlace(c, services);
  try {
    const upload = await readUpload(place.body, c.req.header('content-type'), limits, ['after']);
    const { before, after, names } = sidesOf(upload, query, limits);
    const nextCapture = captureSupply(upload);
    const expected = capturesOf(before, after);
    let failed: CaptureError | undefined;
    const play = (tell?: Tell<ComparisonEvent>): Promise<Comparison> =>
      compareScenarios(before, after, {
        names,
        ...watchPlays(place.budget, tellReading(tell)),
        openCapture: async () => {
          const capture = await nextCapture();
          const { batches } = openCapture(capture, limits, config.decompressors, false, expected.shift());
          return expected.length === 0 ? lastCapture(batches, upload.nextPart) : batches;
        },
        onInputError: (error) => {
          failed = error;
        },
      });
    return { ...place, play, inputError: () => failed };
  } catch (error) {
    await place.end();
    throw error;
  }
}

/** Captures in the order in which they are sent. */
function captureSupply({ capture, nextPart }: Upload): () => Promise<ByteStream> {
  let isFirst = true;
  return async () => {
    if (isFirst) {
      isFirst = false;
      return capture!;
    }
    const part = await nextPart!();
    if (part?.name === 'capture') return part;
    const rule = 'a second capture must be sent behind the first, as the traffic of the side after is another one';
    const got = part === undefined ? 'none' : `a part ${JSON.stringify(part.name.slice(0, 60))}`;
    throw new RequestError('capture-not-sent', `Cannot compare: ${rule}: got ${got}`);
  };
}
