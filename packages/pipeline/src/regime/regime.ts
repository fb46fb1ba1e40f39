import type { ResolvedChassis } from '@midplane/chassis';
import type { EventQueue } from '../engine/event-queue.ts';
import type { PathBatch } from '../path-batch.ts';

/** Where a wing of a session is entered: SPU position and index of the record there. */
export interface WingRecord {
  readonly position: number;
  readonly index: number;
}

/**
 * Who decides where a session lives: the one thing in which the three regimes differ.
 *
 * Everything else, from the look-up in the NPU to the life of a session in its SPU, is the same for all.
 */
export interface Regime {
  /** Whether both wings of a session are on the SPU that they hash to, so that an NPU entry can be a mark of the session. */
  readonly isByHash: boolean;
  /** An NPU does not know a packet: sets `path`, and `spu` if it is not that of the hash index. */
  miss(batch: PathBatch, row: number): void;
  /** Position of the SPU that knows whose the session of a key is; -1 = the central point, which is asked at once. */
  homeOf(key: Int32Array, at: number): number;
  /**
   * An SPU has no session of a key: says which SPU has it or gets it. Where the SPU is not the home of the key, that is
   * the home.
   *
   * @param position SPU where the packet is.
   * @returns Position of the owner; NO_ROOM or NO_SPU of the central point if the session cannot be made.
   */
  claim(position: number, key: Int32Array, at: number, wingHash: number): number;
  /** Which SPU has the session of a key, as its home knows; -1 = none has. Makes nothing. */
  ownerOf(position: number, key: Int32Array, at: number, wingHash: number): number;
  /** Whether an SPU knows of another session, of another SPU, that has the out wing of a new one. */
  isTaken(spu: number, out: Int32Array, wingHash: number): boolean;
  /** An SPU has made a session; returns the wings (WING_ bits) for which it has to wait until they are entered. */
  begin(nowNs: number, spu: number, session: number, generation: number): number;
  /** A session is over: the central points of its wings are told. */
  end(nowNs: number, spu: number, session: number, generation: number): void;
  /** A session is removed: whoever has not heard of its end by now does not hear of it any more. */
  forget(spu: number, session: number): void;
  /** An SPU could not make the session that it was chosen for. */
  abandon(spu: number, key: Int32Array, at: number, wingHash: number): void;
  /** A message about a wing reaches its central point. */
  arrive(queue: EventQueue): void;
  /** The record of a flow at its central point; undefined = it is not entered. */
  recordOf(spu: number, flow: number): WingRecord | undefined;
  /** The tables of a chassis come into force. Records stay, unless they were lost. */
  install(chassis: ResolvedChassis): void;
  /** Every record of a session is gone, with the cards that had it. */
  lose(): void;
  /** A whole second has begun. */
  tick(second: number): void;
}
