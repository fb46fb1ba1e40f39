import { fpcPicOf, MAX_FPC, MAX_PIC, MAX_SPU_ID, type SpuId, spuIdOf } from './spu-id.ts';

/** How an SPU is written: `dot` `fpc1.pic1`, `cli` `FPC1 PIC1` (as Junos heads its output), `slash` `1/1`. */
export type SpuIdStyle = 'dot' | 'cli' | 'slash';

/** The forms that {@link parseSpuId} reads, with or without further white space and in any case. */
export const SPU_ID_FORMS: readonly string[] = ['fpc1.pic1', 'FPC1 PIC1', '1/1', '5'];

/**
 * Writes an SPU ID as a name.
 *
 * Fidelity: observed. Style `cli` is the form that Junos heads its per-SPU output with
 * (`Flow Sessions on FPC0 PIC1:`); the others are ours.
 *
 * @param spuId SPU ID, 0 to 95.
 * @param style Form of the name, `dot` by default.
 * @returns The name.
 * @throws {RangeError} If `spuId` is not an integer from 0 to 95, or `style` is none of the three.
 * @example
 * ```ts
 * import { formatSpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(formatSpuId(5), 'fpc1.pic1');
 * assert.equal(formatSpuId(5, 'cli'), 'FPC1 PIC1');
 * assert.equal(formatSpuId(5, 'slash'), '1/1');
 * ```
 */
export function formatSpuId(spuId: SpuId | number, style: SpuIdStyle = 'dot'): string {
  const { fpc, pic } = fpcPicOf(spuId);
  switch (style) {
    case 'dot':
      return `fpc${fpc}.pic${pic}`;
    case 'cli':
      return `FPC${fpc} PIC${pic}`;
    case 'slash':
      return `${fpc}/${pic}`;
    default:
      throw new RangeError(`Cannot format SPU ID: style must be 'dot', 'cli' or 'slash': got ${JSON.stringify(style)}`);
  }
}

/** `fpc` and `pic` with what people put around them; one to nine digits, so that a long number is out of range, not slow. */
const NAMED = /^fpc\s*(\d{1,9})\s*[\s./,:-]?\s*pic\s*(\d{1,9})$/i;
const SLASHED = /^(\d{1,9})\s*\/\s*(\d{1,9})$/;
const PLAIN = /^\d{1,9}$/;

/**
 * Reads an SPU ID from a name or a number.
 *
 * Case and white space do not matter: `fpc1.pic1`, `FPC 1 PIC 1`, ` 1 / 1 ` and `5` are the same SPU.
 *
 * @param text One of the forms of {@link SPU_ID_FORMS}.
 * @returns The SPU ID, 0 to 95.
 * @throws {TypeError} If `text` is not a string.
 * @throws {SyntaxError} If `text` has none of the forms.
 * @throws {RangeError} If FPC, PIC or SPU ID is out of range.
 * @example
 * ```ts
 * import { parseSpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(parseSpuId('FPC1 PIC1'), 5);
 * assert.equal(parseSpuId('fpc1.pic1'), 5);
 * assert.throws(() => parseSpuId('card 1'), SyntaxError);
 * ```
 */
export function parseSpuId(text: string): SpuId {
  if (typeof text !== 'string') {
    throw new TypeError(`Cannot parse SPU ID: text must be a string: got ${typeof text}`);
  }
  const trimmed = text.trim();
  if (PLAIN.test(trimmed)) {
    const spuId = Number(trimmed);
    if (spuId > MAX_SPU_ID) {
      throw new RangeError(`Cannot parse SPU ID: SPU ID must be from 0 to ${MAX_SPU_ID}: got ${quote(text)}`);
    }
    return spuId as SpuId;
  }
  const match = trimmed.length > 100 ? null : (NAMED.exec(trimmed) ?? SLASHED.exec(trimmed));
  if (match === null) {
    const forms = SPU_ID_FORMS.map((form) => `'${form}'`).join(', ');
    throw new SyntaxError(`Cannot parse SPU ID: text must have one of the forms ${forms}: got ${quote(text)}`);
  }
  const fpc = Number(match[1]);
  const pic = Number(match[2]);
  if (fpc > MAX_FPC || pic > MAX_PIC) {
    throw new RangeError(
      `Cannot parse SPU ID: FPC must be from 0 to ${MAX_FPC} and PIC from 0 to ${MAX_PIC}: got ${quote(text)}`,
    );
  }
  return spuIdOf(fpc, pic);
}

/** Quotes a value for a message, cut to a length that stays one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
