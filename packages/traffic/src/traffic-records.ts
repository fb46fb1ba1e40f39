import { LINKTYPE_ETHERNET } from '@midplane/packet';

/** Bytes behind the last frame that a writer of whole words may touch. */
const RECORD_SLACK = 96;

/**
 * Packets of a generator as columns over one buffer, made once and refilled by `Traffic.nextInto`.
 *
 * Has the shape of `PacketRecords` of `@midplane/packet`, so that `decodePackets` and a capture writer read it as it is.
 * Frames lie one behind the other; rows at or above `count` are stale.
 *
 * @example
 * ```ts
 * import { createTraffic, TrafficRecords } from '@midplane/traffic';
 * import assert from 'node:assert/strict';
 *
 * const records = new TrafficRecords(64, 96);
 * assert.equal(createTraffic({ packets: 100, flows: 5 }).nextInto(records), 64);
 * assert.equal(records.offset[0], 0);
 * assert.equal(records.offset[1], records.capturedLength[0]);
 * ```
 */
export class TrafficRecords {
  /** Rows that fit. */
  readonly capacity: number;
  /** Rows that are filled. */
  count = 0;
  /** Bytes that hold the frames of all rows. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A view of exactly `bytes`. */
  readonly view: DataView<ArrayBuffer>;
  /** Where each frame starts in `bytes`. */
  readonly offset: Int32Array<ArrayBuffer>;
  /** Bytes of each frame that are present. */
  readonly capturedLength: Int32Array<ArrayBuffer>;
  /** Length of each frame, bytes, without FCS. */
  readonly length: Uint32Array<ArrayBuffer>;
  /** Link type of each frame: always Ethernet. */
  readonly linkType: Uint16Array<ArrayBuffer>;
  /** 0, or 1 for packets of servers where the plan has two interfaces. */
  readonly interfaceIndex: Int32Array<ArrayBuffer>;
  /** Whole seconds since 1970. */
  readonly seconds: Float64Array<ArrayBuffer>;
  /** Nanoseconds 0 to 999,999,999. */
  readonly nanoseconds: Int32Array<ArrayBuffer>;

  /**
   * @param capacity Rows that fit, 1 to 65,536.
   * @param bytesPerRow Bytes for each row, 80 to 65,535; `Traffic.createRecords` takes what the plan needs.
   * @throws {RangeError} If one of them is not an integer in its range.
   */
  constructor(capacity = 256, bytesPerRow = 96) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 65_536) {
      throw new RangeError(
        `Cannot create traffic records: capacity must be an integer from 1 to 65536: got ${capacity}`,
      );
    }
    if (!Number.isInteger(bytesPerRow) || bytesPerRow < 80 || bytesPerRow > 65_535) {
      throw new RangeError(
        `Cannot create traffic records: bytesPerRow must be an integer from 80 to 65535: got ${bytesPerRow}`,
      );
    }
    this.capacity = capacity;
    this.bytes = new Uint8Array(capacity * bytesPerRow + RECORD_SLACK);
    this.view = new DataView(this.bytes.buffer);
    this.offset = new Int32Array(capacity);
    this.capturedLength = new Int32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.linkType = new Uint16Array(capacity).fill(LINKTYPE_ETHERNET);
    this.interfaceIndex = new Int32Array(capacity);
    this.seconds = new Float64Array(capacity);
    this.nanoseconds = new Int32Array(capacity);
  }
}

/**
 * Where the last row may begin in the bytes of some records.
 *
 * @param bytesPerRow Bytes that a row may take.
 * @throws {RangeError} If there is no room for one row.
 */
export function roomOf(records: TrafficRecords, bytesPerRow: number): number {
  const bytes = records.bytes.length - RECORD_SLACK;
  if (bytes >= bytesPerRow) return bytes - bytesPerRow;
  throw new RangeError(`Cannot make traffic: records must hold ${bytesPerRow} bytes: got ${bytes} bytes`);
}
