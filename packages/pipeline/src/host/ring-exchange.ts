import { HELD_FIGURES } from '../engine/held-packets.ts';
import {
  ABORTED,
  MEETING,
  MEETINGS,
  MOST_GROUPS,
  type RingMemory,
  SENT,
  SENT_FIGURES,
  SENT_ROWS,
  STATE,
} from './ring-memory.ts';
import { LOOK_MS } from './ring-reader.ts';
import type { PacketExchange } from './spu-share.ts';

/** Looks at the meeting so often before it waits: most others are about to come. */
const SPINS = 200;

/** Thrown in a group when the run was given up while it waited for the others. */
export class RunAborted extends Error {
  override readonly name = 'RunAborted';
  readonly code = 'run-aborted';
}

/**
 * Packets between SPU groups, through shared memory: each group has two boxes that it
 * writes by turns and all others read.
 */
export class RingExchange implements PacketExchange {
  readonly figures: Float64Array = new Float64Array(HELD_FIGURES);
  private readonly control: Int32Array;
  private readonly boxes: Float64Array;
  private readonly group: number;
  private readonly groups: number;
  private readonly isHosted: Uint8Array;
  private waiting: Float64Array = new Float64Array(64 * SENT_FIGURES);
  private count = 0;
  private turn = 0;

  /** @param isHosted By SPU position: 1 = of this group. */
  constructor(memory: RingMemory, group: number, groups: number, isHosted: Uint8Array) {
    this.control = new Int32Array(memory.control);
    this.boxes = new Float64Array(memory.sent);
    this.group = group;
    this.groups = groups;
    this.isHosted = isHosted;
  }

  send(atNs: number, from: number, to: number, isBound: boolean): void {
    const at = this.count++ * SENT_FIGURES;
    if (at === this.waiting.length) {
      const longer = new Float64Array(at * 2);
      longer.set(this.waiting);
      this.waiting = longer;
    }
    this.waiting.set(this.figures, at);
    this.waiting[at + HELD_FIGURES] = atNs;
    this.waiting[at + HELD_FIGURES + 1] = from;
    this.waiting[at + HELD_FIGURES + 2] = to;
    this.waiting[at + HELD_FIGURES + 3] = isBound ? 1 : 0;
  }

  meet(receive: (atNs: number, from: number, to: number, isBound: boolean) => void): void {
    const { control, group, groups } = this;
    for (let sent = 0, isMore = true; isMore; ) {
      // of two boxes one is written while slow groups still read the other: who comes to a meeting has read the one before
      this.turn ^= 1;
      const rows = Math.min(SENT_ROWS, this.count - sent);
      const from = sent * SENT_FIGURES;
      this.boxes.set(this.waiting.subarray(from, from + rows * SENT_FIGURES), this.boxAt(group));
      sent += rows;
      control[this.wordOf(group)] = rows;
      control[this.wordOf(group) + 1] = sent < this.count ? 1 : 0;
      this.waitForAll();
      isMore = false;
      for (let other = 0; other < groups; other++) {
        if (control[this.wordOf(other) + 1] === 1) isMore = true;
        if (other !== group) this.read(other, receive);
      }
    }
    this.count = 0;
  }

  private read(other: number, receive: Parameters<PacketExchange['meet']>[0]): void {
    const { boxes, control, figures, isHosted } = this;
    const rows = control[this.wordOf(other)];
    for (let row = 0; row < rows; row++) {
      const at = this.boxAt(other) + row * SENT_FIGURES;
      const to = boxes[at + HELD_FIGURES + 2];
      if (isHosted[to] === 0) continue;
      for (let n = 0; n < HELD_FIGURES; n++) figures[n] = boxes[at + n];
      receive(boxes[at + HELD_FIGURES], boxes[at + HELD_FIGURES + 1], to, boxes[at + HELD_FIGURES + 3] === 1);
    }
  }

  private boxAt(group: number): number {
    return (this.turn * MOST_GROUPS + group) * SENT_ROWS * SENT_FIGURES;
  }

  private wordOf(group: number): number {
    return SENT + 2 * (this.turn * MOST_GROUPS + group);
  }

  private waitForAll(): void {
    const { control, groups } = this;
    const meeting = Atomics.load(control, MEETINGS);
    if (Atomics.add(control, MEETING, 1) === groups - 1) {
      Atomics.store(control, MEETING, 0);
      Atomics.add(control, MEETINGS, 1);
      Atomics.notify(control, MEETINGS);
      return;
    }
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, MEETINGS) !== meeting) return;
    while (Atomics.load(control, MEETINGS) === meeting) {
      if (Atomics.load(control, STATE) === ABORTED) throw new RunAborted('Cannot go on: the run must not be given up');
      Atomics.wait(control, MEETINGS, meeting, LOOK_MS);
    }
  }
}
