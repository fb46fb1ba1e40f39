import type { Window } from './_window.ts';
import type { CaptureInterface } from './capture-interface.ts';

/** Block types (draft-ietf-opsawg-pcapng, section 10.1). */
export const BLOCK_SECTION_HEADER = 0x0a0d0d0a;
/** Interface Description Block. */
export const BLOCK_INTERFACE = 1;
/** Packet Block, obsolete. */
export const BLOCK_PACKET = 2;
/** Simple Packet Block. */
export const BLOCK_SIMPLE_PACKET = 3;
/** Enhanced Packet Block. */
export const BLOCK_ENHANCED_PACKET = 6;
/** Byte-order magic of a section header, in the order of its section. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Block type, two length fields. */
export const MIN_BLOCK_LENGTH = 12;

const OPTION_END = 0;
const OPTION_NAME = 2;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;
const MAX_NAME_LENGTH = 255;

/**
 * Checks a list of options, and tells about each.
 *
 * @param from First byte of the list.
 * @param to First byte behind the list.
 * @param visit Told code, first byte and length of each option; a returned text is the reason why it is wrong.
 * @returns Whether the list is sound; if not, `window.error` is set.
 */
export function readOptions(
  window: Window,
  blockAt: number,
  from: number,
  to: number,
  littleEndian: boolean,
  visit?: (code: number, at: number, length: number) => string | undefined,
): boolean {
  const view = window.view;
  let at = from;
  while (to - at >= 4) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    at += 4;
    if (code === OPTION_END) return true;
    if (length > to - at) {
      window.fail(
        'bad-option',
        blockAt,
        `option ${code} must have at most the ${to - at} bytes left of its block: got ${length}`,
      );
      return false;
    }
    const reason = visit?.(code, at, length);
    if (reason !== undefined) {
      window.fail('bad-option', blockAt, reason);
      return false;
    }
    at += (length + 3) & ~3;
  }
  return true;
}

/** Reads an Interface Description Block that the window holds whole; undefined (and `window.error`) if it is wrong. */
export function readInterface(
  window: Window,
  at: number,
  total: number,
  littleEndian: boolean,
  index: number,
  section: number,
): CaptureInterface | undefined {
  const { view, bytes } = window;
  let name: string | undefined;
  let resolution = 6;
  let timeOffsetSeconds = 0n;
  const sound = readOptions(window, at, at + 16, at + total - 4, littleEndian, (code, from, length) => {
    if (code === OPTION_NAME) {
      // slice copies: the decoder of some platforms refuses shared memory
      name = new TextDecoder().decode(bytes.slice(from, from + Math.min(length, MAX_NAME_LENGTH))).replace(/\0+$/, '');
    } else if (code === OPTION_TIME_RESOLUTION) {
      if (length !== 1) return `option if_tsresol must have 1 byte: got ${length}`;
      resolution = view.getUint8(from);
    } else if (code === OPTION_TIME_OFFSET) {
      if (length !== 8) return `option if_tsoffset must have 8 bytes: got ${length}`;
      timeOffsetSeconds = view.getBigInt64(from, littleEndian);
    }
    return undefined;
  });
  if (!sound) return undefined;
  return {
    index,
    section,
    linkType: view.getUint16(at + 8, littleEndian),
    snaplen: view.getUint32(at + 12, littleEndian),
    name,
    timeBase: resolution & 0x80 ? 2 : 10,
    timeExponent: resolution & 0x7f,
    timeOffsetSeconds,
  };
}
