/** Options that both densities of RFC 5236 have. */
export interface DensityOptions {
  /** Streams that are measured side by side, 1 to 1,048,576; default 1. */
  readonly streams?: number;
  /** Width of a sequence number, 1 to 32 bits; default 32. Numbers wrap around. */
  readonly sequenceBits?: number;
  /** Displacement (or packets waiting) beyond which a packet counts as lost, 1 to 1,024; default 16. */
  readonly threshold?: number;
}

/** Checks and completes the options; `unused` is the number of bits above a sequence number. */
export function readDensityOptions(options: DensityOptions): { streams: number; threshold: number; unused: number } {
  const { streams = 1, sequenceBits = 32, threshold = 16 } = options;
  check('streams', streams, 2 ** 20);
  check('sequenceBits', sequenceBits, 32);
  check('threshold', threshold, 1024);
  return { streams, threshold, unused: 32 - sequenceBits };
}

function check(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(`Cannot create density: ${name} must be an integer from 1 to ${max}: got ${String(value)}`);
}
