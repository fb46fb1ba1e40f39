import {
  FLAG_DESTINATION_OPTIONS,
  FLAG_FRAGMENT_HEADER,
  FLAG_HOP_BY_HOP,
  FLAG_IP_BEHIND_L2_TUNNEL,
  FLAG_MPLS,
  FLAG_PPPOE_DISCOVERY,
  FLAG_PPPOE_SESSION,
  FLAG_ROUTING,
  FLAG_TRUNCATED,
  FLAG_VLAN,
  FLAG_VLAN_STACKED,
  KIND_IPV4,
  KIND_IPV6,
  KIND_MALFORMED,
  KIND_NON_IP,
  type PacketBatch,
  type PacketRecords,
  PROTOCOL_UNKNOWN,
} from '@midplane/packet';
import type { InspectionCounts } from './result.ts';

/** The highest bit of `PacketBatch.flags` that is counted, plus one. */
const FLAG_BITS = 16;
/** Flags that need no counting on their own: most packets have at most the selector flag set. */
const RARE_FLAGS =
  FLAG_DESTINATION_OPTIONS |
  FLAG_FRAGMENT_HEADER |
  FLAG_HOP_BY_HOP |
  FLAG_IP_BEHIND_L2_TUNNEL |
  FLAG_MPLS |
  FLAG_PPPOE_DISCOVERY |
  FLAG_PPPOE_SESSION |
  FLAG_ROUTING |
  FLAG_TRUNCATED |
  FLAG_VLAN |
  FLAG_VLAN_STACKED;

/** Counts packets by kind, fragment, protocol and flags. */
export class PacketCounter {
  total = 0;
  private bytesCaptured = 0;
  private bytesWire = 0;
  private backwards = 0;
  private withoutTimestamp = 0;
  private lastSeconds = Number.NEGATIVE_INFINITY;
  private lastNanoseconds = 0;
  /** Packets by kind << 2 | fragment kind. */
  private readonly kinds = new Float64Array(16);
  private readonly protocols = new Float64Array(PROTOCOL_UNKNOWN + 1);
  private readonly flags = new Float64Array(FLAG_BITS);

  /** Adds the rows of a batch. */
  count(batch: PacketBatch, records: PacketRecords): void {
    // hot: called per batch, loops per packet, no allocation
    const { kind, fragment, protocol, flags } = batch;
    const { count, capturedLength, length, seconds, nanoseconds } = records;
    const { kinds, protocols } = this;
    let { lastSeconds, lastNanoseconds, backwards } = this;
    let captured = 0;
    let wire = 0;
    for (let row = 0; row < count; row++) {
      captured += capturedLength[row];
      wire += length[row];
      const type = kind[row];
      kinds[(type << 2) | fragment[row]]++;
      if (type >= KIND_IPV4) protocols[protocol[row]]++;
      if (flags[row] & RARE_FLAGS) this.countFlags(flags[row]);
      const fraction = nanoseconds[row];
      if (fraction < 0) {
        this.withoutTimestamp++;
        continue;
      }
      const whole = seconds[row];
      if (whole < lastSeconds || (whole === lastSeconds && fraction < lastNanoseconds)) backwards++;
      lastSeconds = whole;
      lastNanoseconds = fraction;
    }
    this.total += count;
    this.bytesCaptured += captured;
    this.bytesWire += wire;
    this.lastSeconds = lastSeconds;
    this.lastNanoseconds = lastNanoseconds;
    this.backwards = backwards;
  }

  private countFlags(flags: number): void {
    for (let bit = 0; bit < FLAG_BITS; bit++) if (flags & (1 << bit)) this.flags[bit]++;
  }

  /** The figures so far. */
  result(): InspectionCounts {
    const ofKind = (kind: number, fragment: number) => this.kinds[(kind << 2) | fragment];
    const sum = (kind: number) => ofKind(kind, 0) + ofKind(kind, 1) + ofKind(kind, 2) + ofKind(kind, 3);
    const ofFlag = (flag: number) => this.flags[31 - Math.clz32(flag)];
    const l4: Record<string, number> = {};
    for (const [protocol, packets] of this.protocols.entries()) {
      if (packets > 0) l4[protocol === PROTOCOL_UNKNOWN ? 'unknown' : String(protocol)] = packets;
    }
    return {
      packets_total: this.total,
      ipv4: sum(KIND_IPV4),
      ipv6: sum(KIND_IPV6),
      non_ip: sum(KIND_NON_IP),
      ip_malformed: sum(KIND_MALFORMED),
      ipv4_fragments: {
        total: ofKind(KIND_IPV4, 1) + ofKind(KIND_IPV4, 2),
        first: ofKind(KIND_IPV4, 1),
        later: ofKind(KIND_IPV4, 2),
      },
      ipv6_fragments: {
        total: ofKind(KIND_IPV6, 1) + ofKind(KIND_IPV6, 2),
        first: ofKind(KIND_IPV6, 1),
        later: ofKind(KIND_IPV6, 2),
        atomic: ofKind(KIND_IPV6, 3),
      },
      l4,
      ipv6_extension_headers: {
        hopopts: ofFlag(FLAG_HOP_BY_HOP),
        routing: ofFlag(FLAG_ROUTING),
        fragment: ofFlag(FLAG_FRAGMENT_HEADER),
        dstopts: ofFlag(FLAG_DESTINATION_OPTIONS),
      },
      vlan_single: ofFlag(FLAG_VLAN),
      vlan_stacked: ofFlag(FLAG_VLAN_STACKED),
      mpls: ofFlag(FLAG_MPLS),
      pppoe_session: ofFlag(FLAG_PPPOE_SESSION),
      pppoe_discovery: ofFlag(FLAG_PPPOE_DISCOVERY),
      ip_behind_l2_tunnel: ofFlag(FLAG_IP_BEHIND_L2_TUNNEL),
      truncated_by_snaplen: ofFlag(FLAG_TRUNCATED),
      timestamps_backwards: this.backwards,
      no_timestamp: this.withoutTimestamp,
      bytes_captured: this.bytesCaptured,
      bytes_wire: this.bytesWire,
    };
  }
}
