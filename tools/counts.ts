/** How a gate tells `scripts/ok.mjs` what it counted. */
import { writeFileSync } from 'node:fs';

/** What a gate counted; `skipped` lists names, `notes` are shown under the gate's line. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: string[];
  notes?: string[];
}

/** Writes the counts to the file that `MIDPLANE_COUNTS` names; does nothing when started by hand. */
export function writeCounts(counts: Counts): void {
  const file = process.env['MIDPLANE_COUNTS'];
  if (file) writeFileSync(file, JSON.stringify(counts));
}
