import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FRAGMENT_FIRST, FRAGMENT_LATER, KIND_NON_IP, type PacketBatch } from '@midplane/packet';
import { PATH_FRAGMENT, PATH_HASH, PATH_NP_CACHE, PATH_NPU_HIT, type PathBatch } from '../path-batch.ts';
import type { Regime } from '../regime/regime.ts';
import type { Spu } from '../spu/spu.ts';
import { TouchLists } from '../spu/touch-lists.ts';
import type { Stage } from '../stage.ts';
import type { NpuEntries } from './entries.ts';
import { MarkedEntries } from './marked-entries.ts';
import type { Npu } from './npu.ts';
import type { TableEntries } from './table-entries.ts';

/** So many sessions stay in the caches of a processor: reading ahead would cost more than it saves. */
const CACHED_SESSIONS = 65_536;

/**
 * Makes the stage that looks packets up in the NPU session table.
 *
 * A hit names the owner SPU; a miss goes where the regime says. Fragments and packets that are not IP are not looked up:
 * they go by the hash of their addresses (layer 3) or MAC addresses (layer 2).
 */
export function createNpuStage(npus: readonly Npu[], spus: readonly Spu[], entries: NpuEntries, regime: Regime): Stage {
  return entries instanceof MarkedEntries
    ? stageWithMarks(npus, spus, entries, regime)
    : stageWithTables(npus, entries as TableEntries, regime);
}

/** Whether a packet is looked up: fragments and what is not IP lack the ports, ICMP errors a session of their own. */
function isLookedUp({ fragment, kind, flags }: PacketBatch, row: number): boolean {
  const part = fragment[row];
  return (
    part !== FRAGMENT_FIRST &&
    part !== FRAGMENT_LATER &&
    kind[row] !== KIND_NON_IP &&
    (flags[row] & FLAG_ICMP_ERROR) === 0
  );
}

/** Sends a packet that is not looked up on its way; a fragment, to the owner if the NPU has learnt it. */
function passBy(batch: PathBatch, row: number, npu: Npu, ownerOf: (row: number) => number): void {
  const { fragment, key, fragmentId } = batch.packets;
  const isFragment = fragment[row] === FRAGMENT_FIRST || fragment[row] === FRAGMENT_LATER;
  batch.path[row] = isFragment ? PATH_FRAGMENT : PATH_HASH;
  if (npu.cache === undefined || !isFragment) return;
  const at = row * FLOW_KEY_WORDS;
  if (fragment[row] === FRAGMENT_FIRST) {
    const owner = ownerOf(row);
    if (owner >= 0) npu.cache.learn(key, at, fragmentId[row], batch.tick[row], owner);
    return;
  }
  const owner = npu.cache.find(key, at, fragmentId[row], batch.tick[row]);
  if (owner < 0) return;
  npu.cacheHits++;
  batch.spu[row] = owner;
  batch.path[row] = PATH_NP_CACHE;
}

/** Where each NPU has a table of its own. What a hit names may be gone: that is for the SPU to find out. */
function stageWithTables(npus: readonly Npu[], entries: TableEntries, regime: Regime): Stage {
  let current: PathBatch;
  const ownerOf = (row: number): number => {
    const npu = npus[current.npu[row]];
    const { packets, wingHash, tick } = current;
    const entry = entries.find(npu, packets.key, row * FLOW_KEY_WORDS, wingHash[row], tick[row]);
    return entry < 0 ? -1 : npu.table!.tag(entry);
  };
  return {
    name: 'npu',
    prepare(batch: PathBatch): void {
      current = batch;
      batch.known.fill(-1, 0, batch.count);
      batch.entry.fill(-1, 0, batch.count);
    },
    decide(batch: PathBatch, row: number): void {
      const npu = npus[batch.npu[row]];
      npu.packets++;
      if (!isLookedUp(batch.packets, row)) {
        passBy(batch, row, npu, ownerOf);
        return;
      }
      npu.lookups++;
      const entry = entries.find(npu, batch.packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row], batch.tick[row]);
      if (entry < 0) {
        regime.miss(batch, row);
        return;
      }
      npu.hits++;
      batch.path[row] = PATH_NPU_HIT;
      batch.spu[row] = npu.table!.tag(entry);
      batch.known[row] = npu.table!.user(entry, 0);
      batch.entry[row] = entry;
    },
  };
}

