import type { ArrivalPoint } from './workload.ts';

/** Rounding that a sum of areas may have, sessions. */
const TOLERANCE = 1e-6;

/** Returns the area under the lines between the points: the sessions of an arrival curve, before rounding down. */
function areaOf(points: readonly ArrivalPoint[]): number {
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1]!, points[i]!];
    area += ((from.perSecond + to.perSecond) / 2) * (to.atSeconds - from.atSeconds);
  }
  return area;
}

/** Returns the whole sessions under an arrival curve. */
export function countArrivals(points: readonly ArrivalPoint[]): number {
  return Math.floor(areaOf(points) + TOLERANCE);
}

/**
 * Says when each session starts: session `n` where the area under the curve reaches a random value from `n` to `n + 1`.
 *
 * So the sessions that have started at any time differ from the area by less than 1. Arithmetic and sqrt only.
 */
export class ArrivalCurve {
  readonly #at: Float64Array<ArrayBuffer>;
  readonly #rate: Float64Array<ArrayBuffer>;
  /** Area up to each point. */
  readonly #area: Float64Array<ArrayBuffer>;
  #segment = 0;

  constructor(points: readonly ArrivalPoint[]) {
    this.#at = Float64Array.from(points, ({ atSeconds }) => atSeconds);
    this.#rate = Float64Array.from(points, ({ perSecond }) => perSecond);
    this.#area = Float64Array.from(points, (_, index) => areaOf(points.slice(0, index + 1)));
  }

  /** Returns the second at which the area reaches `area`, which must not go down from call to call. */
  secondOf(area: number): number {
    const areas = this.#area;
    const last = areas.length - 1;
    let segment = this.#segment;
    while (segment < last - 1 && areas[segment + 1]! <= area) segment++;
    this.#segment = segment;
    const start = this.#at[segment]!;
    const width = this.#at[segment + 1]! - start;
    const from = this.#rate[segment]!;
    const slope = width === 0 ? 0 : (this.#rate[segment + 1]! - from) / width;
    const rest = Math.max(0, area - areas[segment]!);
    // rest = from * t + slope / 2 * t^2, solved without cancellation
    const root = from + Math.sqrt(Math.max(0, from * from + 2 * slope * rest));
    return start + (root === 0 ? 0 : Math.min(width, (2 * rest) / root));
  }
}
