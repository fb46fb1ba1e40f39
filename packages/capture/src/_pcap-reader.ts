import type { FormatReader } from './_format-reader.ts';
import { changesOwner } from './_owner.ts';
import { MAX_CAPTURED_LENGTH, type Window } from './_window.ts';
import type { CaptureInterface } from './capture-interface.ts';
import type { RecordBatch } from './record-batch.ts';

/** Magic of a file with microseconds, as a big-endian file begins. */
export const PCAP_MAGIC_US = 0xa1b2c3d4;
/** Magic of a file with nanoseconds. */
export const PCAP_MAGIC_NS = 0xa1b23c4d;
/** Magic of Kuznetzov's "modified" variant: microseconds, record headers of 24 bytes. */
export const PCAP_MAGIC_MODIFIED = 0xa1b2cd34;
/** Bytes of the file header. */
export const PCAP_HEADER_LENGTH = 24;

// Versions before 2.4: some writers put the two lengths the other way round (libpcap, sf-pcap.c).
const LENGTHS_IN_ORDER = 0;
const LENGTHS_SWAPPED_IF_IMPOSSIBLE = 1;
const LENGTHS_SWAPPED = 2;

/** Reads the records of a pcap file. */
export class PcapReader implements FormatReader {
  readonly format = 'pcap';
  readonly interfaces: CaptureInterface[];
  readonly #littleEndian: boolean;
  readonly #headerLength: number;
  readonly #fractionsPerSecond: number;
  readonly #nanosecondsPerFraction: number;
  readonly #lengths: number;
  readonly #linkType: number;

  /** Reads the file header, which the window holds; undefined (and `window.error`) if it is not acceptable. */
  static open(window: Window, magic: number, littleEndian: boolean): PcapReader | undefined {
    const at = window.position;
    const major = window.view.getUint16(at + 4, littleEndian);
    const minor = window.view.getUint16(at + 6, littleEndian);
    // 543.0 is the signature of an old DG/UX tcpdump; libpcap and Wireshark read it.
    if (major !== 2 && !(major === 543 && minor === 0)) {
      window.fail('unsupported-version', at, `pcap version must be 2.x: got ${major}.${minor}`);
      return undefined;
    }
    const reader = new PcapReader(window.view, at, magic, littleEndian, major, minor);
    window.position = at + PCAP_HEADER_LENGTH;
    return reader;
  }

  private constructor(view: DataView, at: number, magic: number, littleEndian: boolean, major: number, minor: number) {
    this.#littleEndian = littleEndian;
    this.#headerLength = magic === PCAP_MAGIC_MODIFIED ? 24 : 16;
    this.#fractionsPerSecond = magic === PCAP_MAGIC_NS ? 1_000_000_000 : 1_000_000;
    this.#nanosecondsPerFraction = magic === PCAP_MAGIC_NS ? 1 : 1_000;
    this.#lengths =
      major === 543 || minor === 3 ? LENGTHS_SWAPPED_IF_IMPOSSIBLE : minor < 3 ? LENGTHS_SWAPPED : LENGTHS_IN_ORDER;
    // The upper half of the field holds FCS information and reserved bits.
    this.#linkType = view.getUint32(at + 20, littleEndian) & 0xffff;
    this.interfaces = [
      {
        index: 0,
        section: 0,
        linkType: this.#linkType,
        snaplen: view.getUint32(at + 16, littleEndian),
        name: undefined,
        timeBase: 10,
        timeExponent: magic === PCAP_MAGIC_NS ? 9 : 6,
        timeOffsetSeconds: 0n,
      },
    ];
  }

  readInto(window: Window, batch: RecordBatch): number {
    if (changesOwner(batch, this)) {
      batch.linkType.fill(this.#linkType);
      batch.interfaceIndex.fill(0);
    }
    let row = 0;
    while (row < batch.capacity) {
      if (this.#lengths === LENGTHS_IN_ORDER) {
        row = this.#readCommon(window, batch, row);
        if (row === batch.capacity) break;
      }
      if (!this.#readOne(window, batch, row)) break;
      row++;
    }
    return row;
  }

  /** Reads common records, whole, sound and with a fraction below a second, until one is not; returns the next row. */
  #readCommon(window: Window, batch: RecordBatch, from: number): number {
    // hot: one turn per packet, no allocation. No call in it, not even a rare one: that cost 3 ns in spilled registers.
    const view = window.view;
    const littleEndian = this.#littleEndian;
    const headerLength = this.#headerLength;
    const fractionsPerSecond = this.#fractionsPerSecond;
    const nanosecondsPerFraction = this.#nanosecondsPerFraction;
    const end = window.end | 0; // | 0: keeps positions in 32-bit registers
    const lastHeader = end - headerLength;
    const { capacity, offset, capturedLength, length, seconds, nanoseconds } = batch;
    let position = window.position | 0;
    let row = from;
    while (row < capacity && position <= lastHeader) {
      // signed reads: unsigned ones that are compared or added go through doubles
      const captured = view.getInt32(position + 8, littleEndian);
      const fraction = view.getInt32(position + 4, littleEndian);
      const data = position + headerLength;
      const next = data + captured;
      if (captured >>> 0 > MAX_CAPTURED_LENGTH || next > end || fraction >>> 0 >= fractionsPerSecond) break;
      seconds[row] = view.getUint32(position, littleEndian);
      nanoseconds[row] = Math.imul(fraction, nanosecondsPerFraction);
      offset[row] = data;
      capturedLength[row] = captured;
      length[row] = view.getInt32(position + 12, littleEndian); // unsigned again in its column
      position = next;
      row++;
    }
    window.position = position;
    return row;
  }

  /** Reads any record into a row; false if there is none, or `window.error`. */
  #readOne(window: Window, batch: RecordBatch, row: number): boolean {
    const { view, end, position } = window;
    const littleEndian = this.#littleEndian;
    const data = position + this.#headerLength;
    if (data > end) {
      if (window.ended && position < end) window.failTruncated(position, 'pcap record header', this.#headerLength);
      return false;
    }
    let captured = view.getUint32(position + 8, littleEndian);
    let wire = view.getUint32(position + 12, littleEndian);
    if (this.#lengths === LENGTHS_SWAPPED || (this.#lengths === LENGTHS_SWAPPED_IF_IMPOSSIBLE && captured > wire)) {
      [captured, wire] = [wire, captured];
    }
    if (captured > MAX_CAPTURED_LENGTH) {
      const rule = `captured length of a packet must be at most ${MAX_CAPTURED_LENGTH}`;
      window.fail('record-too-long', position, `${rule}: got ${captured}`);
      return false;
    }
    if (data + captured > end) {
      if (window.ended) window.failTruncated(position, 'pcap record', this.#headerLength + captured);
      return false;
    }
    const fraction = view.getUint32(position + 4, littleEndian);
    const carry = Math.floor(fraction / this.#fractionsPerSecond);
    batch.offset[row] = data;
    batch.capturedLength[row] = captured;
    batch.length[row] = wire;
    batch.seconds[row] = view.getUint32(position, littleEndian) + carry;
    batch.nanoseconds[row] = (fraction - carry * this.#fractionsPerSecond) * this.#nanosecondsPerFraction;
    window.position = data + captured;
    return true;
  }
}
