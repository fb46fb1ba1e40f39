import type { RuleList } from '../configuration/_rule-list.ts';
import type { PolicyAction } from '../configuration/device-configuration.ts';

/** Action of a policy in {@link PolicyTable.actions}: the session is made. */
export const POLICY_PERMIT = 0;
/** Action of a policy: the packet is dropped without a word. */
export const POLICY_DENY = 1;
/** Action of a policy: the packet is dropped and answered, TCP by a reset, the rest by an ICMP error. */
export const POLICY_REJECT = 2;
/** Names of actions by their number. */
export const POLICY_ACTIONS: readonly ['permit', 'deny', 'reject'] = ['permit', 'deny', 'reject'];

/** Number of the default policy, as published output prints it: `default-permit/2`. */
const DEFAULT_NUMBER = 2;
/** Number of the first policy of a configuration; those below it are the device's own. */
const FIRST_NUMBER = 4;

/** What a {@link PolicyTable} is made of; `compilePolicies` makes it. */
export interface PolicyTableParts {
  /** What each policy matches. */
  readonly rules: RuleList;
  /** Their names. */
  readonly names: readonly string[];
  /** Their actions. */
  readonly actions: readonly PolicyAction[];
  /** Action of the default policy. */
  readonly defaultAction: PolicyAction;
}

/**
 * Policies in their order, the default one behind them: the first that matches decides.
 *
 * The position of a policy is its index here; session output shows its *number*, which counts on from 4 in the order of
 * the list and is 2 for the default policy.
 *
 * Fidelity: documented. Order and actions are as Junos documents them; the number of the default policy is observed, the
 * other numbers are assumed; that the default policy permits is assumed.
 *
 * @example Without a configuration everything is permitted
 * ```ts
 * import { compilePolicies, POLICY_PERMIT } from '@midplane/pipeline';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const policies = compilePolicies({});
 * const policy = policies.find(parseFlow('192.0.2.1:1024 > 198.51.100.2:23/tcp'), 0, -1, -1);
 * assert.equal(policies.actions[policy], POLICY_PERMIT);
 * assert.equal(`${policies.names[policy]}/${policies.numbers[policy]}`, 'default-permit/2');
 * ```
 */
export class PolicyTable {
  /** Names by position; the last one is that of the default policy, such as `default-permit`. */
  readonly names: readonly string[];
  /** Numbers by position. */
  readonly numbers: Int32Array;
  /** Actions by position: {@link POLICY_PERMIT}, {@link POLICY_DENY} or {@link POLICY_REJECT}. */
  readonly actions: Uint8Array;
  /** Position of the default policy, which is the number of the others. */
  readonly defaultPolicy: number;

  private readonly rules: RuleList;

  /** @param parts What `compilePolicies` read. */
  constructor(parts: PolicyTableParts) {
    this.rules = parts.rules;
    this.defaultPolicy = parts.rules.count;
    this.names = [...parts.names, `default-${parts.defaultAction}`];
    this.actions = Uint8Array.from([...parts.actions, parts.defaultAction], (action) => POLICY_ACTIONS.indexOf(action));
    this.numbers = Int32Array.from(this.names, (_, i) =>
      i === this.defaultPolicy ? DEFAULT_NUMBER : FIRST_NUMBER + i,
    );
  }

  /**
   * Returns the policy that decides a session.
   *
   * @param key Array that holds the key of the first packet, after destination NAT and before source NAT.
   * @param at Offset of its first word.
   * @param fromZone Zone of the interface that the packet came by, -1 for none.
   * @param toZone Zone of the interface that it goes out of, -1 for none.
   * @returns Position of the policy: that of the default one if no other matches.
   */
  find(key: Int32Array, at: number, fromZone: number, toZone: number): number {
    // hot: called per first packet, no allocation
    const rule = this.rules.find(key, at, fromZone, toZone);
    return rule < 0 ? this.defaultPolicy : rule;
  }

  /** Returns the action of a policy as a word. */
  actionOf(policy: number): PolicyAction {
    return POLICY_ACTIONS[this.actions[policy]];
  }
}
