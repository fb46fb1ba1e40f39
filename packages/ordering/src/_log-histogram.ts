/** Values below this have a counter of their own. */
const EXACT = 64;
/** Counters per power of two above: a value is known to within 1/32 of it. */
const STEPS = 32;
const EXPONENTS = 53 - 6;

/** Counts of integers from 0 to 2^53 - 1 in fixed memory: exact below 64, then to within one part in 32. */
export class LogHistogram {
  count = 0;
  sum = 0;
  max = 0;
  private readonly counts = new Float64Array(EXACT + EXPONENTS * STEPS);

  add(value: number): void {
    this.counts[placeOf(value)]++;
    this.count++;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  /**
   * A bound that at least this share of the values do not exceed: the largest value that is counted with the smallest such
   * one, and no more than `max`; 0 if there are none.
   */
  quantile(share: number): number {
    const wanted = share * this.count;
    let seen = 0;
    for (let place = 0; place < this.counts.length; place++) {
      seen += this.counts[place];
      if (seen > 0 && seen >= wanted) return Math.min(highestOf(place), this.max);
    }
    return this.max;
  }

  /** Mean; 0 if there are no values. */
  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }
}

function placeOf(value: number): number {
  if (value < EXACT) return value;
  const high = Math.floor(value / 4_294_967_296);
  const exponent = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
  // 6 leading bits: the first is 1, the other 5 are the step
  const leading = Math.floor(value / 2 ** (exponent - 5));
  return EXACT + (exponent - 6) * STEPS + (leading - STEPS);
}

function highestOf(place: number): number {
  if (place < EXACT) return place;
  const exponent = 6 + Math.floor((place - EXACT) / STEPS);
  return (STEPS + 1 + ((place - EXACT) % STEPS)) * 2 ** (exponent - 5) - 1;
}
