import {
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  KIND_IPV4,
  KIND_IPV6,
  KIND_MALFORMED,
  KIND_NON_IP,
  type PacketBatch,
} from '@midplane/packet';

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
  /** Rows of a batch by kind. */
  private readonly kinds = new Int32Array(256);

  /** Adds the rows of a batch. */
  count(batch: PacketBatch): void {
    // hot: per packet; sums in locals
    const { kind, fragment, count } = batch;
    const { length, capturedLength } = batch.records!;
    const { kinds } = this;
    let bytes = 0;
    let capturedBytes = 0;
    let fragments = 0;
    kinds.fill(0);
    for (let row = 0; row < count; row++) {
      bytes += length[row];
      capturedBytes += capturedLength[row];
      kinds[kind[row]]++;
      if (fragment[row] === FRAGMENT_FIRST || fragment[row] === FRAGMENT_LATER) fragments++;
    }
    this.packets += count;
    this.bytes += bytes;
    this.capturedBytes += capturedBytes;
    this.fragments += fragments;
    this.ipv4 += kinds[KIND_IPV4];
    this.ipv6 += kinds[KIND_IPV6];
    this.nonIp += kinds[KIND_NON_IP];
    this.malformed += kinds[KIND_MALFORMED];
  }
}
