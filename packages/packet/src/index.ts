/**
 * Packets as columns: decode headers of any link type into a reused batch, and build packets for tests and traffic.
 *
 * Wire layer. Reading frames from a file is left to `capture`, what a flow key means to `flow`.
 *
 * @module
 */
export * from './batch.ts';
export { decodePackets } from './decode.ts';
export * from './link-type.ts';
