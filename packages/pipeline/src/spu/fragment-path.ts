import { FLOW_KEY_WORDS } from '@midplane/flow';
import { FRAGMENT_FIRST } from '@midplane/packet';
import { hashWing } from '@midplane/session-table';
import { outcomeOf } from '../drop-reasons.ts';
import type { HeldPackets } from '../engine/held-packets.ts';
import { readDataLength } from '../ingress/read-ahead.ts';
import { OUTCOME_HELD, type PathBatch } from '../path-batch.ts';
import type { Regime } from '../regime/regime.ts';
import { PIECE_OVERLAPPING, PIECE_REPEATED } from './fragment-memory.ts';
import type { HandOver } from './hand-over.ts';
import type { Spu } from './spu.ts';
import { WORK_FRAGMENT, WORK_HOLD } from './work-kind.ts';

const NO_FIRST_FRAGMENT = outcomeOf('fragment-without-first');
const FRAGMENTS_FULL = outcomeOf('fragment-queue-full');
const CHAINS_FULL = outcomeOf('fragment-chains-full');

/** Bytes of the upper layer that a first fragment should have at least, RFC 1858 section 3. */
const TINY = 16;

/** What fragments need. */
export interface FragmentPathOptions {
  readonly spus: readonly Spu[];
  readonly regime: Regime;
  readonly held: HeldPackets;
  readonly handOver: HandOver;
  /** A packet at an SPU, with the key of its session. */
  readonly enter: (
    batch: PathBatch,
    row: number,
    key: Int32Array,
    at: number,
    wingHash: number,
    flow: number,
    isBound: boolean,
  ) => void;
}

/** Fragments at the SPU of their addresses: the first one names the ports and so the owner, the others wait for it. */
export class FragmentPath {
  private readonly options: FragmentPathOptions;
  private readonly key = new Int32Array(FLOW_KEY_WORDS);

  constructor(options: FragmentPathOptions) {
    this.options = options;
  }

  decide(batch: PathBatch, row: number, spu: Spu): void {
    const { packets } = batch;
    const at = row * FLOW_KEY_WORDS;
    const tick = batch.tick[row];
    const id = packets.fragmentId[row];
    if (packets.fragment[row] === FRAGMENT_FIRST) {
      const waiting = spu.fragments.learn(packets.key, at, id, tick);
      this.key.set(packets.key.subarray(at, at + FLOW_KEY_WORDS));
      if (waiting < 0) this.enter(batch, row);
      else this.lead(batch, row, waiting);
    } else if (spu.fragments.recallInto(packets.key, at, id, tick, this.key)) {
      this.enter(batch, row);
    } else {
      batch.outcome[row] = OUTCOME_HELD;
      spu.load.serve(this.options.handOver.nowNs(batch, row), WORK_HOLD + WORK_FRAGMENT);
      if (!spu.fragments.hold(batch, row)) batch.outcome[row] = FRAGMENTS_FULL;
    }
    this.examine(batch, row, spu);
  }

  /**
   * The first fragment reaches the owner, to which an NPU may send the others.
   *
   * @returns Those that have waited for it: what `follow` takes when it has left.
   */
  learnAtOwner(batch: PathBatch, row: number, spu: Spu): number {
    const { packets } = batch;
    const at = row * FLOW_KEY_WORDS;
    this.key.set(packets.key.subarray(at, at + FLOW_KEY_WORDS));
    return spu.fragments.learn(packets.key, at, packets.fragmentId[row], batch.tick[row]);
  }

  /** Lets fragments go on behind the first one, which was the last to be learnt. */
  follow(waiting: number, nowNs: number): void {
    if (waiting >= 0) this.release(waiting, nowNs);
  }

  /** Drops fragments whose first one did not come in time, or whose chain gives way. */
  lose(first: number, isForRoom: boolean): void {
    const { held, handOver } = this.options;
    for (let kept = first, next = -1; kept >= 0; kept = next) {
      next = held.after(kept);
      held.batch.outcome[kept] = isForRoom ? CHAINS_FULL : NO_FIRST_FRAGMENT;
      handOver.leave(held.batch, kept);
    }
  }

  /** The first fragment goes on, and behind it those that have waited: so it, too, leaves its batch before its turn. */
  private lead(batch: PathBatch, row: number, waiting: number): void {
    const { held, handOver } = this.options;
    const nowNs = handOver.nowNs(batch, row);
    const kept = held.keep(batch, row);
    const rows = held.batch;
    batch.outcome[row] = OUTCOME_HELD;
    this.enter(rows, kept);
    handOver.leave(rows, kept);
    this.release(waiting, nowNs);
  }

  /** A fragment whose flow key is in `key`: it goes where that hashes to, unless its session is here. */
  private enter(batch: PathBatch, row: number): void {
    const { spus, regime, handOver, enter } = this.options;
    const { key } = this;
    const wingHash = hashWing(key, 0);
    const position = batch.spu[row];
    const home = regime.homeOf(key, 0);
    const flow = spus[position].table?.find(key, 0, wingHash) ?? -1;
    if (flow < 0 && home >= 0 && home !== position) {
      handOver.send(batch, row, home, key, 0, wingHash, regime.isByHash);
      return;
    }
    enter(batch, row, key, 0, wingHash, flow, false);
  }

  /** Sends fragments to the owner, in the order in which they came, now that the first one has. */
  private release(first: number, nowNs: number): void {
    const { held, handOver } = this.options;
    for (let kept = first, next = -1; kept >= 0; kept = next) {
      const { batch } = held;
      next = held.after(kept);
      handOver.wake(kept, nowNs);
      this.enter(batch, kept);
      handOver.leave(batch, kept);
    }
  }

  /** Counts fragments that are none of a plain packet: tiny (RFC 1858), repeated, overlapping. */
  private examine(batch: PathBatch, row: number, spu: Spu): void {
    const { packets } = batch;
    const from = packets.fragmentOffset[row];
    const to = from + readDataLength(batch, row);
    const isTiny = from === 0 ? to < TINY : from < TINY;
    if (isTiny) spu.fragmentsTiny++;
    const piece = spu.fragments.note(packets.key, row * FLOW_KEY_WORDS, packets.fragmentId[row], from, to);
    if (piece === PIECE_REPEATED) spu.fragmentsRepeated++;
    else if (piece === PIECE_OVERLAPPING) spu.fragmentsOverlapping++;
  }
}
