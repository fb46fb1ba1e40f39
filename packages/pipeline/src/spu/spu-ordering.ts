import type { SpcType } from '@midplane/chassis';
import { FLOW_KEY_WORDS } from '@midplane/flow';
import { hashWing, type SessionTable } from '@midplane/session-table';
import { DOUBLE_ZERO } from '../engine/double-zero.ts';
import type { SpuSpeed } from './spu-speed.ts';

/** How packets that flow threads finish out of order are put back in order; `none`: not at all, for comparison. */
export type OrderingMode = 'hardware' | 'software' | 'none';
/** Names of {@link OrderingMode}. */
export const ORDERING_MODES: readonly OrderingMode[] = ['hardware', 'software', 'none'];

/** How packets are kept in order. */
export interface OrderingOptions {
  /** Default `hardware`. Where an SPU has no packet ordering engine (SPC1, SPC3) it does the work itself (assumed). */
  readonly mode?: OrderingMode;
  /**
   * Protocols whose packets need ordering; default {@link ORDERED_PROTOCOLS}. Fragments
   * need it, whatever their protocol.
   */
  readonly protocols?: readonly number[];
  /** Whether the order of packets is measured, session by session; that takes time and memory. Default false. */
  readonly measure?: boolean;
}

/** Ordering lists of an SPU: flows are spread over them by their hash, so a flow is in one list. */
export const LISTS = 512;

const inKey = new Int32Array(FLOW_KEY_WORDS);

/**
 * The hash by which a packet finds its ordering list: one for both directions of a session, also where an address is
 * translated, so that the `out` wing is not the reverse of the `in` wing.
 *
 * @param flow `session << 1 | wing`.
 * @param wingHash Hash of the packet's own wing.
 */
export function flowHashOf(table: SessionTable, flow: number, wingHash: number): number {
  // hot: called per packet
  if ((flow & 1) === 0 || !table.hasOwnOutWing(flow >>> 1)) return wingHash;
  table.keyInto(flow & ~1, inKey);
  return hashWing(inKey, 0);
}

/** Protocols whose packets need ordering: TCP, UDP, ESP, AH, SCTP. Fidelity: assumed. Which need it is not published. */
export const ORDERED_PROTOCOLS: readonly number[] = [6, 17, 50, 51, 132];

/** In place of the protocol of a packet: it is a fragment. */
export const FRAGMENT = 511;

/**
 * What ordering a packet costs an SPU: only an SPC2 has a packet ordering engine, on others it is the SPU's own work.
 *
 * @param speed What the SPU's work costs.
 * @returns Nanoseconds of a flow thread.
 * @example
 * ```ts
 * import { orderingWorkNs, SPU_SPEEDS } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(orderingWorkNs('hardware', 'SPC2', SPU_SPEEDS.SPC2), 0);
 * assert.equal(orderingWorkNs('hardware', 'SPC3', SPU_SPEEDS.SPC3), SPU_SPEEDS.SPC3.orderingNs);
 * ```
 */
export function orderingWorkNs(mode: OrderingMode, card: SpcType, speed: Pick<SpuSpeed, 'orderingNs'>): number {
  return mode === 'software' || (mode === 'hardware' && card !== 'SPC2') ? speed.orderingNs : 0;
}

/** The mode that packets are ordered in, and the one after the next reboot. */
export interface OrderingState extends Required<OrderingOptions> {
  mode: OrderingMode;
  configured: OrderingMode;
}

/**
 * The options with their defaults.
 *
 * @throws {RangeError} If the mode is unknown, or a protocol is not a number from 0 to 255.
 */
export function resolveOrdering(options: OrderingOptions = {}): OrderingState {
  const { mode = 'hardware', protocols = ORDERED_PROTOCOLS, measure = false } = options;
  if (!ORDERING_MODES.includes(mode)) {
    const rule = `mode must be one of ${ORDERING_MODES.join(', ')}`;
    throw new RangeError(`Cannot set packet ordering: ${rule}: got ${JSON.stringify(mode)}`);
  }
  for (const protocol of protocols) {
    if (Number.isInteger(protocol) && protocol >= 0 && protocol <= 255) continue;
    throw new RangeError(
      `Cannot set packet ordering: protocols must be numbers from 0 to 255: got ${String(protocol)}`,
    );
  }
  return { mode, configured: mode, protocols, measure };
}

/**
 * The ordering lists of one SPU: a packet leaves when its thread is done and all earlier packets of its list have left.
 *
 * Packets are told in the order in which they arrive, with the time at which their thread is done. So a list needs nothing
 * but the time at which its last packet leaves. A packet that takes longer than the time-out of the list holds nobody up
 * any more: the list is stalled, and goes on without it.
 *
 * Fidelity: documented, that order is kept by lists. Their number, and the time-out, are assumed.
 */
export class SpuOrdering {
  /**
   * Packets that waited for an earlier one, the sum and the longest of their waits, and
   * packets that were not waited for.
   */
  held = 0;
  waitedNs: number = DOUBLE_ZERO;
  longestNs: number = DOUBLE_ZERO;
  stalls = 0;
  private readonly timeoutNs: number = DOUBLE_ZERO;
  private readonly protocols: readonly number[];
  /** 1 = packets of the protocol are ordered now. */
  private readonly needs: Uint8Array = new Uint8Array(512);
  private readonly untilNs: Float64Array = new Float64Array(LISTS);

  /**
   * @param timeoutNs How long a list waits for a packet from its arrival.
   * @param protocols Protocols whose packets need ordering.
   */
  constructor(mode: OrderingMode, timeoutNs: number, protocols: readonly number[]) {
    this.timeoutNs = timeoutNs;
    this.protocols = protocols;
    this.mode = mode;
  }

  /**
   * When a packet leaves.
   *
   * @param flowHash Hash of its flow, the same for both directions.
   * @param protocol Its protocol, or {@link FRAGMENT}.
   * @param arrivalNs When it arrived at the SPU.
   * @param doneNs When its thread is done with it.
   */
  leaveNs(flowHash: number, protocol: number, arrivalNs: number, doneNs: number): number {
    // hot: called per packet
    if (this.needs[protocol] === 0) return doneNs;
    const list = flowHash & (LISTS - 1);
    const lastNs = this.untilNs[list];
    if (doneNs - arrivalNs > this.timeoutNs) {
      this.stalls++;
      this.untilNs[list] = Math.max(lastNs, arrivalNs + this.timeoutNs);
      return doneNs;
    }
    if (lastNs <= doneNs) {
      this.untilNs[list] = doneNs;
      return doneNs;
    }
    const waitNs = lastNs - doneNs;
    this.held++;
    this.waitedNs += waitNs;
    if (waitNs > this.longestNs) this.longestNs = waitNs;
    return lastNs;
  }

  /** Takes on a mode. */
  set mode(mode: OrderingMode) {
    this.needs.fill(0);
    if (mode === 'none') return;
    for (const protocol of this.protocols) this.needs[protocol] = 1;
    this.needs[FRAGMENT] = 1;
  }

  /** Its card is reset. */
  reset(): void {
    this.untilNs.fill(0);
  }
}
