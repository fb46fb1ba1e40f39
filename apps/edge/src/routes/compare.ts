import { compareQuerySchema } from '@midplane/api';
import type { ByteStream, CaptureError } from '@midplane/capture';
import { type Comparison, compareScenarios, renderComparison } from '@midplane/scenario';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import { openCapture } from '../run/open-capture.ts';
import { takePlace } from '../run/place.ts';
import { inputErrorHeader } from '../run/run.ts';
import { captureCount, sidesOf } from '../run/sides.ts';
import { lastCapture, readUpload, type Upload } from '../run/upload.ts';
import { watchPlays } from '../run/watch-plays.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { readQuery } from './read-request.ts';

/** `POST /v1/compare`: two chassis with the same traffic, or two scenarios, as `midplane compare` sets them side by side. */
export function compareRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  const { limits, config } = services;
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain']);
    const query = readQuery(c, compareQuerySchema);
    const { body, budget, end } = takePlace(c, services);
    try {
      const upload = await readUpload(body, c.req.header('content-type'), limits, ['after']);
      const { before, after, names } = sidesOf(upload, query, limits);
      const nextCapture = captureSupply(upload);
      let waiting = captureCount(before, after);
      let failed: CaptureError | undefined;
      const comparison: Comparison = await compareScenarios(before, after, {
        names,
        ...watchPlays(budget),
        openCapture: async () => {
          const { batches } = openCapture(await nextCapture(), limits, config.decompressors, false);
          return --waiting === 0 ? lastCapture(batches, upload.nextPart) : batches;
        },
        onInputError: (error) => {
          failed = error;
        },
      });
      const headers = inputErrorHeader({ inputError: () => failed });
      if (type === 'text/plain') return answerText(c, renderComparison(comparison), type, headers);
      return answerJson(c, comparison, headers);
    } finally {
      await end();
    }
  };
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
