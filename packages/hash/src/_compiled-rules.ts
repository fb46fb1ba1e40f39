import { HASH_KEY_RULES, type HashKeyRule } from './hash-key-rules.ts';

/** What is hashed of a packet: MAC addresses and EtherType. */
export const ACTION_FRAME = 0;
/** What is hashed of an IPv4 packet: with the selector as it stands (SPI, identifier). */
export const ACTION_IPV4_SELECTOR = 1;
/** What is hashed of an IPv4 packet: with the selector, whose halves (ports) are exchanged with the addresses. */
export const ACTION_IPV4_PORTS = 2;
/** What is hashed of an IPv4 packet: addresses and protocol only. */
export const ACTION_IPV4_L3 = 3;
/** As {@link ACTION_IPV4_SELECTOR}, of IPv6. */
export const ACTION_IPV6_SELECTOR = 5;
/** As {@link ACTION_IPV4_PORTS}, of IPv6. */
export const ACTION_IPV6_PORTS = 6;
/** As {@link ACTION_IPV4_L3}, of IPv6. */
export const ACTION_IPV6_L3 = 7;

// Mirrors of constants of @midplane/packet, of which this package takes types only; a test compares them.
/** `PacketBatch.fragment` of a first fragment. */
export const FRAGMENT_FIRST = 1;
/** `PacketBatch.fragment` of a later fragment. */
export const FRAGMENT_LATER = 2;
/** Ethernet, of the LINKTYPE_ registry. */
export const LINKTYPE_ETHERNET = 1;

/** Returns the first rule that fits. */
export function findRule(family: 4 | 6 | undefined, protocol: number, isFragment: boolean): HashKeyRule {
  const rule = HASH_KEY_RULES.find(
    (candidate) =>
      candidate.family === family &&
      (!candidate.fragment || isFragment) &&
      (candidate.protocols === undefined || candidate.protocols.includes(protocol)),
  );
  if (rule === undefined) throw new Error(`Cannot find hash key rule: every packet must fit one: got family ${family}`);
  return rule;
}

/**
 * Actions of the rules by `fragment << 11 | family << 8 | protocol`, 0 to 8191: the fragment kind of a row and the last
 * word of its key. Rows that are not IP have a key of zeros, so that `kind` need not be read.
 */
export const ACTIONS: Uint8Array = /* @__PURE__ */ compileActions();

function compileActions(): Uint8Array {
  const actions = new Uint8Array(8192);
  for (let i = 0; i < actions.length; i++) {
    const fragment = i >> 11;
    const family = (i >> 8) & 7;
    if (family !== 4 && family !== 6) continue;
    const { layer, fields } = findRule(family, i & 255, fragment === FRAGMENT_FIRST || fragment === FRAGMENT_LATER);
    const selector = fields.includes('source-port') ? ACTION_IPV4_PORTS : ACTION_IPV4_SELECTOR;
    actions[i] = (layer === 'l3' ? ACTION_IPV4_L3 : selector) + (family === 4 ? 0 : 4);
  }
  return actions;
}
