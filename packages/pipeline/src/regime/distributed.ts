import { type FlowHash, hashKey } from '@midplane/hash';
import { hashIndexOf } from '@midplane/weights';
import { PATH_HASH, type PathBatch } from '../path-batch.ts';
import type { Regime } from './regime.ts';

/** Position of the SPU that a flow key hashes to. */
export type HomeOf = (key: Int32Array, at: number) => number;

/** Makes the function that finds the SPU of the hash index of a key. */
export function createHomeOf(hash: FlowHash, symmetric: boolean, spuOfIndex: Uint8Array): HomeOf {
  const selection = { hash, symmetric };
  return (key, at) => spuOfIndex[hashIndexOf(hashKey(key, at, selection), spuOfIndex.length)];
}

/**
 * From 15.1X49-D30 / 17.3R1: the SPU of the hash index is also the central point of the wing.
 *
 * Both wings hash alike (symmetric normalisation) and nothing translates addresses, so the record of a session at its
 * central point is the session itself: nobody has to be asked.
 */
export function createDistributedRegime(homeOf: HomeOf): Regime {
  return {
    isByHash: true,
    miss(batch: PathBatch, row: number): void {
      batch.path[row] = PATH_HASH;
    },
    homeOf,
    claim: (_position, key, at) => homeOf(key, at),
    ownerOf: (_position, key, at) => homeOf(key, at),
    isTaken: () => false,
    begin: () => 0,
    end: () => {},
    forget: () => {},
    abandon: () => {},
    arrive: () => {},
    recordOf: (position, flow) => ({ position, index: flow >>> 1 }),
    install: () => {}, // the table behind `homeOf` is another one
    lose: () => {},
    tick: () => {},
  };
}
