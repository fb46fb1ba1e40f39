/**
 * How a figure is known: `D` documented by the vendor, `O` observed in output of real devices, `I` inferred from those,
 * `A` assumed by this project so that the model runs.
 */
export type FidelityMark = 'D' | 'O' | 'I' | 'A';

/** The marks in words, as reports print them. */
export const FIDELITY_MARKS: Readonly<Record<FidelityMark, 'documented' | 'observed' | 'inferred' | 'assumed'>> =
  Object.freeze({ D: 'documented', O: 'observed', I: 'inferred', A: 'assumed' });

/** A value together with how it is known. */
export interface Figure<T> {
  /** The value; its unit stands at the field that holds the figure. */
  readonly value: T;
  /** How it is known. */
  readonly mark: FidelityMark;
  /** Where it is written, or why it was inferred or assumed. */
  readonly source: string;
}

/** The page most documented figures come from. */
export const FLOW_DISTRIBUTION_PAGE = 'Junos "Flow Distribution and Packet-Ordering"';

/** Makes a figure that is documented. */
export function documented<T>(value: T, source: string = FLOW_DISTRIBUTION_PAGE): Figure<T> {
  return Object.freeze({ value, mark: 'D', source });
}

/** Makes a figure that was observed. */
export function observed<T>(value: T, source: string): Figure<T> {
  return Object.freeze({ value, mark: 'O', source });
}

/** Makes a figure that follows from others. */
export function inferred<T>(value: T, source: string): Figure<T> {
  return Object.freeze({ value, mark: 'I', source });
}

/** Makes a figure that is ours. */
export function assumed<T>(value: T, source: string): Figure<T> {
  return Object.freeze({ value, mark: 'A', source });
}
