/** The layer whose fields a hash key has, by its common name (L2, L3, L4). */
export type HashKeyLayer = 'l2' | 'l3' | 'l4';

/** A field that can be part of a hash key. */
export type HashKeyField =
  | 'source-address'
  | 'destination-address'
  | 'source-port'
  | 'destination-port'
  | 'spi'
  | 'identifier'
  | 'protocol'
  | 'source-mac'
  | 'destination-mac'
  | 'ethertype';

/** Which packets take which fields, as data. */
export interface HashKeyRule {
  /** Name of the rule, for example `ipv4-ports`. */
  readonly id: string;
  /** The packets, in words. */
  readonly packets: string;
  /** IP version of the packets; `undefined` for what is not IP. */
  readonly family: 4 | 6 | undefined;
  /** True if the rule is for fragments. */
  readonly fragment: boolean;
  /** IP protocol numbers of the packets; `undefined` for any. */
  readonly protocols: readonly number[] | undefined;
  /** The layer. */
  readonly layer: HashKeyLayer;
  /** The fields in the order in which they are hashed. */
  readonly fields: readonly HashKeyField[];
  /** How well the rule is known; where its parts differ, the weakest. */
  readonly fidelity: 'documented' | 'inferred';
  /** From where it is known. */
  readonly why: string;
}

const ADDRESSES: readonly HashKeyField[] = ['source-address', 'destination-address'];
const L3_FIELDS: readonly HashKeyField[] = [...ADDRESSES, 'protocol'];
const PORT_FIELDS: readonly HashKeyField[] = [...ADDRESSES, 'source-port', 'destination-port', 'protocol'];
const SPI_FIELDS: readonly HashKeyField[] = [...ADDRESSES, 'spi', 'protocol'];
const IDENTIFIER_FIELDS: readonly HashKeyField[] = [...ADDRESSES, 'identifier', 'protocol'];

const GUIDE = 'Juniper, "Flow Distribution and Packet-Ordering", hash-based forwarding';
const SAME = 'the rule of IPv4, applied to the upper-layer header: the documentation describes IPv4 only';

/**
 * The rules by which the hash key of a packet is chosen: the first one that fits holds.
 *
 * A fragment, the first one too, takes addresses and protocol only, since the later ones have no ports. A packet whose
 * ports or SPI are cut off keeps its rule, with 0 in their place.
 *
 * Fidelity: documented. Junos names the protocols that are hashed on layer 4, that other IP packets and fragments are
 * hashed on layer 3, and what is not IP on layer 2; each rule has a mark of its own.
 *
 * @example
 * ```ts
 * import { HASH_KEY_RULES } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * const rule = HASH_KEY_RULES.find(({ id }) => id === 'ipv4-fragment');
 * assert.deepEqual(rule?.fields, ['source-address', 'destination-address', 'protocol']);
 * ```
 */
export const HASH_KEY_RULES: readonly HashKeyRule[] = [
  {
    id: 'ipv4-fragment',
    packets: 'IPv4 fragment, the first one too',
    family: 4,
    fragment: true,
    protocols: undefined,
    layer: 'l3',
    fields: L3_FIELDS,
    fidelity: 'documented',
    why: `fragments are hashed on the 3-tuple (${GUIDE})`,
  },
  {
    id: 'ipv4-ports',
    packets: 'IPv4 TCP, UDP, SCTP',
    family: 4,
    fragment: false,
    protocols: [6, 17, 132],
    layer: 'l4',
    fields: PORT_FIELDS,
    fidelity: 'documented',
    why: `TCP, UDP and SCTP are hashed on layer 4 (${GUIDE})`,
  },
  {
    id: 'ipv4-spi',
    packets: 'IPv4 ESP, AH',
    family: 4,
    fragment: false,
    protocols: [50, 51],
    layer: 'l4',
    fields: SPI_FIELDS,
    fidelity: 'inferred',
    why: `ESP and AH are hashed on layer 4 (${GUIDE}); the SPI is the only field there that tells flows apart`,
  },
  {
    id: 'ipv4-icmp',
    packets: 'IPv4 ICMP',
    family: 4,
    fragment: false,
    protocols: [1],
    layer: 'l4',
    fields: IDENTIFIER_FIELDS,
    fidelity: 'inferred',
    why: `ICMP is hashed on layer 4 (${GUIDE}); a query and its reply share the identifier, other messages count as 0`,
  },
  {
    id: 'ipv4-other',
    packets: 'IPv4, any other protocol',
    family: 4,
    fragment: false,
    protocols: undefined,
    layer: 'l3',
    fields: L3_FIELDS,
    fidelity: 'documented',
    why: `other IP packets are hashed on layer 3 (${GUIDE})`,
  },
  {
    id: 'ipv6-fragment',
    packets: 'IPv6 fragment, the first one too; an atomic fragment (RFC 6946) is none',
    family: 6,
    fragment: true,
    protocols: undefined,
    layer: 'l3',
    fields: L3_FIELDS,
    fidelity: 'inferred',
    why: SAME,
  },
  {
    id: 'ipv6-ports',
    packets: 'IPv6 TCP, UDP, SCTP',
    family: 6,
    fragment: false,
    protocols: [6, 17, 132],
    layer: 'l4',
    fields: PORT_FIELDS,
    fidelity: 'inferred',
    why: SAME,
  },
  {
    id: 'ipv6-spi',
    packets: 'IPv6 ESP, AH',
    family: 6,
    fragment: false,
    protocols: [50, 51],
    layer: 'l4',
    fields: SPI_FIELDS,
    fidelity: 'inferred',
    why: SAME,
  },
  {
    id: 'ipv6-icmp6',
    packets: 'IPv6 ICMPv6',
    family: 6,
    fragment: false,
    protocols: [58],
    layer: 'l4',
    fields: IDENTIFIER_FIELDS,
    fidelity: 'inferred',
    why: SAME,
  },
  {
    id: 'ipv6-other',
    packets: 'IPv6, any other protocol',
    family: 6,
    fragment: false,
    protocols: undefined,
    layer: 'l3',
    fields: L3_FIELDS,
    fidelity: 'inferred',
    why: SAME,
  },
  {
    id: 'non-ip',
    packets: 'not IP, or with an IP header that cannot be read',
    family: undefined,
    fragment: false,
    protocols: undefined,
    layer: 'l2',
    fields: ['source-mac', 'destination-mac', 'ethertype'],
    fidelity: 'documented',
    why: `packets that are not IP are hashed on layer 2 (${GUIDE})`,
  },
];
