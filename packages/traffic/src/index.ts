/**
 * Seeded synthetic traffic: workloads of any size, made lazily in batches, the same packets on every engine.
 *
 * Wire layer. Writing them to a file is left to `@midplane/capture`, replaying them to `@midplane/pipeline`.
 *
 * @example The flows of a small workload
 * ```ts
 * import { createTraffic } from '@midplane/traffic';
 * import { decodePackets, PacketBatch } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const traffic = createTraffic({ shape: 'many', packets: 200, seed: 1 });
 * const records = traffic.createRecords(256);
 * const batch = new PacketBatch(256);
 * traffic.nextInto(records);
 * assert.equal(decodePackets(records, batch), 200);
 * assert.equal(traffic.plan.flows, 50);
 * ```
 *
 * @module
 */
export { planWorkload } from './plan-workload.ts';
export * from './shape.ts';
export * from './traffic.ts';
export * from './traffic-records.ts';
export * from './workload.ts';
export * from './workload-traffic.ts';
