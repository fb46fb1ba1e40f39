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

  /** Adds the rows of a batch. */
  count(batch: PacketBatch): void {
    const { kind, fragment, count } = batch;
    const { length, capturedLength } = batch.records!;
    this.packets += count;
    for (let row = 0; row < count; row++) {
      this.bytes += length[row];
      this.capturedBytes += capturedLength[row];
      const type = kind[row];
      if (type === KIND_IPV4) this.ipv4++;
      else if (type === KIND_IPV6) this.ipv6++;
      else if (type === KIND_NON_IP) this.nonIp++;
      else if (type === KIND_MALFORMED) this.malformed++;
      if (fragment[row] === FRAGMENT_FIRST || fragment[row] === FRAGMENT_LATER) this.fragments++;
    }
  }
}
