/**
 * Packet ordering: ordering lists that give packets back in the order in which they came, whoever finishes first, and
 * measures of what reordering is left, RFC 4737 and RFC 5236, packet by packet in fixed memory.
 *
 * State layer, without any other package of the project: items are integers or objects of the caller's, time is an
 * argument. Which packets need ordering, and what it costs, is left to the composition.
 *
 * @example Finish in any order, leave in order
 * ```ts
 * import { OrderedItems, ReorderingMeter } from '@midplane/ordering';
 * import assert from 'node:assert/strict';
 *
 * const meter = new ReorderingMeter();
 * const ordered = new OrderedItems<number>({ capacity: 16 });
 * const tickets = [1, 2, 3].map((sequence) => ordered.enqueue(0, sequence, 0)!);
 * for (const i of [2, 0, 1]) ordered.complete(tickets[i], 'send', 10, (sequence) => meter.offer(sequence, 10));
 * assert.equal(meter.figures().ratio, 0);
 * ```
 *
 * @module
 */
export type { DensityOptions } from './density-options.ts';
export { OccupancyDensity, type OccupancyDensityFigures } from './occupancy-density.ts';
export { OrderedItems } from './ordered-items.ts';
export { COMPLETED_HELD, COMPLETED_LATE, OrderingLists } from './ordering-lists.ts';
export type { OrderingListsOptions } from './ordering-lists-options.ts';
export type { OrderingStatistics } from './ordering-statistics.ts';
export { ReorderDensity, type ReorderDensityFigures, type ReorderDensityOptions } from './reorder-density.ts';
export type { ReorderingFigures, Spread, StreamFigures } from './reordering-figures.ts';
export {
  ARRIVED_DUPLICATE,
  ARRIVED_IN_ORDER,
  ARRIVED_REORDERED,
  ARRIVED_RESENT,
  ARRIVED_TOO_LATE,
  ReorderingMeter,
} from './reordering-meter.ts';
export type { ReorderingMeterOptions } from './reordering-meter-options.ts';
export {
  ReorderingMetrics,
  type ReorderingMetricsFigures,
  type ReorderingMetricsOptions,
} from './reordering-metrics.ts';
