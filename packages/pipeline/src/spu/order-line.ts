import { ARRIVED_REORDERED, ReorderingMeter } from '@midplane/ordering';
import { EventHeap, type EventSink } from '../engine/event-heap.ts';

/** Ranges of missing numbers that are remembered per stream. */
const HOLES = 16;

/** What is told of a packet that passes the point. */
export interface PassedPacket {
  /** What it was put in with. */
  readonly kind: number;
  readonly place: number;
  readonly tag: number;
  /** Whether it came after a later one of its stream, and after how many packets from the one that overtook it first. */
  readonly isReordered: boolean;
  readonly extent: number;
}

/** Packets of many streams on their way to a point, and their order as they pass it (RFC 4737). */
export class OrderLine implements EventSink, PassedPacket {
  timeNs = 0;
  kind = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  isReordered = false;
  extent = 0;
  private readonly meter: ReorderingMeter;
  private readonly heap = new EventHeap();
  private readonly isCurrent: (place: number, tag: number) => boolean;
  private readonly passed: (packet: PassedPacket) => void;
  private told = 0;

  /**
   * @param isCurrent Whether the streams of a place still belong to whom they did when a packet was put in.
   * @param passed Called with each packet that passes, one object that changes.
   */
  constructor(
    streams: number,
    isCurrent: (place: number, tag: number) => boolean,
    passed: (packet: PassedPacket) => void,
  ) {
    this.meter = new ReorderingMeter({ streams, nLimit: 1, holes: HOLES });
    this.isCurrent = isCurrent;
    this.passed = passed;
  }

  get place(): number {
    return this.a;
  }
  get tag(): number {
    return this.b;
  }

  /** A stream begins, with number 1. */
  start(stream: number): void {
    this.meter.start(1, stream);
  }

  /** A packet passes at a time; those of one instant in the order in which they are told. */
  add(atNs: number, kind: number, place: number, tag: number, stream: number, sequence: number): void {
    this.heap.add(atNs, this.told++, kind, place, tag, stream, sequence);
  }

  /** Lets packets pass up to a time. */
  drain(untilNs: number): void {
    const { heap, meter } = this;
    while (heap.size > 0 && heap.nextNs <= untilNs) {
      heap.take(this);
      if (!this.isCurrent(this.a, this.b)) continue;
      this.isReordered = meter.offer(this.d, this.timeNs, 1, this.c) === ARRIVED_REORDERED;
      this.extent = this.isReordered ? meter.lastExtent : 0;
      this.passed(this);
    }
  }
}
