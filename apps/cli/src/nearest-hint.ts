import { nearestName } from '@midplane/chassis';

/** ` (nearest: name)`, or nothing where no name is near: what an error says after the value. */
export function nearestHint(text: string, names: readonly string[]): string {
  const nearest = nearestName(text, names);
  return nearest === null ? '' : ` (nearest: ${nearest})`;
}
