import { inversePower } from './_power.ts';

/**
 * Returns the packets of each flow, most popular first.
 *
 * Each flow has one packet; the others are shared in proportion to `rank^-exponent`, rounded so that the sum is exact
 * (the rounding error is carried from rank to rank).
 *
 * @param flows At least 1.
 * @param packets At least `flows`.
 */
export function zipfQuotas(flows: number, packets: number, exponent: number): Uint32Array<ArrayBuffer> {
  const weights = new Float64Array(flows);
  let total = 0;
  for (let i = 0; i < flows; i++) {
    weights[i] = inversePower(i + 1, exponent);
    total += weights[i]!;
  }
  const spare = packets - flows;
  const quotas = new Uint32Array(flows);
  let sum = 0;
  let given = 0;
  for (let i = 0; i < flows; i++) {
    sum += weights[i]!;
    const due = i === flows - 1 ? spare : Math.min(spare, Math.round((sum / total) * spare));
    quotas[i] = 1 + due - given;
    given = due;
  }
  return quotas;
}
