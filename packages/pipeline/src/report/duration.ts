/** Units of time, in nanoseconds, as a person says them. */
const UNITS: readonly (readonly [name: string, ns: number])[] = [
  ['day', 86_400e9],
  ['h', 3_600e9],
  ['min', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];

/** Nanoseconds in a unit of time; undefined for any other unit. */
export function nsPer(unit: string): number | undefined {
  return UNITS.find(([name]) => name === unit)?.[1];
}

/** A whole number of nanoseconds as a person says it, exactly: `1 day`, `2 min 30 s`, `1 ms 500 us`. */
export function formatDuration(ns: number): string {
  const parts: string[] = [];
  let rest = ns;
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name === 'day' && count > 1 ? 'days' : name}`);
  }
  return parts.length > 0 ? parts.join(' ') : '0 s';
}
