/** Exact shares of a total, rounded down, and what is left to give. */
export interface Shares {
  /** Whole part of each share. */
  readonly floors: number[];
  /** Total minus the whole parts: how many positions get one more. */
  readonly remaining: number;
  /** Positions by falling remainder, ties by rising position: the order in which they get one more. */
  readonly byRemainder: number[];
}

/**
 * Computes `total * weight / sum` for each weight, exactly.
 *
 * Integers of any size throughout: no rounding of doubles decides a tie.
 *
 * @param weights Integers of 0 or more, in the order that settles ties; their sum is above 0.
 * @param total Integer from 0 to 2^53 - 1.
 */
export function exactShares(weights: readonly bigint[], total: number): Shares {
  let sum = 0n;
  for (const weight of weights) sum += weight;
  const whole = BigInt(total);
  const floors: number[] = [];
  const remainders: bigint[] = [];
  let remaining = total;
  for (const weight of weights) {
    const product = whole * weight;
    const floor = Number(product / sum);
    floors.push(floor);
    remainders.push(product % sum);
    remaining -= floor;
  }
  const byRemainder = weights.map((_, position) => position);
  byRemainder.sort((a, b) => (remainders[a] === remainders[b] ? a - b : remainders[a] > remainders[b] ? -1 : 1));
  return { floors, remaining, byRemainder };
}

/** Shares a total out by largest remainder, ties to the lower position; the parts sum up to the total. */
export function shareOut(weights: readonly bigint[], total: number): number[] {
  const { floors, remaining, byRemainder } = exactShares(weights, total);
  for (const position of byRemainder.slice(0, remaining)) floors[position]++;
  return floors;
}
