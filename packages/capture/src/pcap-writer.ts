import { Chunk, isRecord, refuseRecord } from './_chunk.ts';
import { PCAP_HEADER_LENGTH, PCAP_MAGIC_NS, PCAP_MAGIC_US } from './_pcap-reader.ts';

const RECORD_HEADER_LENGTH = 16;

/** How to write a pcap file. */
export interface PcapWriterOptions {
  /** Link type of all packets, 0 to 65,535 (LINKTYPE_ registry); 1 = Ethernet if not given. */
  readonly linkType?: number;
  /** Snaplen of the file header; 262,144 if not given. */
  readonly snaplen?: number;
  /** Unit of time stamps; `'us'` if not given. */
  readonly resolution?: 'us' | 'ns';
  /** Byte order of all headers; true if not given. */
  readonly littleEndian?: boolean;
  /** First size of the buffer, bytes; 262,144 if not given. */
  readonly chunkLength?: number;
}

/**
 * Writes a pcap file into a reused buffer.
 *
 * The buffer holds the file header from the start. It grows until it is taken: take it when `pending` passes what you
 * like, and memory stays constant. A time stamp is rounded down to the resolution; a packet without one gets 0.
 *
 * Fidelity: documented. draft-ietf-opsawg-pcap, version 2.4.
 *
 * @example Write, then read
 * ```ts
 * import { PcapWriter, readCaptureSync } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapWriter({ linkType: 101, resolution: 'ns' });
 * writer.add(new Uint8Array([0x45, 0, 0, 20]), 0, 4, 20, 1_700_000_000, 123_456_789);
 * for (const batch of readCaptureSync(writer.take())) {
 *   assert.equal(batch.linkType[0], 101);
 *   assert.equal(batch.nanoseconds[0], 123_456_789);
 * }
 * ```
 */
export class PcapWriter {
  readonly #chunk: Chunk;
  readonly #littleEndian: boolean;
  readonly #nanosecondsPerUnit: number;

  /**
   * @param options Format of the file.
   * @throws {RangeError} If the link type does not fit into 16 bits, or the snaplen into 32.
   */
  constructor(options: PcapWriterOptions = {}) {
    const { linkType = 1, snaplen = 262_144, resolution = 'us', littleEndian = true, chunkLength = 262_144 } = options;
    checkInteger('linkType', linkType, 0xffff);
    checkInteger('snaplen', snaplen, 0xffff_ffff);
    checkInteger('chunkLength', chunkLength, 2 ** 30);
    this.#littleEndian = littleEndian;
    this.#nanosecondsPerUnit = resolution === 'ns' ? 1 : 1_000;
    this.#chunk = new Chunk(Math.max(chunkLength, PCAP_HEADER_LENGTH));
    const view = this.#chunk.view;
    view.setUint32(0, resolution === 'ns' ? PCAP_MAGIC_NS : PCAP_MAGIC_US, littleEndian);
    view.setUint16(4, 2, littleEndian);
    view.setUint16(6, 4, littleEndian);
    view.setUint32(16, snaplen, littleEndian);
    view.setUint32(20, linkType, littleEndian);
    this.#chunk.length = PCAP_HEADER_LENGTH;
  }

  /** Bytes that `take` would give. */
  get pending(): number {
    return this.#chunk.length;
  }

  /**
   * Appends a packet.
   *
   * @param bytes Array that holds the captured bytes; copied.
   * @param offset Where they begin.
   * @param capturedLength How many they are, 0 to 262,144.
   * @param length Length on the wire, 0 to 2^32 - 1.
   * @param seconds Whole seconds since 1970, 0 to 2^32 - 1.
   * @param nanoseconds 0 to 999,999,999; -1 = no time stamp.
   * @returns Bytes pending.
   * @throws {RangeError} If a field is outside its range; nothing is written then.
   */
  add(
    bytes: Uint8Array,
    offset: number,
    capturedLength: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): number {
    // hot: once per packet, no allocation for short packets.
    if (!isRecord(bytes, offset, capturedLength, length, nanoseconds)) {
      refuseRecord(bytes, offset, capturedLength, length, nanoseconds);
    }
    if (!(seconds >= 0 && seconds <= 0xffff_ffff)) {
      throw new RangeError(`Cannot write packet: seconds must be from 0 to 4294967295: got ${String(seconds)}`);
    }
    const chunk = this.#chunk;
    const littleEndian = this.#littleEndian;
    const at = chunk.length;
    const total = RECORD_HEADER_LENGTH + capturedLength;
    if (at + total > chunk.bytes.length) chunk.grow(total);
    const view = chunk.view;
    const timed = nanoseconds >= 0;
    view.setUint32(at, timed ? seconds : 0, littleEndian);
    view.setUint32(at + 4, timed ? (nanoseconds / this.#nanosecondsPerUnit) | 0 : 0, littleEndian);
    view.setUint32(at + 8, capturedLength, littleEndian);
    view.setUint32(at + 12, length, littleEndian);
    chunk.copy(at + RECORD_HEADER_LENGTH, bytes, offset, capturedLength);
    chunk.length = at + total;
    return chunk.length;
  }

  /**
   * Gives what was written since the last call.
   *
   * @returns A part of the reused buffer, valid until the next `add`; empty if nothing was written.
   */
  take(): Uint8Array {
    return this.#chunk.take();
  }
}

function checkInteger(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(
      `Cannot create pcap writer: ${name} must be an integer from 0 to ${most}: got ${String(value)}`,
    );
  }
}
