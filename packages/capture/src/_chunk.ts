const EMPTY = new Uint8Array(0);
const EMPTY_VIEW = new DataView(EMPTY.buffer);
/** Packets up to this length are copied word by word: a call of `set` and its `subarray` cost more. */
const MAX_WORD_COPY = 192;

/** The reused buffer of a writer: grows to what is not taken, keeps its size from then on. */
export class Chunk {
  bytes: Uint8Array;
  view: DataView;
  length = 0;
  #source: Uint8Array = EMPTY;
  #sourceView: DataView = EMPTY_VIEW;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `more` bytes behind `length`. */
  grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** Copies `length` bytes from `source` to `at`; room has been made. */
  copy(at: number, source: Uint8Array, offset: number, length: number): void {
    // hot: no allocation for the packets of one batch, whose bytes are the same array.
    if (length > MAX_WORD_COPY) {
      this.bytes.set(source.subarray(offset, offset + length), at);
      return;
    }
    if (source !== this.#source) {
      this.#source = source;
      this.#sourceView = new DataView(source.buffer, source.byteOffset, source.byteLength);
    }
    const from = this.#sourceView;
    const to = this.view;
    const words = length & ~3;
    let i = 0;
    for (; i < words; i += 4) to.setInt32(at + i, from.getInt32(offset + i));
    for (; i < length; i++) to.setUint8(at + i, from.getUint8(offset + i));
  }

  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    // what was taken must not pin the packets behind it
    this.#source = EMPTY;
    this.#sourceView = EMPTY_VIEW;
    return taken;
  }
}

/** Throws unless the fields can stand in a record. */
export function checkRecord(
  bytes: Uint8Array,
  offset: number,
  capturedLength: number,
  length: number,
  nanoseconds: number,
): void {
  if (!(capturedLength >= 0 && capturedLength <= 262_144 && (capturedLength | 0) === capturedLength)) {
    throw new RangeError(
      `Cannot write packet: capturedLength must be an integer from 0 to 262144: got ${String(capturedLength)}`,
    );
  }
  if (!(offset >= 0 && offset + capturedLength <= bytes.length)) {
    throw new RangeError(
      `Cannot write packet: its ${capturedLength} bytes must lie in the ${bytes.length} given: got offset ${String(offset)}`,
    );
  }
  if (!(length >= 0 && length <= 0xffff_ffff)) {
    throw new RangeError(`Cannot write packet: length must be from 0 to 4294967295: got ${String(length)}`);
  }
  if (!(nanoseconds >= -1 && nanoseconds <= 999_999_999)) {
    throw new RangeError(`Cannot write packet: nanoseconds must be from -1 to 999999999: got ${String(nanoseconds)}`);
  }
}
