import { BYTE_ORDER_MAGIC, readOptions } from './_pcapng-blocks.ts';
import { MAX_BLOCK_LENGTH, type Window } from './_window.ts';

/** What a section header says. */
export interface PcapngSection {
  readonly littleEndian: boolean;
  /** Bytes of the header. */
  readonly total: number;
}

/** Reads the section header at the position of the window; undefined if that needs more input, or failed. */
export function readSection(window: Window): PcapngSection | undefined {
  const at = window.position;
  const view = window.view;
  // At least 12 bytes are present: the byte-order magic is in them.
  const littleEndian = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
  if (!littleEndian && view.getUint32(at + 8) !== BYTE_ORDER_MAGIC) {
    const got = view
      .getUint32(at + 8)
      .toString(16)
      .padStart(8, '0');
    window.fail('bad-byte-order', at, `byte-order magic of a pcapng section must be 1a2b3c4d or 4d3c2b1a: got ${got}`);
    return undefined;
  }
  const total = view.getUint32(at + 4, littleEndian);
  if (total < 28 || (total & 3) !== 0) {
    const rule = 'length of a pcapng section header must be a multiple of 4 and at least 28';
    window.fail('bad-block-length', at, `${rule}: got ${total}`);
    return undefined;
  }
  if (!holdsWhole(window, total, littleEndian)) return undefined;
  const major = view.getUint16(at + 12, littleEndian);
  if (major !== 1) {
    const minor = view.getUint16(at + 14, littleEndian);
    window.fail('unsupported-version', at, `pcapng version must be 1.x: got ${major}.${minor}`);
    return undefined;
  }
  if (!readOptions(window, at, at + 24, at + total - 4, littleEndian)) return undefined;
  return { littleEndian, total };
}

/** Whether a block that has to be held whole is so, and its two lengths agree; if not, more input or `window.error`. */
export function holdsWhole(window: Window, total: number, littleEndian: boolean): boolean {
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

/** Says that the two lengths of a block differ. */
export function failMismatch(window: Window, offset: number, total: number, trailer: number): void {
  const rule = `length at the end of a pcapng block must be the ${total} of its beginning`;
  window.fail('block-length-mismatch', offset - window.base, `${rule}: got ${trailer}`);
}
