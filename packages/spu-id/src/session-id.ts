import { type SpuId, toSpuId } from './spu-id.ts';

/**
 * Session IDs per SPU on a chassis without SPC3.
 *
 * Fidelity: observed. Published output shows session ID 50000111 on FPC1 PIC1, which is SPU 5.
 */
export const SESSION_ID_STRIDE = 10_000_000;

/**
 * Session IDs per SPU on a chassis with an SPC3, whose SPUs hold more than 10,000,000 sessions.
 *
 * Fidelity: assumed. With the smaller stride the IDs of two SPUs would overlap.
 */
export const SESSION_ID_STRIDE_SPC3 = 100_000_000;

/** A session ID taken apart. */
export interface SessionIdParts {
  /** The SPU that gave the ID. */
  readonly spuId: SpuId;
  /** Index of the session on that SPU, 0 to stride - 1. */
  readonly index: number;
}

/**
 * Returns the session ID that an SPU gives to the session with an index.
 *
 * The result is at most 9,599,999,999, exact in a double. Write it with {@link formatSessionId} in JSON, since newer
 * releases print 64-bit IDs.
 *
 * Fidelity: observed. SPU ID x 10,000,000 + index; the larger stride is assumed.
 *
 * @param spuId The owner SPU, 0 to 95.
 * @param index Index on that SPU, 0 to `stride` - 1. How a device numbers its sessions is not published.
 * @param stride IDs per SPU, {@link SESSION_ID_STRIDE} by default.
 * @returns The session ID, an integer below 2^53.
 * @throws {RangeError} If `spuId`, `index` or `stride` is out of range.
 * @example
 * ```ts
 * import { sessionIdOf, spuIdOf } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(sessionIdOf(spuIdOf(1, 1), 111), 50000111);
 * ```
 */
export function sessionIdOf(spuId: SpuId | number, index: number, stride: number = SESSION_ID_STRIDE): number {
  const id = toSpuId(spuId);
  checkStride(stride);
  if (!Number.isInteger(index) || index < 0 || index >= stride) {
    throw new RangeError(`Cannot compute session ID: index must be an integer from 0 to ${stride - 1}: got ${index}`);
  }
  return id * stride + index;
}

/**
 * Takes a session ID apart.
 *
 * @param sessionId Session ID as a number or a decimal string.
 * @param stride IDs per SPU, {@link SESSION_ID_STRIDE} by default.
 * @returns The SPU and the index on it.
 * @throws {SyntaxError} If a string is not a decimal number.
 * @throws {RangeError} If the ID belongs to no SPU ID from 0 to 95, or the stride is out of range.
 * @example Which SPU owns session 50000111?
 * ```ts
 * import { sessionIdPartsOf } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(sessionIdPartsOf('50000111'), { spuId: 5, index: 111 });
 * ```
 */
export function sessionIdPartsOf(sessionId: number | string, stride: number = SESSION_ID_STRIDE): SessionIdParts {
  checkStride(stride);
  if (typeof sessionId === 'string' && !/^\d{1,20}$/.test(sessionId)) {
    throw new SyntaxError(
      `Cannot parse session ID: text must be a decimal number: got ${JSON.stringify(sessionId.slice(0, 60))}`,
    );
  }
  const id = Number(sessionId);
  if (!Number.isSafeInteger(id) || id < 0) {
    throw new RangeError(`Cannot parse session ID: session ID must be an integer from 0 to 2^53 - 1: got ${sessionId}`);
  }
  const index = id % stride;
  return { spuId: toSpuId((id - index) / stride), index };
}

/**
 * Writes a session ID as the decimal string that JSON carries.
 *
 * @param sessionId Session ID, 0 to 2^53 - 1.
 * @returns Decimal digits without sign, separator or leading zero.
 * @throws {RangeError} If `sessionId` is not an integer from 0 to 2^53 - 1.
 * @example
 * ```ts
 * import { formatSessionId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(formatSessionId(50000111), '50000111');
 * ```
 */
export function formatSessionId(sessionId: number): string {
  if (!Number.isSafeInteger(sessionId) || sessionId < 0) {
    throw new RangeError(
      `Cannot format session ID: session ID must be an integer from 0 to 2^53 - 1: got ${sessionId}`,
    );
  }
  return String(sessionId);
}

/** Two strides exist on devices; a run may choose another, as long as every ID stays exact. */
function checkStride(stride: number): void {
  if (!Number.isInteger(stride) || stride < 1 || stride > 1_000_000_000_000) {
    throw new RangeError(`Cannot compute session ID: stride must be an integer from 1 to 1000000000000: got ${stride}`);
  }
}
