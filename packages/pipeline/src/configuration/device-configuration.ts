/** One value or a list of them. */
export type OneOrMore<T> = T | readonly T[];

/** A port, or a range such as `8000-8099`. */
export type PortText = number | string;

/**
 * What selects packets in a policy or a NAT rule; what is left out matches everything. Plain JSON.
 *
 * Prefixes are such as `10.0.0.0/8` or `2001:db8::/32`, or one address. Ports without a protocol mean TCP, UDP and SCTP.
 */
export interface MatchConfiguration {
  /** Zone that the packet comes from; left out or `any`: every zone, and interfaces without one. */
  readonly from?: string;
  /** Zone that it goes to, likewise. */
  readonly to?: string;
  /** Source prefixes. */
  readonly source?: OneOrMore<string>;
  /** Destination prefixes. */
  readonly destination?: OneOrMore<string>;
  /** Protocols by name or number. */
  readonly protocol?: OneOrMore<string | number>;
  /** Source ports of TCP, UDP and SCTP. */
  readonly sourcePorts?: OneOrMore<PortText>;
  /** Destination ports of TCP, UDP and SCTP. */
  readonly destinationPorts?: OneOrMore<PortText>;
}

/** What a policy does: let pass, drop without a word, or drop and answer. */
export type PolicyAction = 'permit' | 'deny' | 'reject';

/** One policy of the ordered list. */
export interface PolicyConfiguration extends MatchConfiguration {
  /** Name, as session output shows it; unique between its two zones. */
  readonly name: string;
  /** Applications by name, in place of protocol and ports: predefined ones such as `junos-https`, or own ones. */
  readonly application?: OneOrMore<string>;
  /** What becomes of a session that matches. */
  readonly action: PolicyAction;
}

/** One part of an application of one's own. */
export type ApplicationTerm = Pick<MatchConfiguration, 'protocol' | 'sourcePorts' | 'destinationPorts'>;

/** A pool of addresses with ports. */
export interface SourceNatPoolConfiguration {
  /** Addresses, prefixes (every address of them) or ranges such as `203.0.113.1-203.0.113.9`, of one IP version. */
  readonly addresses: OneOrMore<string>;
  /** Ports, and identifiers of ICMP, that each address gives; default `1024-65535`. */
  readonly ports?: string;
}

/** One source NAT rule. */
export interface SourceNatRuleConfiguration extends MatchConfiguration {
  /** Name. */
  readonly name?: string;
  /**
   * `off`: nothing. `interface`: address of the egress interface, with ports. `pool`: a pool with ports. `static`: a prefix
   * as long as the one of `source`, whose addresses go over one for one, with their ports.
   */
  readonly translate: 'off' | 'interface' | { readonly pool: string } | { readonly static: string };
}

/** Source NAT. */
export interface SourceNatConfiguration {
  /** Pools by name. */
  readonly pools?: Readonly<Record<string, SourceNatPoolConfiguration>>;
  /** Rules in their order: the first that matches decides. */
  readonly rules?: readonly SourceNatRuleConfiguration[];
}

/** One destination NAT rule. The zone that a packet goes to is not known yet, so there is no `to`. */
export interface DestinationNatRuleConfiguration extends Omit<MatchConfiguration, 'to'> {
  /** Name. */
  readonly name?: string;
  /**
   * `off`: nothing. `address`: one address for all, with the port where one is given. `static`: a prefix as long as the one
   * of `destination`, whose addresses go over one for one, with their ports.
   */
  readonly translate: 'off' | { readonly address: string; readonly port?: number } | { readonly static: string };
}

/** Where the packets of a multicast group go. */
export interface MulticastRouteConfiguration {
  /** Group or prefix of groups. */
  readonly group: string;
  /** Prefixes of the senders; left out: all. */
  readonly source?: OneOrMore<string>;
  /** Interfaces out, at least one. */
  readonly interfaces: readonly string[];
}

/**
 * What a device is told about the packets that pass through it. Plain JSON; everything may be left out.
 *
 * An interface is named such as `xe-7/0/0` or, with its unit, `xe-7/0/0.0`: both are the same, on the I/O card of slot 7.
 */
export interface DeviceConfiguration {
  /** Interfaces of each zone, by the zone's name. */
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  /**
   * Interface behind which a prefix lies, by the prefix; the longest that holds an address counts. For addresses in none,
   * `initiator` and `responder`, both or neither, say by which interface packets of either end of a conversation come in.
   */
  readonly sides?: Readonly<Record<string, string>>;
  /** Own addresses of interfaces, by the interface's name: at most one of each IP version. */
  readonly interfaces?: Readonly<Record<string, { readonly addresses: OneOrMore<string> }>>;
  /** Applications of one's own, by name. */
  readonly applications?: Readonly<Record<string, OneOrMore<ApplicationTerm>>>;
  /** Policies in their order. */
  readonly policies?: readonly PolicyConfiguration[];
  /** What becomes of a session that no policy matches; default `permit`. */
  readonly defaultPolicy?: PolicyAction;
  /** Source NAT. */
  readonly sourceNat?: SourceNatConfiguration;
  /** Destination NAT rules in their order. */
  readonly destinationNat?: readonly DestinationNatRuleConfiguration[];
  /** Multicast routes in their order. */
  readonly multicast?: readonly MulticastRouteConfiguration[];
  /** FPC slots of I/O cards that learn the owner of fragments from the first one (`set chassis fpc N np-cache`). */
  readonly npCache?: readonly number[];
  /** How sessions are made. */
  readonly flow?: {
    /** Whether a TCP session must begin with SYN; default false, for a capture may begin inside of sessions. */
    readonly synCheck?: boolean;
  };
  /** Whether packets of a family are forwarded by flows or dropped; default `flow-based`. */
  readonly forwarding?: { readonly inet6?: 'flow-based' | 'drop' };
}

/** A configuration that cannot be used: a `TypeError` for a wrong shape, a `RangeError` for a wrong value. */
export type ConfigurationError = (TypeError | RangeError) & {
  /** Where it stands, such as `policies[2].source`. */
  readonly path: string;
};
