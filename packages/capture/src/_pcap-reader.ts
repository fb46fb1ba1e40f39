import type { FormatReader } from './_format-reader.ts';
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

  // hot: one turn per packet, no allocation.
  readInto(window: Window, batch: RecordBatch): number {
    const view = window.view;
    const end = window.end;
    const littleEndian = this.#littleEndian;
    const headerLength = this.#headerLength;
    const fractionsPerSecond = this.#fractionsPerSecond;
    const nanosecondsPerFraction = 1_000_000_000 / fractionsPerSecond;
    const lengths = this.#lengths;
    const { capacity, offset, capturedLength, length, seconds, nanoseconds } = batch;
    let position = window.position;
    let row = 0;
    while (row < capacity) {
      const data = position + headerLength;
      if (data > end) {
        if (window.ended && position < end) window.failTruncated(position, 'pcap record header', headerLength);
        break;
      }
      let captured = view.getUint32(position + 8, littleEndian);
      let wire = view.getUint32(position + 12, littleEndian);
      if (lengths !== LENGTHS_IN_ORDER && (lengths === LENGTHS_SWAPPED || captured > wire)) {
        const swap = captured;
        captured = wire;
        wire = swap;
      }
      if (captured > end - data) {
        if (captured > MAX_CAPTURED_LENGTH) {
          failTooLong(window, position, captured);
        } else if (window.ended) {
          window.failTruncated(position, 'pcap record', headerLength + captured);
        }
        break;
      }
      if (captured > MAX_CAPTURED_LENGTH) {
        failTooLong(window, position, captured);
        break;
      }
      let second = view.getUint32(position, littleEndian);
      let fraction = view.getUint32(position + 4, littleEndian);
      if (fraction >= fractionsPerSecond) {
        const carry = Math.floor(fraction / fractionsPerSecond);
        second += carry;
        fraction -= carry * fractionsPerSecond;
      }
      offset[row] = data;
      capturedLength[row] = captured;
      length[row] = wire;
      seconds[row] = second;
      nanoseconds[row] = fraction * nanosecondsPerFraction;
      position = data + captured;
      row++;
    }
    // one memset per batch instead of two stores per packet
    batch.linkType.fill(this.#linkType, 0, row);
    batch.interfaceIndex.fill(0, 0, row);
    window.position = position;
    return row;
  }
}

function failTooLong(window: Window, position: number, captured: number): void {
  window.fail(
    'record-too-long',
    position,
    `captured length of a packet must be at most ${MAX_CAPTURED_LENGTH}: got ${captured}`,
  );
}
