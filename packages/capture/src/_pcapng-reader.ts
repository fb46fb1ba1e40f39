import { Clock, MULTIPLY } from './_clock.ts';
import type { FormatReader } from './_format-reader.ts';
import { changesOwner } from './_owner.ts';
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE,
  BLOCK_PACKET,
  BLOCK_SECTION_HEADER,
  BLOCK_SIMPLE_PACKET,
  MIN_BLOCK_LENGTH,
  readInterface,
} from './_pcapng-blocks.ts';
import { failMismatch, holdsWhole, readSection } from './_pcapng-section.ts';
import { MAX_BLOCK_LENGTH, MAX_CAPTURED_LENGTH, type Window } from './_window.ts';
import type { CaptureInterface } from './capture-interface.ts';
import type { RecordBatch } from './record-batch.ts';

const MAX_INTERFACES = 65_536;
/** Bytes of an Enhanced Packet Block (and of the obsolete Packet Block) before the packet. */
const PACKET_HEADER_LENGTH = 28;
/** Results of reading a block: more input is needed or the input is corrupt; it was no packet; it was one. */
const STOP = 0;
const NO_ROW = 1;
const ROW = 2;
/** Bytes of a Simple Packet Block before the packet. */
const SIMPLE_HEADER_LENGTH = 12;

/** Reads the packets of a pcapng file: any number of sections, of either byte order. */
export class PcapngReader implements FormatReader {
  readonly format = 'pcapng';
  readonly interfaces: CaptureInterface[] = [];
  #littleEndian = true;
  #section = -1;
  /** Index in `interfaces` of interface 0 of the section. */
  #firstInterface = 0;
  readonly #clocks: Clock[] = [];
  /** Bytes to pass before the trailer of a block that is not held whole; -1 if there is none. */
  #skip = -1;
  #skippedTotal = 0;
  #skippedOffset = 0;

  readInto(window: Window, batch: RecordBatch): number {
    changesOwner(batch, this);
    let row = 0;
    while (row < batch.capacity) {
      row = this.#readCommon(window, batch, row);
      if (row === batch.capacity) break;
      const step = this.#readBlock(window, batch, row);
      if (step === STOP) break;
      if (step === ROW) row++;
    }
    return row;
  }

  /**
   * Reads common packets until a block is not one, and returns the next row. Common is an Enhanced Packet Block, whole
   * and sound, of an interface with a clock that multiplies, with the high word of the time stamp that it had before.
   */
  #readCommon(window: Window, batch: RecordBatch, from: number): number {
    // hot: one turn per packet, no allocation, no call (a rare one cost 3 ns in spilled registers).
    if (this.#skip >= 0) return from;
    const view = window.view;
    const littleEndian = this.#littleEndian;
    const clocks = this.#clocks;
    const firstInterface = this.#firstInterface;
    const interfaceCount = clocks.length - firstInterface;
    const end = window.end | 0; // | 0: keeps positions in 32-bit registers
    const lastBlock = end - 32;
    const { capacity, offset, capturedLength, length, linkType, interfaceIndex, seconds, nanoseconds } = batch;
    // Of the interface of the packet before: its clock.
    let currentId = -1;
    let currentHigh = 0;
    let currentLinkType = 0;
    let baseUnits = 0;
    let baseSeconds = 0;
    let unitsPerSecond = 1;
    let factor = 1;
    let position = window.position | 0;
    let row = from;
    while (row < capacity && position <= lastBlock) {
      const total = view.getInt32(position + 4, littleEndian);
      const captured = view.getInt32(position + 20, littleEndian);
      const next = position + total;
      if (view.getInt32(position, littleEndian) !== BLOCK_ENHANCED_PACKET) break;
      if (total >>> 0 > MAX_BLOCK_LENGTH || (total & 3) !== 0 || next > end) break;
      if (captured >>> 0 > MAX_CAPTURED_LENGTH || captured > total - 32) break;
      if (view.getInt32(next - 4, littleEndian) !== total) break;
      const id = view.getInt32(position + 8, littleEndian);
      const high = view.getInt32(position + 12, littleEndian);
      if (id >>> 0 >= interfaceCount) break;
      if (id !== currentId || high !== currentHigh) {
        const clock = clocks[firstInterface + id]!;
        if (clock.mode !== MULTIPLY || clock.high !== high >>> 0) break;
        currentId = id;
        currentHigh = high;
        currentLinkType = clock.linkType;
        baseUnits = clock.units;
        baseSeconds = clock.seconds;
        unitsPerSecond = clock.unitsPerSecond;
        factor = clock.factor;
      }
      const units = baseUnits + view.getUint32(position + 16, littleEndian);
      const carry = Math.floor(units / unitsPerSecond);
      seconds[row] = baseSeconds + carry;
      nanoseconds[row] = (units - carry * unitsPerSecond) * factor; // the column rounds down
      offset[row] = position + PACKET_HEADER_LENGTH;
      capturedLength[row] = captured;
      length[row] = view.getInt32(position + 24, littleEndian); // unsigned again in its column
      linkType[row] = currentLinkType;
      interfaceIndex[row] = firstInterface + id;
      position = next;
      row++;
    }
    window.position = position;
    return row;
  }

