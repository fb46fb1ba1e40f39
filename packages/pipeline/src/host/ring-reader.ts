import type { PathBatch } from '../path-batch.ts';
import {
  ABORTED,
  ENDED,
  HEAD,
  Ring,
  type RingMemory,
  ROOM,
  recordsOfSlot,
  SIGNAL,
  SLOTS,
  STATE,
  TAIL,
  WAITED_FOR,
} from './ring-memory.ts';

/** A thread that waits looks up so often, ms: it may have been told nothing, where the other end is gone. */
export const LOOK_MS = 200;

/** The end of a ring that one SPU group reads. It blocks its thread. */
export class RingReader {
  private readonly control: Int32Array;
  private readonly ring: Ring;
  private readonly group: number;
  private readonly sayRoom: () => void;
  private next = 0;

  /** @param sayRoom Called when there is some room in the ring, if the other end waits for that. */
  constructor(memory: RingMemory, group: number, sayRoom: () => void) {
    this.control = new Int32Array(memory.control);
    this.ring = new Ring(memory, group);
    this.group = group;
    this.sayRoom = sayRoom;
  }

  /**
   * Reads all batches.
   *
   * @param take Gets each batch and its number, and of the header the time of the last packet, whether packets can be handed
   * over, and packets of other groups, see `Slot`.
   * @returns False if the run was given up.
   */
  read(
    take: (batch: PathBatch, number: number, untilNs: number, mayHandOver: boolean, elsewhere: number) => void,
  ): boolean {
    const { control, group } = this;
    for (;;) {
      if (!this.hasBatch()) return Atomics.load(control, STATE) === ENDED;
      const slot = this.ring.at(this.next);
      const { batch, header } = slot;
      batch.packets.records ??= recordsOfSlot(slot);
      batch.count = header[0];
      batch.packets.count = header[0];
      batch.firstPacket = header[1];
      take(batch, this.next, header[2], header[3] !== 0, header[4]);
      Atomics.store(control, TAIL + group, ++this.next);
      const hasRoom = Atomics.load(control, HEAD) - this.next <= SLOTS - ROOM;
      if (hasRoom && Atomics.compareExchange(control, WAITED_FOR + group, 1, 0) === 1) this.sayRoom();
    }
  }

  /** Waits for a batch; false if none comes any more. */
  private hasBatch(): boolean {
    const { control, next } = this;
    for (;;) {
      const signal = Atomics.load(control, SIGNAL);
      const state = Atomics.load(control, STATE); // before the head: the last batch comes before the end
      if (state === ABORTED) return false;
      if (Atomics.load(control, HEAD) !== next) return true;
      if (state === ENDED) return false;
      Atomics.wait(control, SIGNAL, signal, LOOK_MS);
    }
  }
}
