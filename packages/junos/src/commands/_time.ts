/**
 * Unix time of the simulation's begin where a view does not say it: 2026-01-01 00:00:00 UTC.
 *
 * Fidelity: assumed.
 */
export const DEFAULT_EPOCH_SECONDS = 1_767_225_600;

/** A moment as the device prints it: `2026-01-01 00:00:00 UTC`. */
export function dateOf(epochSeconds: number, ns: number): string {
  const seconds = epochSeconds + Math.floor(ns / 1e9);
  // the last moment that a date can be
  const text = new Date(Math.min(seconds, 8_640_000_000_000) * 1000).toISOString();
  return `${text.slice(0, -5).replace('T', ' ')} UTC`;
}

/** A span of time as the device prints it: `00:03:20`, `2d 01:00`, `1w2d 01:00`. */
export function spanOf(ns: number): string {
  const all = Math.max(0, Math.floor(ns / 1e9));
  const two = (value: number) => String(value).padStart(2, '0');
  const [days, hours, minutes] = [Math.floor(all / 86_400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60];
  if (days === 0) return `${two(hours)}:${two(minutes)}:${two(all % 60)}`;
  const weeks = Math.floor(days / 7);
  return `${weeks > 0 ? `${weeks}w` : ''}${days % 7}d ${two(hours)}:${two(minutes)}`;
}