  /** Reads any block: a packet into the row, or what is not one. */
  #readBlock(window: Window, batch: RecordBatch, row: number): number {
    if (this.#skip >= 0 && !this.#passBlock(window)) return STOP;
    const { view, end, position } = window;
    const littleEndian = this.#littleEndian;

    // Block header.
    const present = end - position;
    if (present < MIN_BLOCK_LENGTH) {
      if (window.ended && present > 0) window.failTruncated(position, 'pcapng block header', MIN_BLOCK_LENGTH);
      return STOP;
    }
    const type = view.getUint32(position, littleEndian);
    if (type === BLOCK_SECTION_HEADER) return this.#openSection(window) ? NO_ROW : STOP;
    const total = view.getUint32(position + 4, littleEndian);
    const simple = type === BLOCK_SIMPLE_PACKET;
    const packet = type === BLOCK_ENHANCED_PACKET || type === BLOCK_PACKET;
    const least = packet ? 32 : simple ? 16 : type === BLOCK_INTERFACE ? 20 : MIN_BLOCK_LENGTH;
    if (total < least || (total & 3) !== 0) {
      const rule = `length of a pcapng block of type ${type} must be a multiple of 4 and at least ${least}`;
      window.fail('bad-block-length', position, `${rule}: got ${total}`);
      return STOP;
    }
    if (!packet && !simple) return this.#passOtherBlock(window, type, total) ? NO_ROW : STOP;

    // A packet block is held whole, unless it is so long that only its packet can be.
    const whole = total <= MAX_BLOCK_LENGTH;
    const headerLength = packet ? PACKET_HEADER_LENGTH : SIMPLE_HEADER_LENGTH;
    if (whole ? !holdsWhole(window, total, littleEndian) : present < headerLength) {
      if (!whole && window.ended) window.failTruncated(position, 'pcapng block', total);
      return STOP;
    }
    const id = simple
      ? 0
      : type === BLOCK_ENHANCED_PACKET
        ? view.getUint32(position + 8, littleEndian)
        : view.getUint16(position + 8, littleEndian);
    const count = this.interfaces.length - this.#firstInterface;
    if (id >= count) {
      const rule = `packet must be of one of the ${count} interfaces described before it in its section`;
      window.fail('unknown-interface', position, `${rule}: got ${id}`);
      return STOP;
    }
    const index = this.#firstInterface + id;
    const described = this.interfaces[index]!;
    const wire = view.getUint32(position + (packet ? 24 : 8), littleEndian);
    let captured = wire;
    if (packet) captured = view.getUint32(position + 20, littleEndian);
    else if (described.snaplen > 0 && described.snaplen < wire) captured = described.snaplen;
    if (captured > MAX_CAPTURED_LENGTH) {
      const rule = `captured length of a packet must be at most ${MAX_CAPTURED_LENGTH}`;
      window.fail('record-too-long', position, `${rule}: got ${captured}`);
      return STOP;
    }
    if (captured > total - headerLength - 4) {
      const rule = `captured length of a packet must be at most the ${total - headerLength - 4} bytes of its block`;
      window.fail('bad-captured-length', position, `${rule}: got ${captured}`);
      return STOP;
    }
    if (!whole && present < headerLength + captured) {
      if (window.ended) window.failTruncated(position, 'pcapng block', total);
      return STOP;
    }

    // Row.
    batch.offset[row] = position + headerLength;
    batch.capturedLength[row] = captured;
    batch.length[row] = wire;
    batch.linkType[row] = described.linkType;
    batch.interfaceIndex[row] = index;
    if (packet) {
      const clock = this.#clocks[index]!;
      batch.seconds[row] = clock.convert(
        view.getUint32(position + 12, littleEndian),
        view.getUint32(position + 16, littleEndian),
      );
      batch.nanoseconds[row] = clock.nanoseconds;
    } else {
      batch.seconds[row] = 0;
      batch.nanoseconds[row] = -1;
    }
    if (whole) window.position = position + total;
    else this.#skipFrom(window, position, headerLength + captured, total);
    return ROW;
  }

