const { LN2 } = Math;

/**
 * Natural logarithm of a number above 0, from + - * / alone, so that every engine gives the same bits.
 *
 * ln(m * 2^e) = e ln 2 + 2 atanh((m - 1) / (m + 1)), with m between 2/3 and 4/3 and the series of atanh.
 */
export function naturalLog(value: number): number {
  let mantissa = value;
  let exponent = 0;
  for (; mantissa > 4 / 3; exponent++) mantissa /= 2;
  for (; mantissa < 2 / 3; exponent--) mantissa *= 2;
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  // |ratio| <= 1/5: 12 terms reach the last bit
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return exponent * LN2 + 2 * ratio * sum;
}
