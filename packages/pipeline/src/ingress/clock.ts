import type { PacketRecords } from '@midplane/packet';

/** A jump in time that was cut short. */
export interface TimeGap {
  /** Packet number in the input, from 1. */
  readonly packet: number;
  /** Simulated time before the jump, ns. */
  readonly atNs: number;
  /** How long the input says it was, whole seconds. */
  readonly seconds: number;
}

const NS = 1_000_000_000;
/** Gaps that are listed; all are counted. */
const LISTED_GAPS = 16;

/**
 * Turns time stamps of a capture into simulated time: integer nanoseconds since the first packet, never backwards.
 *
 * A packet that is older than the one before arrives at the same time as the newest so far; a packet without a time
 * stamp takes the time of the one before; a jump of more than `maxGapNs` is cut to it.
 */
export class Clock {
  /** Simulated time of the last packet, ns. */
  nowNs = 0;
  /** Packets with an older time stamp than the packet before that had one. */
  backwards = 0;
  /** Packets without a time stamp. */
  withoutTimestamp = 0;
  /** Jumps that were cut. */
  gapCount = 0;
  /** The first 16 of them. */
  readonly gaps: TimeGap[] = [];

  private readonly maxGapNs: number;
  private packets = 0;
  private newestSeconds = Number.NaN;
  private newestNanoseconds = 0;
  private lastSeconds = Number.NaN;
  private lastNanoseconds = 0;

  constructor(maxGapNs: number) {
    this.maxGapNs = maxGapNs;
  }

  /**
   * Simulated time of the next rows of the input, and the second after it as the tick of session tables.
   *
   * Most packets come in the second of the newest one, not before it: they need one subtraction.
   */
  advanceRows(records: PacketRecords, nowNs: Float64Array, tick: Int32Array): void {
    // hot: per packet; what changes lives in locals, and in the object only where `advance` reads it
    const { count, seconds, nanoseconds } = records;
    let now = this.nowNs;
    let nextSecond = Math.floor(now / NS) + 1;
    let nextSecondNs = nextSecond * NS;
    let newest = this.lastSeconds === this.newestSeconds ? this.newestSeconds : Number.NaN;
    let latest = Math.max(this.newestNanoseconds, this.lastNanoseconds);
    let before = this.newestNanoseconds;
    let plain = 0;
    for (let row = 0; row < count; row++) {
      const nanosecond = nanoseconds[row];
      if (seconds[row] === newest && nanosecond >= latest) {
        now += nanosecond - before;
        before = nanosecond;
        latest = nanosecond;
        plain++;
      } else {
        this.settle(now, plain, before);
        plain = 0;
        now = this.advance(seconds[row], nanosecond);
        newest = this.lastSeconds === this.newestSeconds ? this.newestSeconds : Number.NaN;
        latest = Math.max(this.newestNanoseconds, this.lastNanoseconds);
        before = this.newestNanoseconds;
      }
      if (now >= nextSecondNs) {
        nextSecond = Math.floor(now / NS) + 1;
        nextSecondNs = nextSecond * NS;
      }
      nowNs[row] = now;
      tick[row] = nextSecond;
    }
    this.settle(now, plain, before);
  }

  /** Writes down what `advanceRows` has in locals after `plain` rows that came in the second of the newest one. */
  private settle(now: number, plain: number, nanosecond: number): void {
    if (plain === 0) return;
    this.nowNs = now;
    this.packets += plain;
    this.newestNanoseconds = nanosecond;
    this.lastNanoseconds = nanosecond;
  }

  /** Simulated time of the next packet of the input; nanoseconds -1 = no time stamp. */
  advance(seconds: number, nanoseconds: number): number {
    this.packets++;
    if (nanoseconds < 0) {
      this.withoutTimestamp++;
      return this.nowNs;
    }
    if (Number.isNaN(this.newestSeconds)) {
      this.newestSeconds = seconds;
      this.newestNanoseconds = nanoseconds;
    } else {
      if (seconds < this.lastSeconds || (seconds === this.lastSeconds && nanoseconds < this.lastNanoseconds)) {
        this.backwards++;
      }
      this.step(seconds, nanoseconds);
    }
    this.lastSeconds = seconds;
    this.lastNanoseconds = nanoseconds;
    return this.nowNs;
  }

  private step(seconds: number, nanoseconds: number): void {
    const delta = (seconds - this.newestSeconds) * NS + (nanoseconds - this.newestNanoseconds);
    if (delta <= 0) return;
    if (delta > this.maxGapNs) {
      this.gapCount++;
      if (this.gaps.length < LISTED_GAPS) {
        this.gaps.push({ packet: this.packets, atNs: this.nowNs, seconds: seconds - this.newestSeconds });
      }
      this.nowNs += this.maxGapNs;
    } else {
      this.nowNs += delta;
    }
    this.newestSeconds = seconds;
    this.newestNanoseconds = nanoseconds;
  }
}
