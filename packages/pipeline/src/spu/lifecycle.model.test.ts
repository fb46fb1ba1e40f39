import fc from 'fast-check';
import { describe, it } from 'vitest';
import { COMMANDS, expectSameTotals, Path, startBoth } from './_lifecycle.suite.ts';

/** More by hand: `MIDPLANE_RUNS=5000`. */
const RUNS = Number(process.env['MIDPLANE_RUNS'] ?? 40);
const MANY = 1000;
// one flow SPU where it has few sessions: a new one then finds its table full
const VARIANTS: [string, ConstructorParameters<typeof Path>[0], number][] = [
  ['distributed, 2 sessions', { release: '18.2R1', cards: '1=SPC1,7=IOC2' }, 2],
  ['distributed, 7 SPUs', { cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }, MANY],
  ['hash-centric, 7 SPUs', { release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2' }, MANY],
  ['centric, 3 sessions', { release: '12.3X48-D10', cards: '1=SPC1,7=IOC1', distributionMode: 'rr-based' }, 3],
];

describe('the life of sessions under random packets and waits', () => {
  it.each(VARIANTS)(
    'R-spu-5, R-spu-6, R-spu-7, R-spu-9, R-spu-10, R-age-1: agrees with a Map: %s',
    (_, chassis, capacity) => {
      fc.assert(
        fc.property(fc.commands(COMMANDS, { maxCommands: 50, size: '+1' }), (commands) => {
          const { model, real } = startBoth(new Path(chassis, capacity), capacity);
          fc.modelRun(() => ({ model, real }), commands);
          expectSameTotals(model, real);
        }),
        { numRuns: RUNS },
      );
    },
  );
});