/**
 * Where entries are marks of sessions: both wings hash to the owner, so one look-up in the sessions of that SPU answers for
 * the NPU and for the SPU.
 */
function stageWithMarks(npus: readonly Npu[], spus: readonly Spu[], entries: MarkedEntries, regime: Regime): Stage {
  const touches = new TouchLists(spus.length);
  let current: PathBatch;

  function ownerOf(row: number): number {
    const { key } = current.packets;
    const at = row * FLOW_KEY_WORDS;
    const home = regime.homeOf(key, at);
    const { table } = spus[home];
    const flow = table!.find(key, at, current.wingHash[row]);
    return flow >= 0 && table!.tag(flow >>> 1) & npus[current.npu[row]].bit ? home : -1;
  }

  /** Reads what the first rows will look up. */
  function readAhead({ count, wingHash, spu }: PathBatch, rows: number): number {
    let sink = 0;
    touches.reset(count);
    for (let row = 0; row < rows; row++) touches.add(spu[row], wingHash[row]);
    for (let position = 0; position < spus.length; position++) {
      const { table } = spus[position];
      if (table === undefined) continue;
      const size = touches.size(position);
      sink ^= table.touchSlots(touches.list(position), size) ^ table.touchEntries(touches.list(position), size);
    }
    return sink;
  }

  return {
    name: 'npu',
    prepare(batch: PathBatch): void {
      // look-ups ahead of time, each step in a loop of its own so that the waits for memory overlap
      current = batch;
      const { count, wingHash, spu, known } = batch;
      const { key, fragment, flags } = batch.packets;
      let sessions = 0;
      for (let position = 0; position < spus.length; position++) {
        const { table } = spus[position];
        if (table === undefined) continue;
        spus[position].beginBatch();
        sessions += table.size;
      }
      // for few sessions, too, but one row of them: what V8 has not seen before makes it compile all of this again
      batch.sink ^= readAhead(batch, sessions > CACHED_SESSIONS ? count : Math.min(count, 1));
      for (let row = 0; row < count; row++) {
        const isWhole =
          fragment[row] !== FRAGMENT_FIRST && fragment[row] !== FRAGMENT_LATER && (flags[row] & FLAG_ICMP_ERROR) === 0;
        const table = isWhole ? spus[spu[row]].table : undefined; // none: SPUs of other groups
        known[row] = table === undefined ? -1 : table.find(key, row * FLOW_KEY_WORDS, wingHash[row]);
      }
    },
    decide(batch: PathBatch, row: number): void {
      // hot: called per packet that is not plain, no allocation
      const { packets } = batch;
      const npu = npus[batch.npu[row]];
      npu.packets++;
      if (!isLookedUp(packets, row)) {
        passBy(batch, row, npu, ownerOf);
        return;
      }
      npu.lookups++;
      regime.miss(batch, row);
      const spu = spus[batch.spu[row]];
      const flow = spu.recall(packets.key, row * FLOW_KEY_WORDS, batch.wingHash[row], batch.known[row]);
      batch.known[row] = flow;
      if (flow < 0) return;
      const table = spu.table!;
      const session = flow >>> 1;
      if ((table.tag(session) & npu.bit) === 0) return;
      if (batch.tick[row] - table.lastTick(session) > npu.idleTimeoutS) {
        entries.ageOut(table, session, npu);
        return;
      }
      npu.hits++;
      batch.path[row] = PATH_NPU_HIT;
    },
  };
}
