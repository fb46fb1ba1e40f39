import type { FormatReader } from './_format-reader.ts';
import { sniffCompression } from './_magic.ts';
import { PCAP_HEADER_LENGTH, PCAP_MAGIC_MODIFIED, PCAP_MAGIC_NS, PCAP_MAGIC_US, PcapReader } from './_pcap-reader.ts';
import { BLOCK_SECTION_HEADER } from './_pcapng-blocks.ts';
import { PcapngReader } from './_pcapng-reader.ts';
import { SNOOP_HEADER_LENGTH, SNOOP_MAGIC, SNOOP_MAGIC_REST, SnoopReader } from './_snoop-reader.ts';
import { Window } from './_window.ts';
import type { CaptureError } from './capture-error.ts';
import type { CaptureFormat, CaptureInterface } from './capture-interface.ts';
import type { RecordBatch } from './record-batch.ts';

/** What `format` and `interfaces` are before the file header was read. */
const NO_INTERFACES: readonly CaptureInterface[] = [];
/** First bytes of an unknown input that its error shows. */
const SHOWN_LENGTH = 8;

/**
 * Decodes a capture, bytes in, rows out, without doing any input itself.
 *
 * Give it bytes with {@link CaptureDecoder.push}, or read them straight into {@link CaptureDecoder.reserve}; call
 * {@link CaptureDecoder.readInto} until it returns 0; go on until the input ends, then call {@link CaptureDecoder.end}
 * and `readInto` once more. The rows do not depend on how the input was cut. Memory is one window of 1.25 MiB whatever
 * the input says; {@link CaptureDecoder.of} reads bytes in memory in place, without a window.
 *
 * Corruption does not throw: the rows before it are delivered, then `readInto` returns 0, and `error` says what and
 * where. After that, input is taken and ignored.
 *
 * Fidelity: documented. pcap: draft-ietf-opsawg-pcap; pcapng: draft-ietf-opsawg-pcapng; snoop: RFC 1761.
 *
 * @example A capture that arrives in pieces
 * ```ts
 * import { CaptureDecoder, PcapWriter, RecordBatch } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapWriter();
 * for (let i = 0; i < 1000; i++) writer.add(new Uint8Array(100), 0, 100, 100, i, 0);
 * const file = writer.take();
 *
 * const decoder = new CaptureDecoder();
 * const batch = new RecordBatch();
 * let packets = 0;
 * for (let at = 0; at < file.length; ) {
 *   at += decoder.push(file.subarray(at, at + 777));
 *   while (decoder.readInto(batch) > 0) packets += batch.count;
 * }
 * decoder.end();
 * while (decoder.readInto(batch) > 0) packets += batch.count;
 *
 * assert.equal(packets, 1000);
 * assert.equal(decoder.format, 'pcap');
 * assert.equal(decoder.error, undefined);
 * ```
 */
export class CaptureDecoder {
  readonly #window: Window;
  #reader: FormatReader | undefined = undefined;
  #finished = false;
  #packets = 0;

  /** A decoder that waits for input. */
  constructor(bytes?: Uint8Array) {
    this.#window = new Window(bytes);
  }

  /**
   * Decodes bytes in memory in place: nothing is copied, and no more input can be given.
   *
   * @param bytes A whole capture, uncompressed, of any size; must not change while it is read.
   * @returns A decoder at its beginning.
   * @example
   * ```ts
   * import { CaptureDecoder, RecordBatch } from '@midplane/capture';
   * import assert from 'node:assert/strict';
   *
   * const decoder = CaptureDecoder.of(new Uint8Array());
   * assert.equal(decoder.readInto(new RecordBatch()), 0);
   * assert.equal(decoder.error?.code, 'empty');
   * ```
   */
  static of(bytes: Uint8Array): CaptureDecoder {
    return new CaptureDecoder(bytes);
  }

  /** Format of the capture; undefined until its header was read. */
  get format(): CaptureFormat | undefined {
    return this.#reader?.format;
  }

  /** Interfaces that were described so far; `RecordBatch.interfaceIndex` points into it. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#reader?.interfaces ?? NO_INTERFACES;
  }

  /** Whether `readInto` will give no more rows, whatever comes: the input is at its end, or corrupt. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Why reading stopped before the end of the input; undefined if it did not. */
  get error(): CaptureError | undefined {
    return this.#window.error;
  }

  /** Bytes of the input that were decoded so far. */
  get bytesRead(): number {
    return this.#window.base + this.#window.position;
  }

