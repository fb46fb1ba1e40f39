import { DOUBLE_ZERO } from './double-zero.ts';
import { EVENT_CHASSIS, EVENT_COMMAND, EventQueue } from './event-queue.ts';

const NS = 1_000_000_000;

/** What happens when its time has come. */
export interface TimelineHandlers {
  /** A message reaches an NPU: it is what `queue.take()` took. */
  readonly atNpu: (queue: EventQueue) => void;
  /** A message reaches an SPU. */
  readonly atSpu: (queue: EventQueue) => void;
  /**
   * A whole second has passed at the SPUs. The second behind one with a packet or a command is told, and each with one;
   * all others come as one call.
   */
  readonly tick: (second: number) => void;
}

/**
 * Time at the NPUs and at the SPUs.
 *
 * A packet that an NPU receives at t reaches an SPU at t + d, the same d for all. So packets can be decided one after the
 * other, each at its NPU and then at its SPU, as long as messages come before the packets that they must come before:
 * before a packet of time t, the SPUs are brought to t + d, then the NPUs to t. No SPU sends anything that arrives at an
 * NPU earlier than it was sent, and nothing that an NPU sends arrives in less than d.
 */
export class Timeline {
  /** Messages on their way to NPUs. */
  readonly toNpu: EventQueue = new EventQueue();
  /** Messages and packets on their way to SPUs. */
  readonly toSpu: EventQueue = new EventQueue();
  /** Packets of this time and later wait until `advance` was called. */
  dueNs: number = DOUBLE_ZERO;
  private readonly delayNs: number = DOUBLE_ZERO;
  private readonly handlers: TimelineHandlers;
  private second = 0;
  private nextSecondNs: number = DOUBLE_ZERO;

  /** @param delayNs Way of a packet from an NPU to an SPU, at least 1. */
  constructor(delayNs: number, handlers: TimelineHandlers) {
    this.delayNs = delayNs;
    this.handlers = handlers;
    this.nextSecondNs = NS;
    this.settle();
  }

  /** Brings SPUs and NPUs to the time of a packet. */
  advance(nowNs: number): void {
    // hot: called per message
    const { toNpu, handlers } = this;
    const spuNs = nowNs + this.delayNs;
    const plainUntilNs = Math.min(this.nextSecondNs, this.toSpu.nextNs);
    if (spuNs < plainUntilNs) {
      // only NPUs have something to do
      while (toNpu.nextNs <= nowNs) {
        toNpu.take();
        handlers.atNpu(toNpu);
      }
    } else {
      this.run(nowNs, spuNs);
    }
    this.settle();
  }

  /** Whether no second begins and nothing comes to SPUs before packets of a time have reached them. */
  isQuietUntil(nowNs: number): boolean {
    return Math.min(this.nextSecondNs, this.toSpu.nextNs) > nowNs + this.delayNs;
  }

  /** Plans a command to the SPUs. */
  schedule(atNs: number, command: number): void {
    this.toSpu.add(atNs, EVENT_COMMAND, 0, command, 0, 0, 0);
    this.settle();
  }

  /** Plans that the chassis is looked at. */
  scheduleChassis(atNs: number): void {
    this.toSpu.add(atNs, EVENT_CHASSIS, 0, 0, 0, 0, 0);
    this.settle();
  }

  /** Takes out all messages and packets on their way; what is planned stays. */
  clear(lose: (event: EventQueue) => void): void {
    const { toNpu, toSpu } = this;
    while (toNpu.size > 0) toNpu.take();
    const planned: [atNs: number, kind: number, a: number][] = [];
    while (toSpu.size > 0) {
      toSpu.take();
      if (toSpu.kind === EVENT_COMMAND || toSpu.kind === EVENT_CHASSIS) {
        planned.push([toSpu.timeNs, toSpu.kind, toSpu.a]);
      } else {
        lose(toSpu);
      }
    }
    for (const [atNs, kind, a] of planned) toSpu.add(atNs, kind, 0, a, 0, 0, 0);
    this.settle();
  }

  /** Says that a message was sent. */
  settle(): void {
    const { toSpu, toNpu, nextSecondNs } = this;
    const atSpus = Math.min(toSpu.nextNs, nextSecondNs) - this.delayNs;
    this.dueNs = Math.min(toNpu.nextNs, atSpus);
  }

  /** Lets all messages arrive that are on their way. No second passes: nothing comes behind them. */
  drain(): void {
    const { toNpu, toSpu, handlers } = this;
    while (toSpu.size > 0 || toNpu.size > 0) {
      if (toSpu.nextNs <= toNpu.nextNs) {
        toSpu.take();
        handlers.atSpu(toSpu);
      } else {
        toNpu.take();
        handlers.atNpu(toNpu);
      }
    }
    this.settle();
  }

  /**
   * Everything up to two times, in the order of time; at one instant the second, then SPUs, then NPUs.
   *
   * Which seconds are told must not depend on messages, for an SPU group knows its own only (see `host`): they arrive in the
   * second of the packet or command that they come from, or in the next one, which is always told.
   */
  private run(npuNs: number, spuNs: number): void {
    const { toNpu, toSpu, handlers } = this;
    let isQuiet = false; // whether the second had no packet and no command so far: one with a packet was the last to be told
    for (;;) {
      const atNpu = toNpu.nextNs <= npuNs ? toNpu.nextNs : Number.POSITIVE_INFINITY;
      const next = Math.min(atNpu, toSpu.nextNs, spuNs);
      const second = Math.floor(next / NS);
      if (second > this.second) {
        this.second = isQuiet ? second : this.second + 1;
        this.nextSecondNs = (this.second + 1) * NS;
        isQuiet = true;
        handlers.tick(this.second); // may send what arrives before `next`
      } else if (toSpu.nextNs === next && next <= spuNs) {
        toSpu.take();
        if (toSpu.kind === EVENT_COMMAND || toSpu.kind === EVENT_CHASSIS) isQuiet = false;
        handlers.atSpu(toSpu);
      } else if (atNpu === next) {
        toNpu.take();
        handlers.atNpu(toNpu);
      } else {
        return;
      }
    }
  }
}
