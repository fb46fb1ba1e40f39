import { crc32c } from './crc32c.ts';
import type { FlowHash } from './flow-hash.ts';
import { fnv1a } from './fnv1a.ts';
import { murmur3 } from './murmur3.ts';
import { toeplitz, toeplitzSymmetric } from './toeplitz.ts';
import { xxhash32 } from './xxhash32.ts';

/**
 * The hash functions of this package by name; the first is the default.
 *
 * Fidelity: assumed. The vendor's function is not published.
 *
 * @example With a function of your own beside them
 * ```ts
 * import { FLOW_HASHES, findFlowHash } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal([...FLOW_HASHES.keys()][0], 'crc32c');
 * const constant = { name: 'constant', hash: () => 1 };
 * const hashes = new Map([...FLOW_HASHES, [constant.name, constant]]);
 * assert.equal(findFlowHash('constant', hashes), constant);
 * ```
 */
export const FLOW_HASHES: ReadonlyMap<string, FlowHash> = /* @__PURE__ */ new Map(
  [crc32c, toeplitz, toeplitzSymmetric, xxhash32, murmur3, fnv1a].map((hash) => [hash.name, hash] as const),
);

/**
 * Returns the hash function of a name.
 *
 * @param name For example `'crc32c'`.
 * @param hashes Where to look; default {@link FLOW_HASHES}.
 * @throws {RangeError} If there is no function of that name; the message lists the names.
 * @example
 * ```ts
 * import { findFlowHash, toeplitz } from '@midplane/hash';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(findFlowHash('toeplitz'), toeplitz);
 * assert.throws(() => findFlowHash('crc32'), /must be one of crc32c, toeplitz,/);
 * ```
 */
export function findFlowHash(name: string, hashes: ReadonlyMap<string, FlowHash> = FLOW_HASHES): FlowHash {
  const hash = hashes.get(name);
  if (hash === undefined) {
    throw new RangeError(
      `Cannot find hash function: name must be one of ${[...hashes.keys()].join(', ')}: got "${name}"`,
    );
  }
  return hash;
}