  /** Packets that were delivered so far. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * Takes bytes of the input. Rows that were delivered before are no longer valid.
   *
   * @param chunk Next bytes of the input; copied, so the caller may reuse it.
   * @returns How many bytes were taken: fewer than offered, even 0, if the window is full. It is not after `readInto`
   * returned 0. After an error all bytes are taken and ignored.
   * @throws {TypeError} If the input has ended.
   */
  push(chunk: Uint8Array): number {
    if (this.#finished && this.#window.error) return chunk.length;
    const free = this.#free('push bytes', chunk.length);
    const taken = Math.min(chunk.length, free.length);
    free.set(taken === chunk.length ? chunk : chunk.subarray(0, taken));
    this.#window.end += taken;
    return taken;
  }

  /**
   * Gives the free part of the window, to be filled by a source that reads into a buffer. Rows that were delivered
   * before are no longer valid.
   *
   * @returns Bytes to fill from the start; at least one after `readInto` returned 0. Say how many with `commit`.
   * @throws {TypeError} If the input has ended.
   * @example
   * ```ts
   * import { CaptureDecoder, PcapWriter } from '@midplane/capture';
   * import assert from 'node:assert/strict';
   *
   * const decoder = new CaptureDecoder();
   * const header = new PcapWriter().take();
   * decoder.reserve().set(header); // or: readSync(fd, decoder.reserve())
   * decoder.commit(header.length);
   * assert.equal(decoder.error, undefined);
   * ```
   */
  reserve(): Uint8Array {
    // After an error what is read is ignored, but a source must not take a full window for its own end.
    if (this.#finished && this.#window.error) return this.#window.bytes;
    return this.#free('reserve bytes', Number.POSITIVE_INFINITY);
  }

  /**
   * Says how many bytes of what `reserve` gave were filled.
   *
   * @param byteLength Bytes, 0 or more.
   * @throws {TypeError} If the input has ended.
   * @throws {RangeError} If that is more than was free.
   */
  commit(byteLength: number): void {
    const window = this.#window;
    if (this.#finished && window.error) return;
    if (window.ended) throw new TypeError('Cannot commit bytes: input must not have ended: got more input');
    const free = window.bytes.length - window.end;
    if (!Number.isInteger(byteLength) || byteLength < 0 || byteLength > free) {
      throw new RangeError(`Cannot commit bytes: byteLength must be an integer from 0 to ${free}: got ${byteLength}`);
    }
    window.end += byteLength;
  }

  /** Says that no more input will come. */
  end(): void {
    this.#window.ended = true;
  }

  /**
   * Fills a batch with the next packets, as many as fit and are whole.
   *
   * @param batch Refilled from row 0; its rows are valid until `push`, `reserve` or the next `readInto` with it.
   * @returns Rows, also in `batch.count`; 0 if more input is wanted, or if `finished`.
   */
  readInto(batch: RecordBatch): number {
    const window = this.#window;
    let rows = 0;
    while (!this.#finished) {
      this.#reader ??= this.#open();
      if (this.#reader) rows = this.#reader.readInto(window, batch);
      batch.bytes = window.bytes;
      batch.view = window.view;
      if (window.error !== undefined) this.#finished = true;
      else if (rows < batch.capacity && window.ended) this.#finished = true;
      if (rows > 0 || !window.slide()) break;
    }
    batch.count = rows;
    this.#packets += rows;
    return rows;
  }

  #free(what: string, wanted: number): Uint8Array {
    if (this.#window.ended) throw new TypeError(`Cannot ${what}: input must not have ended: got more input`);
    if (this.#window.inPlace)
      throw new TypeError(`Cannot ${what}: decoder must not read in place: got one made by of()`);
    return this.#window.free(wanted);
  }

  /** Finds the format by its magic; undefined if more input is needed, or with `window.error` if there is none. */
  #open(): FormatReader | undefined {
    const window = this.#window;
    const { view, position } = window;
    const present = window.end - position;
    if (present < 4) {
      if (!window.ended) return undefined;
      if (present === 0) window.fail('empty', 0, 'input must have at least a file header: got 0 bytes');
      else this.#failMagic();
      return undefined;
    }
    const magic = view.getUint32(position);
    if (magic === BLOCK_SECTION_HEADER) return this.#hasHeader('pcapng', 12) ? new PcapngReader() : undefined;
    if (magic === SNOOP_MAGIC) {
      if (present >= 8 && view.getUint32(position + 4) !== SNOOP_MAGIC_REST) return this.#failMagic();
      return this.#hasHeader('snoop', SNOOP_HEADER_LENGTH) ? SnoopReader.open(window) : undefined;
    }
    const little = view.getUint32(position, true);
    for (const known of [PCAP_MAGIC_US, PCAP_MAGIC_NS, PCAP_MAGIC_MODIFIED]) {
      if (magic !== known && little !== known) continue;
      if (!this.#hasHeader('pcap', PCAP_HEADER_LENGTH)) return undefined;
      return PcapReader.open(window, known, little === known);
    }
    return this.#failMagic();
  }

  #hasHeader(format: string, needed: number): boolean {
    const window = this.#window;
    const present = window.end - window.position;
    if (present >= needed) return true;
    if (window.ended) {
      window.fail(
        'truncated-header',
        0,
        `${format} file header must be complete, ${needed} bytes: got ${present} bytes`,
      );
    }
    return false;
  }

  #failMagic(): undefined {
    const window = this.#window;
    if (window.end - window.position < SHOWN_LENGTH && !window.ended) return undefined;
    const head = window.bytes.subarray(window.position, Math.min(window.position + SHOWN_LENGTH, window.end));
    const compression = sniffCompression(head);
    if (compression !== undefined) {
      window.fail('compressed', 0, `input must be decompressed first: got ${compression} data`);
      return undefined;
    }
    const hex = Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(head, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    window.fail('bad-magic', 0, `input must begin like a pcap, pcapng or snoop file: got bytes ${hex} "${text}"`);
    return undefined;
  }
}
