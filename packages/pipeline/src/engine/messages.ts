import { EVENT_CP_INSTALL, EVENT_CP_INSTALLED, EVENT_CP_REMOVE, EVENT_INSTALL, EVENT_WITHDRAW } from './event-queue.ts';
import type { Timeline } from './timeline.ts';

/** Delays of the ways between units, ns. */
export interface Delays {
  readonly spuToNpuDelayNs: number;
  readonly spuToSpuDelayNs: number;
}

/**
 * The messages that units send each other: when they leave, and when they arrive.
 *
 * A message names a session by SPU, number and generation, the number of the packet that made it: what was meant is gone
 * when the generation is another one.
 */
export class Messages {
  private readonly timeline: Timeline;
  private readonly delays: Delays;

  constructor(timeline: Timeline, delays: Delays) {
    this.timeline = timeline;
    this.delays = delays;
  }

  /** An SPU asks an NPU to enter both wings of a session, or the one that it has. */
  install(nowNs: number, npu: number, spu: number, session: number, generation: number): void {
    this.timeline.toNpu.add(nowNs + this.delays.spuToNpuDelayNs, EVENT_INSTALL, spu, npu, spu, session, generation);
    this.timeline.settle();
  }

  /** An SPU asks the central point to install the wings of its session. */
  installAtCentralPoint(nowNs: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_CP_INSTALL, spu, session, generation);
  }

  /** The central point says that it has installed a session. */
  installedAtCentralPoint(nowNs: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_CP_INSTALLED, spu, session, generation);
  }

  /** An SPU tells the central point to forget its session. */
  removeAtCentralPoint(nowNs: number, spu: number, session: number, generation: number): void {
    this.toSpu(nowNs, EVENT_CP_REMOVE, spu, session, generation);
  }

  private toSpu(nowNs: number, kind: number, spu: number, session: number, generation: number): void {
    this.timeline.toSpu.add(nowNs + this.delays.spuToSpuDelayNs, kind, spu, spu, session, generation, 0);
    this.timeline.settle();
  }

  /** An SPU tells an NPU to forget a session. */
  withdraw(nowNs: number, npu: number, spu: number, session: number, generation: number): void {
    this.timeline.toNpu.add(nowNs + this.delays.spuToNpuDelayNs, EVENT_WITHDRAW, spu, npu, spu, session, generation);
    this.timeline.settle();
  }
}
