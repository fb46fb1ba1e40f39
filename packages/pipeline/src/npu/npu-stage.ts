import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FRAGMENT_FIRST, FRAGMENT_LATER, KIND_NON_IP } from '@midplane/packet';
import type { SessionTable } from '@midplane/session-table';
import { PATH_FRAGMENT, PATH_HASH, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import type { Npu } from './npu.ts';

/**
 * Makes the stage that looks packets up in the NPU session table.
 *
 * A hit names the owner SPU; a miss goes to the SPU of the hash index. Fragments and packets that are not IP are not
 * looked up: they go by the hash of their addresses (layer 3) or MAC addresses (layer 2).
 */
export function createNpuStage(npus: readonly Npu[]): Stage {
  /** Entries gone by the time the batch was prepared: as long as no more go, what was found ahead is there. */
  const removals = new Float64Array(npus.length);
  return {
    name: 'npu',
    prepare(batch: PathBatch): void {
      // look-ups ahead of time, each step in a loop of its own so that the waits for memory overlap
      const { count, wingHash, npu, npuEntry } = batch;
      const { key } = batch.packets;
      if (npus.length === 1) {
        batch.sink ^= npus[0].table.touchSlots(wingHash, count) ^ npus[0].table.touchEntries(wingHash, count);
      }
      for (let each = 0; each < npus.length; each++) removals[each] = removalsOf(npus[each].table);
      for (let row = 0; row < count; row++) {
        npuEntry[row] = npus[npu[row]].table.find(key, row * FLOW_KEY_WORDS, wingHash[row]) >> 1;
      }
    },
    decide(batch: PathBatch, row: number): void {
      // hot: called per packet, no allocation
      const { packets } = batch;
      const npu = npus[batch.npu[row]];
      npu.packets++;
      const fragment = packets.fragment[row];
      if (fragment === FRAGMENT_FIRST || fragment === FRAGMENT_LATER) {
        batch.path[row] = PATH_FRAGMENT;
        return;
      }
      if (packets.kind[row] === KIND_NON_IP || packets.flags[row] & FLAG_ICMP_ERROR) {
        batch.path[row] = PATH_HASH;
        return;
      }
      npu.lookups++;
      const { table } = npu;
      const at = row * FLOW_KEY_WORDS;
      // what was found ahead may be gone, and what was not found may have come since
      let entry = batch.npuEntry[row];
      if (entry < 0 || (removalsOf(table) !== removals[batch.npu[row]] && table.flowOf(entry, packets.key, at) < 0)) {
        entry = table.find(packets.key, at, batch.wingHash[row]) >> 1;
      }
      if (entry < 0) {
        batch.path[row] = PATH_HASH;
        return;
      }
      npu.hits++;
      table.touch(entry, batch.tick[row]);
      batch.spu[row] = table.tag(entry);
      batch.session[row] = table.user(entry, 0);
      batch.path[row] = PATH_NPU_HIT;
    },
    tick(second: number): void {
      for (const npu of npus) npu.table.age(second);
    },
  };
}

function removalsOf(table: SessionTable): number {
  return table.statistics.removals + table.statistics.aged;
}
