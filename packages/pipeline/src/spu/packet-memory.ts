import { outcomeOf } from '../drop-reasons.ts';
import { EventHeap, type EventSink } from '../engine/event-heap.ts';
import { OUTCOME_HELD, type PathBatch } from '../path-batch.ts';
import type { Spu } from './spu.ts';

const SPU_QUEUE_FULL = outcomeOf('spu-queue-full');
const MEMORY_FULL = outcomeOf('packet-memory-full');

/**
 * The packet memory of one SPU: a packet takes its bytes when it arrives, and gives them back when it has left.
 *
 * Fidelity: assumed. Nothing is published about packet memory.
 */
export class PacketMemory implements EventSink {
  /** Bytes that there are, and the most that were taken at one time. */
  readonly capacity: number;
  peak = 0;
  timeNs = 0;
  kind = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  private readonly advance: (nowNs: number) => void;
  /** Bytes on their way back, by the time at which they are here. */
  private readonly heap = new EventHeap();
  private used = 0;

  /** @param advance Brings everything that may give memory back before a time to that time. */
  constructor(capacityBytes: number, advance: (nowNs: number) => void) {
    this.capacity = capacityBytes;
    this.advance = advance;
  }

  /** A packet arrives; false if it does not fit. */
  take(nowNs: number, bytes: number): boolean {
    this.advance(nowNs);
    const used = this.usedAt(nowNs) + bytes;
    if (used > this.capacity) return false;
    this.used = used;
    if (used > this.peak) this.peak = used;
    return true;
  }

  /** A packet is gone from a time on. */
  free(atNs: number, bytes: number): void {
    this.heap.add(atNs, 0, 0, bytes, 0, 0, 0);
  }

  /** Bytes that are taken at a time. */
  usedAt(nowNs: number): number {
    while (this.heap.size > 0 && this.heap.nextNs <= nowNs) {
      this.heap.take(this);
      this.used -= this.a;
    }
    return this.used;
  }

  /** Its SPU is reset: nothing is in it. */
  reset(): void {
    while (this.heap.size > 0) this.heap.take(this);
    this.used = 0;
  }
}

/**
 * A row has been decided. Where its way has ended, and not at the egress, what it had of the memory goes back once its SPU
 * is done with it.
 */
export function settleMemory(spus: readonly Spu[], { outcome, leaveNs, spu, packets }: PathBatch, row: number): void {
  const end = outcome[row];
  if (end === OUTCOME_HELD || end === SPU_QUEUE_FULL || end === MEMORY_FULL) return;
  spus[spu[row]].memory!.free(leaveNs[row], packets.records!.length[row]);
}
