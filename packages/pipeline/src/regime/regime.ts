import type { PathBatch } from '../path-batch.ts';

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
  /**
   * An SPU, or the central point for an NPU, has no session of a key: says which SPU has it or gets it.
   *
   * @param position SPU where the packet is.
   * @returns Position of the owner; -1 = the session cannot be made.
   */
  claim(position: number, key: Int32Array, at: number, wingHash: number): number;
  /** Which SPU would have the session of a key; -1 = none has. Makes nothing. */
  locate(position: number, key: Int32Array, at: number, wingHash: number): number;
  /** An SPU has made a session; whether it has to wait until it is confirmed. */
  begin(nowNs: number, spu: number, session: number, generation: number): boolean;
  /** A session is over. */
  end(nowNs: number, spu: number, session: number, generation: number): void;
  /** An SPU has no session of a key: it could not make the one that it was chosen for, or has removed it. */
  forget(spu: number, key: Int32Array, at: number, wingHash: number): void;
  /** A second has passed. */
  tick(): void;
}
