import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FRAGMENT_FIRST, FRAGMENT_LATER, KIND_NON_IP } from '@midplane/packet';
import { PATH_FRAGMENT, PATH_HASH, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { Stage } from '../stage.ts';
import type { Npu } from './npu.ts';

const NS = 1_000_000_000;

/**
 * Makes the stage that looks packets up in the NPU session table.
 *
 * A hit names the owner SPU; a miss goes to the SPU of the hash index. Fragments and packets that are not IP are not
 * looked up: they go by the hash of their addresses (layer 3) or MAC addresses (layer 2).
 */
export function createNpuStage(npus: readonly Npu[]): Stage {
  return {
    name: 'npu',
    prepare(batch: PathBatch): void {
      // with several NPUs each would touch its own rows; the first one's table stands for the common single-NPU case
      if (npus.length === 1) batch.sink ^= npus[0].table.prefetch(batch.wingHash, 0, batch.count);
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
      const flow = npu.table.find(packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row]);
      if (flow < 0) {
        batch.path[row] = PATH_HASH;
        return;
      }
      npu.hits++;
      npu.table.touch(flow >>> 1, Math.floor(batch.nowNs[row] / NS) + 1);
      batch.spu[row] = npu.table.user(flow >>> 1, 0);
      batch.path[row] = PATH_NPU_HIT;
    },
    tick(second: number): void {
      for (const npu of npus) npu.table.age(second);
    },
  };
}
