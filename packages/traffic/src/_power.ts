const LN2 = Math.LN2;
const SQRT2 = Math.SQRT2;

/**
 * Returns the natural logarithm of `x`, for `x` of at least 1.
 *
 * Own series from + - * / only, so that every engine gives the same bits; `Math.log` and `Math.pow` differ in the last.
 */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa >= 65_536) {
    mantissa /= 65_536;
    exponent += 16;
  }
  while (mantissa > SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)); |t| <= 0.1716, so that ten terms reach 2^-54
  const t = (mantissa - 1) / (mantissa + 1);
  const t2 = t * t;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * t2 + 1 / n;
  return exponent * LN2 + 2 * t * sum;
}

/** Returns e to the power of `-x`, for `x` of at least 0. Own series, see {@link logarithm}. */
export function decay(x: number): number {
  const halvings = Math.round(x / LN2);
  const rest = halvings * LN2 - x; // |rest| <= 0.3466
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (sum * rest) / n;
  for (let n = 0; n < halvings; n++) sum /= 2;
  return sum;
}

/** Returns `rank` to the power of `-exponent`, for `rank` and `exponent` of at least 1 and 0; the same on every engine. */
export function inversePower(rank: number, exponent: number): number {
  if (exponent === 1) return 1 / rank;
  return exponent === 0 ? 1 : decay(exponent * logarithm(rank));
}
