/**
 * Sessions with two wings in typed arrays: found by either wing, counted, aged by timer, bounded.
 *
 * One structure serves as NPU session table (compact entries), global session table and SPU session table. It knows
 * flow keys and ticks, not packets and not the machine: who owns a session and what its state means is the pipeline's.
 *
 * @example A table that is full says so and changes nothing
 * ```ts
 * import { SessionTable } from '@midplane/session-table';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const table = new SessionTable({ capacity: 1 });
 * table.insert(parseFlow('192.0.2.1:1 > 198.51.100.2:53/udp'), 0, 0, 60);
 * assert.equal(table.insert(parseFlow('192.0.2.1:2 > 198.51.100.2:53/udp'), 0, 0, 60), -1);
 * assert.equal(table.size, 1);
 * assert.equal(table.statistics.failures, 1);
 * ```
 * @module
 */
export * from './session-table.ts';
export * from './types.ts';
export * from './wing-hash.ts';
