/*
 * Exponential, logarithm and log-gamma from + - * / alone.
 *
 * `Math.exp` and `Math.log` differ in the last bit between engines; reports must be the same bytes everywhere. IEEE 754
 * fixes + - * / and `Math.sqrt` to the bit, `Math.floor` is exact. Relative errors are a few units of 1e-16, checked in
 * the test against arithmetic with 60 digits.
 */

/** Head of ln 2: its last 21 bits are zero, so that a product with a small integer is exact. */
const LN2_HIGH = 0.6931471803691238;
/** ln 2 minus its head. */
const LN2_LOW = 1.9082149292705877e-10;
const INV_LN2 = Math.LOG2E;
/** ln(2 pi) / 2. */
const HALF_LN_TWO_PI = 0.9189385332046728;

/** 2^n for integers, by repeated squaring; every step is exact. Beyond the range of doubles the result is 0 or Infinity. */
function powerOfTwo(n: number): number {
  let base = n < 0 ? 0.5 : 2;
  let left = n < 0 ? -n : n;
  let result = 1;
  while (left > 0) {
    if (left % 2 === 1) result *= base;
    base *= base;
    left = Math.floor(left / 2);
  }
  return result;
}

/** e^x. Below -745 it is 0, above 709.7 it is Infinity. */
export function exp(x: number): number {
  if (x < -746) return 0;
  if (x > 710) return Number.POSITIVE_INFINITY;
  const n = Math.floor(x * INV_LN2 + 0.5);
  const r = x - n * LN2_HIGH - n * LN2_LOW; // |r| <= 0.35
  let sum = 1;
  for (let k = 20; k >= 1; k--) sum = 1 + (sum * r) / k;
  // in two steps, as 2^-1074 and 2^1024 lie outside what one factor can hold
  const half = Math.floor(n / 2);
  return sum * powerOfTwo(half) * powerOfTwo(n - half);
}

/** Natural logarithm of a positive finite number; -Infinity for 0. */
export function log(x: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  let m = x;
  let e = 0;
  // m into [sqrt(1/2), sqrt(2)): powers of two are exact factors
  for (let step = 512; step >= 1; step /= 2) {
    const factor = powerOfTwo(step);
    while (m >= factor) {
      m /= factor;
      e += step;
    }
    while (m * factor < 2) {
      m *= factor;
      e -= step;
    }
  }
  if (m > Math.SQRT2) {
    m /= 2;
    e += 1;
  }
  const s = (m - 1) / (m + 1); // |s| <= 0.1716, ln m = 2 (s + s^3 / 3 + s^5 / 5 + ...)
  const s2 = s * s;
  let sum = 0;
  for (let k = 25; k >= 3; k -= 2) sum = (sum + 1 / k) * s2;
  return e * LN2_HIGH + (2 * s * (1 + sum) + e * LN2_LOW);
}

/** Coefficients of Stirling's series, B(2k) / (2k (2k - 1)). */
const STIRLING: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];

/** ln Gamma(a) for a > 0. */
export function logGamma(a: number): number {
  let z = a;
  let product = 1;
  while (z < 16) {
    product *= z;
    z += 1;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * square + STIRLING[k];
  return (z - 0.5) * log(z) - z + HALF_LN_TWO_PI + series * inverse - log(product);
}
