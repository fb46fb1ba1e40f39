import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FRAGMENT_FIRST, FRAGMENT_LATER, KIND_NON_IP } from '@midplane/packet';
import type { SessionTable } from '@midplane/session-table';
import { PATH_FRAGMENT, PATH_HASH, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { Regime } from '../regime/regime.ts';
import type { Spu } from '../spu/spu.ts';
import { TouchLists } from '../spu/touch-lists.ts';
import type { Stage } from '../stage.ts';
import type { NpuEntries } from './entries.ts';
import type { Npu } from './npu.ts';

/** So many sessions stay in the caches of a processor: reading ahead would cost more than it saves. */
const CACHED_SESSIONS = 65_536;

/**
 * Makes the stage that looks packets up in the NPU session table.
 *
 * A hit names the owner SPU; a miss goes to the SPU of the hash index. Fragments and packets that are not IP are not
 * looked up: they go by the hash of their addresses (layer 3) or MAC addresses (layer 2).
 *
 * Both wings of a session hash to its owner, so one look-up in the sessions of that SPU answers for the NPU and for the
 * SPU.
 */
export function createNpuStage(npus: readonly Npu[], spus: readonly Spu[], entries: NpuEntries, regime: Regime): Stage {
  const touches = new TouchLists(spus.length);

  function readAhead(batch: PathBatch): void {
    const { count, wingHash, spu } = batch;
    touches.reset(count);
    for (let row = 0; row < count; row++) touches.add(spu[row], wingHash[row]);
    for (let position = 0; position < spus.length; position++) {
      const { table } = spus[position];
      if (table === undefined) continue;
      const size = touches.size(position);
      batch.sink ^= table.touchSlots(touches.list(position), size) ^ table.touchEntries(touches.list(position), size);
    }
  }

  /** In the table of the NPU, where a session can be on any SPU. */
  function lookUp(npu: Npu, entriesOfNpu: SessionTable, batch: PathBatch, row: number): void {
    const { key } = batch.packets;
    const at = row * FLOW_KEY_WORDS;
    const found = entriesOfNpu.find(key, at, batch.wingHash[row]);
    if (found >= 0) {
      const position = entriesOfNpu.tag(found >>> 1);
      const session = entriesOfNpu.user(found >>> 1, 0);
      const table = spus[position].table!;
      if (batch.tick[row] - table.lastTick(session) <= npu.idleTimeoutS) {
        npu.hits++;
        batch.path[row] = PATH_NPU_HIT;
        batch.spu[row] = position;
        batch.known[row] = table.flowOf(session, key, at);
        return;
      }
      entries.ageOut(table, session, npu);
    }
    regime.miss(batch, row);
    batch.known[row] =
      batch.path[row] === PATH_HASH ? spus[batch.spu[row]].table!.find(key, at, batch.wingHash[row]) : -1;
  }

  return {
    name: 'npu',
    prepare(batch: PathBatch): void {
      // look-ups ahead of time, each step in a loop of its own so that the waits for memory overlap
      const { count, wingHash, spu, known } = batch;
      const { key, fragment, flags } = batch.packets;
      if (!regime.isByHash) {
        known.fill(-1, 0, count);
        return;
      }
      let sessions = 0;
      for (let position = 0; position < spus.length; position++) {
        const { table } = spus[position];
        if (table === undefined) continue;
        spus[position].beginBatch();
        sessions += table.size;
      }
      if (sessions > CACHED_SESSIONS) readAhead(batch);
      for (let row = 0; row < count; row++) {
        const isLookedUp =
          fragment[row] !== FRAGMENT_FIRST && fragment[row] !== FRAGMENT_LATER && (flags[row] & FLAG_ICMP_ERROR) === 0;
        known[row] = isLookedUp ? spus[spu[row]].table!.find(key, row * FLOW_KEY_WORDS, wingHash[row]) : -1;
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
      if (npu.table !== undefined) {
        lookUp(npu, npu.table, batch, row);
        return;
      }
      regime.miss(batch, row);
      const spu = spus[batch.spu[row]];
      const flow = spu.recall(packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row], batch.known[row]);
      batch.known[row] = flow;
      if (flow < 0) return;
      const table = spu.table!;
      const session = flow >>> 1;
      const bits = table.tag(session);
      if ((bits & npu.bit) === 0) return;
      if (batch.tick[row] - table.lastTick(session) > npu.idleTimeoutS) {
        entries.ageOut(table, session, npu);
        return;
      }
      npu.hits++;
      batch.path[row] = PATH_NPU_HIT;
    },
  };
}
