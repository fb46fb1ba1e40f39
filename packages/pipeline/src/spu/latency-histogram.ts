/** Buckets per power of two: values are told apart to one part in 16. */
const STEPS_LOG2 = 4;
const STEPS = 1 << STEPS_LOG2;
/** Values up to 2^52 have one of so many buckets. */
const BUCKETS = STEPS * (53 - STEPS_LOG2 + 1);

/** How often latencies came, in buckets that grow with the value: at most 6 % wide. */
export class LatencyHistogram {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private most = 0;

  /** Values added. */
  get count(): number {
    return this.total;
  }

  /** Largest value added; 0 if there is none. */
  get max(): number {
    return this.most;
  }

  /** Adds a value so many times: a whole number of nanoseconds from 0 to 2^52. */
  add(valueNs: number, times = 1): void {
    if (times === 0) return;
    this.counts[bucketOf(valueNs)] += times;
    this.total += times;
    if (valueNs > this.most) this.most = valueNs;
  }

  /** Adds what another histogram has. */
  merge(other: LatencyHistogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.counts[bucket] += other.counts[bucket];
    this.total += other.total;
    if (other.most > this.most) this.most = other.most;
  }

  /** What it is made of: buckets, number of values, largest one. */
  figures(): Float64Array {
    const figures = new Float64Array(BUCKETS + 2);
    figures.set(this.counts);
    figures[BUCKETS] = this.total;
    figures[BUCKETS + 1] = this.most;
    return figures;
  }

  /** Adds what another histogram is made of. */
  mergeFigures(figures: Float64Array): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.counts[bucket] += figures[bucket];
    this.total += figures[BUCKETS];
    this.most = Math.max(this.most, figures[BUCKETS + 1]);
  }

  /**
   * The value that so many values of a hundred do not exceed: the upper end of its bucket, `max` at most; 0 of nothing.
   *
   * @param percent 0 to 100.
   */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent * this.total) / 100));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket];
      if (seen >= wanted && this.total > 0) return Math.min(upperEndOf(bucket), this.most);
    }
    return 0;
  }
}

function bucketOf(value: number): number {
  // hot: most latencies fit into 32 bits
  if (value < 1_073_741_824) {
    const small = value | 0;
    const shift = Math.max(0, 31 - STEPS_LOG2 - Math.clz32(small));
    return (shift << STEPS_LOG2) + (small >>> shift);
  }
  // by halves: exact, and without logarithms, whose last bit differs between engines
  let shift = 0;
  let high = value;
  while (high >= 4_294_967_296) {
    high = Math.floor(high / 65_536);
    shift += 16;
  }
  const more = 31 - STEPS_LOG2 - Math.clz32(high);
  return (shift + more) * STEPS + (more > 0 ? high >>> more : high);
}

function upperEndOf(bucket: number): number {
  if (bucket < 2 * STEPS) return bucket;
  const shift = Math.floor(bucket / STEPS) - 1;
  const base = bucket - shift * STEPS;
  let width = 1;
  for (let n = 0; n < shift; n++) width *= 2;
  return (base + 1) * width - 1;
}
