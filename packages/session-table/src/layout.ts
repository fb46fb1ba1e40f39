/**
 * Words of a session entry. One entry is 16 words = 64 bytes = one cache line; a compact entry is the first 8 words.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | source address of the `in` wing; IPv6: row of the address pool |
 * | 1 | destination address of the `in` wing; IPv6: 0 |
 * | 2 | selector of the `in` wing (ports, SPI, identifier) |
 * | 3 | `tag << 20 \| flags << 16 \| family << 8 \| protocol`; 0 = the entry is free |
 * | 4 | tick of the last packet |
 * | 5, 6 | next and previous session of the age wheel's bucket; word 5 links free entries |
 * | 7 | user word 0 |
 * | 8 | `bucket << 20 \| timeout`: bucket of the age wheel that it is in, timeout in ticks |
 * | 9, 10 | packets of the `in` and of the `out` wing |
 * | 11, 12 | bytes of the `in` and of the `out` wing, low 32 bits |
 * | 13 | bytes, high 16 bits of `in` (upper half) and `out` (lower half) |
 * | 14 | user word 1 |
 * | 15 | row of the `out` wing in the wing store, if the session has one of its own |
 */
export const ENTRY_SOURCE: number = 0;
export const ENTRY_DESTINATION: number = 1;
export const ENTRY_SELECTOR: number = 2;
export const ENTRY_PROTOCOL: number = 3;
export const ENTRY_LAST_TICK: number = 4;
export const ENTRY_NEXT: number = 5;
export const ENTRY_PREVIOUS: number = 6;
export const ENTRY_USER_0: number = 7;
export const ENTRY_TIMEOUT: number = 8;
export const ENTRY_PACKETS: number = 9;
export const ENTRY_BYTES: number = 11;
export const ENTRY_BYTES_HIGH: number = 13;
export const ENTRY_USER_1: number = 14;
export const ENTRY_OUT_ROW: number = 15;

/** log2 of the words of a full and of a compact entry. */
export const FULL_WORDS_LOG2: number = 4;
export const COMPACT_WORDS_LOG2: number = 3;

/** Flag in word 3: the entry is in use (family and protocol alone could be 0 in a user's key). */
export const FLAG_USED: number = 1 << 16;
/** Flag in word 3: the `out` wing is not the reverse of the `in` wing; its key is in the wing pool. */
export const FLAG_OWN_OUT_WING: number = 1 << 17;
/** Flag in word 3: the session has one wing; the reverse of its key is another session (ESP, AH). */
export const FLAG_ONE_WING: number = 1 << 18;
/** Width of the timeout in word 8, and its greatest value. */
export const TIMEOUT_BITS: number = 20;
export const MAX_TIMEOUT: number = (1 << 20) - 1;
/** Place of the caller's tag in word 3: the upper 12 bits. */
export const TAG_SHIFT: number = 20;
/** Low 16 bits of word 3: family and protocol. */
export const PROTOCOL_MASK: number = 0xffff;
