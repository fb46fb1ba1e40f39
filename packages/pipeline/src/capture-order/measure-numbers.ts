import { ReorderingMetrics, type ReorderingMetricsFigures } from '@midplane/ordering';
import { ORDER_DEFAULTS, type OrderOptions } from './order-measure.ts';

/** Ranges of missing numbers that are remembered: the most that a meter takes, as there is one stream only. */
const HOLES = 65_536;

/** Order of numbers: what is said about a capture, but for the times, which a list does not have. */
export interface NumbersOrder {
  readonly packets: number;
  readonly figures: Omit<ReorderingMetricsFigures, 'lateNs' | 'gaps'> & {
    readonly gaps: Omit<ReorderingMetricsFigures['gaps'], 'meanNs'>;
  };
}

/**
 * Measures order in a list of sequence numbers, in the order of arrival; they count packets and wrap around after 2^32 - 1.
 *
 * Fidelity: documented. RFC 4737 and RFC 5236.
 *
 * @param numbers 0 to 2^32 - 1 each.
 * @throws {RangeError} If a number is outside its range.
 * @example
 * ```ts
 * import { measureNumbersOrder } from '@midplane/pipeline/capture-order';
 * import assert from 'node:assert/strict';
 *
 * const { figures } = measureNumbersOrder([1, 2, 4, 5, 3, 6]);
 * assert.deepEqual([figures.reordered, figures.extent.max], [1, 2]);
 * ```
 */
export function measureNumbersOrder(
  numbers: readonly number[],
  options: Partial<Pick<OrderOptions, 'threshold'>> = {},
): NumbersOrder {
  const { threshold } = { ...ORDER_DEFAULTS, ...options };
  const metrics = new ReorderingMetrics({ holes: HOLES, threshold });
  for (const number of numbers) metrics.offer(checked(number), 0);
  const { lateNs, gaps, ...figures } = metrics.figures();
  const { meanNs, ...counted } = gaps;
  return { packets: numbers.length, figures: { ...figures, gaps: counted } };
}

function checked(number: number): number {
  if (Number.isInteger(number) && number >= 0 && number < 2 ** 32) return number;
  throw new RangeError(`Cannot measure: a sequence number must be a whole number from 0 to 4294967295: got ${number}`);
}
