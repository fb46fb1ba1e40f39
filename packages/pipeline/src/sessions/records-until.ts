import type { PacketRecords } from '@midplane/packet';
import { Clock } from '../ingress/clock.ts';
import { PARAMETERS } from '../parameters.ts';

/**
 * Lets through the packets of an input up to a moment of simulated time.
 *
 * Time is that of the pipeline, nanoseconds since the first packet: it never runs backwards and long pauses are cut, so
 * what is let through is the beginning of the input, and a pipeline to which it is offered ends at the same moment.
 *
 * @example The first ten seconds
 * ```ts
 * import { RecordsUntil } from '@midplane/pipeline';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const frame = packet().ethernet().ipv4().udp().build();
 * const until = new RecordsUntil(10e9);
 * assert.equal(until.take(recordsOf([frame, frame, frame], { intervalNs: 5e9 })).count, 3);
 * assert.equal(until.take(recordsOf([frame, frame], { seconds: 10, intervalNs: 1e9 })).count, 1);
 * assert.ok(until.reached);
 * ```
 */
export class RecordsUntil {
  /** Whether a packet that lies behind the moment has come: no later one can be let through. */
  reached = false;
  private readonly untilNs: number;
  private readonly clock: Clock;
  private times = new Float64Array(256);
  private ticks = new Int32Array(256);

  /**
   * @param untilNs Moment, nanoseconds since the first packet; packets at that moment belong to it.
   * @param maxGapNs Longest pause that is simulated, as in the pipeline's parameters.
   * @throws {RangeError} If the moment is negative or not a number.
   */
  constructor(untilNs: number, maxGapNs: number = PARAMETERS.maxGapNs.value) {
    if (!(untilNs >= 0)) {
      throw new RangeError(`Cannot cut input: time must be 0 ns or more: got ${String(untilNs)}`);
    }
    this.untilNs = untilNs;
    this.clock = new Clock(maxGapNs);
  }

  /**
   * Takes the next rows of the input.
   *
   * @returns The same records where all of them lie before the moment, else a view of those that do.
   */
  take(records: PacketRecords): PacketRecords {
    const { count } = records;
    if (this.reached) return { ...columnsOf(records), count: 0 };
    if (count > this.times.length) {
      this.times = new Float64Array(count);
      this.ticks = new Int32Array(count);
    }
    this.clock.advanceRows(records, this.times, this.ticks);
    if (count === 0 || this.times[count - 1] <= this.untilNs) return records;
    this.reached = true;
    let rows = 0;
    while (this.times[rows] <= this.untilNs) rows++;
    return { ...columnsOf(records), count: rows };
  }
}

/** The columns by name: a source may have them as accessors of a class. */
function columnsOf(records: PacketRecords): Omit<PacketRecords, 'count'> {
  const { bytes, view, offset, capturedLength, length, linkType, interfaceIndex, seconds, nanoseconds } = records;
  return { bytes, view, offset, capturedLength, length, linkType, interfaceIndex, seconds, nanoseconds };
}
