import { formatCount } from '@midplane/pipeline';
import { InvalidArgumentError } from 'commander';

/** Makes a parser of whole numbers from one to another. */
export function wholeIn(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = readWhole(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${formatCount(least)} to ${formatCount(most)}.`);
  };
}

/** Parses a whole number such as `100000` or `100_000`; its range is checked where it is used. */
export function parseWhole(text: string): number {
  const value = readWhole(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number, in digits.');
}

function readWhole(text: string): number {
  return /^-?[0-9][0-9_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
}

/** Parses a number such as `0.9` or `1e6`; what it means is checked where it is used. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}
