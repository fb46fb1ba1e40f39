import { DOUBLE_ZERO } from './double-zero.ts';
import {
  EVENT_INSTALL,
  EVENT_PACKET,
  EVENT_REFUSED,
  EVENT_REGISTER,
  EVENT_REGISTERED,
  EVENT_RELEASE,
  EVENT_REPORT,
  EVENT_STALE,
  EVENT_WITHDRAW,
  type EventQueue,
} from './event-queue.ts';
import type { Faults } from './faults.ts';
import type { Timeline } from './timeline.ts';

/** Delays of the ways between units, ns. */
export interface Delays {
  readonly spuToNpuDelayNs: number;
  readonly spuToSpuDelayNs: number;
}

/** Why a central point does not enter a wing, in place of the position of the SPU that it belongs to. */
export const REFUSED_FULL = -1;
/** The wing is one of another conversation. */
export const REFUSED_CONFLICT = -2;

/** The wings of a session, as bits. */
export const WING_IN = 1;
export const WING_OUT = 2;

/**
 * The messages that units send each other: when they leave, and when they arrive.
 *
 * A message names a session by SPU, number and generation, the number of the packet that made it: what was meant is gone
 * when the generation is another one. So a message that comes late, or twice, does no harm.
 */
export class Messages {
  private readonly timeline: Timeline;
  private readonly toNpuNs: number = DOUBLE_ZERO;
  private readonly toSpuNs: number = DOUBLE_ZERO;
  private readonly faults: Faults | undefined;

  constructor(timeline: Timeline, delays: Delays, faults?: Faults) {
    this.timeline = timeline;
    this.toNpuNs = delays.spuToNpuDelayNs;
    this.toSpuNs = delays.spuToSpuDelayNs;
    this.faults = faults;
  }

  /** An SPU asks an NPU to enter both wings of a session, or the one that it has. */
  install(nowNs: number, npu: number, spu: number, session: number, generation: number): void {
    this.send(this.timeline.toNpu, nowNs + this.toNpuNs, EVENT_INSTALL, spu, npu, spu, session, generation);
  }

  /** An SPU tells an NPU to forget a session. */
  withdraw(nowNs: number, npu: number, spu: number, session: number, generation: number): void {
    this.send(this.timeline.toNpu, nowNs + this.toNpuNs, EVENT_WITHDRAW, spu, npu, spu, session, generation);
  }

  /** An SPU tells an NPU that an entry names a flow that it does not have. */
  stale(nowNs: number, npu: number, spu: number, flow: number, entry: number): void {
    this.send(this.timeline.toNpu, nowNs + this.toNpuNs, EVENT_STALE, spu, npu, spu, flow, entry);
  }

  /** An SPU asks the central point of a wing to enter it. */
  register(nowNs: number, to: number, wing: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_REGISTER, spu, to | (wing << 8), spu, session, generation);
  }

  /** An SPU tells the central point of a wing that its session is over. */
  release(nowNs: number, to: number, wing: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_RELEASE, spu, to | (wing << 8), spu, session, generation);
  }

  /** A central point says that it has entered a wing. */
  registered(nowNs: number, from: number, wing: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_REGISTERED, from, wing, spu, session, generation);
  }

  /**
   * A central point says that it has not entered a wing.
   *
   * @param owner Position of the SPU whose session it belongs to, or a REFUSED_ value.
   */
  refused(nowNs: number, from: number, owner: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_REFUSED, from, owner, spu, session, generation);
  }

  /** An SPU tells the central point how much it has to do. */
  report(nowNs: number, spu: number, cpuPercent: number, sessions: number): void {
    this.toSpu(nowNs, EVENT_REPORT, spu, cpuPercent, spu, sessions, 0);
  }

  /**
   * An SPU hands a packet over. Packets are not lost on the way.
   *
   * @param row Its row among the held packets.
   * @param isBound Whether the sender knows that the session is, or is to be made, there.
   */
  packet(nowNs: number, from: number, to: number, row: number, isBound: boolean): void {
    const { timeline } = this;
    timeline.toSpu.add(nowNs + this.toSpuNs, EVENT_PACKET, from, row, to, isBound ? 1 : 0, 0);
    timeline.settle();
  }

  private toSpu(nowNs: number, kind: number, from: number, a: number, spu: number, session: number, d: number): void {
    this.send(this.timeline.toSpu, nowNs + this.toSpuNs, kind, from, a, spu, session, d);
  }

  private send(
    queue: EventQueue,
    atNs: number,
    kind: number,
    source: number,
    a: number,
    b: number,
    c: number,
    d: number,
  ): void {
    const { faults } = this;
    if (faults === undefined) {
      queue.add(atNs, kind, source, a, b, c, d);
    } else {
      const copies = faults.send(source);
      for (let copy = 0; copy < copies; copy++) queue.add(atNs + faults.lateNs[copy], kind, source, a, b, c, d);
    }
    this.timeline.settle();
  }
}
