import { exactShares } from './_largest-remainder.ts';

/**
 * Shares a number of rows out by weight, to the row.
 *
 * Largest remainder: everyone gets the whole part of its exact share, the rows that are left go one each to the largest
 * remainders, ties to the lower position. Then nobody with a weight goes without: a share below one row becomes one row.
 * Results are within one of the exact share, except where these guaranteed rows leave too few for the others, who then
 * share what is left in the same way. Weights 1, 1 and 1,000,000 over 256 rows: the large one gets 254 instead of 255.9995.
 *
 * @param weights Integers from 0 to 2^53 - 1, in the order that settles ties.
 * @param length Rows to share out, at least the number of weights above 0.
 * @returns Rows per weight; their sum is `length`.
 */
export function apportionRows(weights: readonly number[], length: number): number[] {
  const rows = new Array<number>(weights.length).fill(0);
  let open = weights.map((_, i) => i).filter((i) => weights[i] > 0);
  let left = length;
  for (;;) {
    const shares = exactShares(
      open.map((i) => BigInt(weights[i])),
      left,
    );
    const below = open.filter((_, k) => shares.floors[k] === 0);
    // Enough remainder rows for all of them: they come first, nobody else loses a whole row.
    if (below.length <= shares.remaining) {
      let extra = shares.remaining - below.length;
      for (let k = 0; k < open.length; k++) rows[open[k]] = shares.floors[k] || 1;
      for (const k of shares.byRemainder) {
        if (extra === 0) break;
        if (shares.floors[k] === 0) continue;
        rows[open[k]]++;
        extra--;
      }
      return rows;
    }
    for (const i of below) rows[i] = 1;
    left -= below.length;
    open = open.filter((_, k) => shares.floors[k] > 0);
  }
}
