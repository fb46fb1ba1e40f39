/**
 * Captures: bytes in, packet records out, and back. Reads pcap (both byte orders, microseconds, nanoseconds,
 * Kuznetzov's variant), pcapng and snoop; writes pcap and pcapng. Everything works on streams of any length in constant
 * memory, and on bytes in memory in place. What is inside a packet is left to `@midplane/packet`.
 *
 * @example Count the packets of a capture
 * ```ts
 * import { PcapngWriter, readCapture } from '@midplane/capture';
 * import assert from 'node:assert/strict';
 *
 * const writer = new PcapngWriter();
 * writer.addInterface({ linkType: 1, name: 'ge-0/0/0' });
 * writer.add(new Uint8Array(60), 0, 60, 60, 1_700_000_000, 250_000_000);
 *
 * let packets = 0;
 * for await (const batch of readCapture(writer.take())) packets += batch.count;
 * assert.equal(packets, 1);
 * ```
 *
 * @module
 */
export { CaptureDecoder } from './capture-decoder.ts';
export { CaptureError, type CaptureErrorCode } from './capture-error.ts';
export type { CaptureFormat, CaptureInterface } from './capture-interface.ts';
export {
  type ByteStream,
  type ByteStreamReader,
  type Decompressor,
  type Decompressors,
  decompress,
} from './decompress.ts';
export { PcapWriter, type PcapWriterOptions } from './pcap-writer.ts';
export { type PcapngInterfaceOptions, PcapngWriter, type PcapngWriterOptions } from './pcapng-writer.ts';
export {
  type ReadCaptureOptions,
  type ReadCaptureStreamOptions,
  readCapture,
  readCaptureSync,
} from './read-capture.ts';
export { RecordBatch } from './record-batch.ts';
