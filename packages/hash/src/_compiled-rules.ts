import { HASH_KEY_RULES, type HashKeyRule } from './hash-key-rules.ts';

/** Action for a protocol: addresses and protocol only. */
export const ACTION_L3 = 0;
/** Action for a protocol: with the selector, whose halves (ports) are exchanged with the addresses. */
export const ACTION_PORTS = 1;
/** Action for a protocol: with the selector as it stands (SPI, identifier). */
export const ACTION_SELECTOR = 2;

// Mirrors of constants of @midplane/packet, of which this package takes types only; a test compares them.
/** `PacketBatch.kind` of IPv4. */
export const KIND_IPV4 = 2;
/** `PacketBatch.kind` of IPv6. */
export const KIND_IPV6 = 3;
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

/** Actions of IPv4 at index 0 to 255 and of IPv6 at 256 to 511, by protocol, for packets that are no fragment. */
export const ACTIONS: Uint8Array = /* @__PURE__ */ compileActions();

function compileActions(): Uint8Array {
  const actions = new Uint8Array(512);
  for (let i = 0; i < 512; i++) {
    const { layer, fields } = findRule(i < 256 ? 4 : 6, i & 255, false);
    actions[i] = layer === 'l3' ? ACTION_L3 : fields.includes('source-port') ? ACTION_PORTS : ACTION_SELECTOR;
  }
  return actions;
}
