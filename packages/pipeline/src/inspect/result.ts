/** Packets of a capture. Names are those of the JSON output. */
export interface InspectionCounts {
  /** = ipv4 + ipv6 + non_ip + ip_malformed. */
  readonly packets_total: number;
  readonly ipv4: number;
  readonly ipv6: number;
  readonly non_ip: number;
  /** An IP header was due but is cut off or contradicts itself. */
  readonly ip_malformed: number;
  readonly ipv4_fragments: { readonly total: number; readonly first: number; readonly later: number };
  readonly ipv6_fragments: {
    readonly total: number;
    readonly first: number;
    readonly later: number;
    /** Fragment header with offset 0 and nothing to come; not in `total`. */
    readonly atomic: number;
  };
  /** Packets by protocol number of the outermost IP header; `unknown` = its chain of headers is cut off. */
  readonly l4: Readonly<Record<string, number>>;
  /** IPv6 packets with at least one header of the kind. */
  readonly ipv6_extension_headers: {
    readonly hopopts: number;
    readonly routing: number;
    readonly fragment: number;
    readonly dstopts: number;
  };
  readonly vlan_single: number;
  readonly vlan_stacked: number;
  readonly mpls: number;
  readonly pppoe_session: number;
  readonly pppoe_discovery: number;
  readonly ip_behind_l2_tunnel: number;
  readonly truncated_by_snaplen: number;
  /** Packets with an older time stamp than the packet before that had one. */
  readonly timestamps_backwards: number;
  readonly no_timestamp: number;
  readonly bytes_captured: number;
  readonly bytes_wire: number;
}

/** Distinct flows, both directions taken as one; later fragments are left out. */
export interface InspectionFlows {
  readonly tcp: number;
  readonly udp: number;
  readonly sctp: number;
  /** Distinct Community IDs: a type is paired with its answer, else type and code. */
  readonly icmp: number;
  readonly icmpv6: number;
  /** Address pairs and protocol of everything else. */
  readonly other: number;
  readonly total: number;
  /** Address pairs and identifier of echo requests and replies; not in `total`. */
  readonly icmp_echo_sessions: number;
}

/** Community IDs (version 1, seed 0). */
export interface InspectionCommunityIds {
  readonly distinct: number;
  readonly packets_without_id: number;
  /** Packets by ID. */
  readonly ids: Readonly<Record<string, number>>;
}
