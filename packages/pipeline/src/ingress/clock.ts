import type { PacketRecords } from '@midplane/packet';
import { DOUBLE_ZERO } from '../engine/double-zero.ts';

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
  nowNs: number = DOUBLE_ZERO;
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
    this.nowNs = 0; // a double all the same, and not -0 in what others read
  }

  /** Simulated time of the next rows of the input, and the second after it as the tick of session tables. */
  advanceRows(records: PacketRecords, nowNs: Float64Array, tick: Int32Array): void {
    const { count, seconds, nanoseconds } = records;
    for (let row = 0; row < count; row++) {
      row = this.advancePlainRows(records, nowNs, tick, row);
      if (row === count) return;
      nowNs[row] = this.advance(seconds[row], nanoseconds[row]);
      tick[row] = Math.floor(this.nowNs / NS) + 1;
    }
  }

  /**
   * Advances over rows that come in the second of the newest one and not before it, as most do: each needs one sum.
   *
   * @returns The first row that is none of them, or the number of rows.
   */
  private advancePlainRows(records: PacketRecords, nowNs: Float64Array, tick: Int32Array, from: number): number {
    // hot: per packet. No call in it: with one, V8 keeps the time as an object, 16 bytes a packet
    if (this.lastSeconds !== this.newestSeconds) return from;
    const { count, seconds, nanoseconds } = records;
    const second = this.newestSeconds;
    const startNs = this.nowNs - this.newestNanoseconds; // of that second, in simulated time
    const tickAtStart = Math.floor(startNs / NS) + 1;
    const nextTickAt = (NS - (((startNs % NS) + NS) % NS)) | 0; // nanoseconds of the second; NS = in the next one
    let latest = Math.max(this.newestNanoseconds, this.lastNanoseconds);
    let row = from;
    for (; row < count; row++) {
      const nanosecond = nanoseconds[row];
      if (seconds[row] !== second || nanosecond < latest) break;
      nowNs[row] = startNs + nanosecond;
      tick[row] = tickAtStart + (nanosecond < nextTickAt ? 0 : 1);
      latest = nanosecond;
    }
    if (row === from) return from;
    this.nowNs = nowNs[row - 1];
    this.packets += row - from;
    this.newestNanoseconds = latest;
    this.lastNanoseconds = latest;
    return row;
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
