import { FLOW_KEY_PROTOCOL, FLOW_KEY_WORDS } from '@midplane/flow';
import { KIND_IPV4, KIND_IPV6, type PacketBatch } from '@midplane/packet';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
/** Bytes of the payload that are looked at. */
const PREFIX = 64;

/**
 * Digest of what a packet keeps on its way: two words of 32 bits.
 *
 * | part | looked at |
 * | --- | --- |
 * | IPv4 | total length, identification, fragment flags and offset, protocol |
 * | IPv6 | payload length, protocol |
 * | addresses and ports | unless the path translates them |
 * | TCP | sequence and acknowledgment number, flags, window |
 * | UDP | length |
 * | behind that | the first 64 bytes that were captured of the payload; of other protocols, of their header, without the checksum of ICMP |
 *
 * Left out, since routers and firewalls rewrite them: link layer and tags, TTL and hop limit, class, flow label,
 * checksums, TCP options.
 */
export class PacketDigest {
  /** The two words of the last digest. */
  first = 0;
  second = 0;
  private readonly isTranslated: boolean;

  constructor(isTranslated: boolean) {
    this.isTranslated = isTranslated;
  }

  /** Digests a packet; false if it is not IP. */
  read(batch: PacketBatch, row: number): boolean {
    // hot: once per packet, allocates nothing
    const kind = batch.kind[row];
    if (kind !== KIND_IPV4 && kind !== KIND_IPV6) return false;
    const { view, offset, capturedLength } = batch.records!;
    const l3 = batch.l3Offset[row];
    const captured = offset[row] + capturedLength[row];
    const keyAt = row * FLOW_KEY_WORDS;
    this.first = 0;
    this.second = 0;
    this.mix(batch.protocol[row]);
    let at = l3 + 40;
    let end = captured;
    if (kind === KIND_IPV4) {
      const length = view.getUint16(l3 + 2);
      this.mix(view.getInt32(l3 + 4) & ~0x8000); // identification, flags but the reserved one, offset
      this.mix(length);
      at = l3 + ((view.getUint8(l3) & 15) << 2);
      if (length > 0) end = Math.min(end, l3 + length);
    } else {
      const length = view.getUint16(l3 + 4);
      this.mix(length);
      this.mix(batch.fragmentId[row]);
      this.mix(batch.fragmentOffset[row]);
      if (length > 0) end = Math.min(end, l3 + 40 + length);
    }
    const l4 = batch.l4Offset[row];
    const protocol = batch.protocol[row];
    if (!this.isTranslated) for (let i = 0; i < FLOW_KEY_PROTOCOL; i++) this.mix(batch.key[keyAt + i]);
    if (l4 >= 0) at = l4;
    if (l4 >= 0 && protocol === TCP && l4 + 16 <= end) {
      this.mix(view.getInt32(l4 + 4));
      this.mix(view.getInt32(l4 + 8));
      this.mix(view.getInt32(l4 + 12) & 0x0fff_ffff); // without the length of the header: options may be added
      at = l4 + ((view.getUint8(l4 + 12) >>> 4) << 2);
    } else if (l4 >= 0 && protocol === UDP && l4 + 6 <= end) {
      this.mix(view.getUint16(l4 + 4));
      at = l4 + 8;
    } else if (l4 >= 0 && (protocol === ICMP || protocol === ICMPV6) && l4 + 4 <= end) {
      this.mix(view.getUint16(l4));
      at = l4 + (this.isTranslated ? 6 : 4); // translation changes the identifier
    }
    const stop = Math.min(end, at + PREFIX);
    for (; at + 4 <= stop; at += 4) this.mix(view.getInt32(at));
    for (; at < stop; at++) this.mix(view.getUint8(at));
    return true;
  }

  private mix(word: number): void {
    let first = Math.imul(this.first ^ word, 0x85ebca6b);
    first ^= first >>> 13;
    this.first = Math.imul(first, 0xc2b2ae35) ^ (first >>> 16);
    let second = Math.imul((this.second + word) | 0, 0x9e3779b1);
    second ^= second >>> 15;
    this.second = Math.imul(second, 0x27d4eb2f) ^ (second >>> 13);
  }
}
