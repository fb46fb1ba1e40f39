import type { PacketBatch } from '@midplane/packet';

/** What came in, counted before anything is decided. */
export class InputTotals {
  /** Packets offered. */
  packets = 0;
  /** Bytes on the wire. */
  bytes = 0;
  /** Bytes that the capture holds. */
  capturedBytes = 0;
  /** IPv4 packets. */
  ipv4 = 0;
  /** IPv6 packets. */
  ipv6 = 0;
  /** Packets that are not IP. */
  nonIp = 0;
  /** Packets with a broken IP header. */
  malformed = 0;
  /** First and later fragments. */
  fragments = 0;
  /** Adds the rows of a batch. */
  count(batch: PacketBatch): void {
    // hot: per packet; sums in locals
    const { kind, fragment, count } = batch;
    const { length, capturedLength } = batch.records!;
    let bytes = 0;
    let capturedBytes = 0;
    // sums of bits of kinds and fragments, whose values a test compares: without a branch, and without a counter in memory
    // that each row would wait for
    let ip = 0;
    let ipv6 = 0;
    let ipv6OrMalformed = 0;
    let fragments = 0;
    for (let row = 0; row < count; row++) {
      bytes += length[row];
      capturedBytes += capturedLength[row];
      const bits = kind[row];
      ip += bits >> 1;
      ipv6 += (bits >> 1) & bits;
      ipv6OrMalformed += bits & 1;
      fragments += (fragment[row] ^ (fragment[row] >> 1)) & 1;
    }
    const malformed = ipv6OrMalformed - ipv6;
    this.packets += count;
    this.bytes += bytes;
    this.capturedBytes += capturedBytes;
    this.fragments += fragments;
    this.ipv4 += ip - ipv6;
    this.ipv6 += ipv6;
    this.malformed += malformed;
    this.nonIp += count - ip - malformed;
  }
}
