/** Number of 32-bit words in a flow key. */
export const FLOW_KEY_WORDS = 10;

/**
 * Word offsets inside a flow key.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0-3 | source address, network order; IPv4 in word 0, words 1-3 are 0 |
 * | 4-7 | destination address, network order; IPv4 in word 4, words 5-7 are 0 |
 * | 8 | selector: see {@link SelectorKind} |
 * | 9 | `family << 8 \| protocol`; family is 4 or 6, protocol 0 to 255 |
 *
 * Words are signed 32-bit integers (`Int32Array`); compare them as unsigned (`>>> 0`).
 */
export const FLOW_KEY_SOURCE = 0;
/** Word offset of the destination address, see {@link FLOW_KEY_SOURCE}. */
export const FLOW_KEY_DESTINATION = 4;
/** Word offset of the selector (ports, SPI or ICMP identifier), see {@link FLOW_KEY_SOURCE}. */
export const FLOW_KEY_SELECTOR = 8;
/** Word offset of `family << 8 | protocol`, see {@link FLOW_KEY_SOURCE}. */
export const FLOW_KEY_PROTOCOL = 9;

/**
 * What the selector word of a protocol holds.
 *
 * `ports`: source port in the high, destination port in the low 16 bits (TCP, UDP, SCTP).
 * `spi`: the 32-bit security parameters index (ESP, AH); the same word in a reversed key.
 * `identifier`: identifier of an ICMP query in both halves, 0 for other messages (ICMP, ICMPv6).
 * `none`: 0.
 */
export type SelectorKind = 'ports' | 'spi' | 'identifier' | 'none';
