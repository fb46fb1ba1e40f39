import type { FormatReader } from './_format-reader.ts';
import { changesOwner } from './_owner.ts';
import { MAX_CAPTURED_LENGTH, type Window } from './_window.ts';
import type { CaptureInterface } from './capture-interface.ts';
import type { RecordBatch } from './record-batch.ts';

/** First four bytes, "snoo". */
export const SNOOP_MAGIC = 0x736e6f6f;
/** Second four bytes, "p" and three zeros. */
export const SNOOP_MAGIC_REST = 0x70000000;
/** Bytes of the file header. */
export const SNOOP_HEADER_LENGTH = 16;

const RECORD_HEADER_LENGTH = 24;

/**
 * LINKTYPE numbers of snoop's datalink types.
 *
 * Types: RFC 1761 section 4 (0 to 9) and the IANA registry "Snoop Datalink Types"; LINKTYPEs: tcpdump.org.
 */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [0, 1], // IEEE 802.3 -> ETHERNET
  [2, 6], // IEEE 802.5 token ring -> IEEE802_5
  [4, 1], // Ethernet -> ETHERNET
  [8, 10], // FDDI -> FDDI
  [16, 122], // Fibre Channel -> IP_OVER_FC
  [18, 123], // ATM Classical IP -> SUNATM
  [25, 1], // 100BaseT -> ETHERNET
  [0x8000_0005, 226], // ipnet -> IPNET
]);

/** Reads the records of a snoop version 2 file (RFC 1761). */
export class SnoopReader implements FormatReader {
  readonly format = 'snoop';
  readonly interfaces: CaptureInterface[];
  readonly #linkType: number;
  /** Bytes of padding behind the last row that are still to be passed. */
  #padding = 0;

  /** Reads the file header, which the window holds; undefined (and `window.error`) if it is not acceptable. */
  static open(window: Window): SnoopReader | undefined {
    const version = window.view.getUint32(window.position + 8);
    if (version !== 2) {
      window.fail('unsupported-version', window.position, `snoop version must be 2: got ${version}`);
      return undefined;
    }
    const datalink = window.view.getUint32(window.position + 12);
    const linkType = LINK_TYPES.get(datalink);
    if (linkType === undefined) {
      const known = [...LINK_TYPES.keys()].join(', ');
      window.fail(
        'unsupported-link-type',
        window.position,
        `snoop datalink type must be one of ${known}: got ${datalink}`,
      );
      return undefined;
    }
    window.position += SNOOP_HEADER_LENGTH;
    return new SnoopReader(linkType);
  }

  private constructor(linkType: number) {
    this.#linkType = linkType;
    this.interfaces = [
      {
        index: 0,
        section: 0,
        linkType,
        snaplen: 0,
        name: undefined,
        timeBase: 10,
        timeExponent: 6,
        timeOffsetSeconds: 0n,
      },
    ];
  }

  // hot: one turn per packet, no allocation.
  readInto(window: Window, batch: RecordBatch): number {
    const { view, end } = window;
    const { capacity } = batch;
    if (changesOwner(batch, this)) {
      batch.linkType.fill(this.#linkType);
      batch.interfaceIndex.fill(0);
    }
    let row = 0;
    while (row < capacity) {
      // Padding first: it may be longer than the window.
      if (this.#padding > 0) {
        const passed = Math.min(this.#padding, end - window.position);
        window.position += passed;
        this.#padding -= passed;
        if (this.#padding > 0) {
          if (window.ended) {
            const missing = this.#padding;
            window.fail('truncated-record', end, `snoop record must be complete: got ${missing} bytes too few`);
          }
          break;
        }
      }
      const position = window.position;
      const data = position + RECORD_HEADER_LENGTH;
      if (data > end) {
        if (window.ended && position < end) window.failTruncated(position, 'snoop record header', RECORD_HEADER_LENGTH);
        break;
      }
      const captured = view.getUint32(position + 4);
      const recordLength = view.getUint32(position + 8);
      if (captured > MAX_CAPTURED_LENGTH) {
        const rule = `captured length of a packet must be at most ${MAX_CAPTURED_LENGTH}`;
        window.fail('record-too-long', position, `${rule}: got ${captured}`);
        break;
      }
      if (recordLength < RECORD_HEADER_LENGTH + captured) {
        const rule = `snoop record length must be at least ${RECORD_HEADER_LENGTH + captured}`;
        window.fail('bad-record-length', position, `${rule}: got ${recordLength}`);
        break;
      }
      if (captured > end - data) {
        if (window.ended) window.failTruncated(position, 'snoop record', recordLength);
        break;
      }
      const fraction = view.getUint32(position + 20);
      const carry = fraction < 1_000_000 ? 0 : Math.floor(fraction / 1_000_000);
      batch.offset[row] = data;
      batch.capturedLength[row] = captured;
      batch.length[row] = view.getUint32(position);
      batch.seconds[row] = view.getUint32(position + 16) + carry;
      batch.nanoseconds[row] = (fraction - carry * 1_000_000) * 1_000;
      window.position = data + captured;
      this.#padding = recordLength - RECORD_HEADER_LENGTH - captured;
      row++;
    }
    return row;
  }
}
