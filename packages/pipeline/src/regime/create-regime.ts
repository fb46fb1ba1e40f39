import type { ResolvedChassis } from '@midplane/chassis';
import type { FlowHash } from '@midplane/hash';
import type { Messages } from '../engine/messages.ts';
import type { Spu } from '../spu/spu.ts';
import { createDistributedRegime, createHomeOf } from './distributed.ts';
import type { Regime } from './regime.ts';
import { createCentralRegime } from './with-central-point.ts';
import { createPointerRegime, type PointerOptions } from './with-pointers.ts';

/** What the regime of a chassis is made with. */
export interface RegimeOptions {
  readonly chassis: ResolvedChassis;
  readonly hash: FlowHash;
  readonly symmetric: boolean;
  /** SPU position by hash index. */
  readonly spuOfIndex: Uint8Array;
  /** Whether both wings of every session are on the SPU that they hash to. */
  readonly isByHash: boolean;
  readonly spus: readonly Spu[];
  readonly messages: Messages;
  readonly yieldTo: PointerOptions['yieldTo'];
}

/** Makes the regime of a chassis: that of its release, with pointer records where wings can hash to different SPUs. */
export function createRegime(options: RegimeOptions): Regime {
  const { chassis, hash, symmetric, spuOfIndex, isByHash, spus, messages, yieldTo } = options;
  if (chassis.regime !== 'distributed') return createCentralRegime({ chassis, spus, messages });
  const homeOf = createHomeOf(hash, symmetric, spuOfIndex);
  return isByHash ? createDistributedRegime(homeOf) : createPointerRegime({ spus, homeOf, messages, yieldTo });
}

/** The table again, with the position of each SPU in the chassis instead of its ID. */
export function positionsOf(table: Uint16Array, spus: readonly { readonly spuId: number }[]): Uint8Array {
  const positions = new Uint8Array(65_536);
  spus.forEach((spu, position) => {
    positions[spu.spuId] = position;
  });
  const result = new Uint8Array(table.length);
  for (let row = 0; row < table.length; row++) result[row] = positions[table[row]];
  return result;
}
