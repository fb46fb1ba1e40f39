import type { PathBatch } from '../path-batch.ts';
import {
  ABORTED,
  ENDED,
  HEAD,
  type RingMemory,
  recordsOfSlot,
  SIGNAL,
  SLOTS,
  STATE,
  slotsOf,
  TAIL,
  WAITED_FOR,
} from './ring-memory.ts';

/** A thread that waits looks up so often, ms: it may have been told nothing, where the other end is gone. */
export const LOOK_MS = 200;

/** The end of a ring that one SPU group reads. It blocks its thread. */
export class RingReader {
  private readonly control: Int32Array;
  private readonly slots: ReturnType<typeof slotsOf>;
  private readonly group: number;
  private readonly sayRoom: () => void;
  private next = 0;

  /** @param sayRoom Called when half of the ring is empty, if the other end waits for that. */
  constructor(memory: RingMemory, group: number, sayRoom: () => void) {
    this.control = new Int32Array(memory.control);
    this.slots = slotsOf(memory);
    this.group = group;
    this.sayRoom = sayRoom;
    for (const slot of this.slots) slot.batch.packets.records = recordsOfSlot(slot);
  }

  /**
   * Reads all batches.
   *
   * @param take Gets each batch, its number, the time of its last packet, and whether packets of it can be handed over.
   * @returns False if the run was given up.
   */
  read(take: (batch: PathBatch, number: number, untilNs: number, mayHandOver: boolean) => void): boolean {
    const { control, group } = this;
    for (;;) {
      if (!this.hasBatch()) return Atomics.load(control, STATE) === ENDED;
      const { batch, header } = this.slots[this.next % SLOTS];
      batch.count = header[0];
      batch.packets.count = header[0];
      batch.firstPacket = header[1];
      take(batch, this.next, header[2], header[3] !== 0);
      Atomics.store(control, TAIL + group, ++this.next);
      const isHalfEmpty = Atomics.load(control, HEAD) - this.next <= SLOTS / 2;
      if (isHalfEmpty && Atomics.compareExchange(control, WAITED_FOR + group, 1, 0) === 1) this.sayRoom();
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
