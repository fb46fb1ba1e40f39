import { DOUBLE_ZERO } from '../engine/double-zero.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { SpuSpeed } from './spu-speed.ts';
import { noWork, type SpuWork, spuWorkOf, WORK_FAST, workCosts } from './work-kind.ts';

const NS = 1_000_000_000;

/**
 * The work of one SPU: packets take the flow threads in turn, each thread works on one after the other.
 *
 * Fidelity: assumed. That there are threads which packets are spread over is documented; their number, the turns and the
 * costs are ours.
 */
export class SpuLoad {
  /** Latencies of packets that left, from arrival at the SPU to the end of the work on them. */
  readonly latency: LatencyHistogram = new LatencyHistogram();
  /** When each thread is done with what it has, ns. */
  freeAtNs: Float64Array;
  /** Work taken on since the start, ns of one thread, but for that of `plain` packets. */
  private otherNs: number = DOUBLE_ZERO;
  /** Plain packets since the speed was set, and what each of them costs. */
  private plain = 0;
  private plainNs: number = DOUBLE_ZERO;
  /** The thread whose turn it is, and the bits of that number: threads are a power of two. */
  private next = 0;
  private turns: number;
  private queueNs: number = DOUBLE_ZERO;
  /** CPU utilisation of the last whole second with packets, and the most of any, whole percent. */
  cpuPercent = 0;
  peakPercent = 0;
  /** Most work taken on in one second, as percent of what the threads can do in it: not rounded, and above 100 if it waits. */
  busiestPercent: number = DOUBLE_ZERO;
  /** How often each kind of work was done, but for that of `plain` packets. */
  private readonly counts = noWork();
  /** What each kind of work costs now. */
  private costs: Float64Array;
  /** What every packet costs beside its own work: ordering, where the SPU does it itself. */
  private readonly extraNs: (speed: SpuSpeed) => number;
  private current: SpuSpeed;
  /** Work that the threads had before them when the second began, and what had been taken on by then. */
  private backlogNs: number = DOUBLE_ZERO;
  private busyBefore: number = DOUBLE_ZERO;
  private secondNs: number = DOUBLE_ZERO;

  /** @param extraNs What every packet costs beside its own work. */
  constructor(speed: SpuSpeed, extraNs: (speed: SpuSpeed) => number) {
    this.extraNs = extraNs;
    this.current = speed;
    this.costs = workCosts(speed, extraNs(speed));
    this.plainNs = this.costs[WORK_FAST];
    this.turns = speed.threads - 1;
    this.queueNs = speed.queueNs;
    this.freeAtNs = new Float64Array(speed.threads);
  }

  /** Work taken on since the start, ns of one thread. */
  get busyNs(): number {
    return this.otherNs + this.plain * this.plainNs;
  }

  /** Parts of the work taken on since the start. */
  get work(): SpuWork {
    const { fastPath, packets, ...work } = spuWorkOf(this.counts);
    return { ...work, packets: packets + this.plain, fastPath: fastPath + this.plain };
  }

  /** What work costs. */
  get speed(): SpuSpeed {
    return this.current;
  }
  set speed(speed: SpuSpeed) {
    this.otherNs = this.busyNs;
    this.counts[WORK_FAST] += this.plain;
    this.plain = 0;
    this.current = speed;
    this.costs = workCosts(speed, this.extraNs(speed));
    this.plainNs = this.costs[WORK_FAST];
    this.turns = speed.threads - 1;
    this.queueNs = speed.queueNs;
    this.freeAtNs = new Float64Array(speed.threads);
    this.next = 0;
  }

  /** Its card is reset: what the threads had to do is gone. */
  reset(nowNs: number): void {
    let undoneNs = 0;
    for (const free of this.freeAtNs) if (free > nowNs) undoneNs += free - nowNs;
    this.otherNs -= undoneNs;
    this.freeAtNs.fill(0);
    this.next = 0;
  }

  /** Whether a packet that arrives at a time gets to a thread before the queue is too long. */
  accepts(nowNs: number): boolean {
    return this.freeAtNs[this.next] - nowNs <= this.queueNs;
  }

  /**
   * Takes a packet on.
   *
   * @param nowNs When it arrived.
   * @param kind What is done with it, such as `WORK_FAST`; with `WORK_FRAGMENT` added for a fragment.
   * @returns When the work on it is done.
   */
  serve(nowNs: number, kind: number): number {
    const thread = this.next;
    const free = this.freeAtNs[thread];
    const workNs = this.costs[kind];
    this.counts[kind]++;
    const doneNs = Math.max(free, nowNs) + workNs;
    this.freeAtNs[thread] = doneNs;
    this.next = (thread + 1) & this.turns;
    this.otherNs += workNs;
    return doneNs;
  }

  /** Takes a packet on that costs what the fast path does; the same as `serve`, in half the time. */
  servePlain(nowNs: number): number {
    // hot: called per packet; the work of all of them is added up later
    const thread = this.next;
    const { freeAtNs } = this;
    const free = freeAtNs[thread];
    const doneNs = Math.max(free, nowNs) + this.plainNs;
    freeAtNs[thread] = doneNs;
    this.next = (thread + 1) & this.turns;
    this.plain++;
    return doneNs;
  }

  /** Ends a second, or several without packets: what the threads did in it, in percent. */
  tick(second: number): void {
    const nowNs = second * NS;
    let backlogNs = 0;
    for (const free of this.freeAtNs) if (free > nowNs) backlogNs += free - nowNs;
    const takenNs = this.busyNs - this.busyBefore;
    const doneNs = this.backlogNs + takenNs - backlogNs;
    // of a pause only its first second has work in it
    const spanNs = this.freeAtNs.length * Math.min(nowNs - this.secondNs, NS);
    this.cpuPercent = spanNs <= 0 ? 0 : Math.min(100, Math.round((100 * doneNs) / spanNs));
    if (this.cpuPercent > this.peakPercent) this.peakPercent = this.cpuPercent;
    if (spanNs > 0) this.busiestPercent = Math.max(this.busiestPercent, (100 * takenNs) / spanNs);
    this.backlogNs = backlogNs;
    this.busyBefore = this.busyNs;
    this.secondNs = nowNs;
  }
}
