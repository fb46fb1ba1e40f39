import { Chunk, isRecord, refuseRecord } from './_chunk.ts';
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE,
  BLOCK_SECTION_HEADER,
  BLOCK_SIMPLE_PACKET,
  BYTE_ORDER_MAGIC,
} from './_pcapng-blocks.ts';
import { UnitClock } from './_unit-clock.ts';

const OPTION_NAME = 2;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;
/** Bytes of an Enhanced Packet Block without its packet. */
const PACKET_OVERHEAD = 32;
/** Bytes of a Simple Packet Block without its packet. */
const SIMPLE_OVERHEAD = 16;

/** How to write a pcapng file. */
export interface PcapngWriterOptions {
  /** Byte order of all blocks; true if not given. */
  readonly littleEndian?: boolean;
  /** First size of the buffer, bytes; 262,144 if not given. */
  readonly chunkLength?: number;
}

/** An interface that packets of a written pcapng file belong to. */
export interface PcapngInterfaceOptions {
  /** Link type, 0 to 65,535 (LINKTYPE_ registry); 1 = Ethernet if not given. */
  readonly linkType?: number;
  /** Snaplen; 0 = not limited, and if not given. */
  readonly snaplen?: number;
  /** Name, option `if_name`, at most 65,535 bytes. */
  readonly name?: string;
  /** Base of the time stamp unit, option `if_tsresol`; 10 if not given. */
  readonly timeBase?: 2 | 10;
  /** Units are `timeBase ** -timeExponent` seconds: 0 to 15 for base 10, 0 to 23 for base 2; 9 if not given. */
  readonly timeExponent?: number;
  /** Seconds that a reader adds, option `if_tsoffset`; 0 if not given. `add` subtracts them. */
  readonly timeOffsetSeconds?: number;
}

interface WrittenInterface {
  readonly clock: UnitClock;
  readonly timeOffsetSeconds: number;
  readonly snaplen: number;
}

/**
 * Writes a pcapng file of one section into a reused buffer.
 *
 * The buffer holds the section header from the start. It grows until it is taken: take it when `pending` passes what you
 * like, and memory stays constant. A time stamp is rounded down to the unit of its interface. A packet without time stamp
 * becomes a Simple Packet Block where that can say the same (first interface, nothing cut but by its snaplen), else it
 * gets time 0.
 *
 * Fidelity: documented. draft-ietf-opsawg-pcapng, version 1.0.
 *
 * @example Two interfaces with their own units
 * ```ts
 * import { PcapngWriter, readCaptureSync } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapngWriter();
 * const fast = writer.addInterface({ name: 'xe-1/0/0' });
 * const slow = writer.addInterface({ name: 'ge-0/0/0', timeExponent: 6 });
 * writer.add(new Uint8Array(60), 0, 60, 60, 1_700_000_000, 123_456_789, fast);
 * writer.add(new Uint8Array(60), 0, 60, 60, 1_700_000_000, 123_456_789, slow);
 * for (const batch of readCaptureSync(writer.take())) {
 *   assert.deepEqual([...batch.nanoseconds.subarray(0, 2)], [123_456_789, 123_456_000]);
 *   assert.deepEqual([...batch.interfaceIndex.subarray(0, 2)], [0, 1]);
 * }
 * ```
 */
export class PcapngWriter {
  readonly #chunk: Chunk;
  readonly #littleEndian: boolean;
  readonly #interfaces: WrittenInterface[] = [];

  /** @param options Format of the file. */
  constructor(options: PcapngWriterOptions = {}) {
    const { littleEndian = true, chunkLength = 262_144 } = options;
    this.#littleEndian = littleEndian;
    this.#chunk = new Chunk(Math.max(chunkLength, 28));
    const view = this.#chunk.view;
    view.setUint32(0, BLOCK_SECTION_HEADER, littleEndian);
    view.setUint32(4, 28, littleEndian);
    view.setUint32(8, BYTE_ORDER_MAGIC, littleEndian);
    view.setUint16(12, 1, littleEndian);
    view.setBigInt64(16, -1n, littleEndian); // section length: not said
    view.setUint32(24, 28, littleEndian);
    this.#chunk.length = 28;
  }

  /** Bytes that `take` would give. */
  get pending(): number {
    return this.#chunk.length;
  }

