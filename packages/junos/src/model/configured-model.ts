import type { BootSettings } from '../configuration/boot-settings.ts';

/** One value or a list of them. */
type OneOrMore<T> = T | readonly T[];

/** Protocol and ports of an application or a rule; what is left out matches everything. */
export interface ConfiguredTerm {
  /** Number of the protocol. */
  readonly protocol?: number;
  /** Source ports, such as `1024-65535`. */
  readonly sourcePorts?: OneOrMore<string>;
  /** Destination ports. */
  readonly destinationPorts?: OneOrMore<string>;
}

/** What a policy or a NAT rule matches; what is left out matches everything. */
export interface ConfiguredMatch extends ConfiguredTerm {
  /** Zone that packets come from. */
  readonly from?: string;
  /** Zone that they go to. */
  readonly to?: string;
  /** Source prefixes. */
  readonly source?: readonly string[];
  /** Destination prefixes. */
  readonly destination?: readonly string[];
}

/** A policy. */
export interface ConfiguredPolicy extends Omit<ConfiguredMatch, keyof ConfiguredTerm> {
  readonly name: string;
  readonly application?: readonly string[];
  readonly action: 'permit' | 'deny' | 'reject';
}

/** A source NAT rule. */
export interface ConfiguredSourceRule extends ConfiguredMatch {
  readonly name: string;
  readonly translate: 'off' | 'interface' | { readonly pool: string } | { readonly static: string };
}

/** A destination NAT rule. */
export interface ConfiguredDestinationRule extends Omit<ConfiguredMatch, 'to'> {
  readonly name: string;
  readonly translate: 'off' | { readonly address: string; readonly port?: number } | { readonly static: string };
}

/** What a configuration says about packets that pass through the device. Plain JSON. */
export interface ConfiguredDevice {
  /** Interfaces of each zone, with their unit. */
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  /** Interface behind which a prefix lies: from addresses of interfaces and from static routes. */
  readonly sides?: Readonly<Record<string, string>>;
  /** Own addresses of interfaces, one of each IP version. */
  readonly interfaces?: Readonly<Record<string, { readonly addresses: readonly string[] }>>;
  /** Applications that policies name. */
  readonly applications?: Readonly<Record<string, readonly ConfiguredTerm[]>>;
  /** Policies in their order: those between zones, then global ones. */
  readonly policies?: readonly ConfiguredPolicy[];
  /** What becomes of a session that no policy matches. Left out where neither zones nor policies are configured. */
  readonly defaultPolicy?: 'permit' | 'deny';
  /** Source NAT, static rules first. */
  readonly sourceNat?: {
    readonly pools: Readonly<Record<string, { readonly addresses: readonly string[]; readonly ports?: string }>>;
    readonly rules: readonly ConfiguredSourceRule[];
  };
  /** Destination NAT, static rules first. */
  readonly destinationNat?: readonly ConfiguredDestinationRule[];
  /** IPv6. */
  readonly forwarding: { readonly inet6: 'flow-based' | 'drop' };
}

/** What a configuration says about flow processing; `null` where it says nothing. */
export interface ConfiguredFlow {
  /** `tcp-initial-timeout`, in seconds. */
  readonly tcpInitialTimeoutS: number | null;
  /** `time-wait-state session-timeout`, in seconds. */
  readonly tcpTimeWaitS: number | null;
  /** Whether a TCP session must begin with SYN: unless `no-syn-check` is there. */
  readonly synCheck: boolean;
  /** `aging`. */
  readonly aging: {
    readonly earlyAgeoutS: number | null;
    readonly highWatermarkPercent: number | null;
    readonly lowWatermarkPercent: number | null;
  };
  /** `pending-sess-queue-length`. */
  readonly pendingQueue: 'normal' | 'moderate' | 'high' | null;
}

/** Something of a configuration that the model does without, or that it cannot follow. */
export interface ModelWarning {
  /** One sentence. */
  readonly message: string;
  /** Words of the statement. */
  readonly path: readonly string[];
  /** Line of the text, 0 where there is none. */
  readonly line: number;
}

/** A configuration as data for a simulation. */
export interface ConfiguredModel extends Pick<BootSettings, 'orderingMode' | 'distributionMode'> {
  /** Host name, `null` without. */
  readonly hostName: string | null;
  /** Cards. */
  readonly chassis: {
    /** FPC numbers with `np-cache`, ascending. */
    readonly npCache: readonly number[];
    /** `null` without a cluster. */
    readonly cluster: { readonly rethCount: number } | null;
  };
  /** Forwarding by family. */
  readonly forwarding: Readonly<Record<'inet6' | 'mpls' | 'iso', 'flow-based' | 'drop'>>;
  /** Flow processing. */
  readonly flow: ConfiguredFlow;
  /** Zones, policies, NAT. */
  readonly device: ConfiguredDevice;
  /** What has no effect, or another one than on the device. */
  readonly warnings: readonly ModelWarning[];
}
