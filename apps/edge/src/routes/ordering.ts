import { type OrderingAnswer, type OrderingQuery, orderingNumbersSchema, orderingQuerySchema } from '@midplane/api';
import {
  measureCaptureOrder,
  measureNumbersOrder,
  measurePathOrder,
  ORDER_DEFAULTS,
  type OrderOptions,
  renderCaptureOrder,
  renderCapturesOrder,
  renderNumbersOrder,
} from '@midplane/pipeline/capture-order';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { RequestError } from '../request-error.ts';
import type { OrderInput } from '../run/order-input.ts';
import { type OrderUpload, readOrderUpload } from '../run/order-upload.ts';
import { type Place, takePlace } from '../run/place.ts';
import { chooseType } from '../service/accept.ts';
import { answerJson, answerText } from './answer.ts';
import { parseBody, readQuery } from './read-request.ts';

/** An answer, its text, and the code of what is wrong with a capture. */
interface Measured {
  readonly answer: OrderingAnswer;
  readonly text: () => string;
}

/** `POST /v1/ordering/metrics`: reordering in a capture, between two, or in a list, as `midplane ordering` measures it. */
export function orderingRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const type = chooseType(c.req.header('accept'), ['application/json', 'text/plain']);
    const query = readQuery(c, orderingQuerySchema);
    const options = optionsOf(query);
    const place = takePlace(c, services);
    try {
      const contentLength = place.isDecoded ? undefined : c.req.header('content-length');
      const headers = { contentType: c.req.header('content-type'), contentLength };
      const upload = await readOrderUpload(place.body, headers, services);
      if (query.translated && !('ingress' in upload)) {
        const rule = 'translated must come with two captures, "ingress" and "egress"';
        throw new RequestError('two-captures', `Cannot measure: ${rule}: got one`, { parameter: 'translated' });
      }
      const { answer, text } = await measure(upload, options, query.translated, place);
      const { error } = answer;
      const failed: Record<string, string> = error === undefined ? {} : { 'Midplane-Input-Error': error.code };
      return type === 'text/plain' ? answerText(c, text(), type, failed) : answerJson(c, answer, failed);
    } finally {
      await place.end();
    }
  };
}

async function measure(
  upload: OrderUpload,
  options: Partial<OrderOptions>,
  isTranslated: boolean | undefined,
  { budget }: Place,
): Promise<Measured> {
  const onProgress = (packets: number): void | Promise<void> => budget.spend(packets);
  if ('numbers' in upload) {
    const result = measureNumbersOrder(parseBody(upload.numbers, orderingNumbersSchema), options);
    return { answer: { schema: SCHEMA, status: 'ok', ...result }, text: () => renderNumbersOrder(result) };
  }
  if ('capture' in upload) {
    const { capture, mostPackets = Number.POSITIVE_INFINITY } = upload;
    // room for no more flows than the capture can have packets: it is taken at once, four kilobytes a flow
    const flows = Math.max(1, Math.min(options.flows ?? ORDER_DEFAULTS.flows, mostPackets));
    const result = await measureCaptureOrder(capture, { ...options, flows }, onProgress);
    if (result.packets === 0) capture.throwIfCorrupt();
    const answer = { schema: SCHEMA, file: capture.name, ...statusOf(capture), ...result } as const;
    return { answer, text: () => renderCaptureOrder(result) };
  }
  const { ingress, egress } = upload;
  const result = await measurePathOrder([ingress, egress], options, isTranslated, onProgress);
  const failed = ingress.error === undefined ? egress : ingress;
  if (Math.max(...result.packets) === 0) failed.throwIfCorrupt();
  const answer = { schema: SCHEMA, files: [ingress.name, egress.name], ...statusOf(failed), ...result } as const;
  return { answer, text: () => renderCapturesOrder(result) };
}

const SCHEMA = 'midplane-ordering/1';

function optionsOf({ top, flows, threshold, lostAfter }: OrderingQuery): Partial<OrderOptions> {
  if (lostAfter !== undefined && lostAfter < 0) {
    const message = `Cannot measure: lostAfter must be 0 or above: got ${lostAfter}`;
    throw new RequestError('out-of-range', message, { parameter: 'lostAfter' });
  }
  return {
    ...(top !== undefined && { top }),
    ...(flows !== undefined && { flows }),
    ...(threshold !== undefined && { threshold }),
    ...(lostAfter !== undefined && { lostAfterNs: lostAfter * 1e6 }),
  };
}

function statusOf({ error }: OrderInput): Pick<OrderingAnswer, 'status' | 'error'> {
  if (error === undefined) return { status: 'ok' };
  return { status: error.code === 'unsupported-link-type' ? 'unsupported' : 'error', error };
}
