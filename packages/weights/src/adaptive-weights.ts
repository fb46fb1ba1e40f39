import type { SpuId } from '@midplane/spu-id';
import { shareOut } from './_largest-remainder.ts';
import { type SpuWeight, sortWeights } from './spu-weight.ts';

/** How often the central point calculates adaptive weights. Fidelity: documented. "Calculates the weight every 1 second". */
export const ADAPTIVE_PERIOD_NS = 1_000_000_000;

/** What an SPU tells the central point about itself. */
export interface SpuReport {
  /** CPU utilisation in whole percent, 0 to 100. */
  readonly cpuPercent: number;
  /** Sessions in use, an integer from 0 to `capacity`. */
  readonly sessions: number;
  /** Sessions that the SPU can hold, an integer from 1 to 2^53 - 1. */
  readonly capacity: number;
}

/** The last report of an SPU, as a fraction: product / capacity = (100 - CPU %) x (1 - sessions / capacity). */
interface Room {
  readonly product: bigint;
  readonly capacity: bigint;
}

/**
 * Weights of adaptive distribution: what an SPU has left decides how many of the next sessions it gets.
 *
 * The central point collects reports and calculates on every tick, W = sum(W) x C x S / sum of all C x S: C is the free part
 * of the CPU, S the free part of the session table, and the sum of the weights stays what it was. Shares are rounded by
 * largest remainder, ties to the lower SPU ID, in integers of any size, so that no rounding of doubles decides.
 *
 * Between ticks the old weights hold, whatever is reported. The weights of the start hold until every SPU that takes
 * sessions has reported once. Where no SPU has CPU and table left all weights are 0: no new session can be placed, until a
 * tick finds room again.
 *
 * Fidelity: documented. The formula, its example and the period, Junos "Flow Distribution and Packet-Ordering", adaptive
 * mode. Rounding, the weights before the first reports and the case without room are assumed.
 *
 * @example The documented one: SPU 1 and SPU 2 of one million sessions each
 * ```ts
 * import { AdaptiveWeights } from '@midplane/weights';
 * import type { SpuId } from '@midplane/spu-id';
 * import assert from 'node:assert/strict';
 *
 * const [one, two] = [1, 2] as SpuId[];
 * const adaptive = new AdaptiveWeights([{ spuId: one, weight: 50 }, { spuId: two, weight: 50 }]);
 * adaptive.report(one, { cpuPercent: 10, sessions: 500_000, capacity: 1_000_000 });
 * adaptive.report(two, { cpuPercent: 20, sessions: 400_000, capacity: 1_000_000 });
 * assert.deepEqual(adaptive.weights.map((row) => row.weight), [50, 50]); // stale until the tick
 * adaptive.tick();
 * assert.deepEqual(adaptive.weights.map((row) => row.weight), [48, 52]);
 * ```
 */
export class AdaptiveWeights {
  /** Sum of the weights: constant, but for ticks that find no room at all. */
  readonly sum: number;
  private current: readonly SpuWeight[];
  /** SPUs that take part: those whose weight at the start is above 0. */
  private readonly rooms = new Map<SpuId, Room | null>();

  /**
   * @param initial Weights at the start, in any order, such as those of weighted round robin; an SPU
   * with weight 0 never takes part.
   * @param sum Sum of the weights from then on, 1 to 2^51; by default that of `initial`. A larger one makes finer steps.
   * @throws {RangeError} If a row or `sum` is out of range, or no weight is above 0.
   */
  constructor(initial: readonly SpuWeight[], sum?: number) {
    const sorted = sortWeights(initial);
    const own = sorted.reduce((total, { weight }) => total + weight, 0);
    this.sum = sum ?? own;
    if (own === 0)
      throw new RangeError('Cannot use adaptive weights: one weight at the start must be above 0: got none');
    if (!Number.isInteger(this.sum) || this.sum < 1 || this.sum > 2 ** 51) {
      throw new RangeError(`Cannot use adaptive weights: their sum must be an integer from 1 to 2^51: got ${this.sum}`);
    }
    const weights = sorted.map(({ weight }) => BigInt(weight));
    const scaled = shareOut(weights, this.sum);
    this.current = sorted.map(({ spuId }, i) => ({ spuId, weight: scaled[i] }));
    for (const { spuId, weight } of sorted) if (weight > 0) this.rooms.set(spuId, null);
  }

  /** The weights in force, ascending by SPU ID; a new list after every tick that changed one. */
  get weights(): readonly SpuWeight[] {
    return this.current;
  }

  /**
   * Takes the report of an SPU; it counts from the next tick on and replaces the one before.
   *
   * @throws {RangeError} If the SPU does not take part, or a figure is out of range.
   */
  report(spuId: SpuId, { cpuPercent, sessions, capacity }: SpuReport): void {
    const wrong = (rule: string, got: unknown): RangeError =>
      new RangeError(`Cannot take report of SPU ${spuId}: ${rule}: got ${String(got)}`);
    if (!this.rooms.has(spuId)) throw wrong(`SPU ID must be one of ${[...this.rooms.keys()].join(', ')}`, spuId);
    if (!Number.isInteger(cpuPercent) || cpuPercent < 0 || cpuPercent > 100) {
      throw wrong('cpuPercent must be an integer from 0 to 100', cpuPercent);
    }
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw wrong('capacity must be an integer from 1 to 2^53 - 1', capacity);
    }
    if (!Number.isInteger(sessions) || sessions < 0 || sessions > capacity) {
      throw wrong(`sessions must be an integer from 0 to the capacity, ${capacity}`, sessions);
    }
    const product = BigInt(100 - cpuPercent) * BigInt(capacity - sessions);
    this.rooms.set(spuId, { product, capacity: BigInt(capacity) });
  }

  /**
   * Calculates the weights from the last reports, as the central point does every {@link ADAPTIVE_PERIOD_NS}.
   *
   * @returns Whether a weight changed.
   */
  tick(): boolean {
    const rooms: Room[] = [];
    for (const room of this.rooms.values()) {
      if (room === null) return false;
      rooms.push(room);
    }
    // over one denominator: most SPUs have one of two capacities, so the product of the different ones is small
    let denominator = 1n;
    for (const capacity of new Set(rooms.map((room) => room.capacity))) denominator *= capacity;
    const shares = rooms.map(({ product, capacity }) => product * (denominator / capacity));
    const room = shares.some((share) => share > 0n);
    const weights = room ? shareOut(shares, this.sum) : shares.map(() => 0);
    const bySpu = new Map([...this.rooms.keys()].map((spuId, i) => [spuId, weights[i]]));
    const next = this.current.map(({ spuId }) => ({ spuId, weight: bySpu.get(spuId) ?? 0 }));
    const changed = next.some(({ weight }, i) => weight !== this.current[i].weight);
    if (changed) this.current = next;
    return changed;
  }
}
