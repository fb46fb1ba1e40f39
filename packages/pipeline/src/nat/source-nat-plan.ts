import type { RuleList } from '../configuration/_rule-list.ts';

/** What a source NAT rule does, as a number in {@link SourceNatPlan.kinds}. */
export const NAT_RULE_OFF = 0;
/** A prefix goes over to another one, address for address. */
export const NAT_RULE_STATIC = 1;
/** The address of the egress interface, with ports. */
export const NAT_RULE_INTERFACE = 2;
/** A pool with ports. */
export const NAT_RULE_POOL = 3;

/** Addresses that give ports: a pool, or the address of an interface. */
export interface SourceNatPoolPlan {
  /** Name, as session output shows it; `interface` for addresses of interfaces. */
  readonly name: string;
  /** IP version of all its addresses. */
  readonly family: 4 | 6;
  /** Index of its first address. */
  readonly first: number;
  /** Number of its addresses. */
  readonly count: number;
  /** Lowest port that an address gives. */
  readonly portLow: number;
  /** Highest port that an address gives. */
  readonly portHigh: number;
}

/** Source NAT as `compileSourceNat` made it: never changed, so that all SPUs may share it. */
export interface SourceNatPlan {
  /** What each rule matches. */
  readonly rules: RuleList;
  /** Names of rules. */
  readonly names: readonly string[];
  /**
   * What each rule does: {@link NAT_RULE_OFF}, {@link NAT_RULE_STATIC},
   * {@link NAT_RULE_INTERFACE}, {@link NAT_RULE_POOL}.
   */
  readonly kinds: Uint8Array;
  /** Pool of each rule with one, row of `statics` of a static rule, else -1. */
  readonly targets: Int32Array;
  /** Pools, then addresses of interfaces. */
  readonly pools: readonly SourceNatPoolPlan[];
  /** Addresses of all pools, 4 words each. */
  readonly addresses: Int32Array;
  /** Pool of the address of each interface: IPv4, then IPv6; -1 where it has none. */
  readonly interfacePools: Int32Array;
  /** Static rules, 8 words each: network (4) and mask (4). */
  readonly statics: Int32Array;
  /** Names of static rules. */
  readonly staticNames: readonly string[];
}
