/** Compression formats that are recognised by their first bytes. */
export type CompressionFormat = 'gzip' | 'zstd';

/** Bytes that {@link sniffCompression} wants to see. */
export const COMPRESSION_MAGIC_LENGTH = 4;

/** Names the compression by the first four bytes (RFC 1952 section 2.3.1, RFC 8878 sections 3.1.1 and 3.1.2). */
export function sniffCompression(head: Uint8Array): CompressionFormat | undefined {
  if (head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return 'gzip';
  if (head.length < 4) return undefined;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  // A zstd file may begin with a skippable frame (pzstd writes one).
  if ((head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  return undefined;
}
