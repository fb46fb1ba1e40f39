/** Returns the Internet checksum (RFC 1071) of a sum of 16-bit words, itself below 2^31. */
export function foldChecksum(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return ~(once + (once >>> 16)) & 0xffff;
}

/** Returns the sum of the two halves of a word. */
export function halves(word: number): number {
  return (word & 0xffff) + (word >>> 16);
}
