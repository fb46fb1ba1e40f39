import { MAX_FPC, type SpuId, spuIdOf } from './spu-id.ts';

/** A services processing card: its order number, its short name, and how many PICs (SPUs) it carries. */
export interface SpcModel {
  /** Order number as Juniper prints it. */
  readonly model: string;
  /** Short name, or `null` where the card has none of its own. */
  readonly shortName: 'SPC1' | 'SPC2' | 'SPC3' | null;
  /** Number of PICs; each is one SPU. */
  readonly pics: 2 | 4;
}

/**
 * The services processing cards with their PIC counts.
 *
 * Fidelity: documented. Junos "Flow Distribution and Packet-Ordering" gives SPC1 (0, 1) and (4, 5), SPC2 (0-3) and
 * (4-7), SPC3 (0, 1) and (4, 5). The same page's sentence "two, four, and two PICs" lists the models in another order;
 * the examples hold, and the card with four PICs is the SRX5K-SPC-4-15-320.
 */
export const SPC_MODELS: readonly SpcModel[] = Object.freeze([
  { model: 'SRX5K-SPC-2-10-40', shortName: 'SPC1', pics: 2 },
  { model: 'SRX5K-SPC-4-15-320', shortName: 'SPC2', pics: 4 },
  { model: 'SRX5K-SPC3', shortName: 'SPC3', pics: 2 },
  { model: 'SRX3K-SPC-1-10-40', shortName: null, pics: 2 },
] as const);

/**
 * Finds a services processing card by order number or short name.
 *
 * @param card Order number or short name in any case; `JNP-SPC3` (the hardware list's name of the SPC3) is known too.
 * @returns The card, or `null` if it is no services processing card.
 * @example
 * ```ts
 * import { findSpcModel } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(findSpcModel('spc2')?.model, 'SRX5K-SPC-4-15-320');
 * assert.equal(findSpcModel('SRX5K-MPC'), null);
 * ```
 */
export function findSpcModel(card: string): SpcModel | null {
  const name = card.trim().toUpperCase();
  for (const spc of SPC_MODELS) {
    if (spc.model === name || spc.shortName === name) return spc;
  }
  return name === 'JNP-SPC3' ? (SPC_MODELS.find((spc) => spc.shortName === 'SPC3') ?? null) : null;
}

/**
 * Lists the SPU IDs that a services processing card gives in a slot.
 *
 * Fidelity: documented. FPC x 4 + PIC for each PIC of the card; cards with two PICs leave two numbers unused.
 *
 * @param card Order number or short name, in any case.
 * @param slot FPC slot, 0 to 23.
 * @returns The SPU IDs in ascending order.
 * @throws {RangeError} If the card is no services processing card, or the slot is out of range.
 * @see Junos "Flow Distribution and Packet-Ordering", section "Calculating SPU ID"
 * @example Two SPC3 in FPC 0 and 1
 * ```ts
 * import { spuIdsOfCard } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(spuIdsOfCard('SRX5K-SPC3', 0), [0, 1]);
 * assert.deepEqual(spuIdsOfCard('SPC3', 1), [4, 5]);
 * ```
 */
export function spuIdsOfCard(card: string, slot: number): SpuId[] {
  const spc = findSpcModel(card);
  if (spc === null) {
    const known = SPC_MODELS.map((entry) => (entry.shortName ? `${entry.model} (${entry.shortName})` : entry.model));
    throw new RangeError(
      `Cannot list SPU IDs of card: card must be one of ${known.join(', ')}: got ${JSON.stringify(card)}`,
    );
  }
  if (!Number.isInteger(slot) || slot < 0 || slot > MAX_FPC) {
    throw new RangeError(`Cannot list SPU IDs of card: slot must be an integer from 0 to ${MAX_FPC}: got ${slot}`);
  }
  const spuIds: SpuId[] = [];
  for (let pic = 0; pic < spc.pics; pic++) spuIds.push(spuIdOf(slot, pic));
  return spuIds;
}
