import type { Tally } from '../tally.ts';
import type { Spu } from './spu.ts';
import type { SpuWork } from './work-kind.ts';

/** What one SPU is doing and has done so far: for who watches a path. Plain data. */
export interface SpuActivity {
  readonly spuId: number;
  /** CPU utilisation of the last whole second, percent. */
  readonly cpuPercent: number;
  /** Most work taken on in one whole second, percent of its time: not rounded, and above 100 where work had to wait. */
  readonly busiestPercent: number;
  /** Parts of the work taken on. */
  readonly work: SpuWork;
  /** Sessions made, and those that could not be. */
  readonly created: number;
  readonly failed: number;
  /** Packets that left by it, that it dropped, and that came to it as fragments. */
  readonly delivered: number;
  readonly dropped: number;
  readonly fragments: number;
  /** Pointers to sessions of other SPUs. */
  readonly pointers: number;
}

/** Reads what an SPU is doing. */
export function spuActivityOf(spu: Spu, position: number, tally: Tally, pointers: number): SpuActivity {
  return {
    spuId: spu.spec.spuId,
    cpuPercent: spu.load.cpuPercent,
    busiestPercent: spu.load.busiestPercent,
    work: spu.load.work,
    created: spu.created,
    failed: spu.failed,
    delivered: tally.deliveredOf(position),
    dropped: tally.droppedOf(position),
    fragments: spu.fragmentsIn,
    pointers,
  };
}
