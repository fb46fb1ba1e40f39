import type { CaptureInterface } from './capture-interface.ts';

// How the rest of a second becomes nanoseconds.
/**
 * The rest times `factor`, rounded down: base 10 with up to 9 digits, where `factor` is whole, and base 2 with up to 23
 * bits, where the 53 bits of the product are exact.
 */
export const MULTIPLY = 0;
/** Base 10, 10 to 15 digits: rest / factor. */
const DIVIDE = 1;
/** Base 2, 24 to 51 bits. */
const BINARY = 2;
/** Finer still: everything in BigInt. */
const BIG = 3;

/** Units up to this many a second: a remainder times 65,536 is below 2^53. */
const MAX_LONG_DIVISION = 2 ** 37;

/**
 * Turns 64-bit pcapng time stamps into whole seconds and nanoseconds, exactly (rounded down below a nanosecond).
 *
 * A time stamp is `high * 2^32 + low` units. Packets that follow each other mostly have the same `high`: its whole
 * seconds and the units that remain are kept, and each packet only adds `low`. With n units a second, the sum is below
 * n + 2^32, at most 2^52 in the fast modes; the floor of a quotient of two integers below 2^53 is exact in doubles.
 */
export class Clock {
  readonly mode: number;
  readonly unitsPerSecond: number;
  readonly factor: number;
  /** Link type of the interface. */
  readonly linkType: number;
  /** High word that `seconds` and `units` belong to; -1 before the first packet. */
  high = -1;
  /** Whole seconds in `high * 2^32` units, and the offset of the interface. */
  seconds = 0;
  /** Units that remain, below `unitsPerSecond`. */
  units = 0;
  /** Result of {@link convert}: nanoseconds; the seconds are returned. */
  nanoseconds = 0;
  readonly #bigUnits: bigint;
  readonly #bigOffset: bigint;

  constructor(described: Pick<CaptureInterface, 'linkType' | 'timeBase' | 'timeExponent' | 'timeOffsetSeconds'>) {
    this.linkType = described.linkType;
    const exponent = described.timeExponent;
    const decimal = described.timeBase === 10;
    this.#bigUnits = BigInt(described.timeBase) ** BigInt(exponent);
    this.#bigOffset = described.timeOffsetSeconds;
    this.unitsPerSecond = Number(this.#bigUnits);
    if (exponent <= (decimal ? 9 : 23)) {
      this.mode = MULTIPLY;
      this.factor = 1_000_000_000 / this.unitsPerSecond;
    } else if (decimal && exponent <= 15) {
      this.mode = DIVIDE;
      this.factor = 10 ** (exponent - 9);
    } else {
      this.mode = decimal || exponent > 51 ? BIG : BINARY;
      this.factor = 1;
    }
  }

  /** Recomputes `seconds` and `units` for another high word. Not for mode BIG. */
  rebase(high: number): void {
    this.high = high;
    const divisor = this.unitsPerSecond;
    if (divisor <= MAX_LONG_DIVISION) {
      // long division with digits of 16 bits
      const first = Math.floor(high / divisor);
      const second = (high - first * divisor) * 65_536;
      const secondDigit = Math.floor(second / divisor);
      const third = (second - secondDigit * divisor) * 65_536;
      const thirdDigit = Math.floor(third / divisor);
      this.units = third - thirdDigit * divisor;
      this.seconds = first * 4_294_967_296 + secondDigit * 65_536 + thirdDigit + Number(this.#bigOffset);
    } else {
      const whole = BigInt(high) << 32n;
      this.seconds = Number(whole / this.#bigUnits + this.#bigOffset);
      this.units = Number(whole % this.#bigUnits);
    }
  }

  /** Returns the whole seconds and sets `nanoseconds`; any mode. */
  convert(high: number, low: number): number {
    if (this.mode === BIG) {
      const units = (BigInt(high) << 32n) | BigInt(low);
      this.nanoseconds = Number(((units % this.#bigUnits) * 1_000_000_000n) / this.#bigUnits);
      return Number(units / this.#bigUnits + this.#bigOffset);
    }
    if (high !== this.high) this.rebase(high);
    const units = this.units + low;
    const whole = Math.floor(units / this.unitsPerSecond);
    const rest = units - whole * this.unitsPerSecond;
    if (this.mode === MULTIPLY) this.nanoseconds = Math.floor(rest * this.factor);
    else if (this.mode === DIVIDE) this.nanoseconds = Math.floor(rest / this.factor);
    else this.nanoseconds = Number((BigInt(rest) * 1_000_000_000n) / this.#bigUnits);
    return this.seconds + whole;
  }
}
