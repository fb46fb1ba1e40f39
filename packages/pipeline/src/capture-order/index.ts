/**
 * The order of packets in captures, in figures of RFC 4737 and RFC 5236: in one, by the numbers that packets carry; in a
 * second against a first; and of a plain list of numbers. Captures are read once, in fixed memory.
 *
 * @example
 * ```ts
 * import { measureNumbersOrder, renderNumbersOrder } from '@midplane/pipeline/capture-order';
 * import assert from 'node:assert/strict';
 *
 * assert.match(renderNumbersOrder(measureNumbersOrder([1, 3, 2])), /reordered {4}1 of 3, 33.3 %/);
 * ```
 *
 * @module
 */
export type { IpIdOrderResult } from './ip-id-order.ts';
export {
  type CaptureOrder,
  type CapturesOrder,
  measureCaptureOrder,
  measurePathOrder,
  type OrderInput,
  type OrderProgress,
} from './measure-capture.ts';
export { measureNumbersOrder, type NumbersOrder } from './measure-numbers.ts';
export { type FlowOrder, ORDER_DEFAULTS, type OrderOptions, type OrderResult } from './order-measure.ts';
export type { PathOrderResult } from './path-order.ts';
export { renderCaptureOrder, renderCapturesOrder, renderNumbersOrder } from './render-order.ts';
export type { TcpOrderResult } from './tcp-order.ts';
