import { type FlowHash, hashKey } from '@midplane/hash';
import { hashIndexOf } from '@midplane/weights';
import { PATH_HASH, type PathBatch } from '../path-batch.ts';
import type { Regime } from './regime.ts';

/**
 * From 15.1X49-D30 / 17.3R1: the SPU of the hash index is also the central point of the wing.
 *
 * Both wings hash alike (symmetric normalisation) and nothing translates addresses, so the record of a session at its
 * central point is the session itself: nobody has to be asked.
 */
export function createDistributedRegime(hash: FlowHash, spuOfIndex: Uint8Array): Regime {
  const locate = (_position: number, key: Int32Array, at: number): number =>
    spuOfIndex[hashIndexOf(hashKey(key, at, { hash, symmetric: true }), spuOfIndex.length)];
  return {
    isByHash: true,
    miss(batch: PathBatch, row: number): void {
      batch.path[row] = PATH_HASH;
    },
    claim: (position) => position,
    locate,
    begin: () => false,
    end: () => {},
    forget: () => {},
    tick: () => {},
  };
}
