import { hashIndexOf } from '@midplane/weights';
import { comesToSpu } from '../ingress/ingress-stage.ts';
import type { PathBatch } from '../path-batch.ts';
import { copyRows, gather } from './copy-rows.ts';
import { SLOT_ROWS, type Slot } from './ring-memory.ts';

/** Which SPUs there are, and where. */
export interface RowDealerOptions {
  /** SPU position by hash index. */
  readonly spuOfIndex: Uint8Array;
  /** SPU group by SPU position, and how many there are. */
  readonly groupOfSpu: Uint8Array;
  readonly groups: number;
  /** Whether there are several NPUs, of which the capture interface names one. */
  readonly hasInterfaces: boolean;
}

/** Deals the rows of batches out: to each SPU group those of its SPUs. */
export class RowDealer {
  private readonly options: RowDealerOptions;
  /** By group: its rows, and how many they are. */
  private readonly rows: readonly Int32Array[];
  private readonly counts: Int32Array;
  /** By row. */
  private readonly group = new Uint8Array(SLOT_ROWS);

  constructor(options: RowDealerOptions) {
    this.options = options;
    this.rows = Array.from({ length: options.groups }, () => new Int32Array(SLOT_ROWS));
    this.counts = new Int32Array(options.groups);
  }

  /** Writes to the slot of each group its own rows of a batch without fragments and ICMP errors. */
  deal(from: PathBatch, slots: readonly Slot[]): void {
    const { counts, rows } = this;
    const { tick, count, packets } = from;
    this.sort(from);
    for (let group = 0; group < slots.length; group++) {
      const { batch, interfaceIndex } = slots[group];
      copyRows(from, rows[group], counts[group], slots[group]);
      if (tick[0] === tick[count - 1]) batch.tick.fill(tick[0], 0, counts[group]);
      else gather(tick, rows[group], counts[group], batch.tick);
      if (this.options.hasInterfaces) {
        gather(packets.records!.interfaceIndex, rows[group], counts[group], interfaceIndex);
      }
      slots[group].header[0] = counts[group];
      slots[group].header[4] = this.hasOthers(from, group) ? 1 : 0;
    }
  }

  /** Whether packets come to SPUs of other groups. */
  private hasOthers(from: PathBatch, group: number): boolean {
    const { counts, rows } = this;
    for (let other = 0; other < rows.length; other++) {
      if (other === group) continue;
      for (let i = 0; i < counts[other]; i++) if (comesToSpu(from, rows[other][i])) return true;
    }
    return false;
  }

  /** Finds the SPU of each row, and lists the rows of each group. */
  private sort({ count, hash, spu }: PathBatch): void {
    const { rows, counts, group, options } = this;
    findGroups(hash, count, options, spu, group);
    for (let each = 0; each < rows.length; each++) counts[each] = listRows(group, count, each, rows[each]);
  }
}

function findGroups(
  hash: Uint32Array,
  count: number,
  { spuOfIndex, groupOfSpu }: RowDealerOptions,
  spu: Int32Array,
  group: Uint8Array,
): void {
  // hot: per packet
  const { length } = spuOfIndex;
  for (let row = 0; row < count; row++) {
    const position = spuOfIndex[hashIndexOf(hash[row], length)];
    spu[row] = position;
    group[row] = groupOfSpu[position];
  }
}

/** Lists the rows of a group; returns how many they are. */
function listRows(group: Uint8Array, count: number, wanted: number, rows: Int32Array): number {
  // hot: per packet and group; no branch, for nobody can foresee it
  let own = 0;
  for (let row = 0; row < count; row++) {
    rows[own] = row;
    own += ((group[row] ^ wanted) - 1) >>> 31; // 1 = equal
  }
  return own;
}
