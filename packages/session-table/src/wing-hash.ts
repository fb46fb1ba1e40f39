import { FLOW_KEY_WORDS } from '@midplane/flow';

/** Even: with {@link AH} it differs in the lowest bit only. */
const ESP = 50;
const AH = 51;
/** Rows that are hashed in one go. */
const BLOCK = 1024;
/** Rows of a block that `hashIpv4WingsInto` has left. */
const others = new Int32Array(BLOCK);

/**
 * Hashes one flow key for the table's own index; equal for both wings of a plain session.
 *
 * Each endpoint (address, port) is mixed alone and the two are joined by a sum, so that no branch has to order them.
 * This hash decides only where an entry lies in memory. It is not the hash that selects an SPU, so a poor or hostile
 * selection hash cannot slow the table down.
 *
 * @param key Flow keys, 10 words each.
 * @param at Word offset of the key.
 * @param seed 32-bit seed; another seed gives another layout, never another result.
 * @returns Signed 32-bit integer.
 * @example Both wings hash alike
 * ```ts
 * import { hashWing } from '@midplane/session-table';
 * import assert from 'node:assert/strict';
 *
 * const tcp = (4 << 8) | 6;
 * const there = Int32Array.of(0x0a000001, 0, 0, 0, 0x0a000002, 0, 0, 0, (1234 << 16) | 80, tcp);
 * const back = Int32Array.of(0x0a000002, 0, 0, 0, 0x0a000001, 0, 0, 0, (80 << 16) | 1234, tcp);
 * assert.equal(hashWing(there, 0), hashWing(back, 0));
 * ```
 */
export function hashWing(key: Int32Array, at: number, seed = 0): number {
  // hot: called per packet, no allocation
  const protocol = key[at + 9];
  let source = key[at];
  let destination = key[at + 4];
  if (protocol >>> 8 !== 4) {
    source = Math.imul(source, 0x2c1b3c6d) ^ Math.imul(key[at + 1], 0x297a2d39);
    source = Math.imul(source ^ (source >>> 16), 0x1b56c4e9) ^ Math.imul(key[at + 2], 0x3d4d51cb);
    source = Math.imul(source ^ (source >>> 15), 0x165667b1) ^ Math.imul(key[at + 3], 0x27d4eb2f);
    destination = Math.imul(destination, 0x2c1b3c6d) ^ Math.imul(key[at + 5], 0x297a2d39);
    destination = Math.imul(destination ^ (destination >>> 16), 0x1b56c4e9) ^ Math.imul(key[at + 6], 0x3d4d51cb);
    destination = Math.imul(destination ^ (destination >>> 15), 0x165667b1) ^ Math.imul(key[at + 7], 0x27d4eb2f);
  }
  const selector = key[at + 8];
  let sourcePort = selector >>> 16;
  let destinationPort = selector & 0xffff;
  let rest = protocol ^ seed;
  if ((protocol & 0xff) === ESP || (protocol & 0xff) === AH) {
    sourcePort = 0;
    destinationPort = 0;
    rest ^= Math.imul(selector, 0x5bd1e995);
  }
  let a = Math.imul(source ^ seed, 0x9e3779b1) + Math.imul(sourcePort, 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 15), 0x7feb352d);
  a ^= a >>> 13;
  let b = Math.imul(destination ^ seed, 0x9e3779b1) + Math.imul(destinationPort, 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 15), 0x7feb352d);
  b ^= b >>> 13;
  // an even factor: a + (a ^ b) * odd loses a bit of a, and 3 to 16 times as many keys would share a hash
  let h = (a + b + Math.imul(a ^ b, 0x45d9f3a) + Math.imul(rest, 0xc2b2ae35)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x846ca68b);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2545f491);
  return h ^ (h >>> 16);
}

/**
 * Hashes rows of flow keys with {@link hashWing}.
 *
 * @param keys Flow keys, 10 words each, row after row.
 * @param count Rows to hash.
 * @param out Receives one signed 32-bit integer per row.
 * @param seed Same seed as the table's.
 * @example A batch is hashed first, and looked up then
 * ```ts
 * import { hashWing, hashWingsInto, SessionTable } from '@midplane/session-table';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const keys = new Int32Array(20);
 * keys.set(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0);
 * keys.set(parseFlow('192.0.2.1:1235 > 198.51.100.2:443/tcp'), 10);
 * const hashes = new Int32Array(2);
 * hashWingsInto(keys, 2, hashes);
 * assert.equal(hashes[1], hashWing(keys, 10));
 *
 * const table = new SessionTable({ capacity: 10 });
 * table.insert(keys, 10, 0, 60, hashes[1]);
 * assert.deepEqual([table.find(keys, 0, hashes[0]), table.find(keys, 10, hashes[1])], [-1, 0]);
 * ```
 */
export function hashWingsInto(keys: Int32Array, count: number, out: Int32Array, seed = 0): void {
  for (let first = 0; first < count; first += BLOCK) {
    const end = Math.min(first + BLOCK, count);
    const left = hashIpv4WingsInto(keys, first, end, out, seed);
    for (let i = 0; i < left; i++) out[others[i]] = hashWing(keys, others[i] * FLOW_KEY_WORDS, seed);
  }
}

/** Hashes rows of IPv4 without SPI, as {@link hashWing}, lists the others and returns the number of those. */
function hashIpv4WingsInto(keys: Int32Array, first: number, end: number, out: Int32Array, seed: number): number {
  // hot: per packet, no allocation, no call: with one in the loop V8 looks at every array anew for each row
  const rest = others;
  let left = 0;
  for (let row = first, at = first * FLOW_KEY_WORDS; row < end; row++, at += FLOW_KEY_WORDS) {
    const protocol = keys[at + 9];
    if (!isPlainIpv4(protocol)) {
      rest[left++] = row;
      continue;
    }
    const selector = keys[at + 8];
    let a = Math.imul(keys[at] ^ seed, 0x9e3779b1) + Math.imul(selector >>> 16, 0x85ebca6b);
    a = Math.imul(a ^ (a >>> 15), 0x7feb352d);
    a ^= a >>> 13;
    let b = Math.imul(keys[at + 4] ^ seed, 0x9e3779b1) + Math.imul(selector & 0xffff, 0x85ebca6b);
    b = Math.imul(b ^ (b >>> 15), 0x7feb352d);
    b ^= b >>> 13;
    let h = (a + b + Math.imul(a ^ b, 0x45d9f3a) + Math.imul(protocol ^ seed, 0xc2b2ae35)) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x846ca68b);
    h ^= h >>> 15;
    h = Math.imul(h, 0x2545f491);
    out[row] = h ^ (h >>> 16);
  }
  return left;
}

/** Whether the last word of a key is that of IPv4, not ESP or AH. */
function isPlainIpv4(protocol: number): boolean {
  return protocol >>> 8 === 4 && (protocol & 0xfe) !== ESP;
}
