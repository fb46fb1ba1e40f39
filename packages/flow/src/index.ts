/**
 * The vocabulary of one direction of traffic: a flow key of 10 words, its two wings, its text and its Community ID.
 *
 * This is the lowest layer. It reads no packets (that is `@midplane/packet`) and hashes nothing for distribution (that
 * is `@midplane/hash`). A key is ten words inside any `Int32Array`, named by the array and a word offset, so that a
 * batch of keys is one array and nothing is allocated per packet.
 *
 * @example A flow, its reply, and the form both share
 * ```ts
 * import { flowsEqual, formatFlow, normalizeFlow, parseFlow, reverseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const flow = parseFlow('198.51.100.2:1234 > 192.0.2.1:443/tcp');
 * const reply = reverseFlow(flow);
 * assert.equal(formatFlow(reply), '192.0.2.1:443 > 198.51.100.2:1234/tcp');
 * assert.ok(flowsEqual(normalizeFlow(flow), normalizeFlow(reply)));
 * ```
 *
 * @module
 */
export * from './address.ts';
export * from './community-id.ts';
export * from './direction.ts';
export * from './flow-key.ts';
export * from './flow-text.ts';
export * from './icmp-counterpart.ts';
export * from './key.ts';
export * from './protocol.ts';
export * from './wing.ts';
