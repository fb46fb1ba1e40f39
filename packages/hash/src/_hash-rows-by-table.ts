import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_WORDS } from '@midplane/flow';
import type { PacketBatch } from '@midplane/packet';
import type { ByteTableHash } from './_byte-table-hash.ts';
import {
  ACTION_IPV4_PORTS,
  ACTION_IPV6_L3,
  ACTION_IPV6_PORTS,
  ACTION_IPV6_SELECTOR,
  ACTIONS,
} from './_compiled-rules.ts';
import { HASH_KEY_WORDS, writeRow } from './_write-hash-key.ts';

const WORDS = new Int32Array(HASH_KEY_WORDS);
/** Rows that the loops before have left; at most 65,536 rows are in a batch. */
let others = new Uint16Array(1024);

/**
 * Hashes every row by the tables of a linear hash: key selection, order of the endpoints and hash in one pass.
 *
 * The value of each row is that of `hash.hash` over the words that `_write-hash-key.ts` writes; a test compares them.
 * The common cases have loops of their own, without a call: a call in the loop, even one that is never reached, makes V8
 * look at every array anew for each row.
 */
export function hashRowsByTable(
  batch: PacketBatch,
  hash: ByteTableHash,
  symmetric: boolean,
  out: Uint32Array | Int32Array,
): void {
  const { count, fragment, key } = batch;
  const orderMask = symmetric ? -1 : 0;
  if (others.length < count) others = new Uint16Array(count);
  let left = hashIpv4L4Rows(batch, hash, orderMask, out, others);
  if (left > 0) left = hashIpv6Rows(batch, hash, orderMask, out, others, left);
  // IPv4 on layer 3, and what is not IP
  for (let i = 0; i < left; i++) {
    const row = others[i];
    const action = ACTIONS[((fragment[row] & 3) << 11) | (key[row * FLOW_KEY_WORDS + FLOW_KEY_PROTOCOL] & 0x7ff)];
    out[row] = hash.hash(WORDS, 0, writeRow(batch, row, action, symmetric, WORDS));
  }
}

/** Hashes the rows of IPv4 on layer 4, lists the others and returns the number of those. */
function hashIpv4L4Rows(
  batch: PacketBatch,
  hash: ByteTableHash,
  orderMask: number,
  out: Uint32Array | Int32Array,
  rest: Uint16Array,
): number {
  // hot: per packet, no allocation, no call
  const { count, fragment, key } = batch;
  const { tables, constant } = hash.layouts[4];
  const actions = ACTIONS;
  let left = 0;
  for (let row = 0, at = 0; row < count; row++, at += FLOW_KEY_WORDS) {
    const protocolWord = key[at + FLOW_KEY_PROTOCOL];
    const action = actions[((fragment[row] & 3) << 11) | (protocolWord & 0x7ff)];
    if (((action - 1) & 7) > 1) {
      rest[left++] = row;
      continue;
    }
    let source = key[at];
    let destination = key[at + FLOW_KEY_DESTINATION];
    let selector = key[at + FLOW_KEY_SELECTOR];
    // -1 if source > destination, both unsigned: the borrow of the subtraction. No branch: nothing could predict it
    const swap = (((~destination & source) | (~(destination ^ source) & (destination - source))) >> 31) & orderMask;
    if (action === ACTION_IPV4_PORTS) {
      const reversed = (selector << 16) | (selector >>> 16);
      selector ^= (selector ^ reversed) & swap;
      if (source === destination && orderMask !== 0 && selector >>> 0 > reversed >>> 0) selector = reversed;
    }
    const exchange = (source ^ destination) & swap;
    source ^= exchange;
    destination ^= exchange;
    // Written out: sumOfWord() four times over is beyond what V8 inlines into one function. In three sums: fewer waits
    const sourceSum =
      tables[source >>> 24] ^
      tables[256 | ((source >>> 16) & 255)] ^
      tables[512 | ((source >>> 8) & 255)] ^
      tables[768 | (source & 255)];
    const destinationSum =
      tables[1024 | (destination >>> 24)] ^
      tables[1280 | ((destination >>> 16) & 255)] ^
      tables[1536 | ((destination >>> 8) & 255)] ^
      tables[1792 | (destination & 255)];
    const selectorSum =
      tables[2048 | (selector >>> 24)] ^
      tables[2304 | ((selector >>> 16) & 255)] ^
      tables[2560 | ((selector >>> 8) & 255)] ^
      tables[2816 | (selector & 255)];
    out[row] = sourceSum ^ destinationSum ^ selectorSum ^ tables[3840 | (protocolWord & 255)] ^ constant;
  }
  return left;
}

/** Hashes the listed rows of IPv6, lists the others and returns the number of those. */
function hashIpv6Rows(
  batch: PacketBatch,
  hash: ByteTableHash,
  orderMask: number,
  out: Uint32Array | Int32Array,
  rows: Uint16Array,
  count: number,
): number {
  // hot: per packet, no allocation, no call
  const { fragment, key } = batch;
  const [layout9, layout10] = [hash.layouts[9], hash.layouts[10]];
  const actions = ACTIONS;
  let left = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    const at = row * FLOW_KEY_WORDS;
    const protocolWord = key[at + FLOW_KEY_PROTOCOL];
    const action = actions[((fragment[row] & 3) << 11) | (protocolWord & 0x7ff)];
    if (action < ACTION_IPV6_SELECTOR) {
      rows[left++] = row;
      continue;
    }
    const { tables, constant } = action === ACTION_IPV6_L3 ? layout9 : layout10;
    // The first pair of words that differ decides
    let word = 0;
    while (word < 3 && key[at + word] === key[at + FLOW_KEY_DESTINATION + word]) word++;
    const high = key[at + word];
    const low = key[at + FLOW_KEY_DESTINATION + word];
    const swap = (((~low & high) | (~(low ^ high) & (low - high))) >> 31) & orderMask;
    const first = at + (swap & FLOW_KEY_DESTINATION);
    const second = at + (~swap & FLOW_KEY_DESTINATION);
    let sum = constant;
    for (let pair = 0; pair < 4; pair++) {
      const a = key[first + pair];
      const b = key[second + pair];
      const start = pair << 10;
      sum ^=
        tables[start | (a >>> 24)] ^
        tables[start | 256 | ((a >>> 16) & 255)] ^
        tables[start | 512 | ((a >>> 8) & 255)] ^
        tables[start | 768 | (a & 255)] ^
        tables[start | 4096 | (b >>> 24)] ^
        tables[start | 4352 | ((b >>> 16) & 255)] ^
        tables[start | 4608 | ((b >>> 8) & 255)] ^
        tables[start | 4864 | (b & 255)];
    }
    if (action === ACTION_IPV6_L3) {
      out[row] = sum ^ tables[8960 | (protocolWord & 255)];
      continue;
    }
    let selector = key[at + FLOW_KEY_SELECTOR];
    if (action === ACTION_IPV6_PORTS) {
      const reversed = (selector << 16) | (selector >>> 16);
      selector ^= (selector ^ reversed) & swap;
      if (high === low && orderMask !== 0 && selector >>> 0 > reversed >>> 0) selector = reversed;
    }
    out[row] =
      sum ^
      tables[8192 | (selector >>> 24)] ^
      tables[8448 | ((selector >>> 16) & 255)] ^
      tables[8704 | ((selector >>> 8) & 255)] ^
      tables[8960 | (selector & 255)] ^
      tables[9984 | (protocolWord & 255)];
  }
  return left;
}
