/** What an {@link InterfaceTable} is made of; `compileInterfaces` makes it. */
export interface InterfaceTableParts {
  /** Interfaces by index, with their unit. */
  readonly names: readonly string[];
  /** Names of zones by index. */
  readonly zoneNames: readonly string[];
  /** Zone of each interface, -1 without one. */
  readonly zones: Int32Array;
  /** Own addresses, 8 words per interface: of IPv4, then of IPv6; see `addressFamilies`. */
  readonly addresses: Int32Array;
  /** Bit 0: the interface has an IPv4 address; bit 1: an IPv6 address. */
  readonly addressFamilies: Uint8Array;
  /** Interfaces of who begins conversations and of who answers, for what lies in no prefix; -1 = not given. */
  readonly initiator: number;
  readonly responder: number;
  /** Sides, longest prefix first, 10 words each: IP version, network (4), mask (4), interface. */
  readonly sides: Int32Array;
}

const SIDE_WORDS = 10;

/**
 * Interfaces of a device by index: name, slot, zone, and the one behind which an address lies.
 *
 * Fidelity: assumed. Prefixes behind interfaces stand for routing, which is not modelled.
 *
 * @example
 * ```ts
 * import { compileInterfaces } from '@midplane/pipeline';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const interfaces = compileInterfaces({
 *   sides: { '10.0.0.0/8': 'xe-7/0/0', '0.0.0.0/0': 'xe-8/1/0' },
 *   zones: { trust: ['xe-7/0/0'] },
 * });
 * const key = parseFlow('10.1.2.3:1024 > 198.51.100.2:443/tcp');
 * const ingress = interfaces.find(key, 0, 4);
 * assert.equal(interfaces.names[ingress], 'xe-7/0/0.0');
 * assert.equal(interfaces.zoneNames[interfaces.zoneOf(ingress)], 'trust');
 * assert.equal(interfaces.slots[interfaces.find(key, 4, 4)], 8);
 * ```
 */
export class InterfaceTable {
  /** Names with unit, such as `xe-7/0/0.0`, in the order in which the configuration first names them. */
  readonly names: readonly string[];
  /** Names of zones. */
  readonly zoneNames: readonly string[];
  /** Slot of the I/O card of each interface, which is its FPC number. */
  readonly slots: Int32Array;
  /** Own addresses, 8 words per interface: of IPv4, then of IPv6. */
  readonly addresses: Int32Array;

  /** Interface of who begins a conversation, if no prefix holds the address; -1 = not given. */
  readonly initiator: number;
  /** Interface of who answers; -1 = not given. */
  readonly responder: number;

  private readonly zones: Int32Array;
  private readonly addressFamilies: Uint8Array;
  private readonly sides: Int32Array;

  /** @param parts What `compileInterfaces` read. */
  constructor(parts: InterfaceTableParts) {
    this.names = parts.names;
    this.zoneNames = parts.zoneNames;
    this.slots = Int32Array.from(parts.names, slotOf);
    this.addresses = parts.addresses;
    this.initiator = parts.initiator;
    this.responder = parts.responder;
    this.zones = parts.zones;
    this.addressFamilies = parts.addressFamilies;
    this.sides = parts.sides;
  }

  /**
   * Returns the interface behind which an address lies: that of the longest prefix that holds it.
   *
   * @param words Array that holds the address, such as a flow key.
   * @param at Word offset of the address; of IPv4 the three words after it are 0, as in a flow key.
   * @param family IP version.
   * @returns Index of the interface, -1 if no prefix holds the address.
   */
  find(words: Int32Array, at: number, family: number): number {
    // hot: called per packet, no allocation
    const { sides } = this;
    for (let s = 0; s < sides.length; s += SIDE_WORDS) {
      if (
        sides[s] === family &&
        ((words[at] ^ sides[s + 1]) & sides[s + 5]) === 0 &&
        ((words[at + 1] ^ sides[s + 2]) & sides[s + 6]) === 0 &&
        ((words[at + 2] ^ sides[s + 3]) & sides[s + 7]) === 0 &&
        ((words[at + 3] ^ sides[s + 4]) & sides[s + 8]) === 0
      ) {
        return sides[s + 9];
      }
    }
    return -1;
  }

  /**
   * Returns the interface by which a packet leaves: that of the longest prefix that holds its destination, else the side
   * opposite to the one that it came in by.
   *
   * @param words Array that holds the destination, such as a flow key.
   * @param at Word offset of the destination.
   * @param family IP version.
   * @param ingress Index of the interface that it came in by; -1 = not known.
   * @returns Index of the interface, -1 if the configuration does not say.
   */
  findEgress(words: Int32Array, at: number, family: number, ingress: number): number {
    const index = this.find(words, at, family);
    return index >= 0 ? index : ingress === this.responder ? this.initiator : this.responder;
  }

  /** Whether it knows what lies behind any interface. */
  get hasSides(): boolean {
    return this.sides.length > 0 || this.initiator >= 0;
  }

  /** Returns the index of the interface of a name, with or without unit; -1 if the configuration does not name it. */
  indexOf(name: string): number {
    return this.names.indexOf(withUnit(name));
  }

  /** Returns the index of the zone of an interface; -1 if it is in none, and for the interface -1. */
  zoneOf(interfaceIndex: number): number {
    return interfaceIndex < 0 ? -1 : this.zones[interfaceIndex];
  }

  /** Whether an interface has an address of its own of an IP version. */
  hasAddress(interfaceIndex: number, family: number): boolean {
    return interfaceIndex >= 0 && (this.addressFamilies[interfaceIndex] & (family === 4 ? 1 : 2)) !== 0;
  }
}

/** Returns the name of an interface with its unit, 0 where it has none. */
export function withUnit(name: string): string {
  return name.includes('.') ? name : `${name}.0`;
}

/** Slot in a name such as `xe-7/0/0.0`. */
function slotOf(name: string): number {
  return Number(/-(\d+)\//.exec(name)![1]);
}
