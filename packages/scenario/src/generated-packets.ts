import { planTraffic, planWorkload } from '@midplane/traffic';
import type { ScenarioTraffic } from './scenario.ts';

/**
 * Returns how many packets generated traffic has, before it is made; those of floods are counted by their rate.
 *
 * @param item Traffic of a scenario.
 * @returns Packets; undefined for a capture, of which the scenario does not know.
 * @throws {RangeError} If the traffic cannot be made; that of a checked scenario can.
 * @example
 * ```ts
 * import { generatedPackets } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(generatedPackets({ shape: 'many' }), 4_000_000);
 * assert.equal(generatedPackets({ capture: 'office.pcapng' }), undefined);
 * ```
 */
export function generatedPackets(item: ScenarioTraffic): number | undefined {
  if ('capture' in item) return undefined;
  if (!('workload' in item)) return planTraffic(item).packets;
  const { packets, floods } = planWorkload(item.workload);
  return floods.reduce((sum, each) => sum + (each.untilSeconds - each.fromSeconds) * each.perSecond, packets);
}
