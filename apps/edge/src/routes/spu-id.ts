import type { SpuIdAnswer } from '@midplane/api';
import { formatSpuId, fpcPicOf, parseSpuId } from '@midplane/spu-id';
import type { Context } from 'hono';
import type { Env } from '../context.ts';
import type { Handler } from '../frame.ts';
import { RequestError } from '../request-error.ts';
import { Kept } from '../service/kept.ts';
import { answerText, jsonText } from './answer.ts';

/** Answers that are kept: there are 96 SPU IDs, by several names. */
const KEPT_ANSWERS = 512;
/** A query that holds nothing but one plain name. */
const PLAIN = /^spu=([\w.]{1,40})$/;

/** `GET /v1/spu-id`: the lightest question, so that the first answer after a start waits for no schema. */
export function spuIdRoute(): Handler {
  const kept = new Kept<string>(KEPT_ANSWERS);
  return (c) => {
    const { url } = c.req;
    const query = url.slice(url.indexOf('?') + 1);
    const spu = PLAIN.exec(query)?.[1];
    if (spu === undefined) return other(c);
    return answerOf(
      c,
      kept.get(query, () => jsonText(spuIdAnswer(spu))),
    );
  };
}

/** Answers any other query, or says what is wrong with it. */
async function other(c: Context<Env>): Promise<Response> {
  const { readSpu } = await import('./read-spu.ts');
  return answerOf(c, jsonText(spuIdAnswer(readSpu(c))));
}

function answerOf(c: Context<Env>, text: string): Response {
  return answerText(c, text, 'application/json');
}

function spuIdAnswer(text: string): SpuIdAnswer {
  try {
    const spuId = parseSpuId(text);
    const names = { dot: formatSpuId(spuId), cli: formatSpuId(spuId, 'cli'), slash: formatSpuId(spuId, 'slash') };
    return { spuId, ...fpcPicOf(spuId), names };
  } catch (error) {
    const code = error instanceof RangeError ? 'out-of-range' : 'malformed-spu-id';
    throw new RequestError(code, (error as Error).message, { parameter: 'spu' });
  }
}
