import fc from 'fast-check';
import { describe, it } from 'vitest';
import { COMMANDS, TableModel } from './_model.suite.ts';
import { SessionTable, type SessionTableOptions } from './index.ts';

const variants: [string, SessionTableOptions, number][] = [
  ['full entries, capacity 6', { capacity: 6 }, 150],
  ['full entries, 9 wings', { capacity: 9, unit: 'wings' }, 80],
  ['compact entries, capacity 6', { capacity: 6, compact: { timeout: 1800 } }, 60],
  ['compact entries, 9 wings, timeout above the wheel', { capacity: 9, unit: 'wings', compact: { timeout: 5000 } }, 60],
  ['capacity 1, seed -1', { capacity: 1, seed: -1 }, 40],
  ['1 wing', { capacity: 1, unit: 'wings' }, 30],
  ['more room than keys', { capacity: 1000, seed: 7 }, 40],
];

describe('SessionTable under random commands', () => {
  it.each(variants)('agrees with a Map: %s', (_, options, numRuns) => {
    fc.assert(
      fc.property(fc.commands(COMMANDS, { maxCommands: 60, size: '+1' }), (commands) => {
        fc.modelRun(() => ({ model: new TableModel(options), real: new SessionTable(options) }), commands);
      }),
      { numRuns, seed: 20_251 },
    );
  });
});
