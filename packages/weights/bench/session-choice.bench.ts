/*
 * Time to choose the SPU of a session where the central point chooses, and to calculate adaptive weights.
 *
 *   node --conditions=midplane-source packages/weights/bench/session-choice.bench.ts [rounds]
 *
 * Rounds alternate between the measurements; the figures are medians. Only ratios within one run are evidence.
 */
import type { SpuId } from '@midplane/spu-id';
import { AdaptiveWeights, SmoothRoundRobin, type SpuWeight } from '../src/index.ts';

const rounds = Number(process.argv[2] ?? 21);
const SESSIONS = 100_000;
const TICKS = 200;

/** Flow SPUs of SPC1 and SPC2 in turn. */
function weightsOf(spus: number): SpuWeight[] {
  return Array.from({ length: spus }, (_, spuId) => ({ spuId: spuId as SpuId, weight: spuId % 4 < 2 ? 1 : 6 }));
}

const choosers = { 7: new SmoothRoundRobin(weightsOf(7)), 44: new SmoothRoundRobin(weightsOf(44)) };
const adaptive = new AdaptiveWeights(weightsOf(44), 100_000);
let sink = 0;

function choose(chooser: SmoothRoundRobin): number {
  let sum = 0;
  for (let session = 0; session < SESSIONS; session++) sum += chooser.choose();
  return sum;
}

function tick(): number {
  let changed = 0;
  for (let second = 0; second < TICKS; second++) {
    for (const { spuId } of adaptive.weights) {
      const capacity = spuId % 4 < 2 ? 1_048_576 : 6_291_456;
      adaptive.report(spuId, { cpuPercent: (second + spuId) % 100, sessions: (second * 4099) % capacity, capacity });
    }
    if (adaptive.tick()) changed++;
  }
  return changed;
}

const measurements: [string, number, string, () => number][] = [
  ['choose, 7 SPUs', 1 / SESSIONS, 'ns per session', () => choose(choosers[7])],
  ['choose, 44 SPUs', 1 / SESSIONS, 'ns per session', () => choose(choosers[44])],
  ['44 reports and a tick', 1e-3 / TICKS, 'us per second of the simulation', tick],
];

const times = measurements.map((): number[] => []);
for (let round = -2; round < rounds; round++) {
  for (const [i, [, , , run]] of measurements.entries()) {
    const start = process.hrtime.bigint();
    sink += run();
    if (round >= 0) times[i].push(Number(process.hrtime.bigint() - start));
  }
}
for (const [i, [name, factor, unit]] of measurements.entries()) {
  const sorted = times[i].sort((a, b) => a - b);
  const [least, median] = [sorted[0], sorted[sorted.length >> 1]].map((ns) => (ns * factor).toPrecision(3));
  console.log(`${name.padEnd(24)} median ${median} ${unit}, min ${least}`);
}
console.log(`(${sink % 10})`);
