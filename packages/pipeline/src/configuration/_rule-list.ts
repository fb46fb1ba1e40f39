import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_SOURCE } from '@midplane/flow';
import type { PortRange } from './_check.ts';
import { PREFIX_WORDS, type Prefix } from './_prefix.ts';

/** Zone that stands for every zone and for none, in rules. */
export const ANY = -1;

/** A protocol with its ports. */
export interface Term {
  /** Protocol number, or {@link ANY}. */
  readonly protocol: number;
  readonly source: PortRange;
  readonly destination: PortRange;
}

/** What selects packets; an empty list matches everything. */
export interface Match {
  /** Index of the zone, or {@link ANY}. */
  readonly from: number;
  readonly to: number;
  readonly source: readonly Prefix[];
  readonly destination: readonly Prefix[];
  readonly terms: readonly Term[];
}

/** from, to, then first and end of source prefixes, destination prefixes and terms. */
const RULE_WORDS = 8;
/** protocol, lowest and highest source port, lowest and highest destination port. */
const TERM_WORDS = 5;

/** Rules in their order, in typed arrays. */
export class RuleList {
  /** Number of rules. */
  readonly count: number;
  private readonly rules: Int32Array;
  private readonly prefixes: Int32Array;
  private readonly terms: Int32Array;

  constructor(matches: readonly Match[]) {
    const rules: number[] = [];
    const prefixes: number[] = [];
    const terms: number[] = [];
    const addPrefixes = (list: readonly Prefix[]): void => {
      rules.push(prefixes.length);
      for (const { family, words, mask } of list) prefixes.push(family, ...words, ...mask);
      rules.push(prefixes.length);
    };
    for (const match of matches) {
      rules.push(match.from, match.to);
      addPrefixes(match.source);
      addPrefixes(match.destination);
      rules.push(terms.length);
      for (const { protocol, source, destination } of match.terms) {
        terms.push(protocol, source.low, source.high, destination.low, destination.high);
      }
      rules.push(terms.length);
    }
    this.count = matches.length;
    this.rules = Int32Array.from(rules);
    this.prefixes = Int32Array.from(prefixes);
    this.terms = Int32Array.from(terms);
  }

  /** Returns the first rule from `start` that matches the key and the zones (-1: none), or -1. */
  find(key: Int32Array, at: number, fromZone: number, toZone: number, start = 0): number {
    // hot: called per first packet, no allocation
    const { count, rules, prefixes, terms } = this;
    for (let rule = start; rule < count; rule++) {
      const base = rule * RULE_WORDS;
      if (rules[base] !== ANY && rules[base] !== fromZone) continue;
      if (rules[base + 1] !== ANY && rules[base + 1] !== toZone) continue;
      if (!holds(prefixes, rules[base + 2], rules[base + 3], key, at, FLOW_KEY_SOURCE)) continue;
      if (!holds(prefixes, rules[base + 4], rules[base + 5], key, at, FLOW_KEY_DESTINATION)) continue;
      if (!fits(terms, rules[base + 6], rules[base + 7], key, at)) continue;
      return rule;
    }
    return -1;
  }
}

/** Whether one of the prefixes holds an address of a key, or there is no prefix. */
function holds(
  prefixes: Int32Array,
  start: number,
  end: number,
  key: Int32Array,
  at: number,
  addressOffset: number,
): boolean {
  if (start === end) return true;
  const address = at + addressOffset;
  const family = key[at + FLOW_KEY_PROTOCOL] >>> 8;
  for (let p = start; p < end; p += PREFIX_WORDS) {
    if (
      prefixes[p] === family &&
      ((key[address] ^ prefixes[p + 1]) & prefixes[p + 5]) === 0 &&
      ((key[address + 1] ^ prefixes[p + 2]) & prefixes[p + 6]) === 0 &&
      ((key[address + 2] ^ prefixes[p + 3]) & prefixes[p + 7]) === 0 &&
      ((key[address + 3] ^ prefixes[p + 4]) & prefixes[p + 8]) === 0
    ) {
      return true;
    }
  }
  return false;
}

/** Whether one of the terms fits protocol and ports of a key, or there is no term. */
function fits(terms: Int32Array, start: number, end: number, key: Int32Array, at: number): boolean {
  if (start === end) return true;
  const protocol = key[at + FLOW_KEY_PROTOCOL] & 255;
  const selector = key[at + FLOW_KEY_SELECTOR];
  // of protocols without ports too: their terms have every port, so the selector does not matter
  const source = selector >>> 16;
  const destination = selector & 0xffff;
  for (let t = start; t < end; t += TERM_WORDS) {
    if (
      (terms[t] === ANY || terms[t] === protocol) &&
      source >= terms[t + 1] &&
      source <= terms[t + 2] &&
      destination >= terms[t + 3] &&
      destination <= terms[t + 4]
    ) {
      return true;
    }
  }
  return false;
}
