import type { Spu } from './spu.ts';

/** What one SPU has counted so far. Plain data; names as in the report. */
export interface SpuCounts {
  readonly spuId: number;
  readonly name: string;
  /** Packets that arrived, and their bytes on the wire. */
  readonly packets: number;
  readonly bytes: number;
  readonly firstPath: number;
  readonly fastPath: number;
  /** Sessions made, and those in the table now. */
  readonly sessions: { readonly created: number; readonly current: number };
}

/** Reads the counters of an SPU. */
export function spuCountsOf(spu: Spu): SpuCounts {
  const { spec, packets, bytes, firstPath, fastPath, created, table } = spu;
  const sessions = { created, current: table?.size ?? 0 };
  return { spuId: spec.spuId, name: spec.name, packets, bytes, firstPath, fastPath, sessions };
}

/** Figures that {@link writeCounts} writes. */
export const COUNT_FIGURES = 6;

/** Writes the counters of an SPU, in the order of {@link SpuCounts}. */
export function writeCounts(spu: Spu, out: Float64Array, at: number): void {
  out[at] = spu.packets;
  out[at + 1] = spu.bytes;
  out[at + 2] = spu.firstPath;
  out[at + 3] = spu.fastPath;
  out[at + 4] = spu.created;
  out[at + 5] = spu.table?.size ?? 0;
}
