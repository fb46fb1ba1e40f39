import { RequestError } from '../request-error.ts';

/**
 * Chooses the type of an answer (RFC 9110, section 12.5.1): the highest quality, of equal ones the first offered.
 *
 * @throws {RequestError} `not-acceptable` if none of them is accepted.
 */
export function chooseType<const T extends string>(accept: string | undefined, offered: readonly T[]): T {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = accept.slice(0, 1024).split(',').map(readRange);
  let best: T | undefined;
  let bestQuality = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality) {
      best = type;
      bestQuality = quality;
    }
  }
  if (best !== undefined) return best;
  const rule = `Accept must name one of ${offered.join(', ')}`;
  throw new RequestError('not-acceptable', `Cannot answer: ${rule}: got ${JSON.stringify(accept.slice(0, 200))}`);
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function readRange(text: string): Range {
  const [type, ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((each) => each.startsWith('q='));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** Quality of the most specific range that a type is in. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const exact = ranges.find((each) => each.type === type);
  const group = exact ?? ranges.find((each) => each.type === `${type.slice(0, type.indexOf('/'))}/*`);
  return (group ?? ranges.find((each) => each.type === '*/*'))?.quality ?? 0;
}
