import { decay, inversePower, logarithm } from './_power.ts';

/** Ranks that are added one by one; the sum beyond them is an integral with corrections. */
const EXACT = 256;

/** Returns (e^y - 1) / y for `y` near 0; own series. */
function growthNearZero(y: number): number {
  let sum = 1;
  for (let n = 16; n >= 2; n--) sum = 1 + (sum * y) / n;
  return sum;
}

/**
 * The packets of each flow by rank, without a table: each flow has one, the others go by `rank^-exponent`.
 *
 * Rounded so that the sum is exact. The sum over ranks is that of Euler and Maclaurin beyond rank 256, so that the cost
 * does not depend on the number of flows.
 */
export class Popularity {
  readonly #flows: number;
  readonly #spare: number;
  readonly #exponent: number;
  readonly #sums: Float64Array<ArrayBuffer>;
  readonly #edge: number;
  readonly #total: number;

  /**
   * @param flows At least 1.
   * @param packets At least `flows`.
   */
  constructor(flows: number, packets: number, exponent: number) {
    this.#flows = flows;
    this.#spare = packets - flows;
    this.#exponent = exponent;
    this.#sums = new Float64Array(EXACT + 1);
    for (let rank = 1; rank <= EXACT; rank++) {
      this.#sums[rank] = this.#sums[rank - 1]! + inversePower(rank, exponent);
    }
    this.#edge = inversePower(EXACT, exponent);
    this.#total = this.sum(flows);
  }

  /** Returns the packets of the flow of `rank`, from 0; in sum exactly all. */
  quota(rank: number): number {
    return 1 + this.#due(rank + 1) - this.#due(rank);
  }

  /** Returns the sum of `rank^-exponent` over ranks 1 to `ranks`. */
  sum(ranks: number): number {
    if (ranks <= EXACT) return this.#sums[ranks]!;
    const s = this.#exponent;
    if (s === 0) return ranks;
    const times = ranks / EXACT;
    const ratio = logarithm(times);
    const fall = decay(s * ratio);
    const y = (1 - s) * ratio;
    const growth = y > -0.5 && y < 0.5 ? growthNearZero(y) : (times * fall - 1) / y; // e^y is times * fall
    const integral = this.#edge * EXACT * ratio * growth;
    const value = this.#edge * fall;
    const slope = (s / 12) * (this.#edge / EXACT - value / ranks);
    const third =
      ((s * (s + 1) * (s + 2)) / 720) * (value / (ranks * ranks * ranks) - this.#edge / (EXACT * EXACT * EXACT));
    return this.#sums[EXACT]! + integral + (value - this.#edge) / 2 + slope + third;
  }

  /** Returns the packets beyond the first that the flows before `rank` have. */
  #due(rank: number): number {
    if (rank >= this.#flows) return this.#spare;
    return Math.min(this.#spare, Math.round((this.sum(rank) / this.#total) * this.#spare));
  }
}
