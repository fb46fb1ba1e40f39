/**
 * Packet records as columns over one window of bytes, made once and refilled.
 *
 * Row `i` is a packet: its bytes are `bytes[offset[i]]` to `bytes[offset[i] + capturedLength[i] - 1]`. Rows at or above
 * `count` are stale. The rows are valid until the decoder that filled them is given more input or fills this batch again.
 *
 * Fidelity: documented. Columns are the fields of a packet record of pcap (draft-ietf-opsawg-pcap), pcapng
 * (draft-ietf-opsawg-pcapng) and snoop (RFC 1761).
 *
 * @example The packets of a capture in memory
 * ```ts
 * import { CaptureDecoder, PcapWriter, RecordBatch } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapWriter();
 * writer.add(new Uint8Array([1, 2, 3]), 0, 3, 60, 1_700_000_000, 5_000);
 *
 * const batch = new RecordBatch();
 * assert.equal(CaptureDecoder.of(writer.take()).readInto(batch), 1);
 * assert.equal(batch.capturedLength[0], 3);
 * assert.equal(batch.length[0], 60);
 * assert.equal(batch.bytes[batch.offset[0]! + 2], 3);
 * assert.equal(batch.nanoseconds[0], 5_000);
 * ```
 */
export class RecordBatch {
  /** Rows that fit. */
  readonly capacity: number;
  /** Rows that are filled. */
  count = 0;
  /** Bytes that hold the frames of all rows; owned by the decoder. */
  bytes: Uint8Array = new Uint8Array(0);
  /** A view of exactly `bytes`. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where each frame starts in `bytes`. */
  readonly offset: Int32Array;
  /** Bytes of each frame that are present. */
  readonly capturedLength: Int32Array;
  /** Length of each frame on the wire, bytes, 0 to 2^32 - 1. */
  readonly length: Uint32Array;
  /** Link type of each frame (LINKTYPE_ registry of tcpdump.org), as in the file. */
  readonly linkType: Uint16Array;
  /** Index into `CaptureDecoder.interfaces`. */
  readonly interfaceIndex: Int32Array;
  /** Whole seconds since 1970, UTC. */
  readonly seconds: Float64Array;
  /** Nanoseconds 0 to 999,999,999; -1 where the packet has no time stamp (`seconds` is then 0). */
  readonly nanoseconds: Int32Array;

  /**
   * @param capacity Rows that fit, 1 to 65,536.
   * @throws {RangeError} If `capacity` is not an integer in that range.
   */
  constructor(capacity = 256) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 65_536) {
      throw new RangeError(
        `Cannot create record batch: capacity must be an integer from 1 to 65536: got ${String(capacity)}`,
      );
    }
    this.capacity = capacity;
    this.offset = new Int32Array(capacity);
    this.capturedLength = new Int32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.linkType = new Uint16Array(capacity);
    this.interfaceIndex = new Int32Array(capacity);
    this.seconds = new Float64Array(capacity);
    this.nanoseconds = new Int32Array(capacity);
  }
}
