/** How a meter is made. */
export interface ReorderingMeterOptions {
  /** Streams that are measured side by side, 1 to 1,048,576; default 1. */
  readonly streams?: number;
  /** Width of a sequence number, 1 to 32 bits; default 32. Numbers wrap around. */
  readonly sequenceBits?: number;
  /** Ranges of missing numbers that are remembered per stream, a power of two up to 65,536; default 64. */
  readonly holes?: number;
  /** n-reordering is counted up to this n, a power of two up to 1,024; default 32. */
  readonly nLimit?: number;
  /** Late time above which a packet counts as lost and sent again; default Infinity. */
  readonly lostAfterNs?: number;
}

/** Checks and completes the options; `unused` is the number of bits above a sequence number. */
export function readMeterOptions(
  options: ReorderingMeterOptions,
): Required<Omit<ReorderingMeterOptions, 'sequenceBits'>> & { unused: number } {
  const { streams = 1, sequenceBits = 32, holes = 64, nLimit = 32, lostAfterNs = Number.POSITIVE_INFINITY } = options;
  check('streams', streams, 2 ** 20, false);
  check('sequenceBits', sequenceBits, 32, false);
  check('holes', holes, 65_536, true);
  check('nLimit', nLimit, 1024, true);
  return { streams, holes, nLimit, lostAfterNs, unused: 32 - sequenceBits };
}

function check(name: string, value: number, max: number, powerOfTwo: boolean): void {
  const fits = Number.isInteger(value) && value >= 1 && value <= max;
  if (fits && (!powerOfTwo || (value & (value - 1)) === 0)) return;
  const kind = powerOfTwo ? 'a power of two' : 'an integer';
  throw new RangeError(
    `Cannot create reordering meter: ${name} must be ${kind} from 1 to ${max}: got ${String(value)}`,
  );
}
