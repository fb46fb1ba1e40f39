import {
  FLOW_KEY_DESTINATION,
  FLOW_KEY_PROTOCOL,
  FLOW_KEY_SELECTOR,
  FLOW_KEY_WORDS,
  selectorKind,
} from '@midplane/flow';
import type { RuleList } from '../configuration/_rule-list.ts';

/** What a {@link DestinationNat} is made of; `compileDestinationNat` makes it. */
export interface DestinationNatParts {
  /** What each rule matches. */
  readonly rules: RuleList;
  /** Their names. */
  readonly names: readonly string[];
  /** 9 words per rule: address or network (4), mask of what it gives (4), port or 0. A mask of 0 changes nothing. */
  readonly targets: Int32Array;
}

const TARGET_WORDS = 9;

/**
 * Destination NAT: the first rule that matches says where a new session really goes. It keeps no state.
 *
 * Two addresses that translate to one can give two sessions the same `out` wing; the session table shows that when the
 * second one is added, and the session must fail.
 *
 * Fidelity: documented. Rules, and that they come before policies, are Junos "Destination NAT".
 *
 * @example
 * ```ts
 * import { compileDestinationNat } from '@midplane/pipeline';
 * import { createFlowKey, formatFlow, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const nat = compileDestinationNat({
 *   destinationNat: [
 *     { name: 'web', destination: '203.0.113.1', destinationPorts: 80, translate: { address: '10.0.0.9', port: 8080 } },
 *   ],
 * });
 * const forward = createFlowKey();
 * assert.equal(nat.translate(parseFlow('198.51.100.2:5000 > 203.0.113.1:80/tcp'), 0, -1, forward, 0), 0);
 * assert.equal(formatFlow(forward), '198.51.100.2:5000 > 10.0.0.9:8080/tcp');
 * ```
 */
export class DestinationNat {
  /** Names of rules by position. */
  readonly names: readonly string[];

  private readonly rules: RuleList;
  private readonly targets: Int32Array;

  /** @param parts What `compileDestinationNat` read. */
  constructor(parts: DestinationNatParts) {
    this.rules = parts.rules;
    this.names = parts.names;
    this.targets = parts.targets;
  }

  /**
   * Writes the key of a new session as it goes on: with its real destination. Policies and source NAT take that key.
   *
   * @param key Array that holds the key of the first packet as it arrived.
   * @param at Offset of its first word.
   * @param fromZone Zone that it comes from, -1 for none.
   * @param out Array that receives 10 words; may be `key`, at the same offset or without overlap.
   * @param outAt Offset of the first word.
   * @returns Position of the rule that decided, be it `off`; -1 if none matches. Without a translation `out` is the key.
   */
  translate(key: Int32Array, at: number, fromZone: number, out: Int32Array, outAt: number): number {
    // hot: called per first packet, no allocation
    const { targets } = this;
    const rule = this.rules.count === 0 ? -1 : this.rules.find(key, at, fromZone, -1);
    for (let word = 0; word < FLOW_KEY_WORDS; word++) out[outAt + word] = key[at + word];
    if (rule < 0) return -1;
    const target = rule * TARGET_WORDS;
    for (let word = 0; word < 4; word++) {
      const to = outAt + FLOW_KEY_DESTINATION + word;
      const mask = targets[target + 4 + word];
      out[to] = (targets[target + word] & mask) | (out[to] & ~mask);
    }
    const port = targets[target + 8];
    if (port !== 0 && selectorKind(out[outAt + FLOW_KEY_PROTOCOL] & 255) === 'ports') {
      const selector = outAt + FLOW_KEY_SELECTOR;
      out[selector] = (out[selector] & 0xffff0000) | port;
    }
    return rule;
  }
}
