import { PROTOCOL_ICMP } from './protocol.ts';

const COUNTERPARTS = new Int16Array(256).fill(-1);
const COUNTERPARTS_6 = new Int16Array(256).fill(-1);
for (const [a, b] of [
  [0, 8],
  [9, 10],
  [13, 14],
  [15, 16],
  [17, 18],
]) {
  COUNTERPARTS[a] = b;
  COUNTERPARTS[b] = a;
}
for (const [a, b] of [
  [128, 129],
  [130, 131],
  [133, 134],
  [135, 136],
  [139, 140],
  [144, 145],
]) {
  COUNTERPARTS_6[a] = b;
  COUNTERPARTS_6[b] = a;
}

/**
 * Returns the type of the message that answers an ICMP or ICMPv6 message, in either direction.
 *
 * @param protocol 1 (ICMP), else ICMPv6.
 * @param type Type of the message, 0 to 255.
 * @returns The other type of the pair; -1 if messages of the type are one-way.
 * @see https://github.com/corelight/community-id-spec, whose pairs these are
 * @example
 * ```ts
 * import { icmpCounterpart } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(icmpCounterpart(1, 8), 0); // echo request and reply
 * assert.equal(icmpCounterpart(58, 128), 129);
 * assert.equal(icmpCounterpart(1, 3), -1); // destination unreachable
 * ```
 */
export function icmpCounterpart(protocol: number, type: number): number {
  return (protocol === PROTOCOL_ICMP ? COUNTERPARTS : COUNTERPARTS_6)[type & 255];
}
