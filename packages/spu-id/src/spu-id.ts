/** A brand that keeps identities of different kinds apart at compile time; it does not exist at run time. */
export type SpuId = number & { readonly __brand: 'SpuId' };

/**
 * Factor of the FPC in an SPU ID.
 *
 * Fidelity: documented. "SPU ID = (FPC ID X 4) + PIC ID", Junos "Flow Distribution and Packet-Ordering".
 */
export const PICS_PER_FPC = 4;

/** Highest FPC number: 11 on one SRX5800, 23 for slot 11 of node 1 in a cluster (node x slots + slot). */
export const MAX_FPC = 23;

/** Highest PIC number on an FPC. */
export const MAX_PIC = 3;

/** Highest SPU ID, that of FPC 23 and PIC 3. */
export const MAX_SPU_ID: number = MAX_FPC * PICS_PER_FPC + MAX_PIC;

/** Where an SPU sits. */
export interface FpcPic {
  /** FPC number, 0 to 23. It is the number of the slot, not an ordinal. */
  readonly fpc: number;
  /** PIC number on that FPC, 0 to 3. */
  readonly pic: number;
}

/**
 * Returns the SPU ID of a PIC.
 *
 * FPC N is the card in slot N, counted from 0.
 *
 * Fidelity: documented. SPU ID = FPC x 4 + PIC for every services card, also those with two PICs.
 *
 * @param fpc FPC number, 0 to 11 on one chassis; 12 to 23 are the slots of node 1 in a cluster of two SRX5800.
 * @param pic PIC number, 0 to 3.
 * @returns The SPU ID, 0 to 95.
 * @throws {RangeError} If `fpc` or `pic` is not an integer in its range.
 * @see Junos "Flow Distribution and Packet-Ordering", section "Calculating SPU ID"
 * @example The second PIC of the card in FPC 1
 * ```ts
 * import { spuIdOf } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(spuIdOf(1, 1), 5);
 * ```
 */
export function spuIdOf(fpc: number, pic: number): SpuId {
  if (!Number.isInteger(fpc) || fpc < 0 || fpc > MAX_FPC) {
    throw new RangeError(`Cannot compute SPU ID: FPC must be an integer from 0 to ${MAX_FPC}: got ${fpc}`);
  }
  if (!Number.isInteger(pic) || pic < 0 || pic > MAX_PIC) {
    throw new RangeError(`Cannot compute SPU ID: PIC must be an integer from 0 to ${MAX_PIC}: got ${pic}`);
  }
  return (fpc * PICS_PER_FPC + pic) as SpuId;
}

/**
 * Checks a plain number and returns it as an SPU ID.
 *
 * @param value Candidate, 0 to 95.
 * @returns The same number, branded.
 * @throws {RangeError} If `value` is not an integer from 0 to 95.
 * @example
 * ```ts
 * import { toSpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(toSpuId(47), 47);
 * assert.throws(() => toSpuId(96), /SPU ID must be an integer from 0 to 95: got 96/);
 * ```
 */
export function toSpuId(value: number): SpuId {
  if (!isSpuId(value)) {
    throw new RangeError(`Cannot use SPU ID: SPU ID must be an integer from 0 to ${MAX_SPU_ID}: got ${value}`);
  }
  return value;
}

/**
 * Tells whether a value is an integer in the range of SPU IDs.
 *
 * @param value Anything.
 * @returns `true` for the integers 0 to 95.
 * @example
 * ```ts
 * import { isSpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(isSpuId(5), true);
 * assert.equal(isSpuId('5'), false);
 * ```
 */
export function isSpuId(value: unknown): value is SpuId {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SPU_ID;
}

/**
 * Returns where the SPU with an SPU ID sits.
 *
 * The numbers say nothing about whether a card is in that slot; on a card with two PICs, PIC 2 and 3 do not exist.
 *
 * Fidelity: documented. The inverse of SPU ID = FPC x 4 + PIC.
 *
 * @param spuId SPU ID, 0 to 95; a plain number is checked.
 * @returns FPC and PIC.
 * @throws {RangeError} If `spuId` is not an integer from 0 to 95.
 * @example
 * ```ts
 * import { fpcPicOf } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(fpcPicOf(5), { fpc: 1, pic: 1 });
 * ```
 */
export function fpcPicOf(spuId: SpuId | number): FpcPic {
  const id = toSpuId(spuId);
  const pic = id % PICS_PER_FPC;
  return { fpc: (id - pic) / PICS_PER_FPC, pic };
}
