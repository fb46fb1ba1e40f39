const TWO_32 = 4_294_967_296;

/**
 * Turns seconds and nanoseconds into a 64-bit count of units, exactly: the inverse of `Clock`.
 *
 * Packets that follow each other are mostly of the same second: its units are kept, and each packet adds what it is into
 * the second, below 2^50.
 */
export class UnitClock {
  /** High word of the last result. */
  high = 0;
  /** Low word of the last result. */
  low = 0;
  readonly #unitsPerSecond: number;
  /** Nanoseconds of a unit where a second has at most 10^9 of base 10, else 0. */
  readonly #nanosecondsPerUnit: number;
  #seconds = 0;
  #baseHigh = 0;
  #baseLow = 0;

  constructor(base: 2 | 10, exponent: number) {
    this.#unitsPerSecond = base ** exponent;
    this.#nanosecondsPerUnit = base === 10 && exponent <= 9 ? 10 ** (9 - exponent) : 0;
  }

  /** Sets `high` and `low`. */
  convert(seconds: number, nanoseconds: number): void {
    if (seconds !== this.#seconds) this.#rebase(seconds);
    const units =
      this.#nanosecondsPerUnit > 0
        ? Math.floor(nanoseconds / this.#nanosecondsPerUnit)
        : this.#unitsPerSecond > 1_000_000_000
          ? nanoseconds * (this.#unitsPerSecond / 1_000_000_000)
          : Math.floor((nanoseconds * this.#unitsPerSecond) / 1_000_000_000);
    const low = this.#baseLow + units;
    const carry = Math.floor(low / TWO_32);
    this.high = this.#baseHigh + carry;
    this.low = low - carry * TWO_32;
  }

  #rebase(seconds: number): void {
    // The whole second must fit, its last unit too.
    const units = Number.isInteger(seconds) ? BigInt(seconds) * BigInt(this.#unitsPerSecond) : -1n;
    if (units < 0n || units + BigInt(this.#unitsPerSecond) > 2n ** 64n) {
      throw new RangeError(
        `Cannot write packet: seconds must be whole, not before the offset of the interface, and fit into a 64-bit time stamp: got ${String(seconds)}`,
      );
    }
    this.#seconds = seconds;
    this.#baseHigh = Number(units >> 32n);
    this.#baseLow = Number(units & 0xffff_ffffn);
  }
}
