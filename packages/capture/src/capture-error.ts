/**
 * Why a capture could not be read on. Stable: commands and endpoints show it.
 *
 * | code | the input |
 * | --- | --- |
 * | `empty` | has 0 bytes |
 * | `bad-magic` | does not begin like a pcap, pcapng or snoop file |
 * | `compressed` | is gzip or zstd where plain bytes are due |
 * | `unsupported-compression` | is compressed in a format that neither the platform nor the caller can decompress |
 * | `bad-compression` | is compressed, and the compressed data is corrupt or ends early |
 * | `unsupported-version` | has a format version that is not known |
 * | `unsupported-link-type` | is a snoop file whose datalink type has no LINKTYPE number |
 * | `truncated-header` | ends inside the file header |
 * | `truncated-record` | ends inside a packet record or block |
 * | `record-too-long` | has a packet of more than 262,144 captured bytes |
 * | `bad-record-length` | has a snoop record that is shorter than its packet |
 * | `bad-block-length` | has a pcapng block length that is too small for its type or no multiple of 4 |
 * | `block-length-mismatch` | has a pcapng block whose two length fields differ |
 * | `block-too-long` | has a section header or interface description of more than 1 MiB |
 * | `bad-byte-order` | has a pcapng section whose byte-order magic is neither 0x1a2b3c4d nor 0x4d3c2b1a |
 * | `bad-captured-length` | has a pcapng packet that is longer than its block |
 * | `bad-option` | has a pcapng option that is longer than its block, or of a wrong length |
 * | `unknown-interface` | has a pcapng packet of an interface that was not described before |
 * | `too-many-interfaces` | describes more than 65,536 interfaces |
 */
export type CaptureErrorCode =
  | 'empty'
  | 'bad-magic'
  | 'compressed'
  | 'unsupported-compression'
  | 'bad-compression'
  | 'unsupported-version'
  | 'unsupported-link-type'
  | 'truncated-header'
  | 'truncated-record'
  | 'record-too-long'
  | 'bad-record-length'
  | 'bad-block-length'
  | 'block-length-mismatch'
  | 'block-too-long'
  | 'bad-byte-order'
  | 'bad-captured-length'
  | 'bad-option'
  | 'unknown-interface'
  | 'too-many-interfaces';

/**
 * Corruption of a capture: what is wrong and where.
 *
 * @example The place and the reason of a cut
 * ```ts
 * import { CaptureError, readCaptureSync } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const text = new TextEncoder().encode('no capture at all');
 * assert.throws(
 *   () => [...readCaptureSync(text)],
 *   (error) => error instanceof CaptureError && error.code === 'bad-magic' && error.offset === 0,
 * );
 * ```
 */
export class CaptureError extends SyntaxError {
  /** Stable code of the reason. */
  readonly code: CaptureErrorCode;
  /** Byte offset, in the uncompressed input, of the header, record or block that is wrong. */
  readonly offset: number;

  /**
   * @param code Stable code of the reason.
   * @param offset Byte offset in the uncompressed input.
   * @param message Sentence: what must hold, what was found.
   * @param options `cause`, where another error is behind this one.
   */
  constructor(code: CaptureErrorCode, offset: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CaptureError';
    this.code = code;
    this.offset = offset;
  }
}