  /** Begins to pass what is behind the first `held` bytes of a block. */
  #skipFrom(window: Window, position: number, held: number, total: number): void {
    this.#skip = total - held - 4;
    this.#skippedTotal = total;
    this.#skippedOffset = window.base + position;
    window.position = position + held;
  }

  /** Passes the rest of a block and checks its trailer; false if that needs more input, or failed. */
  #passBlock(window: Window): boolean {
    const passed = Math.min(this.#skip, window.end - window.position);
    this.#skip -= passed;
    window.position += passed;
    const present = window.end - window.position;
    if (this.#skip > 0 || present < 4) {
      if (window.ended) {
        const got = window.base + window.end - this.#skippedOffset;
        const rule = `pcapng block must be complete, ${this.#skippedTotal} bytes`;
        window.fail('truncated-record', this.#skippedOffset - window.base, `${rule}: got ${got} bytes`);
      }
      return false;
    }
    const trailer = window.view.getUint32(window.position, this.#littleEndian);
    if (trailer !== this.#skippedTotal) {
      failMismatch(window, this.#skippedOffset, this.#skippedTotal, trailer);
      return false;
    }
    window.position += 4;
    this.#skip = -1;
    return true;
  }

  /** Reads an interface description, or begins to skip a block of another type; false if that needs more, or failed. */
  #passOtherBlock(window: Window, type: number, total: number): boolean {
    const at = window.position;
    if (type !== BLOCK_INTERFACE) {
      this.#skipFrom(window, at, 8, total);
      return true;
    }
    if (!holdsWhole(window, total, this.#littleEndian)) return false;
    const index = this.interfaces.length;
    if (index >= MAX_INTERFACES) {
      window.fail('too-many-interfaces', at, `capture must have at most ${MAX_INTERFACES} interfaces: got one more`);
      return false;
    }
    const described = readInterface(window, at, total, this.#littleEndian, index, this.#section);
    if (described === undefined) return false;
    this.interfaces.push(described);
    this.#clocks.push(new Clock(described));
    window.position = at + total;
    return true;
  }

  #openSection(window: Window): boolean {
    const section = readSection(window);
    if (section === undefined) return false;
    this.#littleEndian = section.littleEndian;
    this.#section++;
    this.#firstInterface = this.interfaces.length;
    window.position += section.total;
    return true;
  }
}
