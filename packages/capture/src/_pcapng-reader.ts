import { Clock, MULTIPLY } from './_clock.ts';
import type { FormatReader } from './_format-reader.ts';
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE,
  BLOCK_PACKET,
  BLOCK_SECTION_HEADER,
  BLOCK_SIMPLE_PACKET,
  BYTE_ORDER_MAGIC,
  MIN_BLOCK_LENGTH,
  readInterface,
  readOptions,
} from './_pcapng-blocks.ts';
import { MAX_BLOCK_LENGTH, MAX_CAPTURED_LENGTH, type Window } from './_window.ts';
import type { CaptureInterface } from './capture-interface.ts';
import type { RecordBatch } from './record-batch.ts';

const MAX_INTERFACES = 65_536;
/** Bytes of an Enhanced Packet Block (and of the obsolete Packet Block) before the packet. */
const PACKET_HEADER_LENGTH = 28;
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

  // hot: one turn per block, no allocation for a packet.
  readInto(window: Window, batch: RecordBatch): number {
    const { view, end } = window;
    const { capacity, offset, capturedLength, length, linkType, interfaceIndex, seconds, nanoseconds } = batch;
    const { interfaces } = this;
    const clocks = this.#clocks;
    let littleEndian = this.#littleEndian;
    let position = window.position;
    let row = 0;
    while (row < capacity) {
      if (this.#skip >= 0) {
        window.position = position;
        if (!this.#passBlock(window)) return row;
        position = window.position;
      }

      // Block header.
      const present = end - position;
      if (present < MIN_BLOCK_LENGTH) {
        if (window.ended && present > 0) window.failTruncated(position, 'pcapng block header', MIN_BLOCK_LENGTH);
        break;
      }
      const type = view.getUint32(position, littleEndian);
      if (type === BLOCK_SECTION_HEADER) {
        window.position = position;
        if (!this.#openSection(window)) return row;
        position = window.position;
        littleEndian = this.#littleEndian;
        continue;
      }
      const total = view.getUint32(position + 4, littleEndian);
      const packet = type === BLOCK_ENHANCED_PACKET || type === BLOCK_PACKET;
      const simple = type === BLOCK_SIMPLE_PACKET;
      const least = packet ? 32 : simple ? 16 : type === BLOCK_INTERFACE ? 20 : MIN_BLOCK_LENGTH;
      if (total < least || (total & 3) !== 0) {
        const rule = `length of a pcapng block of type ${type} must be a multiple of 4 and at least ${least}`;
        window.fail('bad-block-length', position, `${rule}: got ${total}`);
        break;
      }
      if (!packet && !simple) {
        window.position = position;
        if (!this.#passOtherBlock(window, type, total)) return row;
        position = window.position;
        continue;
      }

      // A packet block is held whole, unless it is so long that only its packet can be.
      const whole = total <= MAX_BLOCK_LENGTH;
      const headerLength = packet ? PACKET_HEADER_LENGTH : SIMPLE_HEADER_LENGTH;
      if (present < (whole ? total : headerLength)) {
        if (window.ended) window.failTruncated(position, 'pcapng block', total);
        break;
      }
      if (whole && view.getUint32(position + total - 4, littleEndian) !== total) {
        failMismatch(window, window.base + position, total, view.getUint32(position + total - 4, littleEndian));
        break;
      }
      const id = simple
        ? 0
        : type === BLOCK_ENHANCED_PACKET
          ? view.getUint32(position + 8, littleEndian)
          : view.getUint16(position + 8, littleEndian);
      const index = this.#firstInterface + id;
      if (index >= interfaces.length) {
        const count = interfaces.length - this.#firstInterface;
        window.fail(
          'unknown-interface',
          position,
          `packet must be of one of the ${count} interfaces of its section: got ${id}`,
        );
        break;
      }
      const described = interfaces[index]!;
      const wire = view.getUint32(position + (packet ? 24 : 8), littleEndian);
      let captured = wire;
      if (packet) captured = view.getUint32(position + 20, littleEndian);
      else if (described.snaplen > 0 && described.snaplen < wire) captured = described.snaplen;
      if (captured > MAX_CAPTURED_LENGTH) {
        const rule = `captured length of a packet must be at most ${MAX_CAPTURED_LENGTH}`;
        window.fail('record-too-long', position, `${rule}: got ${captured}`);
        break;
      }
      if (captured > total - headerLength - 4) {
        const rule = `captured length of a packet must be at most the ${total - headerLength - 4} bytes of its block`;
        window.fail('bad-captured-length', position, `${rule}: got ${captured}`);
        break;
      }
      if (!whole && present < headerLength + captured) {
        if (window.ended) window.failTruncated(position, 'pcapng block', total);
        break;
      }

      // Row.
      const data = position + headerLength;
      offset[row] = data;
      capturedLength[row] = captured;
      length[row] = wire;
      linkType[row] = described.linkType;
      interfaceIndex[row] = index;
      if (packet) {
        const clock = clocks[index]!;
        const high = view.getUint32(position + 12, littleEndian);
        const low = view.getUint32(position + 16, littleEndian);
        if (clock.mode === MULTIPLY && clock.high === high) {
          // inlined common case of clock.convert()
          const units = clock.units + low;
          const carried = Math.floor(units / clock.unitsPerSecond);
          seconds[row] = clock.seconds + carried;
          nanoseconds[row] = (units - carried * clock.unitsPerSecond) * clock.factor;
        } else {
          seconds[row] = clock.convert(high, low);
          nanoseconds[row] = clock.nanoseconds;
        }
      } else {
        seconds[row] = 0;
        nanoseconds[row] = -1;
      }
      row++;
      if (whole) {
        position += total;
      } else {
        this.#skipFrom(window, position, headerLength + captured, total);
        position = window.position;
      }
    }
    window.position = position;
    return row;
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
    if (!this.#holdsWhole(window, total, this.#littleEndian)) return false;
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
    const at = window.position;
    const view = window.view;
    // At least 12 bytes are present: the byte-order magic is in them.
    const littleEndian = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    if (!littleEndian && view.getUint32(at + 8) !== BYTE_ORDER_MAGIC) {
      const got = view
        .getUint32(at + 8)
        .toString(16)
        .padStart(8, '0');
      window.fail(
        'bad-byte-order',
        at,
        `byte-order magic of a pcapng section must be 1a2b3c4d or 4d3c2b1a: got ${got}`,
      );
      return false;
    }
    const total = view.getUint32(at + 4, littleEndian);
    if (total < 28 || (total & 3) !== 0) {
      const rule = 'length of a pcapng section header must be a multiple of 4 and at least 28';
      window.fail('bad-block-length', at, `${rule}: got ${total}`);
      return false;
    }
    if (!this.#holdsWhole(window, total, littleEndian)) return false;
    const major = view.getUint16(at + 12, littleEndian);
    if (major !== 1) {
      const minor = view.getUint16(at + 14, littleEndian);
      window.fail('unsupported-version', at, `pcapng version must be 1.x: got ${major}.${minor}`);
      return false;
    }
    if (!readOptions(window, at, at + 24, at + total - 4, littleEndian)) return false;
    this.#littleEndian = littleEndian;
    this.#section++;
    this.#firstInterface = this.interfaces.length;
    window.position = at + total;
    return true;
  }

  /** Whether a block that has to be held whole is so, and its two lengths agree; if not, more input or `window.error`. */
  #holdsWhole(window: Window, total: number, littleEndian: boolean): boolean {
    const at = window.position;
    if (total > MAX_BLOCK_LENGTH) {
      const rule = `section header or interface description must have at most ${MAX_BLOCK_LENGTH} bytes`;
      window.fail('block-too-long', at, `${rule}: got ${total}`);
      return false;
    }
    if (window.end - at < total) {
      if (window.ended) window.failTruncated(at, 'pcapng block', total);
      return false;
    }
    const trailer = window.view.getUint32(at + total - 4, littleEndian);
    if (trailer !== total) {
      failMismatch(window, window.base + at, total, trailer);
      return false;
    }
    return true;
  }
}

function failMismatch(window: Window, offset: number, total: number, trailer: number): void {
  const rule = `length at the end of a pcapng block must be the ${total} of its beginning`;
  window.fail('block-length-mismatch', offset - window.base, `${rule}: got ${trailer}`);
}
