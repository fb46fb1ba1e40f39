import { FLOW_KEY_PROTOCOL, FLOW_KEY_WORDS } from '@midplane/flow';
import type { PacketBatch } from '@midplane/packet';
import { ByteTableHash } from './_byte-table-hash.ts';
import { ACTIONS, FRAGMENT_FIRST } from './_compiled-rules.ts';
import { hashRowsByTable } from './_hash-rows-by-table.ts';
import { HASH_KEY_WORDS, writeIpv4, writeIpv6, writeRow } from './_write-hash-key.ts';
import { crc32c } from './crc32c.ts';
import type { FlowHash } from './flow-hash.ts';

/** How hash keys are made and hashed. */
export interface HashOptions {
  /** The hash function; default `crc32c`. */
  readonly hash?: FlowHash;
  /** Whether the endpoints are put in fixed order first, so that both directions have one value; default true. */
  readonly symmetric?: boolean;
}

const DEFAULTS: HashOptions = {};
const WORDS = new Int32Array(HASH_KEY_WORDS);

/**
 * Hashes every packet of a batch: chooses its key by `HASH_KEY_RULES`, puts the endpoints in order and hashes the words.
 *
 * Every row has a value, malformed and non-IP ones too (layer 2): those whose key is all 0.
 *
 * Fidelity: inferred. That both directions have one value follows from both wings of an untranslated session living on
 * one SPU.
 *
 * @param batch Decoded packets; read only. Rows that are not IP are read from `batch.records`.
 * @param options Function and symmetry.
 * @param out Receives one value per row, at the row's index; as signed numbers if it is an `Int32Array`.
 * @example
 * ```ts
 * import { hashBatch, hashKey, toeplitz } from '@midplane/hash';
 * import { KIND_IPV4, PacketBatch } from '@midplane/packet';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const batch = new PacketBatch(1);
 * batch.key.set(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'));
 * batch.kind[0] = KIND_IPV4;
 * batch.count = 1;
 * const out = new Uint32Array(1);
 * hashBatch(batch, { hash: toeplitz }, out);
 * assert.equal(out[0], hashKey(batch.key, 0, { hash: toeplitz }));
 * ```
 */
export function hashBatch(batch: PacketBatch, options: HashOptions, out: Uint32Array | Int32Array): void {
  const { hash = crc32c, symmetric = true } = options;
  if (hash instanceof ByteTableHash) hashRowsByTable(batch, hash, symmetric, out);
  else hashRows(batch, hash, symmetric, out);
}

function hashRows(batch: PacketBatch, hash: FlowHash, symmetric: boolean, out: Uint32Array | Int32Array): void {
  // hot: per packet, no allocation
  const { count, fragment, key } = batch;
  for (let row = 0, at = FLOW_KEY_PROTOCOL; row < count; row++, at += FLOW_KEY_WORDS) {
    const action = ACTIONS[((fragment[row] & 3) << 11) | (key[at] & 0x7ff)];
    out[row] = hash.hash(WORDS, 0, writeRow(batch, row, action, symmetric, WORDS));
  }
}

/** How the hash of one flow key is made. */
export interface HashKeyOptions extends HashOptions {
  /** Whether the packet is a fragment, the first one too; default false. An atomic fragment is none. */
  readonly fragment?: boolean;
}

/**
 * Returns the hash of a packet with a flow key: the value that {@link hashBatch} gives it.
 *
 * @param key Array that holds the key, of an IPv4 or IPv6 flow.
 * @param at Offset of its first word.
 * @param options Function, symmetry, fragment.
 * @returns Unsigned 32-bit hash.
 * @example Both directions have one value
 * ```ts
 * import { hashKey } from '@midplane/hash';
 * import { parseFlow, reverseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const key = parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp');
 * const reply = reverseFlow(key);
 * assert.equal(hashKey(key), hashKey(reply));
 * assert.notEqual(hashKey(key, 0, { symmetric: false }), hashKey(reply, 0, { symmetric: false }));
 * assert.notEqual(hashKey(key), hashKey(key, 0, { fragment: true }));
 * ```
 */
export function hashKey(key: Int32Array, at = 0, options: HashKeyOptions = DEFAULTS): number {
  const { hash = crc32c, symmetric = true, fragment = false } = options;
  const protocolWord = key[at + FLOW_KEY_PROTOCOL];
  const action = ACTIONS[((fragment ? FRAGMENT_FIRST : 0) << 11) | (protocolWord & 0x7ff)];
  const length =
    protocolWord >>> 8 === 4
      ? writeIpv4(key, at, action, symmetric, WORDS)
      : writeIpv6(key, at, action, symmetric, WORDS);
  return hash.hash(WORDS, 0, length);
}
