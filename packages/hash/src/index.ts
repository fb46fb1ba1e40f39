/**
 * Which fields of a packet decide where it goes, and the hash of them.
 *
 * Between decoded packets (`@midplane/packet`) and the table that maps a hash index to an SPU (`@midplane/weights`).
 * Key selection is data (`HASH_KEY_RULES`); hash functions are objects behind one interface (`FlowHash`), and yours works
 * like ours. Nothing here knows SPUs.
 *
 * @example
 * ```ts
 * import { crc32c, hashKey, selectHashKey } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
 * const { rule, words } = selectHashKey(key);
 * assert.equal(rule.packets, 'IPv4 TCP, UDP, SCTP');
 * assert.equal(crc32c.hash(words, 0, words.length), hashKey(key));
 * ```
 *
 * @module
 */
export * from './crc32c.ts';
export * from './flow-hash.ts';
export * from './flow-hashes.ts';
export * from './fnv1a.ts';
export * from './hash-batch.ts';
export * from './hash-key-rules.ts';
export * from './murmur3.ts';
export * from './select-hash-key.ts';
export * from './toeplitz.ts';
export * from './xxhash32.ts';