  /**
   * Describes an interface; at any time before its first packet.
   *
   * @param options Link type, name, unit of time stamps.
   * @returns Its index, for `add`: 0, then 1, and so on.
   * @throws {RangeError} If an option is outside its range.
   */
  addInterface(options: PcapngInterfaceOptions = {}): number {
    const { linkType = 1, snaplen = 0, name, timeBase = 10, timeExponent = 9, timeOffsetSeconds = 0 } = options;
    checkInteger('linkType', linkType, 0, 0xffff);
    checkInteger('snaplen', snaplen, 0, 0xffff_ffff);
    checkInteger('timeExponent', timeExponent, 0, timeBase === 10 ? 15 : 23);
    checkInteger('timeOffsetSeconds', timeOffsetSeconds, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const text = name === undefined ? undefined : new TextEncoder().encode(name);
    if (text !== undefined) checkInteger('length of name', text.length, 0, 0xffff);
    const nameLength = text === undefined ? 0 : 4 + ((text.length + 3) & ~3);
    const total = 20 + nameLength + 8 + (timeOffsetSeconds === 0 ? 0 : 12) + 4;
    const chunk = this.#chunk;
    if (chunk.length + total > chunk.bytes.length) chunk.grow(total);
    const { view, bytes } = chunk;
    const littleEndian = this.#littleEndian;
    let at = chunk.length;
    bytes.fill(0, at, at + total);
    view.setUint32(at, BLOCK_INTERFACE, littleEndian);
    view.setUint32(at + 4, total, littleEndian);
    view.setUint16(at + 8, linkType, littleEndian);
    view.setUint32(at + 12, snaplen, littleEndian);
    at += 16;
    if (text !== undefined) {
      view.setUint16(at, OPTION_NAME, littleEndian);
      view.setUint16(at + 2, text.length, littleEndian);
      bytes.set(text, at + 4);
      at += nameLength;
    }
    view.setUint16(at, OPTION_TIME_RESOLUTION, littleEndian);
    view.setUint16(at + 2, 1, littleEndian);
    view.setUint8(at + 4, timeExponent | (timeBase === 2 ? 0x80 : 0));
    at += 8;
    if (timeOffsetSeconds !== 0) {
      view.setUint16(at, OPTION_TIME_OFFSET, littleEndian);
      view.setUint16(at + 2, 8, littleEndian);
      view.setBigInt64(at + 4, BigInt(timeOffsetSeconds), littleEndian);
      at += 12;
    }
    view.setUint32(at + 4, total, littleEndian); // behind opt_endofopt, 4 zero bytes
    chunk.length += total;
    this.#interfaces.push({ clock: new UnitClock(timeBase, timeExponent), timeOffsetSeconds, snaplen });
    return this.#interfaces.length - 1;
  }

  /**
   * Appends a packet.
   *
   * @param bytes Array that holds the captured bytes; copied.
   * @param offset Where they begin.
   * @param capturedLength How many they are, 0 to 262,144.
   * @param length Length on the wire, 0 to 2^32 - 1.
   * @param seconds Whole seconds since 1970; not before the offset of the interface, and few enough that the time stamp
   * fits into 64 bits.
   * @param nanoseconds 0 to 999,999,999; -1 = no time stamp.
   * @param interfaceIndex Interface, as `addInterface` returned it; 0 if not given.
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
    interfaceIndex = 0,
  ): number {
    // hot: once per packet, no allocation for short packets.
    if (!isRecord(bytes, offset, capturedLength, length, nanoseconds)) {
      refuseRecord(bytes, offset, capturedLength, length, nanoseconds);
    }
    const written = this.#interfaces[interfaceIndex];
    if (written === undefined) {
      throw new RangeError(
        `Cannot write packet: interfaceIndex must be one of the ${this.#interfaces.length} added: got ${String(interfaceIndex)}`,
      );
    }
    const clock = written.clock;
    if (nanoseconds < 0) {
      const { snaplen } = this.#interfaces[0]!;
      const due = snaplen > 0 && snaplen < length ? snaplen : length;
      if (interfaceIndex === 0 && capturedLength === due) return this.#addSimple(bytes, offset, capturedLength, length);
      clock.convert(0, 0);
    } else {
      clock.convert(seconds - written.timeOffsetSeconds, nanoseconds);
    }
    const chunk = this.#chunk;
    const littleEndian = this.#littleEndian;
    const at = chunk.length;
    const total = PACKET_OVERHEAD + ((capturedLength + 3) & ~3);
    if (at + total > chunk.bytes.length) chunk.grow(total);
    const view = chunk.view;
    view.setUint32(at + total - 8, 0); // padding; what is written after this comes over it
    view.setUint32(at, BLOCK_ENHANCED_PACKET, littleEndian);
    view.setUint32(at + 4, total, littleEndian);
    view.setUint32(at + 8, interfaceIndex, littleEndian);
    view.setUint32(at + 12, clock.high, littleEndian);
    view.setUint32(at + 16, clock.low, littleEndian);
    view.setUint32(at + 20, capturedLength, littleEndian);
    view.setUint32(at + 24, length, littleEndian);
    view.setUint32(at + total - 4, total, littleEndian);
    chunk.copy(at + 28, bytes, offset, capturedLength);
    chunk.length = at + total;
    return chunk.length;
  }

  #addSimple(bytes: Uint8Array, offset: number, capturedLength: number, length: number): number {
    const chunk = this.#chunk;
    const littleEndian = this.#littleEndian;
    const at = chunk.length;
    const total = SIMPLE_OVERHEAD + ((capturedLength + 3) & ~3);
    if (at + total > chunk.bytes.length) chunk.grow(total);
    const view = chunk.view;
    view.setUint32(at + total - 8, 0);
    view.setUint32(at, BLOCK_SIMPLE_PACKET, littleEndian);
    view.setUint32(at + 4, total, littleEndian);
    view.setUint32(at + 8, length, littleEndian);
    view.setUint32(at + total - 4, total, littleEndian);
    chunk.copy(at + 12, bytes, offset, capturedLength);
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

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(
      `Cannot add interface: ${name} must be an integer from ${least} to ${most}: got ${String(value)}`,
    );
  }
}
