import { CaptureError, type CaptureErrorCode } from './capture-error.ts';

/** Most captured bytes of one packet (the limit of libpcap and Wireshark for all but two exotic link types). */
export const MAX_CAPTURED_LENGTH = 262_144;
/** Longest pcapng block that is held whole; longer ones are skipped without being held. */
export const MAX_BLOCK_LENGTH = 1_048_576;
/** Bytes of a window that is filled by copying: always room for the largest block and more behind it. */
export const WINDOW_LENGTH: number = MAX_BLOCK_LENGTH + MAX_CAPTURED_LENGTH;
/** A tail shorter than this is made longer by moving what is unread to the front. */
const MIN_FREE = 65_536;
/** So much is moved to the front at once: what is read there next is still in the cache. */
const MOVED_AT_ONCE = 4096;
/** Longest stretch of bytes in memory that is looked at through one view (offsets are signed 32-bit). */
const MAX_VIEW_LENGTH = 2 ** 30;

const NONE = new Uint8Array(0);

/**
 * The bytes that a format reader sees: from `position` to `end`, of an input of which `base` bytes lie before `bytes[0]`.
 *
 * Either it owns its bytes and is filled by `free` and `commit`, or it slides over bytes that someone else owns.
 */
export class Window {
  bytes: Uint8Array = NONE;
  view: DataView = new DataView(NONE.buffer);
  position = 0;
  end = 0;
  base = 0;
  /** No byte will come behind `end`. */
  ended = false;
  /** Set by the first corruption that is met. */
  error: CaptureError | undefined = undefined;
  readonly #source: Uint8Array | undefined;
  readonly #viewLength: number;

  constructor(source?: Uint8Array, viewLength: number = MAX_VIEW_LENGTH) {
    this.#source = source;
    this.#viewLength = viewLength;
    if (source) this.#look(0);
  }

  /** Whether the window slides over bytes that someone else owns. */
  get inPlace(): boolean {
    return this.#source !== undefined;
  }

  #look(from: number): void {
    const source = this.#source!;
    const length = Math.min(source.length - from, this.#viewLength);
    this.bytes = length === source.length ? source : source.subarray(from, from + length);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, length);
    this.base = from;
    this.position = 0;
    this.end = length;
    this.ended = from + length === source.length;
  }

  /** Moves on over the bytes in memory; false if there is nothing more to see. */
  slide(): boolean {
    if (this.#source === undefined || this.ended) return false;
    this.#look(this.base + this.position);
    return true;
  }

  /** Free tail of the bytes, after moving what is unread to the front if that is little, or the tail is short. */
  free(wanted: number): Uint8Array {
    if (this.bytes.length === 0) {
      this.bytes = new Uint8Array(WINDOW_LENGTH);
      this.view = new DataView(this.bytes.buffer);
    }
    const unread = this.end - this.position;
    if (unread < MOVED_AT_ONCE || this.bytes.length - this.end < Math.min(wanted, MIN_FREE)) {
      this.bytes.copyWithin(0, this.position, this.end);
      this.base += this.position;
      this.end -= this.position;
      this.position = 0;
    }
    return this.bytes.subarray(this.end);
  }

  /** Records a corruption of what starts at `position`. */
  fail(code: CaptureErrorCode, position: number, what: string): void {
    const offset = this.base + position;
    this.error ??= new CaptureError(code, offset, `Cannot read capture: ${what} (byte offset ${offset})`);
  }

  /** Records that the input ends inside the record or block at `position`. */
  failTruncated(position: number, thing: string, needed: number): void {
    const present = this.end - position;
    this.fail('truncated-record', position, `${thing} must be complete, ${needed} bytes: got ${present} bytes`);
  }
}
