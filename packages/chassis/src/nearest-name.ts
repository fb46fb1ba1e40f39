/** Longer texts are nobody's typing mistake, and would be slow to compare. */
const LONGEST = 200;

/**
 * Finds the name that a person probably meant.
 *
 * The nearest name is the one that the fewest edits (an insertion, deletion or replacement of a letter, or an exchange of
 * two neighbours) turn the text into; of equally near ones the first. Case does not matter. A name is near if no more than a
 * third of its letters, and at least one, had to be edited.
 *
 * @param text What was typed.
 * @param names The names that exist.
 * @returns One of the names, or `null` if none is near or the text is longer than 200 letters.
 * @example
 * ```ts
 * import { nearestName } from '@midplane/chassis';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(nearestName('spc-2', ['SPC1', 'SPC2', 'IOC2']), 'SPC2');
 * assert.equal(nearestName('rnu', ['run', 'where', 'inspect']), 'run');
 * assert.equal(nearestName('help', ['run', 'where', 'inspect']), null);
 * ```
 */
export function nearestName(text: string, names: readonly string[]): string | null {
  if (text.length > LONGEST) return null;
  const asked = text.toUpperCase();
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const allowed = Math.max(1, Math.floor(name.length / 3));
    if (Math.abs(name.length - text.length) > allowed) continue;
    const distance = editDistance(asked, name.toUpperCase());
    if (distance < least && distance <= allowed) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and exchanges of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j], before[j - 2] + 1);
      }
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
