/**
 * SPU IDs: the number of a services processing unit, its place (FPC and PIC) and its names.
 *
 * Vocabulary of the whole model, with no state and no dependency. Which cards a chassis holds is left to
 * `@midplane/chassis`, which SPU takes a session to `@midplane/weights`.
 *
 * @example
 * ```ts
 * import { formatSpuId, parseSpuId, spuIdOf, spuIdsOfCard } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(spuIdOf(1, 1), 5);
 * assert.equal(formatSpuId(parseSpuId('1/1'), 'cli'), 'FPC1 PIC1');
 * assert.deepEqual(spuIdsOfCard('SRX5K-SPC-4-15-320', 1), [4, 5, 6, 7]);
 * ```
 *
 * @module
 */
export { formatSpuId, parseSpuId, SPU_ID_FORMS, type SpuIdStyle } from './name.ts';
export {
  formatSessionId,
  SESSION_ID_STRIDE,
  SESSION_ID_STRIDE_SPC3,
  type SessionIdParts,
  sessionIdOf,
  sessionIdPartsOf,
} from './session-id.ts';
export { findSpcModel, SPC_MODELS, type SpcModel, spuIdsOfCard } from './spc.ts';
export {
  type FpcPic,
  fpcPicOf,
  isSpuId,
  MAX_FPC,
  MAX_PIC,
  MAX_SPU_ID,
  PICS_PER_FPC,
  type SpuId,
  spuIdOf,
  toSpuId,
} from './spu-id.ts';
